using System.Net;
using System.Text;
using DynamoCosmos.Sandbox.Cosmos;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Core.Tests.Cosmos;

/// <summary>The stand-in held against the real SDK: what it answers has to be what the SDK understands.</summary>
[Trait("Category", "Slow")]
public sealed class CosmosStandInTests
{
    [Fact]
    public async Task A_database_and_a_container_are_made_read_replaced_and_deleted()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        using CosmosClient client = standIn.Connect();
        Database database = await client.CreateDatabaseIfNotExistsAsync("shop");
        Assert.Equal(HttpStatusCode.OK, (await client.CreateDatabaseIfNotExistsAsync("shop")).StatusCode);
        ContainerResponse made =
            await database.CreateContainerAsync(new ContainerProperties("orders", "/pk") { DefaultTimeToLive = -1 }, 1000);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        ContainerProperties properties = (await made.Container.ReadContainerAsync()).Resource;
        Assert.Equal(["/pk"], properties.PartitionKeyPaths);
        Assert.Equal(-1, properties.DefaultTimeToLive);
        Assert.Equal(IndexingMode.Consistent, properties.IndexingPolicy.IndexingMode);
        properties.IndexingPolicy = new() { IndexingMode = IndexingMode.None, Automatic = false };
        await made.Container.ReplaceContainerAsync(properties);
        Assert.Equal(IndexingMode.None, (await made.Container.ReadContainerAsync()).Resource.IndexingPolicy.IndexingMode);
        CosmosException conflict = await Assert.ThrowsAsync<CosmosException>(() => database.CreateContainerAsync("orders", "/pk"));
        Assert.Equal(HttpStatusCode.Conflict, conflict.StatusCode);
        await made.Container.DeleteContainerAsync();
        CosmosException gone = await Assert.ThrowsAsync<CosmosException>(() => made.Container.ReadContainerAsync());
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Throughput_has_floors_and_a_raise_splits_ranges()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        using CosmosClient client = standIn.Connect();
        Database database = await client.CreateDatabaseAsync("shop");
        Container manual = await database.CreateContainerAsync("manual", "/pk", 400);
        ThroughputResponse read = await manual.ReadThroughputAsync(new RequestOptions());
        Assert.Equal((400, 400), (read.Resource.Throughput, read.MinThroughput));
        Assert.Equal(60_000, (await manual.ReplaceThroughputAsync(60_000)).Resource.Throughput);
        Assert.True(standIn.Ranges("shop", "manual").Count >= 6);
        Assert.Equal(600, (await manual.ReadThroughputAsync(new RequestOptions())).MinThroughput);
        CosmosException below = await Assert.ThrowsAsync<CosmosException>(() => manual.ReplaceThroughputAsync(500));
        Assert.Equal(HttpStatusCode.BadRequest, below.StatusCode);

