using System.Text.Json;
using DynamoCosmos.Basics;
using DynamoCosmos.Comparison;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Mappings;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Comparison;

[Trait("Category", "Slow")]
public sealed class MigrationComparisonTests
{
    private static readonly KeyMap s_keys = new(new("pk", KeyType.S), new("sk", KeyType.N));
    private static readonly KeyMap s_expiring = s_keys with { TtlAttribute = "expires" };
    private static readonly long s_now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private readonly List<DocumentDifference> _found = [];

    [Fact]
    public async Task Equal_sides_pass_and_are_read_once()
    {
        FakeSource source = Orders(500);
        FakeContainer container = new();
        await container.ImportAsync(source);
        ComparisonResult result = await CompareAsync(source, container);
        Assert.True(result.Passed);
        Assert.Equal((500, 500, 500), (result.SourceItems, result.TargetDocuments, result.Matched));
        Assert.Equal((0, 0, 0, 0), (result.Missing, result.Extra, result.Different, result.Repaired));
        Assert.Equal(500, result.RequestCharge);
        Assert.Equal(500, container.DocumentsRead);
        Assert.Equal(2, source.Reads);
        Assert.Empty(_found);
    }

    [Fact]
    public async Task Each_kind_of_difference_is_found_and_named()
    {
        FakeSource source = Orders(500);
        FakeContainer container = new();
        await container.ImportAsync(source);
        container.Remove("pk3|3");
        container.Put("""{"id":"extra","pk":"nobody","sk":1}""");
        container["pk10|10"]["nested"]!["list"]![1]!["amount"] = 10.26;
        container["pk20|20"]["tags"] = JsonSerializer.SerializeToNode(new[] { "b", "a" });
        container["pk30|30"]["text"] = 30;

        ComparisonResult result = await CompareAsync(source, container);
        Assert.False(result.Passed);
        Assert.Equal((1, 1, 3), (result.Missing, result.Extra, result.Different));
        Assert.Equal(496, result.Matched);
        DocumentDifference missing = Assert.Single(_found, d => d.Kind == DifferenceKind.Missing);
        Assert.Equal(("pk3|3", "pk3", "file1", 2L), (missing.Id, missing.PartitionKey.Single(), missing.DataFile, missing.Line));
        DocumentDifference extra = Assert.Single(_found, d => d.Kind == DifferenceKind.Extra);
        Assert.Equal(("extra", "nobody", null, null), (extra.Id, extra.PartitionKey.Single(), extra.DataFile, extra.Line));
        Assert.Equal(
            new[] { "/nested/list/1/amount: 10.25 -> 10.26", "/tags/0: \"a\" -> \"b\"", "/tags/1: \"b\" -> \"a\"",
                "/text: \"text 30\" -> 30" },
            _found.Where(d => d.Kind == DifferenceKind.Different).OrderBy(d => d.Id, StringComparer.Ordinal).SelectMany(d => d.Values)
                .Select(v => v.ToString()));
    }

    [Fact]
    public async Task Only_what_differs_is_read_again()
    {
        FakeSource source = Orders(2_000);
        FakeContainer container = new();
        await container.ImportAsync(source);
        container["pk10|10"]["text"] = "other";
        Assert.False((await CompareAsync(source, container)).Passed);
        Assert.InRange(container.DocumentsRead, 2_001, 2_010);
        Assert.Equal(5, container.RangesRead.Count);
    }

    [Fact]
    public async Task A_set_in_another_order_is_the_same_document()
    {
        string[] lines = ["""{"Item":{"pk":{"S":"a"},"sk":{"N":"1"},"tags":{"SS":["x","y","z"]},"ns":{"NS":["3","20"]}}}"""];
        FakeContainer container = new();
        await container.ImportAsync(new(s_keys, lines));
        FakeSource reordered =
            new(s_keys, [lines[0].Replace("\"x\",\"y\",\"z\"", "\"z\",\"x\",\"y\"").Replace("\"3\",\"20\"", "\"20\",\"3.0\"")]);
        Assert.True((await CompareAsync(reordered, container)).Passed);
    }

