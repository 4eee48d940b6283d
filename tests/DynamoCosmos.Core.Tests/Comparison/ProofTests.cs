using DynamoCosmos.Basics;
using DynamoCosmos.Comparison;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Comparison;

/// <summary>A comparison that passed has proved something: every item is matched, expired, or left out by a rule.</summary>
public sealed class ProofTests
{
    private static readonly KeyMap s_keys = new(new("pk", KeyType.S));
    private static readonly KeyMap s_mistyped = new(new("pk", KeyType.N));

    private readonly List<DocumentDifference> _found = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_empty_container_fails_where_every_item_is_rejected(bool isSample)
    {
        ComparisonResult result = await CompareAsync(new(s_mistyped, Items(300)), new(), isSample: isSample);
        Assert.Equal((false, 300L, 0L, 300L, 0L), (result.Passed, result.SourceItems, result.Matched, result.Rejected, result.Missing));
        MigrationException failure = result.GetFailure()!;
        Assert.Equal("ItemsRejected", failure.ErrorId);
        Assert.Contains("300 of 300 items", failure.Message, StringComparison.Ordinal);
        Assert.Contains("line 1 of file0, KeyTypeMismatch", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(9, true)]
    public async Task Rejected_items_pass_as_far_as_they_are_allowed(int allowed, bool passes)
    {
        FakeSource source = new(s_keys, ["not JSON", .. Items(10), """{"Item":{"sk":{"S":"no key"}}}"""]);
        FakeContainer container = new();
        await container.ImportAsync(source);
        ComparisonResult result = await CompareAsync(source, container, new() { AllowRejected = allowed });
        Assert.Equal((passes, 10L, 2L, (long)allowed), (result.Passed, result.Matched, result.Rejected, result.AllowedRejected));
        Assert.Equal(passes ? null : "ItemsRejected", result.GetFailure()?.ErrorId);
    }

    [Fact]
    public async Task Rejected_items_of_a_window_of_changes_fail_it_too()
    {
        FakeSource source = new(s_keys, ["not JSON"]) { Span = new("arn", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1)) };
        MigrationComparison comparison = new(source, new FakeContainer(), new(source.Keys, new ConversionOptions()), 0, new());
        Assert.Equal("ItemsRejected", (await comparison.RunChangesAsync(Found, default)).GetFailure()!.ErrorId);
    }

    [Fact]
    public async Task What_is_allowed_is_allowed_once_and_not_for_each_container()
    {
        ComparisonResult one = await CompareAsync(new(s_keys, ["not JSON"]), new(), new() { AllowRejected = 1 });
        Assert.True(one.Passed);
        Assert.False(ComparisonResult.Sum("both", [one, one], default).Passed);
        Assert.False(ComparisonResult.Sum("one, and an item without a route", [one], (1, 0)).Passed);
        Assert.True(ComparisonResult.Sum("one, and an item that is filtered", [one], (0, 1)).Passed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_repair_cannot_pass_by_writing_one_item_over_another(bool isSample)
    {
        FakeSource source = new(s_keys,
            [.. Enumerable.Range(0, 30).Select(n => $$$$"""{"Item":{"pk":{"S":"customer{{{{n % 4}}}}"},"sk":{"N":"{{{{n}}}}"}}}""")]);
        FakeContainer container = new();
        await container.ImportAsync(source);
        Assert.Equal(4, container.Count);
        ComparisonResult result = await CompareAsync(source, container, isSample: isSample, repair: true);
        Assert.Equal((false, 26L, 0L), (result.Passed, result.Missing + result.Different, result.Repaired));
        Assert.All(_found, found => Assert.Contains(Setting.SortKeyAttribute, found.RepairError, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_source_that_gives_fewer_items_than_it_promises_proves_nothing()
    {
        FakeSource source = new(s_keys, Items(10)) { Promised = 11 };
        FakeContainer container = new();
        await container.ImportAsync(source);
        Assert.Equal("CountMismatch", (await Assert.ThrowsAsync<MigrationException>(() => CompareAsync(source, container))).ErrorId);
    }

    private static string[] Items(int count) =>
        [.. Enumerable.Range(0, count).Select(static n => $$$$"""{"Item":{"pk":{"S":"k{{{{n}}}}"}}}""")];

    private Task<ComparisonResult> CompareAsync(FakeSource source, FakeContainer container, ComparisonOptions? options = null,
        bool isSample = false, bool repair = false)
    {
        MigrationComparison comparison =
            new(source, container, new(source.Keys, new ConversionOptions()), 0, options ?? new(), repair ? container : null);
        return isSample ? comparison.RunSampleAsync(1_000, 1, Found, default) : comparison.RunAsync(Found, default);
    }

    private ValueTask Found(DocumentDifference difference, CancellationToken cancellationToken)
    {
        _found.Add(difference);
        return ValueTask.CompletedTask;
    }
}
