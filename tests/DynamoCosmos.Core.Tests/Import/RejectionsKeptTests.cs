using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Import;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Core.Tests.Import;

/// <summary>A checkpoint claims a rejected item only when its line is durable, whatever fails in between and however often.</summary>
[Trait("Category", "Slow")]
public sealed class RejectionsKeptTests
{
    private const string Full = "/data/.dynamocosmos/orders.rejected.ndjson";

    private readonly ImportBench _bench = new();
    private readonly HashSet<string> _bad = [];
    private int _items;

    public RejectionsKeptTests() => _bench.Source = SourceOf(units: 6, lines: 4_000);

    [Fact]
    public async Task A_disk_that_is_full_once_loses_no_rejected_item()
    {
        SlowDown();
        int failures = 0;
        _bench.Disk.AppendFailure = _ => failures++ == 0 ? DiskFull() : null;
        Assert.Equal("RejectionFileNotWritable", (await _bench.FailAsync()).ErrorId);
        await FinishAsync();
        Assert.InRange(failures, 2, int.MaxValue);
    }

    [Fact]
    public async Task A_disk_that_stays_full_until_the_run_has_ended_loses_no_rejected_item()
    {
        SlowDown();
        _bench.Disk.AppendFailure = static length => length > 20_000 ? DiskFull() : null;
        Assert.Equal("RejectionFileNotWritable", (await _bench.FailAsync()).ErrorId);
        Assert.Equal("RejectionFileNotWritable", (await _bench.FailAsync()).ErrorId);
        await FinishAsync();
    }

    [Fact]
    public async Task A_disk_that_is_full_at_the_very_end_loses_no_rejected_item()
    {
        // So fast that only the last flush appends.
        _bench.Disk.AppendFailure = static _ => DiskFull();
        Assert.Equal("RejectionFileNotWritable", (await _bench.FailAsync()).ErrorId);
        Assert.DoesNotContain("completedAt", _bench.Disk.CheckpointText);
        await FinishAsync();
    }

    [Fact]
    public async Task A_checkpoint_that_fails_once_after_its_rejections_were_appended_claims_them_later()
    {
        SlowDown();
        int writes = 0;
        _bench.Disk.Appended = () =>
            _bench.Disk.WriteFailure = writes++ == 0 ? RunFileErrors.CheckpointNotWritable("/data", "the disk is full.") : null;
        Assert.Equal("CheckpointNotWritable", (await _bench.FailAsync()).ErrorId);
        _bench.Disk.WriteFailure = null;
        await FinishAsync();
    }

    [Fact]
    public async Task Large_rejections_of_which_some_are_appended_before_the_disk_is_full_stand_there_once()
    {
        _bench.Source = SourceOf(units: 4, lines: 300, badEvery: 1, badBytes: 50_000);
        _bench.Disk.AppendFailure = static length => length > 10_000_000 ? DiskFull() : null;
        Assert.Equal("RejectionFileNotWritable", (await _bench.FailAsync()).ErrorId);
        await FinishAsync();
    }

    [Fact]
    public async Task A_process_that_dies_between_append_and_checkpoint_leaves_each_rejected_item_once()
    {
        SlowDown();
        bool isOff = false;
        _bench.Sink.Script = (_, _) => isOff ? throw new OperationCanceledException("The power is off.") : null;
        _bench.Disk.Appended = () =>
        {
            isOff = true;
            _bench.Disk.PowerOff();
        };
        await Assert.ThrowsAnyAsync<Exception>(() => _bench.RunAsync());
        Assert.NotEmpty(_bench.Disk.RejectedItems);
        _bench.Sink.Script = null;
        _bench.Disk = _bench.Disk.PowerOn(new(1));
        await FinishAsync();
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task However_often_disks_are_full_each_rejected_item_stands_there_once(int seed)
    {
        Random random = new(seed);
        SlowDown();
        object gate = new();
        _bench.Disk.AppendFailure = _ =>
        {
            lock (gate) return random.Next(3) == 0 ? DiskFull() : null;
        };
        for (int life = 0; life < 6; life++)
        {
            _bench.Disk.WriteFailure = null;
            int writes = random.Next(1, 6);
            _bench.Disk.Appended = () =>
                _bench.Disk.WriteFailure = --writes == 0 ? RunFileErrors.CheckpointNotWritable("/data", "the disk is full.") : null;
            try
            {
                await _bench.RunAsync();
            }
            catch (MigrationException error) when (error.ErrorId is "RejectionFileNotWritable" or "CheckpointNotWritable")
            {
                // The next life goes on.
            }
        }
        await FinishAsync();
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 8)];