    [Fact]
    public async Task Memory_for_a_few_documents_makes_more_rounds_and_the_same_findings()
    {
        FakeSource source = Orders(300);
        FakeContainer container = new();
        await container.ImportAsync(source);
        for (int i = 0; i < 300; i += 2) container[$"pk{i}|{i}"]["text"] = "other";
        for (int i = 1; i < 300; i += 6) container.Remove($"pk{i}|{i}");
        ComparisonResult result = await CompareAsync(source, container, new() { MaxHeldBytes = 20_000 });
        Assert.Equal((50, 0, 150), (result.Missing, result.Extra, result.Different));
        Assert.Equal(100, result.Matched);
        Assert.InRange(source.Reads, 10, 60);
        Assert.Equal(200, _found.Select(d => d.Id).Distinct().Count());
    }

    [Fact]
    public async Task The_search_ends_at_its_limit_and_says_so()
    {
        FakeSource source = Orders(300);
        FakeContainer empty = new();
        ComparisonResult result = await CompareAsync(source, empty, new() { MaxDifferences = 7 });
        Assert.True(result.IsTruncated);
        Assert.False(result.Passed);
        Assert.Equal(7, result.Missing);
        Assert.Equal(7, _found.Count);
    }

    [Fact]
    public async Task As_many_differences_as_the_limit_are_not_cut()
    {
        ComparisonResult result = await CompareAsync(Orders(300), new FakeContainer(), new() { MaxDifferences = 300 });
        Assert.False(result.IsTruncated);
        Assert.Equal(300, result.Missing);
    }