        Container autoscale = await database.CreateContainerAsync(new ContainerProperties("autoscale", "/pk"),
            ThroughputProperties.CreateAutoscaleThroughput(40_000));
        ThroughputResponse scaled = await autoscale.ReadThroughputAsync(new RequestOptions());
        Assert.Equal((40_000, 4000), (scaled.Resource.AutoscaleMaxThroughput, scaled.MinThroughput));
        Assert.Equal(4, standIn.Ranges("shop", "autoscale").Count);
    }

    [Fact]
    public async Task A_document_comes_back_as_it_went_in_with_system_properties()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        standIn.CreateContainer("shop", "orders", "/pk");
        using CosmosClient client = standIn.Connect();
        Container container = client.GetContainer("shop", "orders");
        using ResponseMessage written = await container.UpsertItemStreamAsync(
            StandInClients.Utf8("""{"id":"a|1 ~2F","pk":"a","n":12345678901234567890.5,"s":"é\u00e9","_ts":1}"""), new("a"));
        Assert.Equal(HttpStatusCode.Created, written.StatusCode);
        using ResponseMessage read = await container.ReadItemStreamAsync("a|1 ~2F", new("a"));
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        string text = await new StreamReader(read.Content).ReadToEndAsync();
        Assert.StartsWith("""{"id":"a|1 ~2F","pk":"a","n":12345678901234567000,"s":"éé","_rid":""".Replace("12345678901234567000",
            "1.2345678901234567E+19"), text);
        Assert.DoesNotContain("\"_ts\":1,", text);
        using ResponseMessage again = await container.UpsertItemStreamAsync(StandInClients.Utf8("""{"id":"a|1 ~2F","pk":"a"}"""), new("a"),
            new() { IfMatchEtag = read.Headers.ETag });
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        using ResponseMessage stale = await container.UpsertItemStreamAsync(StandInClients.Utf8("""{"id":"a|1 ~2F","pk":"a"}"""), new("a"),
            new() { IfMatchEtag = read.Headers.ETag });
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        using ResponseMessage deleted = await container.DeleteItemStreamAsync("a|1 ~2F", new("a"));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using ResponseMessage missing = await container.ReadItemStreamAsync("a|1 ~2F", new("a"));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Theory]
    [InlineData("""{"id":"a/b","pk":"a"}""", 400, 0)]
    [InlineData("""{"id":"a#b","pk":"a"}""", 400, 0)]
    [InlineData("""{"id":"","pk":"a"}""", 400, 0)]
    [InlineData("""{"pk":"a"}""", 400, 0)]
    [InlineData("""{"id":"1","pk":"b"}""", 400, 1001)]
    [InlineData("""{"id":"1"}""", 400, 1001)]
    [InlineData("""{"id":"1","pk":"a","ttl":null}""", 400, 0)]
    [InlineData("""{"id":"1","pk":"a","ttl":0}""", 400, 0)]
    [InlineData("""{"id":"1","pk":"a","ttl":2147483648}""", 400, 0)]
    [InlineData("""{"id":"1","pk":"a","n":1e999}""", 400, 0)]
    [InlineData("""{"id":"1","pk":"a"} x""", 400, 0)]
    [InlineData("""{"id":"1","pk":"a","ttl":-1}""", 201, 0)]
    public async Task What_the_service_refuses_is_refused_alone_and_in_a_batch(string document, int status, int subStatus)
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        standIn.CreateContainer("shop", "orders", "/pk");
        using CosmosClient client = standIn.Connect(), bulk = standIn.Connect(bulk: true);
        using ResponseMessage alone =
            await client.GetContainer("shop", "orders").UpsertItemStreamAsync(StandInClients.Utf8(document), new("a"));
        Assert.Equal((status, subStatus.ToString()), ((int)alone.StatusCode, alone.Headers["x-ms-substatus"] ?? "0"));
        using ResponseMessage batched =
            await bulk.GetContainer("shop", "orders").UpsertItemStreamAsync(StandInClients.Utf8(document), new("a"));
        Assert.Equal(status == 201 ? 200 : status, (int)batched.StatusCode);
    }

    [Fact]
    public async Task Documents_that_are_too_large_or_too_deep_are_refused()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        standIn.CreateContainer("shop", "orders", "/pk");
        using CosmosClient client = standIn.Connect();
        Container container = client.GetContainer("shop", "orders");
        using ResponseMessage large = await container.UpsertItemStreamAsync(
            StandInClients.Utf8($$"""{"id":"1","pk":"a","x":"{{new string('x', 2 * 1024 * 1024)}}"}"""), new("a"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        string deep = new string('[', 128) + new string(']', 128);
        using ResponseMessage nested =
            await container.UpsertItemStreamAsync(StandInClients.Utf8($$"""{"id":"1","pk":"a","x":{{deep}}}"""), new("a"));
        Assert.Equal(HttpStatusCode.BadRequest, nested.StatusCode);
        string key = new('k', 2049);
        using ResponseMessage longKey =
            await container.UpsertItemStreamAsync(StandInClients.Utf8($$"""{"id":"1","pk":"{{key}}"}"""), new(key));
        Assert.Equal(HttpStatusCode.BadRequest, longKey.StatusCode);
    }

    [Fact]
    public async Task A_bulk_load_with_splits_on_the_way_loses_nothing()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync(new() { Throttle = false });
        standIn.CreateContainer("shop", "orders", "/pk");
        using CosmosClient client = standIn.Connect(bulk: true);
        Container container = client.GetContainer("shop", "orders");
        List<Task<ResponseMessage>> writes = [];
        for (int i = 0; i < 5000; i++)
        {
            if (i is 1000 or 2500) standIn.Split("shop", "orders", standIn.Ranges("shop", "orders")[0].Id);
            writes.Add(container.UpsertItemStreamAsync(StandInClients.Utf8($$"""{"id":"i{{i}}","pk":"p{{i % 700}}"}"""),
                new($"p{i % 700}")));
            if (i % 500 == 499) await Task.WhenAll(writes);
        }
        Assert.All(await Task.WhenAll(writes), answer =>
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} {answer.Headers["x-ms-substatus"]}"));
        Assert.Equal(5000, standIn.Count("shop", "orders"));
        Assert.Equal(3, standIn.Ranges("shop", "orders").Count);
        Assert.All(standIn.Ranges("shop", "orders"), range => Assert.True(range.Documents > 300));
    }

    [Fact]
    public async Task A_throttled_bulk_load_is_answered_429_and_ends_complete()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        standIn.CreateContainer("shop", "orders", ["/pk"], 1000);
        using CosmosClient client = standIn.Connect(bulk: true, throttleTries: 1000);
        Container container = client.GetContainer("shop", "orders");
        Task<ResponseMessage>[] writes = [.. Enumerable.Range(0, 300)
            .Select(i => container.UpsertItemStreamAsync(StandInClients.Utf8($$"""{"id":"i{{i}}","pk":"p"}"""), new("p")))];
        Assert.All(await Task.WhenAll(writes), answer => Assert.Equal(201, (int)answer.StatusCode));
        Assert.Contains(standIn.Requests, request => request.Status == 207);
        Assert.Equal(300 * 10, standIn.Requests.Where(request => request.Kind == CosmosRequestKind.Batch).Sum(request => request.Charge),
            3);
    }

    [Fact]
    public async Task Operations_of_a_batch_fail_one_by_one()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        standIn.CreateContainer("shop", "orders", "/pk");
        standIn.OperationFault = write =>
            write.Id == "i1" ? new() { Status = 449 } : write.Id == "i2" ? new() { Status = 503, AfterApplying = true } : null;
        using CosmosClient client = standIn.Connect(bulk: true);
        Container container = client.GetContainer("shop", "orders");
        ResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 4)
            .Select(i => container.UpsertItemStreamAsync(StandInClients.Utf8($$"""{"id":"i{{i}}","pk":"p"}"""), new("p"))));
        Assert.Equal([201, 449, 503, 201], answers.Select(answer => (int)answer.StatusCode));
        Assert.Equal(3, standIn.Count("shop", "orders"));
    }

    [Fact]
    public async Task Hierarchical_keys_are_written_read_and_queried_by_prefix()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync(new() { InitialRanges = 4, Throttle = false });
        standIn.CreateContainer("shop", "orders", "/tenant", "/\"order id\"");
        using CosmosClient bulk = standIn.Connect(bulk: true), client = standIn.Connect();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            PartitionKey key = new PartitionKeyBuilder().Add($"t{i % 5}").Add(i).Build();
            using ResponseMessage answer = await bulk.GetContainer("shop", "orders")
                .UpsertItemStreamAsync(StandInClients.Utf8($$"""{"id":"i{{i}}","tenant":"t{{i % 5}}","order id":{{i}}}"""), key);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }));
        Container container = client.GetContainer("shop", "orders");
        using ResponseMessage one = await container.ReadItemStreamAsync("i7", new PartitionKeyBuilder().Add("t2").Add(7).Build());
        Assert.Equal(HttpStatusCode.OK, one.StatusCode);
        using FeedIterator<Item> prefix = container.GetItemQueryIterator<Item>("SELECT c.id FROM c",
            requestOptions: new() { PartitionKey = new PartitionKeyBuilder().Add("t2").Build(), MaxItemCount = 7 });
        List<string> ids = [];
        while (prefix.HasMoreResults) ids.AddRange((await prefix.ReadNextAsync()).Select(item => item.id));
        Assert.Equal(40, ids.Distinct().Count());
        Assert.Equal(40, ids.Count);
    }

    [Fact]
    public async Task Queries_run_over_all_ranges_with_continuation_also_when_a_range_splits_between_pages()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync(new() { InitialRanges = 3, Throttle = false });
        standIn.CreateContainer("shop", "orders", "/pk");
        using CosmosClient client = standIn.Connect();
        Container container = client.GetContainer("shop", "orders");
        for (int i = 0; i < 100; i++)
        {
            using ResponseMessage answer = await container.UpsertItemStreamAsync(
                StandInClients.Utf8($$"""{"id":"i{{i:d3}}","pk":"p{{i % 10}}","n":{{i}}}"""), new($"p{i % 10}"));
            answer.EnsureSuccessStatusCode();
        }
        HashSet<string> ids = [];
        string? continuation = null;
        int pages = 0;
        do
        {
            using FeedIterator<Item> page =
                container.GetItemQueryIterator<Item>("SELECT * FROM c", continuation, new() { MaxItemCount = 9, MaxConcurrency = 1 });
            FeedResponse<Item> answer = await page.ReadNextAsync();
            foreach (Item item in answer) Assert.True(ids.Add(item.id), item.id);
            continuation = answer.ContinuationToken;
            if (++pages == 2) standIn.Split("shop", "orders", standIn.Ranges("shop", "orders")[0].Id);
        }
        while (continuation is not null);
        Assert.Equal(100, ids.Count);
        Assert.Equal([100], await Query<int>(container, "SELECT VALUE COUNT(1) FROM c"));
        Assert.Equal([40], await Query<int>(container, "SELECT VALUE COUNT(1) FROM c WHERE c.n >= 60"));
        Assert.Equal([10], await Query<int>(container, "SELECT VALUE COUNT(1) FROM c", "p3"));
        Assert.Equal(["i042"],
            (await Query<Item>(container, new QueryDefinition("SELECT * FROM c WHERE c.id = @id AND c.pk = @pk")
            .WithParameter("@id", "i042").WithParameter("@pk", "p2"))).Select(item => item.id));
        Assert.Equal(["i001", "i002"], (await Query<string>(container, new QueryDefinition("SELECT VALUE c.id FROM c WHERE " +
            "ARRAY_CONTAINS(@ids, c.id)").WithParameter("@ids", new[] { "i001", "i002" }))).Order());
    }

    [Fact]
    public async Task The_change_feed_gives_each_document_once_per_read_and_then_its_changes()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync(new() { InitialRanges = 2, Throttle = false });
        standIn.CreateContainer("shop", "orders", "/pk");
        using CosmosClient client = standIn.Connect();
        Container container = client.GetContainer("shop", "orders");
        for (int i = 0; i < 50; i++) (
            await container.UpsertItemStreamAsync(StandInClients.Utf8($$"""{"id":"i{{i}}","pk":"p{{i}}"}"""), new($"p{i}"))).Dispose();
        using FeedIterator<Item> feed =
            container.GetChangeFeedIterator<Item>(ChangeFeedStartFrom.Beginning(), ChangeFeedMode.Incremental, new() { PageSizeHint = 7 });
        Assert.Equal(50, (await Drain(feed)).Count);
        standIn.Split("shop", "orders", standIn.Ranges("shop", "orders")[0].Id);
        (await container.UpsertItemStreamAsync(StandInClients.Utf8("""{"id":"i3","pk":"p3","x":1}"""), new("p3"))).Dispose();
        Assert.Equal(["i3"], (await Drain(feed)).Select(item => item.id));
    }

    [Fact]
    public async Task An_expired_document_is_gone()
    {
        ManualClock clock = new();
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync(new() { Clock = clock });
        standIn.CreateContainer("shop", "orders", ["/pk"], null, defaultTtl: -1);
        using CosmosClient client = standIn.Connect();
        Container container = client.GetContainer("shop", "orders");
        (await container.UpsertItemStreamAsync(StandInClients.Utf8("""{"id":"short","pk":"p","ttl":60}"""), new("p"))).Dispose();
        (await container.UpsertItemStreamAsync(StandInClients.Utf8("""{"id":"long","pk":"p"}"""), new("p"))).Dispose();
        clock.Advance(TimeSpan.FromSeconds(61));
        using ResponseMessage read = await container.ReadItemStreamAsync("short", new("p"));
        Assert.Equal(HttpStatusCode.NotFound, read.StatusCode);
        Assert.Equal(1, standIn.Count("shop", "orders"));
    }

    [Fact]
    public async Task Wrong_keys_late_clocks_and_switched_off_keys_are_refused()
    {
        ManualClock clock = new();
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync(new() { Clock = clock });
        using CosmosClient wrong = standIn.Connect(key: Convert.ToBase64String(Encoding.UTF8.GetBytes("wrong"))), right = standIn.Connect();
        Assert.Equal(HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<CosmosException>(() => wrong.ReadAccountAsync())).StatusCode);
        await right.ReadAccountAsync();
        clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(HttpStatusCode.Forbidden,
            (await Assert.ThrowsAsync<CosmosException>(() => right.GetDatabase("shop").ReadAsync())).StatusCode);
        clock.Advance(TimeSpan.FromMinutes(-16));
        standIn.DisableLocalAuth = true;
        Assert.Equal(HttpStatusCode.Unauthorized,
            (await Assert.ThrowsAsync<CosmosException>(() => right.GetDatabase("shop").ReadAsync())).StatusCode);
    }

    [Fact]
    public async Task A_million_documents_may_be_kept_as_hashes_and_the_hash_does_not_depend_on_order()
    {
        ulong[] hashes = new ulong[2];
        for (int turn = 0; turn < 2; turn++)
        {
            await using CosmosStandIn standIn = await CosmosStandIn.StartAsync(new() { KeepDocuments = turn == 0 });
            standIn.CreateContainer("shop", "orders", "/pk");
            using CosmosClient client = standIn.Connect(bulk: true);
            IEnumerable<int> order = turn == 0 ? Enumerable.Range(0, 50) : Enumerable.Range(0, 50).Reverse();
            await Task.WhenAll(
                order.Select(i => client.GetContainer("shop", "orders")
                .UpsertItemStreamAsync(StandInClients.Utf8($$"""{"id":"i{{i}}","pk":"p{{i}}"}"""), new($"p{i}"))));
            (long count, _, hashes[turn]) = standIn.Content("shop", "orders");
            Assert.Equal(50, count);
        }
        Assert.Equal(hashes[0], hashes[1]);
    }

    private static Task<List<T>> Query<T>(Container container, string query, string? partitionKey = null) =>
        Query<T>(container, new QueryDefinition(query), partitionKey);

    private static async Task<List<T>> Query<T>(Container container, QueryDefinition query, string? partitionKey = null)
    {
        using FeedIterator<T> pages = container.GetItemQueryIterator<T>(query,
            requestOptions: new() { PartitionKey = partitionKey is null ? null : new PartitionKey(partitionKey) });
        List<T> results = [];
        while (pages.HasMoreResults) results.AddRange(await pages.ReadNextAsync());
        return results;
    }

    private static async Task<List<Item>> Drain(FeedIterator<Item> feed)
    {
        List<Item> items = [];
        while (true)
        {
            FeedResponse<Item> page = await feed.ReadNextAsync();
            if (page.StatusCode == HttpStatusCode.NotModified) return items;
            items.AddRange(page);
        }
    }

    private sealed record Item(string id);
}
