using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Ports;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Cosmos;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Core.Tests.Cosmos;

[Trait("Category", "Slow")]
public sealed class CosmosSinkTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Documents_are_upserted_and_deleted_and_the_charge_is_told(bool inBatches)
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        sink.UseBatches(inBatches);
        WriteAnswer made = await sink.WriteAsync(Upsert("a", "p"), default);
        Assert.Equal((201, 10.0), (made.Status, made.RequestCharge));
        Assert.Equal((200, 20.0), (await sink.WriteAsync(Upsert("a", "p"), default)) is { } again
            ? (again.Status, again.RequestCharge) : default);
        Assert.Equal(204, (await sink.WriteAsync(new(WriteKind.Delete, "a", ["p"], default), default)).Status);
        Assert.Equal((404, 0), (await sink.WriteAsync(new(WriteKind.Delete, "a", ["p"], default), default)) is { } gone
            ? (gone.Status, gone.SubStatus) : default);
        Assert.Equal(0, standIn.Count("shop", "orders"));
        Assert.StartsWith($"{standIn.Endpoint}sandboxcosmos/shop/orders (", sink.Identity);
        Assert.Equal("sandboxcosmos/shop/orders", sink.Name);
        Assert.Equal(["/pk"], sink.Containers[0].PartitionKeyPath);
        Assert.Equal(-1, sink.Containers[0].DefaultTimeToLive);
    }

    [Fact]
    public async Task Two_emulators_are_two_targets_though_names_and_resource_ids_are_alike()
    {
        await using CosmosStandIn one = await StartAsync();
        await using CosmosStandIn other = await StartAsync();
        await using CosmosSink oneSink = await one.OpenSinkAsync();
        await using CosmosSink otherSink = await other.OpenSinkAsync();
        Assert.Equal(oneSink.Containers[0].ResourceId, otherSink.Containers[0].ResourceId);
        Assert.NotEqual(oneSink.Identity, otherSink.Identity);
    }

    [Fact]
    public async Task A_slice_of_a_larger_buffer_is_written_as_it_is()
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        byte[] buffer = Encoding.UTF8.GetBytes("""xx{"id":"a","pk":"p"}{"id":"b","pk":"p"}yy""");
        WriteAnswer[] answers = await Task.WhenAll(
            sink.WriteAsync(new(WriteKind.Upsert, "a", ["p"], buffer.AsMemory(2, 19)), default),
            sink.WriteAsync(new(WriteKind.Upsert, "b", ["p"], buffer.AsMemory(21, 19)), default));
        Assert.All(answers, answer => Assert.Equal(201, answer.Status));
        Assert.Equal(["""{"id":"a","pk":"p"}""", """{"id":"b","pk":"p"}"""], standIn.Documents("shop", "orders")
            .Select(document => Encoding.UTF8.GetString(document.Span)).Order());
    }

    [Fact]
    public async Task A_write_that_goes_alone_is_refused_as_in_a_batch()
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        standIn.OperationFault = static _ => new CosmosFault { Status = 429, SubStatus = 3200, RetryAfter = TimeSpan.FromMilliseconds(70) };
        sink.UseBatches(false);
        WriteAnswer refused = await sink.WriteAsync(Upsert("a", "p"), default);
        Assert.Equal((429, 3200, TimeSpan.FromMilliseconds(70)), (refused.Status, refused.SubStatus, refused.RetryAfter));
        standIn.OperationFault = static _ => new CosmosFault { Status = 413 };
        Assert.Equal(413, (await sink.WriteAsync(Upsert("a", "p"), default)).Status);
        standIn.OperationFault = null;
        Assert.Equal(201, (await sink.WriteAsync(Upsert("a", "p"), default)).Status);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(407)]
    [InlineData(413)]
    [InlineData(421)]
    public async Task A_batch_that_a_proxy_refuses_is_not_the_services_verdict_on_its_documents(int status)
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        standIn.RequestFault = call => call.Kind == CosmosRequestKind.Batch ? new() { Status = status, IsForeign = true } : null;
        WriteAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(n => sink.WriteAsync(Upsert($"a{n}", "p"), default)));
        Assert.All(answers, answer =>
            Assert.Equal((status, WriteVerdict.Stop), (answer.Status, WriteRules.For(WriteKind.Delete, answer).Verdict)));
        // What the service says itself of a whole batch stays its own.
        standIn.RequestFault = call => call.Kind == CosmosRequestKind.Batch ? new() { Status = 413 } : null;
        Assert.Equal((413, 0), (await sink.WriteAsync(Upsert("a", "p"), default)) is { } own ? (own.Status, own.SubStatus) : default);
    }

    [Fact]
    public async Task A_container_that_was_made_again_is_told_from_the_one_that_was_opened()
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        Assert.True(await sink.IsEmptyAsync(default));
        await sink.WriteAsync(Upsert("a", "p"), default);
        Assert.False(await sink.IsEmptyAsync(default));
        await sink.VerifyAsync(default);
        standIn.RemoveContainer("shop", "orders");
        standIn.CreateContainer("shop", "orders", "/pk");
        Assert.Equal("TargetContainerReplaced", (await Assert.ThrowsAsync<MigrationException>(() => sink.VerifyAsync(default))).ErrorId);
    }

    [Fact]
    public async Task A_container_that_was_made_again_with_another_key_stops_the_first_write()
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        await sink.WriteAsync(Upsert("a", "p"), default);
        standIn.RemoveContainer("shop", "orders");
        standIn.CreateContainer("shop", "orders", "/other");
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => sink.WriteAsync(Upsert("b", "p"), default));
        Assert.Equal("TargetContainerReplaced", error.ErrorId);
        Assert.Contains("/other", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_whose_answer_was_lost_may_have_been_written_and_is_known_for_it()
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        standIn.RequestFault = FaultScript.First<CosmosCall>(1, new() { Reset = true, AfterApplying = true });
        WriteAnswer answer = await sink.WriteAsync(Upsert("a", "p"), default);
        // The SDK may have sent it again by itself, or left that to the run.
        Assert.True(answer.Status is 0 or 200 or 408 or 503, $"{answer.Status}");
        Assert.True(sink.TryTakeRepeat());
    }

    public static TheoryData<object?, string> KeyValues() => new()
    {
        { "é\"\\ /", "\"é\\\"\\\\ /\"" },
        { 12.5, "12.5" },
        { 9007199254740992.0, "9007199254740992" },
        { 1e300, "1E+300" },
        { -0.25, "-0.25" },
        { true, "true" },
        { false, "false" },
        { null, "null" },
        { "", "\"\"" },
    };

    [Theory]
    [MemberData(nameof(KeyValues))]
    public async Task A_partition_key_of_any_type_goes_where_the_service_looks_for_it(object? value, string json)
    {
        await using CosmosStandIn standIn = await StartAsync(new() { InitialRanges = 4 });
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        WriteAnswer answer =
            await sink.WriteAsync(new(WriteKind.Upsert, "a", [value], Encoding.UTF8.GetBytes($$"""{"id":"a","pk":{{json}}}""")), default);
        Assert.Equal((201, null), (answer.Status, answer.Message));
    }

    [Fact]
    public async Task A_missing_partition_key_is_undefined_alone_and_in_a_hierarchical_key()
    {
        await using CosmosStandIn standIn = await StartAsync(new() { InitialRanges = 4 });
        standIn.CreateContainer("shop", "tree", "/a", "/b");
        await using CosmosSink flat = await standIn.OpenSinkAsync(), tree = await standIn.OpenSinkAsync("tree");
        Assert.Equal(201,
            (await flat.WriteAsync(new(WriteKind.Upsert, "a", [ItemWrite.Undefined], "{\"id\":\"a\"}"u8.ToArray()), default)).Status);
        Assert.Equal(201,
            (await tree.WriteAsync(new(WriteKind.Upsert, "a", ["x", ItemWrite.Undefined], """{"id":"a","a":"x"}"""u8.ToArray()),
            default)).Status);
        Assert.Equal(201,
            (await tree.WriteAsync(new(WriteKind.Upsert, "a", ["x", 1.0], """{"id":"a","a":"x","b":1}"""u8.ToArray()), default)).Status);
    }

    [Theory]
    [InlineData(408, 0)]
    [InlineData(429, 3200)]
    [InlineData(449, 0)]
    [InlineData(500, 0)]
    [InlineData(503, 0)]
    public async Task Every_status_of_an_operation_is_an_answer(int status, int subStatus)
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        standIn.OperationFault = write => write.Id == "bad"
            ? new() { Status = status, SubStatus = subStatus, RetryAfter = status == 429 ? TimeSpan.FromMilliseconds(40) : default } : null;
        WriteAnswer[] answers =
            await Task.WhenAll(sink.WriteAsync(Upsert("good", "p"), default), sink.WriteAsync(Upsert("bad", "p"), default));
        Assert.Equal(201, answers[0].Status);
        Assert.Equal((status, subStatus), (answers[1].Status, answers[1].SubStatus));
        if (status == 429) Assert.Equal(TimeSpan.FromMilliseconds(40), answers[1].RetryAfter);
    }

    [Fact]
    public async Task Each_refusal_for_throughput_comes_back_with_the_time_to_wait()
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        WriteAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 150).Select(i => sink.WriteAsync(Upsert($"i{i}", "p"), default)));
        WriteAnswer[] refused = [.. answers.Where(answer => answer.Status == 429)];
        Assert.NotEmpty(refused);
        Assert.Equal(standIn.BatchOperations.Throttled, refused.Length);
        Assert.All(refused, answer => Assert.True(answer.RetryAfter > TimeSpan.Zero));
    }

    [Fact]
    public async Task A_refusal_says_why_in_the_services_own_words()
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        WriteAnswer answer = await sink.WriteAsync(new(WriteKind.Upsert, "a/b", ["p"], """{"id":"a/b","pk":"p"}"""u8.ToArray()), default);
        Assert.Equal(400, answer.Status);
        Assert.Contains("without '/'", answer.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_breaks_is_an_answer_whether_the_service_acted_or_not(bool afterApplying)
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        await sink.WriteAsync(Upsert("first", "p"), default);
        standIn.RequestFault = call => call.Kind == CosmosRequestKind.Batch ? new() { Reset = true, AfterApplying = afterApplying } : null;
        WriteAnswer answer = await sink.WriteAsync(Upsert("second", "p"), default);
        Assert.True(answer.Status is 0 or 408 or 503, $"{answer}");
        Assert.Equal(WriteVerdict.Retry, WriteRules.For(WriteKind.Upsert, answer).Verdict);
        standIn.RequestFault = null;
        Assert.True((await sink.WriteAsync(Upsert("second", "p"), default)).IsSuccess);
    }

    [Fact]
    public async Task A_refused_batch_keeps_the_services_words_for_each_of_its_writes()
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        standIn.DisableLocalAuth = true;
        WriteAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => sink.WriteAsync(Upsert($"i{i}", "p"), default)));
        Assert.All(answers, answer =>
            Assert.Equal((401, "Local Authorization is disabled. Use an AAD token to authorize all requests."),
            (answer.Status, answer.Message)));
    }

    [Fact]
    public async Task Giving_up_ends_every_write_soon_even_where_the_service_throttles_without_end()
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        standIn.OperationFault = _ => new() { Status = 429, SubStatus = 3200, RetryAfter = TimeSpan.FromMilliseconds(1) };
        standIn.RequestFault = _ => new() { Delay = TimeSpan.FromMilliseconds(200) };
        using CancellationTokenSource stop = new();
        Task<WriteAnswer>[] writes = [.. Enumerable.Range(0, 500).Select(i => sink.WriteAsync(Upsert($"i{i}", "p"), stop.Token))];
        await Task.Delay(300);
        stop.Cancel();
        Task all = Task.WhenAll(writes);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.All(writes, write => Assert.True(write.IsCanceled || write.IsCompletedSuccessfully));
        standIn.RequestFault = null;
        await Eventually.StandsStillAsync(() => standIn.RequestCount);
    }

    [Fact]
    public async Task A_load_of_many_documents_over_ranges_that_split_arrives_whole()
    {
        await using CosmosStandIn standIn = await StartAsync(new() { InitialRanges = 2, Throttle = false });
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        int next = 0;
        await Task.WhenAll(Enumerable.Range(0, 300).Select(async _ =>
        {
            for (int i = Interlocked.Increment(ref next); i <= 20_000; i = Interlocked.Increment(ref next))
            {
                if (i == 8_000) standIn.Split("shop", "orders", "1");
                WriteAnswer answer = await sink.WriteAsync(Upsert($"i{i}", $"p{i % 997}"), default);
                Assert.True(answer.IsSuccess, $"{answer}");
            }
        }));
        Assert.Equal(20_000, standIn.Count("shop", "orders"));
        Assert.Empty(standIn.Failures);
    }

    [Fact]
    public async Task What_is_not_there_or_not_allowed_is_told_when_the_sink_opens()
    {
        using CloudConnections clouds = new();
        await using CosmosStandIn standIn = await StartAsync();
        Assert.Equal("CosmosContainerNotFound", await ErrorOf(() => standIn.OpenSinkAsync("nothing")));
        AzureSettings wrong = new() { AccountKey = Keys.Secret(Convert.ToBase64String("wrong"u8)) };
        Assert.Equal("CosmosKeyRefused", await ErrorOf(() =>
            CosmosSink.OpenAsync(CosmosSettings.Create("acc", standIn.Endpoint, wrong), "shop", ["orders"], clouds.Cosmos, default)));
        AzureSettings malformed = new() { AccountKey = Keys.Secret("no base64!") };
        Assert.Equal("CosmosKeyMalformed", await ErrorOf(() =>
            CosmosSink.OpenAsync(CosmosSettings.Create("acc", standIn.Endpoint, malformed), "shop", ["orders"], clouds.Cosmos, default)));
        standIn.DisableLocalAuth = true;
        Assert.Equal("CosmosKeysDisabled", await ErrorOf(() => standIn.OpenSinkAsync()));
    }

    private static async Task<CosmosStandIn> StartAsync(CosmosStandInOptions? options = null)
    {
        CosmosStandIn standIn = await CosmosStandIn.StartAsync(options);
        standIn.CreateContainer("shop", "orders", ["/pk"], null, defaultTtl: -1);
        return standIn;
    }

    private static async Task<string> ErrorOf(Func<Task> action) => (await Assert.ThrowsAsync<MigrationException>(action)).ErrorId;

    private static ItemWrite Upsert(string id, string key) =>
        new(WriteKind.Upsert, id, [key], Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","pk":"{{key}}"}"""));
}