    [Fact]
    public async Task An_empty_source_finds_every_document_extra()
    {
        FakeContainer container = new();
        await container.ImportAsync(Orders(120));
        ComparisonResult result = await CompareAsync(new(s_keys, []), container);
        Assert.Equal((0, 120, 0), (result.Missing, result.Extra, result.Different));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_container_that_hashes_keys_otherwise_is_read_whole_instead_of_in_parts(bool canReadParts, bool hashesOtherwise)
    {
        FakeSource source = Orders(1_000);
        FakeContainer container = new() { CanReadParts = canReadParts, HashesOtherwise = hashesOtherwise };
        await container.ImportAsync(source);
        container["pk10|10"]["text"] = "other";
        container.Remove("pk3|3");
        ComparisonResult result = await CompareAsync(source, container);
        Assert.Equal((1, 0, 1), (result.Missing, result.Extra, result.Different));
        Assert.Equal(canReadParts && !hashesOtherwise, container.DocumentsRead < 1_100);
    }

    [Fact]
    public async Task Two_items_that_became_one_document_show_as_one_that_is_lost()
    {
        ConversionOptions byName = new() { IdFrom = IdSource.Attribute, IdAttribute = "name" };
        FakeSource source = new(s_keys,
            ["""{"Item":{"pk":{"S":"a"},"sk":{"N":"1"},"name":{"S":"same"}}}""",
                """{"Item":{"pk":{"S":"a"},"sk":{"N":"2"},"name":{"S":"same"}}}"""]);
        FakeContainer container = new();
        await container.ImportAsync(source, byName);
        ComparisonResult result = await CompareAsync(source, container, conversion: byName);
        Assert.Equal((1, 0, 0), (result.Missing, result.Extra, result.Different));
        Assert.Equal(1, Assert.Single(_found).Line);
    }

    [Fact]
    public async Task Expired_items_are_counted_and_not_missed()
    {
        FakeSource source = new(s_expiring, [Expiring(1, s_now - 1_000), Expiring(2, s_now + 5_000), Expiring(3, s_now - 200_000_000)]);
        FakeContainer container = new();
        await container.ImportAsync(source);
        Assert.Equal(2, container.Count);
        ComparisonResult result = await CompareAsync(source, container);
        Assert.True(result.Passed);
        Assert.Equal((3, 2, 1), (result.SourceItems, result.Matched, result.Expired));
    }

    [Fact]
    public async Task What_expired_after_the_import_may_be_there_or_not()
    {
        FakeSource source = new(s_expiring, [Expiring(1, s_now - 10), Expiring(2, s_now - 10), Expiring(3, s_now + 10_000)]);
        FakeContainer container = new() { Now = s_now - 100 };
        await container.ImportAsync(source);
        Assert.Equal(3, container.Count);
        container.Remove("a|1");
        foreach (ExpiredItemAction action in new[] { ExpiredItemAction.Skip, ExpiredItemAction.Keep })
        {
            ComparisonResult result = await CompareAsync(source, container, conversion: new() { ExpiredItem = action });
            Assert.True(result.Passed);
            Assert.Equal((1, 2, 2), (result.Matched, result.Expired, result.TargetDocuments));
        }
    }

    [Fact]
    public async Task What_expires_while_it_is_compared_is_not_missed()
    {
        FakeSource source = new(s_expiring, [Expiring(1, s_now + 10), Expiring(2, s_now + 10_000)]);
        FakeContainer container = new() { Now = s_now };
        await container.ImportAsync(source);
        container.Remove("a|1");
        MovingClock clock = new(DateTimeOffset.FromUnixTimeSeconds(s_now), TimeSpan.FromSeconds(30));
        MigrationComparison comparison = new(source, container, new(source.Keys, new ConversionOptions()), 0, new(), time: clock);
        ComparisonResult result = await comparison.RunAsync(Found, default);
        Assert.True(result.Passed);
        Assert.Equal((1, 1), (result.Matched, result.Expired));
    }

    [Fact]
    public async Task A_wrong_ttl_is_a_difference_and_a_late_write_is_not()
    {
        FakeSource source = new(s_expiring, [Expiring(1, s_now + 5_000), Expiring(2, s_now + 5_000), Expiring(3, s_now + 5_000)]);
        FakeContainer container = new() { Now = s_now };
        await container.ImportAsync(source);
        container["a|1"]["ttl"] = 5_100;
        container["a|2"]["ttl"] = 50_000;
        container["a|3"].Remove("ttl");
        ComparisonResult result = await CompareAsync(source, container);
        Assert.Equal((0, 0, 2), (result.Missing, result.Extra, result.Different));
        Assert.Equal(["/ttl: 5000 -> 50000", "/ttl: 5000 -> (none)"], _found.OrderBy(d => d.Id, StringComparer.Ordinal)
            .SelectMany(d => d.Values).Select(v => v.ToString()));
    }

    [Fact]
    public async Task Items_that_the_conversion_refuses_are_counted_apart()
    {
        FakeSource source = new(s_keys, ["""{"Item":{"pk":{"S":"a"},"sk":{"N":"1"}}}""", "not JSON", """{"Item":{"pk":{"S":"a"}}}"""]);
        FakeContainer container = new();
        await container.ImportAsync(source);
        ComparisonResult result = await CompareAsync(source, container);
        Assert.False(result.Passed);
        Assert.Equal((3, 1, 2), (result.SourceItems, result.Matched, result.Rejected));
    }

    [Fact]
    public async Task Repair_writes_missing_and_different_documents_again_and_leaves_extra_ones()
    {
        FakeSource source = Orders(200);
        FakeContainer container = new();
        await container.ImportAsync(source);
        container.Remove("pk3|3");
        container["pk10|10"]["text"] = "other";
        ComparisonResult repaired = await CompareAsync(source, container, repair: true);
        Assert.True(repaired.Passed);
        Assert.Equal((1, 1, 2), (repaired.Missing, repaired.Different, repaired.Repaired));
        Assert.All(_found, d => Assert.True(d.IsRepaired));
        container.Put("""{"id":"extra","pk":"nobody","sk":1}""");
        ComparisonResult again = await CompareAsync(source, container, repair: true);
        Assert.False(again.Passed);
        Assert.Equal((0, 1, 0, 200), (again.Missing, again.Extra, again.Different, again.Matched));
        Assert.Equal(201, container.Count);
    }

    [Fact]
    public async Task A_repair_follows_the_rules_of_the_import()
    {
        FakeSource source = Orders(3);
        FakeContainer container = new();
        container.Answers.Enqueue(new(429, 3200, 0, TimeSpan.FromMilliseconds(1)));
        container.Answers.Enqueue(new(503, 0, 0));
        container.Answers.Enqueue(new(413, 0, 0, Message: "Request size is too large"));
        ComparisonResult result = await CompareAsync(source, container, repair: true);
        Assert.False(result.Passed);
        Assert.Equal((3, 2), (result.Missing, result.Repaired));
        Assert.Contains("413/0", Assert.Single(_found, d => !d.IsRepaired).RepairError);
        Assert.Equal(2, container.Count);
    }

    [Fact]
    public async Task A_repair_without_permission_ends_the_run()
    {
        FakeContainer container = new();
        container.Answers.Enqueue(new(403, 5301, 0));
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => CompareAsync(Orders(1), container, repair: true));
        Assert.Equal(("RepairStopped", FailureKind.PermissionDenied), (error.ErrorId, error.Kind));
    }

