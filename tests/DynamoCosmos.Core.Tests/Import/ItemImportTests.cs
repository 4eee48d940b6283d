using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Import;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Import;

public sealed class ItemImportTests
{
    private readonly ImportBench _bench = new();

    [Fact]
    public async Task Every_item_arrives_once_and_the_counts_add_up()
    {
        ImportResult result = await _bench.RunAsync();
        _bench.AssertAllArrived(300);
        Assert.All(_bench.Sink.Tries.Values, static tries => Assert.Equal(1, tries));
        Assert.True(result.Completed);
        Assert.Equal(300, result.Read);
        Assert.Equal(300, result.Written);
        Assert.Equal(300 * 5.71, result.RequestCharge, 6);
        Assert.Equal((3, 3), (result.UnitsDone, result.UnitsTotal!.Value));
        Assert.Equal(1, result.Runs);
        Assert.Null(result.RejectedItemPath);
        Assert.NotNull(result.CheckpointPath);
    }

    [Fact]
    public async Task An_export_without_items_or_without_files_is_complete_at_once()
    {
        _bench.Source = new();
        Assert.True((await _bench.RunAsync()).Completed);
        ImportBench empty = new() { Source = new() };
        empty.Source.Add();
        empty.Source.Add();
        ImportResult result = await empty.RunAsync();
        Assert.True(result.Completed);
        Assert.Equal((0, 2), (result.Read, result.UnitsDone));
    }

    [Fact]
    public async Task Without_a_checkpoint_a_run_begins_at_the_beginning_each_time()
    {
        _bench.HasCheckpoint = false;
        await _bench.RunAsync();
        ImportResult again = await _bench.RunAsync();
        Assert.Equal(300, again.Written);
        Assert.False(again.WasComplete);
        Assert.All(_bench.Sink.Tries.Values, static tries => Assert.Equal(2, tries));
    }

    [Fact]
    public async Task Expired_items_are_counted_and_not_written()
    {
        _bench.Source = new();
        long past = _bench.Time.GetUtcNow().ToUnixTimeSeconds() - 60;
        _bench.Source.Add(ListSource.Item("old", "expires", "N", $"{past}"), ListSource.Item("new", "expires", "N", $"{past + 120}"));
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((2, 1, 1), (result.Read, result.Written, result.Expired));
        Assert.Contains("\"ttl\":60", _bench.Sink.Documents["new"]);
    }

    [Fact]
    public async Task Deletes_of_an_incremental_record_are_counted_and_one_of_nothing_is_fine()
    {
        _bench.Source = new();
        _bench.Sink.Documents["gone"] = "{}";
        _bench.Source.Add(
            """{"Metadata":{"WriteTimestampMicros":{"N":"1"}},"Keys":{"pk":{"S":"gone"}}}""",
            """{"Metadata":{"WriteTimestampMicros":{"N":"2"}},"Keys":{"pk":{"S":"never"}}}""");
        _bench.Sink.Script = static (write, _) => write.Id == "never" ? new(404, 0, 1) : null;
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((2, 2, 0), (result.Read, result.Deleted, result.Rejected));
        Assert.Empty(_bench.Sink.Documents);
    }

    [Fact]
    public async Task Refused_items_go_to_the_file_with_all_that_is_known_of_them()
    {
        _bench.Source = new() { Keys = new(new("pk", KeyType.S)) };
        _bench.Source.Add(ListSource.Line(1), "not json", """{"Item":{"n":{"N":"1"}}}""",
            """{"Item":{"pk":{"S":"big"},"x":{"S":"\u00e9<"}}}""");
        _bench.Sink.Script = static (write, _) => write.Id == "big" ? new(413, 7, 1.5, null, "Request size is too large") : null;
        ImportResult result = await _bench.RunAsync();

        Assert.Equal((4, 1, 3), (result.Read, result.Written, result.Rejected));
        Assert.NotNull(result.RejectedItemPath);
        List<RejectedItem> rejected = [.. _bench.Disk.RejectedItems.OrderBy(static item => item.Line)];
        Assert.Equal([RejectionReason.MalformedItem, RejectionReason.MissingKey, RejectionReason.Refused],
            rejected.Select(static item => item.Reason));
        Assert.Equal([2, 3, 4], rejected.Select(static item => item.Line));
        Assert.All(rejected, static item => Assert.Equal("AWSDynamoDB/01/data/000.json.gz", item.DataFile));
        Assert.Equal("not json", rejected[0].Item);
        Assert.Null(rejected[0].Id);
        Assert.Equal(("big", """["big"]""", 413, 7, "Request size is too large"),
            (rejected[2].Id, rejected[2].PartitionKey, rejected[2].Status, rejected[2].SubStatus, rejected[2].Detail));
        Assert.Equal("""{"Item":{"pk":{"S":"big"},"x":{"S":"\u00e9<"}}}""", rejected[2].Item);
    }

    [Fact]
    public async Task A_line_that_no_item_can_fill_is_a_rejection_that_is_marked_as_cut()
    {
        _bench.Source = new();
        _bench.Source.Add(ListSource.Line(1), "{\"Item\":{\"pk\":{\"S\":\"" + new string('x', 150_000), ListSource.Line(2));
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((3, 2, 1), (result.Read, result.Written, result.Rejected));
        RejectedItem rejected = Assert.Single(_bench.Disk.RejectedItems);
        Assert.True(rejected.IsItemCut);
        Assert.Equal(RejectionReason.ItemTooLarge, rejected.Reason);
        Assert.InRange(rejected.Item.Length, 1000, 65_536);
    }

