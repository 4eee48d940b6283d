using System.Text;
using System.Text.Json.Nodes;
using DynamoCosmos.Basics;
using DynamoCosmos.Comparison;
using DynamoCosmos.Connections;
using DynamoCosmos.Core.Tests.Azure;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Ports;
using DynamoCosmos.Sandbox.Cosmos;
using DynamoCosmos.Sandbox.Faults;

namespace DynamoCosmos.Core.Tests.Cosmos;

[Trait("Category", "Slow")]
public sealed class CosmosDocumentReaderTests
{
    private const int Count = 3_500;

    [Fact]
    public async Task Each_document_of_each_range_is_read_once_and_the_charge_is_told()
    {
        await using CosmosStandIn standIn = await FilledAsync(ranges: 3);
        await using CosmosDocumentReader reader = await OpenAsync(standIn.Settings());
        Assert.Equal(("/pk", -1, true), (reader.PartitionKeyPaths.Single(), reader.DefaultTimeToLive, reader.CanReadParts));
        Assert.StartsWith("sandboxcosmos/shop/orders (", reader.Identity);
        IReadOnlyList<DocumentRange> ranges = await reader.ReadRangesAsync(default);
        Assert.Equal(3, ranges.Count);
        standIn.ClearLog();
        (List<string> ids, double charge) = await ReadAsync(reader, ranges);
        Assert.Equal(Expected(), ids.Order(StringComparer.Ordinal));
        Assert.Equal(standIn.Requests.Where(r => r.Kind == CosmosRequestKind.Query).Sum(r => r.Charge), charge, 0.1);
    }

    [Fact]
    public async Task Parts_of_the_hash_space_are_read_alone_and_are_the_whole_together()
    {
        await using CosmosStandIn standIn = await FilledAsync(ranges: 2);
        await using CosmosDocumentReader reader = await OpenAsync(standIn.Settings());
        BucketTable buckets = new(null);
        IReadOnlyList<DocumentRange> parts =
        [
            new("", "05000000000000000000000000000000"), new("05000000000000000000000000000000", "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"),
            new("1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "2A000000000000000000000000000000"), new("2A000000000000000000000000000000", "FF"),
        ];
        (List<string> ids, _) = await ReadAsync(reader, parts);
        Assert.Equal(Expected(), ids.Order(StringComparer.Ordinal));
        (List<string> few, double charge) =
            await ReadAsync(reader, [new("2A000000000000000000000000000000", "2A400000000000000000000000000000")]);
        Assert.InRange(few.Count, 1, 40);
        Assert.InRange(charge, 1, 60);
    }

    [Fact]
    public async Task An_empty_answer_is_asked_for_again_and_ends_as_a_failure_of_the_way()
    {
        using CloudConnections clouds = new();
        await using CosmosStandIn standIn = await FilledAsync(ranges: 1);
        int queries = 0;
        standIn.RequestFault = call =>
            call.Kind == CosmosRequestKind.Query && Interlocked.Increment(ref queries) % 2 == 0 ? new() { IsEmpty = true } : null;
        await using (CosmosDocumentReader reader = await OpenAsync(standIn.Settings()))
        {
            (List<string> ids, _) = await ReadAsync(reader, [DocumentRange.All]);
            Assert.Equal(Expected(), ids.Order(StringComparer.Ordinal));
        }
        standIn.RequestFault = static call => call.Kind == CosmosRequestKind.Query ? new() { IsEmpty = true } : null;
        await using CosmosDocumentReader impatient = await CosmosDocumentReader.OpenAsync(standIn.Settings(), "shop", "orders",
            TimeSpan.Zero, clouds.Cosmos, default);
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => ReadAsync(impatient, [DocumentRange.All]));
        Assert.Equal(("CosmosNotReachable", FailureKind.ConnectionFailed), (error.ErrorId, error.Kind));
    }