    [Fact]
    public async Task A_repaired_document_expires_when_its_item_does()
    {
        FakeSource source = new(s_expiring, [Expiring(1, s_now + 5_000)]);
        FakeContainer container = new() { Now = s_now + 1_000 };
        MovingClock clock = new(DateTimeOffset.FromUnixTimeSeconds(s_now), TimeSpan.FromSeconds(1_000), stopAfter: 1);
        MigrationComparison comparison = new(source, container, new(source.Keys, new ConversionOptions()), 0, new(), container, clock);
        Assert.Equal(1, (await comparison.RunAsync(Found, default)).Repaired);
        Assert.Equal(4_000, (int)container["a|1"]["ttl"]!);
        Assert.True((await CompareAsync(source, container)).Passed);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200)]
    [InlineData(5_000)]
    public async Task A_sample_looks_up_that_many_items(int count)
    {
        FakeSource source = Orders(1_000);
        FakeContainer container = new();
        await container.ImportAsync(source);
        MigrationComparison comparison = new(source, container, new(source.Keys, new ConversionOptions()), 0, new());
        ComparisonResult result = await comparison.RunSampleAsync(count, 1, Found, default);
        Assert.True(result.Passed);
        Assert.True(result.IsSample);
        Assert.Equal((Math.Min(count, 1_000), Math.Min(count, 1_000)), (result.SourceItems, result.Matched));
        Assert.Equal(result.SourceItems, result.RequestCharge);
        Assert.Equal(0, container.DocumentsRead);
    }

    [Fact]
    public async Task A_sample_of_all_finds_what_is_missing_and_different()
    {
        FakeSource source = Orders(100);
        FakeContainer container = new();
        await container.ImportAsync(source);
        container.Remove("pk3|3");
        container["pk10|10"]["text"] = "other";
        ComparisonResult result = await new MigrationComparison(source, container, new(source.Keys, new ConversionOptions()), 0, new())
            .RunSampleAsync(100, 1, Found, default);
        Assert.Equal((1, 0, 1, 98, 99), (result.Missing, result.Extra, result.Different, result.Matched, result.TargetDocuments));
        Assert.Equal(["pk10|10", "pk3|3"], _found.Select(d => d.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_hierarchical_key_is_compared_by_all_its_parts()
    {
        ConversionOptions both = new() { Hierarchical = true };
        FakeSource source = Orders(100);
        FakeContainer container = new("/pk", "/sk");
        await container.ImportAsync(source, both);
        container.Remove("pk3|3");
        ComparisonResult result = await CompareAsync(source, container, conversion: both);
        Assert.Equal((1, 0, 0), (result.Missing, result.Extra, result.Different));
        Assert.Equal(["pk3", 3.0], _found.Single().PartitionKey);
    }

    [Fact]
    public void Settings_that_make_documents_for_another_container_are_refused()
    {
        MigrationException error = Assert.Throws<MigrationException>(() =>
            new MigrationComparison(Orders(1), new FakeContainer("/pk", "/sk"), new(s_keys, new ConversionOptions()), 0, new()));
        Assert.Equal("PartitionKeyDiffers", error.ErrorId);
        Assert.Contains("/pk, /sk", error.Message);
    }

    [Fact]
    public async Task A_source_that_fails_ends_the_run_with_its_own_error()
    {
        FakeSource source =
            new(s_keys, Lines(100, 0, 1)) { Failure = new MigrationException("DataFileDamaged", FailureKind.InvalidData, "cut") };
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => CompareAsync(source, new()));
        Assert.Equal("DataFileDamaged", error.ErrorId);
    }

    [Fact]
    public async Task Cancelling_ends_the_run()
    {
        FakeSource source = Orders(500);
        using CancellationTokenSource stop = new();
        FakeContainer container = new() { Reading = stop.Cancel };
        await container.ImportAsync(source);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new MigrationComparison(source, container, new(source.Keys, new ConversionOptions()), 0, new()).RunAsync(Found, stop.Token));
    }

    [Fact]
    public async Task Reading_keeps_below_the_throughput_that_it_is_given()
    {
        FakeSource source = Orders(400);
        FakeContainer container = new();
        await container.ImportAsync(source);
        ComparisonResult result = await CompareAsync(source, container, new() { MaxThroughput = 400 });
        Assert.True(result.Passed);
        Assert.InRange(result.RequestCharge / result.Duration.TotalSeconds, double.Epsilon, 450);
    }

    [Fact]
    public async Task A_container_of_a_split_source_is_held_against_its_own_items_only()
    {
        FakeSource source = Orders(100);
        ItemRouter router = new(s_keys, [new("even", "pk IN ('pk0', 'pk2', 'pk4')", new()), new("odd", "begins_with(pk, 'pk1')", new())]);
        FakeContainer container = new();
        await container.ImportAsync(source);
        foreach (int number in Enumerable.Range(0, 100).Where(n => n is not (0 or 4))) container.Remove($"pk{number}|{number}");
        MigrationComparison comparison = new(source, container, router, 0, new());
        ComparisonResult result = await comparison.RunAsync(Found, default);
        Assert.Equal((3, 2, 1, 0), (result.SourceItems, result.Matched, result.Missing, result.Extra));
        Assert.Equal(("even", "pk2|2"), (_found[0].Container, _found[0].Id));
        Assert.Equal((100 - 3 - 11, 0L), comparison.WithoutRoute);
        ComparisonResult sum = ComparisonResult.Sum("both", [result, result with { Passed = true, Missing = 0 }], comparison.WithoutRoute);
        Assert.Equal((false, 6 + 86, 86L, 1L), (sum.Passed, sum.SourceItems, sum.WithoutRoute, sum.Missing));
        Assert.Equal(sum.SourceItems, sum.Containers.Sum(c => c.SourceItems) + sum.WithoutRoute);
    }

    [Fact]
    public async Task A_TTL_attribute_that_the_mapping_renames_or_leaves_out_still_tells_what_has_expired()
    {
        foreach (string mapping in new[] { """{"renameAttribute":{"expires":"endsAt"}}""", """{"excludeAttribute":["expires"]}""" })
        {
            ConversionOptions conversion = new() { Mapping = MappingJson.Read(mapping) };
            FakeSource source = new(s_expiring, [ExpiringAt("a", s_now + 100_000), ExpiringAt("b", s_now - 100_000)]);
            FakeContainer container = new();
            await container.ImportAsync(source, conversion);
            ComparisonResult result = await CompareAsync(source, container, conversion: conversion);
            Assert.Equal((true, 1, 1), (result.Passed, result.Matched, result.Expired));
        }
    }

    private static string ExpiringAt(string pk, long expires) =>
        "{\"Item\":{\"pk\":{\"S\":\"" + pk + "\"},\"sk\":{\"N\":\"1\"},\"expires\":{\"N\":\"" + expires + "\"}}}";

    private async Task<ComparisonResult> CompareAsync(FakeSource source, FakeContainer container, ComparisonOptions? options = null,
        bool repair = false, ConversionOptions? conversion = null)
    {
        _found.Clear();
        MigrationComparison comparison =
            new(source, container, new(source.Keys, conversion ?? new()), 0, options ?? new(), repair ? container : null);
        ComparisonResult result = await comparison.RunAsync(Found, default);
        Assert.Equal(comparison.Progress.Differences, _found.Count);
        return result;
    }

    private ValueTask Found(DocumentDifference difference, CancellationToken cancellationToken)
    {
        _found.Add(difference);
        return ValueTask.CompletedTask;
    }

    private const string Order =
        """{"Item":{"pk":{"S":"pk#"},"sk":{"N":"#"},"text":{"S":"text #"},"tags":{"SS":["b","a"]},"nested":{"M":{"list":{"L":[{"NULL":true},{"M":{"amount":{"N":"#.25"}}}]}}}}}""";

    private static FakeSource Orders(int count) => new(s_keys, Lines(count, 0, 2), Lines(count, 1, 2));

    private static string[] Lines(int count, int from, int step) =>
        [.. Enumerable.Range(0, count).Where(i => i % step == from).Select(i =>
            Order.Replace("#", $"{i}"))];

    private static string Expiring(int number, long expires) =>
        """{"Item":{"pk":{"S":"a"},"sk":{"N":"#"},"expires":{"N":"@"}}}""".Replace("#", $"{number}").Replace("@", $"{expires}");

    /// <summary>A clock that is further on each time the date is asked for.</summary>
    private sealed class MovingClock(DateTimeOffset start, TimeSpan step, int stopAfter = int.MaxValue) : TimeProvider
    {
        private int _asked = -1;

        public override DateTimeOffset GetUtcNow() => start + step * Math.Min(stopAfter, Interlocked.Increment(ref _asked));
    }
}