    [Fact]
    public async Task What_the_file_of_rejected_items_held_before_stays()
    {
        string before = "{\"dataFile\":\"other\",\"line\":1,\"reason\":\"MalformedItem\",\"item\":\"x\"}\n";
        _bench.Disk.SetRejections(before);
        _bench.Source = new();
        _bench.Source.Add("bad");
        await _bench.RunAsync();
        Assert.Equal(["other", "AWSDynamoDB/01/data/000.json.gz"], _bench.Disk.RejectedItems.Select(static item => item.DataFile));
        await _bench.RunAsync(_bench.Options with { Restart = true });
        Assert.Equal(["other", "AWSDynamoDB/01/data/000.json.gz"], _bench.Disk.RejectedItems.Select(static item => item.DataFile));
    }

    [Fact]
    public async Task More_rejections_than_allowed_stop_the_run_and_can_be_seen()
    {
        _bench.Source = new();
        _bench.Source.Add([.. Enumerable.Range(0, 1000).Select(static number => number < 500 ? "bad" : ListSource.Line(number))]);
        MigrationException error = await _bench.FailAsync(_bench.Options with { MaxRejectedItems = 10 });
        Assert.Equal("TooManyRejectedItems", error.ErrorId);
        Assert.InRange(_bench.Disk.RejectedItems.Count, 11, 500);

        ImportResult result = await _bench.RunAsync();
        Assert.Equal((1000, 500, 500, 2), (result.Read, result.Written, result.Rejected, result.Runs));
        Assert.Equal(500, _bench.Disk.RejectedItems.Select(static item => item.Line).Distinct().Count());
        Assert.Equal(500, _bench.Disk.RejectedItems.Count);
    }

    [Fact]
    public async Task A_damaged_file_fails_the_run_after_the_others_are_imported_and_alone_is_read_again()
    {
        ListSource.Unit damaged = _bench.Source.Units[1];
        byte[] whole = damaged.File;
        damaged.File = whole[..^9];
        MigrationException error = await _bench.FailAsync();
        Assert.Equal("DataFileDamaged", error.ErrorId);
        Assert.Contains("001.json.gz", Assert.Single(_bench.Warnings));
        Assert.Contains("\"completedUnits\": \"0,2\"", _bench.Disk.CheckpointText);

        damaged.File = whole;
        _bench.Source.Opened.Clear();
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((300, 2, true), (result.Read, result.Runs, result.Completed));
        Assert.Equal([damaged.Name], _bench.Source.Opened);
        _bench.AssertAllArrived(300);
    }

    [Fact]
    public async Task Of_a_file_whose_text_turns_out_wrong_nothing_is_claimed_not_even_its_rejections()
    {
        _bench.Source = ListSource.Of(1, 100);
        // Keys of their own: items that share a key with those of the first file would rightly be told as replaced.
        ListSource wrong = new();
        wrong.Add([.. Enumerable.Range(1_000, 20_000).Select(static number => number % 2 == 0 ? "bad" : ListSource.Line(number))]);
        ListSource.Unit unit = _bench.Source.Add(
            [.. Enumerable.Range(1_000, 20_000).Select(static number => number % 4 == 0 ? "bad" : ListSource.Line(number))]);
        (byte[] right, unit.File) = (unit.File, wrong.Units[0].File);
        Assert.Equal("DataFileMd5Mismatch", (await _bench.FailAsync()).ErrorId);
        Assert.Contains("\"openUnits\": []", _bench.Disk.CheckpointText);
        Assert.Empty(_bench.Disk.RejectedItems);

        unit.File = right;
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((20_100, 5_000, true), (result.Read, result.Rejected, result.Completed));
        Assert.Equal(5_000, _bench.Disk.RejectedItems.Count);
    }

    [Fact]
    public async Task Another_count_than_the_manifests_is_an_error_that_names_the_file()
    {
        _bench.Source.Units[2].ItemCount = 101;
        MigrationException error = await _bench.FailAsync();
        Assert.Equal("CountMismatch", error.ErrorId);
        Assert.Contains("002.json.gz", error.Message);
        Assert.DoesNotContain("completedAt", _bench.Disk.CheckpointText);
    }

    [Fact]
    public async Task Another_sum_than_the_manifests_is_an_error()
    {
        _bench.Source.ItemCount = 301;
        MigrationException error = await _bench.FailAsync();
        Assert.Equal("CountMismatch", error.ErrorId);
        Assert.Contains("301", error.Message);
    }

    [Fact]
    public async Task Many_failing_files_end_the_run_early()
    {
        _bench.Source = ListSource.Of(60, 1);
        foreach (ListSource.Unit unit in _bench.Source.Units) unit.File = [1, 2, 3];
        MigrationException error = await _bench.FailAsync();
        Assert.Equal("DataFileDamaged", error.ErrorId);
        Assert.InRange(_bench.Source.Opened.Count, 20, 25);
    }

    [Fact]
    public async Task A_reader_that_breaks_in_an_unforeseen_way_ends_the_run_with_the_files_name()
    {
        _bench.Source.Units[1].Wrap = static _ => new BrokenStream();
        MigrationException error = await _bench.FailAsync();
        Assert.Equal("ReadFailed", error.ErrorId);
        Assert.Contains("001.json.gz", error.Message);
        Assert.Contains("disk on fire", error.Message);
    }

    [Fact]
    public async Task Progress_ends_where_the_result_is()
    {
        Assert.Equal(300,
            new ItemImport(_bench.Source, _bench.Sink, new(_bench.Source.Keys, new ConversionOptions()), _bench.Disk.Files, new(),
            _bench.Time).Progress.Total);
        await _bench.RunAsync();
        ImportProgress progress = _bench.Import.Progress;
        Assert.Equal((300, 300, 300, 3, 0), (progress.Read, progress.Done, progress.Total!.Value, progress.UnitsDone, progress.InFlight));
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("disk on fire");
    }
}
