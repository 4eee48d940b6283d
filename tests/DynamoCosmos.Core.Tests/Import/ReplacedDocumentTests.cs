using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Import;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Core.Tests.Import;

/// <summary>Documents that a write finds there already, and what follows from them.</summary>
public sealed class ReplacedDocumentTests
{
    private readonly ImportBench _bench = new();

    [Fact]
    public async Task Created_and_replaced_documents_are_counted_apart()
    {
        for (int i = 0; i < 40; i++) _bench.Sink.Documents[$"k{i}"] = "{}";
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((true, 300L, 260L, 40L), (result.Completed, result.Written, result.Created, result.Replaced));
        Assert.Contains("\"replaced\": 40", _bench.Disk.CheckpointText!, StringComparison.Ordinal);
        Assert.Equal((true, 260L, 40L), (await _bench.RunAsync()) is { } again
            ? (again.WasComplete, again.Created, again.Replaced) : default);
    }

    [Fact]
    public async Task Items_that_replace_each_other_in_an_empty_container_are_no_success()
    {
        _bench.Source = WithoutSortKey();
        MigrationException error = await _bench.FailAsync();
        Assert.Equal("ItemsReplacedEachOther", error.ErrorId);
        Assert.Contains("257 writes", error.Message, StringComparison.Ordinal);
        Assert.Contains(Setting.SortKeyAttribute, error.Message, StringComparison.Ordinal);
        // Nor is it one when it is asked again.
        int writes = _bench.Sink.Writes;
        Assert.Equal("ItemsReplacedEachOther", (await _bench.FailAsync()).ErrorId);
        Assert.Equal(writes, _bench.Sink.Writes);
        // Who knows better can import over them.
        Assert.True((await _bench.RunAsync(_bench.Options with { Restart = true })).Completed);
    }

    [Fact]
    public async Task Keys_that_were_given_by_hand_are_watched_and_nothing_is_replaced()
    {
        _bench.Source = WithoutSortKey();
        ImportResult result = await _bench.RunAsync(_bench.Options with { AreKeysGiven = true });
        Assert.Equal((300L, 43L, 257L, 0L), (result.Read, result.Written, result.Rejected, result.Replaced));
        Assert.All(_bench.Disk.RejectedItems, static item => Assert.Equal(RejectionReason.DuplicateId, item.Reason));
        Assert.Contains(Setting.SortKeyAttribute, Assert.Single(_bench.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_are_whole_make_no_warning()
    {
        Assert.Equal(300, (await _bench.RunAsync(_bench.Options with { AreKeysGiven = true })).Written);
        Assert.Empty(_bench.Warnings);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_write_that_is_repeated_after_a_lost_answer_replaces_nothing(int status)
    {
        _bench.Sink.Script = (write, tries) =>
        {
            if (tries > 1) return null;
            // Carried out, and then the answer was lost.
            _bench.Sink.Documents[write.Id] = "{}";
            return new(status, 0, 0);
        };
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((true, 300L, 0L, 300L), (result.Completed, result.Created, result.Replaced, result.Retries));
    }

    [Fact]
    public async Task A_throttled_write_was_not_done_so_what_it_finds_is_anothers()
    {
        for (int i = 0; i < 5; i++) _bench.Sink.Documents[$"k{i}"] = "{}";
        _bench.Sink.Script = static (_, tries) => tries == 1 ? new(429, 3200, 0, TimeSpan.FromMilliseconds(5)) : null;
        Assert.Equal(5, (await _bench.RunAsync()).Replaced);
    }

    [Fact]
    public async Task A_run_that_goes_on_after_a_kill_writes_again_without_an_alarm()
    {
        bool killed = false;
        _bench.Sink.Stored = count =>
        {
            if (count < 150 || killed) return;
            killed = true;
            _bench.Disk.PowerOff();
        };
        await Assert.ThrowsAnyAsync<Exception>(() => _bench.RunAsync());
        _bench.Sink.Stored = null;
        _bench.Disk = _bench.Disk.PowerOn(new(1));
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((true, 2, 300L, 0L), (result.Completed, result.Runs, result.Written, result.Replaced));
        Assert.Contains(_bench.Sink.Tries, static pair => pair.Value > 1);
    }

    [Fact]
    public async Task A_container_that_became_another_ends_the_import_before_it_is_complete()
    {
        _bench.Sink.Replaced = ImportErrors.TargetReplaced("shop/orders", "it was deleted and made again.");
        Assert.Equal("TargetContainerReplaced", (await _bench.FailAsync()).ErrorId);
        Assert.DoesNotContain("completedAt", _bench.Disk.CheckpointText!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_not_the_services_stops_the_run_and_rejects_nothing()
    {
        foreach (int status in new[] { 400, 404, 407, 413, 421 })
        {
            _bench.Sink.Script = (_, _) => new(status, WriteRules.NotOfTheService, 0);
            Assert.Equal("WriteRefusedOnTheWay", (await _bench.FailAsync()).ErrorId);
            Assert.Empty(_bench.Disk.RejectedItems);
        }
    }

    /// <summary>300 items of 43 customers, whose sort key nobody named.</summary>
    private static ListSource WithoutSortKey()
    {
        ListSource source = new();
        for (int unit = 0; unit < 3; unit++) source.Add(
            [.. Enumerable.Range(unit * 100, 100).Select(static n => ListSource.Item($"customer{n % 43}", "order", "N", $"{n}"))]);
        return source;
    }
}