    [Fact]
    public async Task A_split_while_reading_loses_and_doubles_nothing()
    {
        await using CosmosStandIn standIn = await FilledAsync(ranges: 1);
        await using CosmosDocumentReader reader = await OpenAsync(standIn.Settings());
        List<string> ids = [];
        await foreach (DocumentPage page in reader.ReadAsync(DocumentRange.All, default))
        {
            using (page) ids.AddRange(IdsOf(page));
            if (standIn.Ranges("shop", "orders").Count == 1) standIn.Split("shop", "orders", "0");
        }
        Assert.Equal(Expected(), ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Faults_of_every_passing_kind_are_borne_without_losing_or_doubling_a_document()
    {
        await using CosmosStandIn standIn = await FilledAsync(ranges: 2);
        static bool Reads(ProxiedRequest request) => request.Path.EndsWith("/docs", StringComparison.Ordinal);
        FaultScenario scenario = new FaultScenario(seed: 11)
            .Sometimes(0.08, new Fault.Answer(ServiceAnswer.Cosmos(429, 3200, TimeSpan.FromMilliseconds(5))), Reads)
            .Sometimes(0.08, new Fault.Answer(ServiceAnswer.Cosmos(503)), Reads)
            .Sometimes(0.08, new Fault.Answer(ServiceAnswer.Cosmos(449, 0)), Reads)
            .Sometimes(0.08, new Fault.ResetBefore(), Reads)
            .Sometimes(0.08, new Fault.ResetAfter(), Reads)
            .Sometimes(0.08, new Fault.Truncate(100), Reads);
        await using FaultProxy proxy = await FaultProxy.StartAsync(standIn.Endpoint, scenario);
        await using CosmosDocumentReader reader = await OpenAsync(
            CosmosSettings.Create(standIn.AccountName, proxy.Endpoint, new() { AccountKey = Keys.Secret(standIn.AccountKey) }));
        for (int i = 0; i < 3; i++)
        {
            (List<string> ids, _) = await ReadAsync(reader, await reader.ReadRangesAsync(default));
            Assert.Equal(Expected(), ids.Order(StringComparer.Ordinal));
        }
        Assert.True(proxy.FaultCount > 5, $"{proxy.FaultCount}");
        Assert.Empty(standIn.Failures);
    }

    [Fact]
    public async Task What_lasts_ends_the_reading_with_what_to_do()
    {
        await using CosmosStandIn standIn = await FilledAsync(ranges: 1);
        await using CosmosDocumentReader reader = await OpenAsync(standIn.Settings(), TimeSpan.FromMilliseconds(200));
        standIn.RequestFault = call => call.Kind == CosmosRequestKind.Query ? new() { Status = 503 } : null;
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => ReadAsync(reader, [DocumentRange.All]));
        Assert.Equal("CosmosCallFailed", error.ErrorId);
        standIn.RequestFault = null;
        standIn.DisableLocalAuth = true;
        Assert.Equal("CosmosKeysDisabled",
            (await Assert.ThrowsAsync<MigrationException>(() => ReadAsync(reader, [DocumentRange.All]))).ErrorId);
    }

    [Theory]
    [InlineData(40_000, 1, 6)]
    [InlineData(10, 300, 1_000)]
    public async Task Pages_are_of_bearable_size_whatever_the_documents_are(int textLength, int least, int most)
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync(new() { InitialRanges = 1, Throttle = false });
        standIn.CreateContainer("shop", "orders", ["/pk"], null, defaultTtl: -1);
        await using (CosmosSink sink = await standIn.OpenSinkAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, 1_500).Select(i => sink.WriteAsync(
                new(WriteKind.Upsert, $"i{i}", ["p"],
                    Encoding.UTF8.GetBytes($$"""{"id":"i{{i}}","pk":"p","text":"{{new string('x', textLength)}}"}""")), default)));
        }
        await using CosmosDocumentReader reader = await OpenAsync(standIn.Settings());
        List<int> pages = [];
        await foreach (DocumentPage page in reader.ReadAsync(DocumentRange.All, default))
        {
            using (page) pages.Add(IdsOf(page).Count());
        }
        Assert.Equal(1_500, pages.Sum());
        Assert.All(pages.Skip(1).SkipLast(1), count => Assert.InRange(count, least, most));
    }

    [Fact]
    public async Task A_point_read_gives_the_document_or_none()
    {
        await using CosmosStandIn standIn = await FilledAsync(ranges: 2);
        await using CosmosDocumentReader reader = await OpenAsync(standIn.Settings());
        PointRead there = await reader.ReadOneAsync("i17", ["p17"], default);
        Assert.Equal("i17", (string?)JsonNode.Parse(there.Document!)!["id"]);
        Assert.True(there.RequestCharge >= 1);
        Assert.Null((await reader.ReadOneAsync("i17", ["p18"], default)).Document);
    }

    [Fact]
    public async Task A_container_that_is_not_there_is_an_error()
    {
        using CloudConnections clouds = new();
        await using CosmosStandIn standIn = await FilledAsync(ranges: 1);
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() =>
            CosmosDocumentReader.OpenAsync(standIn.Settings(), "shop", "nothing", TimeSpan.FromSeconds(1), clouds.Cosmos, default));
        Assert.Equal("CosmosContainerNotFound", error.ErrorId);
    }

    [Theory]
    [InlineData("first", false)]
    [InlineData("second", true)]
    [InlineData("several", true)]
    public async Task Parts_of_a_range_are_read_where_keys_have_the_places_that_they_are_looked_for_at(string container, bool canReadParts)
    {
        using CloudConnections clouds = new();
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        standIn.CreateContainer("shop", "first", ["/pk"], null, isFirstVersion: true);
        standIn.CreateContainer("shop", "second", "/pk");
        standIn.CreateContainer("shop", "several", "/pk", "/city");

        await using CosmosDocumentReader reader =
            await CosmosDocumentReader.OpenAsync(standIn.Settings(), "shop", container, TimeSpan.FromMinutes(1), clouds.Cosmos, default);

        Assert.Equal(canReadParts, reader.CanReadParts);
    }

    private static async Task<CosmosStandIn> FilledAsync(int ranges)
    {
        CosmosStandIn standIn = await CosmosStandIn.StartAsync(new() { InitialRanges = ranges, Throttle = false });
        standIn.CreateContainer("shop", "orders", ["/pk"], null, defaultTtl: -1);
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        WriteAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, Count).Select(i =>
            sink.WriteAsync(
                new(WriteKind.Upsert, $"i{i}", [$"p{i}"], Encoding.UTF8.GetBytes($$"""{"id":"i{{i}}","pk":"p{{i}}","text":"é{{i}}"}""")),
                default)));
        Assert.All(answers, a => Assert.Equal(201, a.Status));
        return standIn;
    }

    private static IEnumerable<string> Expected() => Enumerable.Range(0, Count).Select(i => $"i{i}").Order(StringComparer.Ordinal);

    private static Task<CosmosDocumentReader> OpenAsync(CosmosSettings settings, TimeSpan? retryTimeout = null) =>
        CosmosDocumentReader.OpenAsync(settings, "shop", "orders", retryTimeout ?? TimeSpan.FromMinutes(1), new(TestClouds.Process.Azure),
            default);

    private static async Task<(List<string> Ids, double Charge)> ReadAsync(CosmosDocumentReader reader, IEnumerable<DocumentRange> ranges)
    {
        List<string> ids = [];
        double charge = 0;
        foreach (DocumentRange range in ranges)
        {
            await foreach (DocumentPage page in reader.ReadAsync(range, default))
            {
                using (page) ids.AddRange(IdsOf(page));
                charge += page.RequestCharge;
            }
        }
        return (ids, charge);
    }

    private static IEnumerable<string> IdsOf(DocumentPage page)
    {
        string text = Encoding.UTF8.GetString(page.Documents.Span);
        return ((JsonArray)JsonNode.Parse(text[..(text.LastIndexOf(']') + 1)])!).Select(d => (string)d!["id"]!);
    }
}