    [Fact]
    public async Task A_file_whose_counts_do_not_add_up_claims_none_of_its_rejected_items()
    {
        // Two units, of which the second promises an item more than it has; the reader that would say so is not asked.
        _bench.Source = SourceOf(units: 2, lines: 200);
        Assert.Equal("CountsDoNotAddUp", (await FailWithWrongPromiseAsync()).ErrorId);
        await FinishAsync();
    }

    [Fact]
    public async Task Lines_that_are_no_items_fill_no_disk_but_are_counted_and_refused_items_are_all_kept()
    {
        ListSource source = new();
        string nothing = new('\0', 20_000), big = new('y', 90_000);
        for (int unit = 0; unit < 3; unit++)
            source.Add([.. Enumerable.Range(0, 400)
                .Select(n => n % 10 == 0
                ? ListSource.Item($"k{n}", "expires", "X", "1") : n == 5
                ? big : n % 2 == 0 ? $"{{\"Item\":{{\"other\":{{\"S\":\"{unit} {n}\"}}}}}}" : nothing)]);
        _bench.Source = source;
        ImportResult result = await _bench.RunAsync(_bench.Options with { MaxUnreadableBytes = 1_000_000 });
        Assert.Equal((1_200, 1_200), (result.Read, result.Rejected));
        Assert.InRange(_bench.Disk.RejectionsText.Length, 1_000_000, 1_600_000);
        // A key is missing in 160 of each 400; 200 are no items, and 40 have a type that there is not.
        Assert.Equal(480, _bench.Disk.RejectedItems.Count(static item => item.Reason == RejectionReason.MissingKey));
        Assert.All(_bench.Disk.RejectedItems, static item => Assert.InRange(item.Item.Length, 1, 65_536));
        Assert.Contains(_bench.Disk.RejectedItems, static item => item.IsItemCut);
        Assert.Single(_bench.Warnings, static warning =>
            warning.Contains("are counted as rejected but not written", StringComparison.Ordinal));
    }

    private async Task<MigrationException> FailWithWrongPromiseAsync()
    {
        ListSource.Unit unit = _bench.Source.Units[1];
        unit.Promised = unit.ItemCount + 1;
        MigrationException error = await _bench.FailAsync();
        unit.Promised = null;
        return error;
    }

    private void SlowDown()
    {
        _bench.Sink.Delay = async cancellationToken => await Task.Delay(TimeSpan.FromMilliseconds(100), _bench.Time, cancellationToken);
        _bench.Options = _bench.Options with { MaxInFlight = 200 };
    }

    private static MigrationException DiskFull() => RunFileErrors.RejectionFileNotWritable(Full, "No space left on device.");

    private async Task FinishAsync()
    {
        (_bench.Disk.AppendFailure, _bench.Disk.Appended, _bench.Disk.WriteFailure, _bench.Sink.Delay) = (null, null, null, null);
        ImportResult result = await _bench.RunAsync();
        Assert.True(result.Completed);
        Assert.Equal((_items, _items - _bad.Count, _bad.Count), (result.Read, result.Written, result.Rejected));
        Assert.Equal(_bad.Order(), _bench.Disk.RejectedItems.Select(static item => item.Item).Order());
    }

    private ListSource SourceOf(int units, int lines, int badEvery = 20, int badBytes = 100)
    {
        ListSource source = new();
        _bad.Clear();
        _items = 0;
        string rest = new('x', badBytes);
        for (int unit = 0; unit < units; unit++)
        {
            List<string> text = [];
            for (int line = 0; line < lines; line++, _items++)
            {
                bool isBad = _items % badEvery == 0;
                if (isBad) _bad.Add($"bad{_items} {rest}");
                text.Add(isBad ? $"bad{_items} {rest}" : ListSource.Line(_items));
            }
            source.Add([.. text]);
        }
        return source;
    }
}
