using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Import;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Sandbox;

namespace DynamoCosmos.Core.Tests.Import;

[Trait("Category", "Slow")]
public sealed class ImportResumeTests
{
    private readonly ImportBench _bench = new();

    [Fact]
    public async Task An_import_that_is_complete_writes_nothing_when_run_again_and_says_so()
    {
        ImportResult first = await _bench.RunAsync();
        ImportResult again = await _bench.RunAsync();
        Assert.True(again.WasComplete);
        // Records compare a list by its reference.
        Assert.Empty(again.History);
        Assert.Equal(first.Containers, again.Containers);
        Assert.Equal(
            first with { WasComplete = true, Duration = default, TotalDuration = default, PeakInFlight = 0, History = [], Containers = [] },
            again with { TotalDuration = default, History = [], Containers = [] });
        Assert.All(_bench.Sink.Tries.Values, static tries => Assert.Equal(1, tries));
    }

    [Fact]
    public async Task Restart_imports_again_and_leaves_the_same_documents()
    {
        await _bench.RunAsync();
        Dictionary<string, string> before = new(_bench.Sink.Documents);
        ImportResult again = await _bench.RunAsync(_bench.Options with { Restart = true });
        Assert.Equal((300, 1, false), (again.Written, again.Runs, again.WasComplete));
        Assert.Equal(before, new Dictionary<string, string>(_bench.Sink.Documents));
        Assert.All(_bench.Sink.Tries.Values, static tries => Assert.Equal(2, tries));
    }

    [Fact]
    public async Task A_schedule_of_short_runs_finishes_even_a_single_large_file()
    {
        _bench.Source = ListSource.Of(1, 60_000);
        _bench.Sink.Delay = async cancellationToken => await Task.Delay(TimeSpan.FromMilliseconds(100), _bench.Time, cancellationToken);
        ImportOptions options = _bench.Options with { StopAfter = TimeSpan.FromSeconds(10), MaxInFlight = 200 };
        int runs = 0;
        long before = 0;
        ImportResult result;
        do
        {
            result = await _bench.RunAsync(options);
            runs++;
            Assert.Equal(runs, result.Runs);
            Assert.True(result.Read > before || result.Completed, $"run {runs} got nowhere after {before} items");
            Assert.InRange(result.Duration, TimeSpan.Zero, TimeSpan.FromSeconds(11));
            before = result.Read;
        }
        while (!result.Completed);
        Assert.InRange(runs, 3, 12);
        Assert.Equal(60_000, result.Written);
        _bench.AssertAllArrived(60_000);
        Assert.InRange(_bench.Sink.Tries.Values.Sum(), 60_000, 60_000 + (runs * 1_000));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public async Task A_schedule_of_runs_that_are_shorter_than_what_is_in_flight_gets_on(int seconds)
    {
        // 50 writes a second, and 2,000 in flight: 40 seconds' worth of work.
        _bench.Source = ListSource.Of(1, 3_000);
        long second = 0;
        int inSecond = 0;
        object gate = new();
        _bench.Sink.Script = (_, _) =>
        {
            lock (gate)
            {
                long now = _bench.Time.GetUtcNow().ToUnixTimeSeconds();
                if (now != second) (second, inSecond) = (now, 0);
                return ++inSecond <= 50 ? null : new(429, 3200, 0.4, TimeSpan.FromSeconds(1));
            }
        };
        ImportOptions options = _bench.Options with { StopAfter = TimeSpan.FromSeconds(seconds), MaxInFlight = 2_000 };
        long before = 0;
        ImportResult result = await _bench.RunAsync(options);
        for (; !result.Completed; result = await _bench.RunAsync(options))
        {
            Assert.True(result.Read >= before + (30 * seconds), $"run {result.Runs} settled {result.Read - before} items after {before}");
            before = result.Read;
        }
        _bench.AssertAllArrived(3_000);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_tells_the_next_one_what_it_spent_and_keeps_most_of_what_it_wrote()
    {
        _bench.Source = ListSource.Of(1, 20_000);
        _bench.Sink.Delay = async cancellationToken => await Task.Delay(TimeSpan.FromMilliseconds(100), _bench.Time, cancellationToken);
        using CancellationTokenSource stop = new();
        _bench.Sink.Stored = count =>
        {
            if (count == 4_000) stop.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _bench.RunAsync(_bench.Options with { MaxInFlight = 200 }, stop.Token));
        int first = _bench.Sink.Writes;
        _bench.Sink.Stored = static _ => { };
        ImportResult result = await _bench.RunAsync();
        Assert.Equal(20_000, result.Written);
        Assert.InRange(_bench.Sink.Writes, 20_000, 20_600);
        // Only the answers of writes that were given up at the moment of the cancellation are not known.
        Assert.InRange(result.RequestCharge, (_bench.Sink.Writes - 300) * 5.71, (_bench.Sink.Writes * 5.71) + 0.01);
        Assert.True(first >= 4_000);
    }

    [Fact]
    public async Task A_file_that_takes_long_is_claimed_in_part_so_that_a_crash_does_not_undo_it_all()
    {
        _bench.Source = ListSource.Of(1, 60_000);
        _bench.Sink.Delay = async cancellationToken => await Task.Delay(TimeSpan.FromSeconds(2), _bench.Time, cancellationToken);
        bool isOff = false;
        _bench.Sink.Script = (_, _) => isOff ? throw new OperationCanceledException() : null;
        _bench.Sink.Stored = count =>
        {
            if (count != 45_000) return;
            isOff = true;
            _bench.Disk.PowerOff();
        };
        await Assert.ThrowsAnyAsync<Exception>(() => _bench.RunAsync(_bench.Options with { MaxInFlight = 200 }));
        Assert.True(_bench.Time.GetUtcNow().Minute > 5, $"{_bench.Time.GetUtcNow():T}");

        _bench.Disk = _bench.Disk.PowerOn(new(1));
        (_bench.Sink.Delay, _bench.Sink.Script, _bench.Sink.Stored) = (null, null, null);
        _bench.Sink.Tries.Clear();
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((60_000, 60_000), (result.Read, result.Written));
        Assert.InRange(_bench.Sink.Tries.Count, 15_000, 40_000);
        Assert.Equal(60_000, _bench.Sink.Documents.Count);
    }

    [Fact]
    public async Task Each_changed_setting_is_refused_with_the_difference()
    {
        await _bench.RunAsync();
        (Action<ImportBench> Change, string Says)[] changes =
        [
            (static bench => bench.Conversion = new() { NumberMode = NumberMode.String }, "numberMode was 'Exact' and is 'String' now"),
            (static bench => bench.Conversion = new() { ExpiredItem = ExpiredItemAction.Keep }, "expiredItem was 'Skip' and is 'Keep' now"),
            (static bench => bench.Conversion = new() { IdFrom = IdSource.Attribute, IdAttribute = "n" },
                "idFrom was 'Keys' and is 'Attribute n' now"),
            (static bench => bench.Conversion = new() { PartitionKeyPaths = ["/n"] }, "partitionKeyPath was '/pk' and is '/n' now"),
            (static bench => bench.Sink = new() { Identity = "another container" }, "target was"),
            (static bench => bench.Source = new() { Identity = "another export", ItemCount = 300 }, "source was"),
            (static bench => bench.Source = new() { Identity = bench.Source.Identity, ItemCount = 300, Keys = new(new("pk", KeyType.S)) },
                "ttlAttribute was 'expires' and is 'none' now"),
        ];
        foreach ((Action<ImportBench> change, string says) in changes)
        {
            ImportBench other = new() { Disk = _bench.Disk };
            change(other);
            MigrationException error = await other.FailAsync();
            Assert.Equal("CheckpointMismatch", error.ErrorId);
            Assert.Contains(says, error.Message);
            Assert.Empty(other.Sink.Tries);
        }
    }

    [Fact]
    public async Task Two_runs_at_once_are_refused_with_who_holds_the_checkpoint()
    {
        TaskCompletionSource go = new();
        _bench.Sink.Delay = _ => go.Task;
        Task<ImportResult> first = _bench.RunAsync();
        ImportBench second = new() { Source = _bench.Source, Sink = _bench.Sink, Disk = _bench.Disk };
        await Eventually.UntilAsync(() => _bench.Sink.InFlight > 0);
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => second.RunAsync());
        Assert.Equal("RunAlreadyActive", error.ErrorId);
        Assert.Contains($"process {Environment.ProcessId}", error.Message);
        go.SetResult();
        Assert.True((await first).Completed);
        Assert.True((await second.RunAsync()).WasComplete);
    }

    [Fact]
    public async Task A_run_that_loses_its_hold_stops_and_writes_nothing_more_to_the_checkpoint()
    {
        _bench.Source = ListSource.Of(2, 20_000);
        string? then = null;
        _bench.Sink.Stored = count =>
        {
            if (count != 10_000) return;
            then = _bench.Disk.CheckpointText;
            _bench.Disk.Lost.Cancel();
        };
        MigrationException error = await _bench.FailAsync();
        Assert.Equal("CheckpointHoldLost", error.ErrorId);
        Assert.Equal(then, _bench.Disk.CheckpointText);
        Assert.InRange(_bench.Sink.Documents.Count, 10_000, 20_000);
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_written_stops_the_run_before_the_first_document()
    {
        _bench.Disk.WriteFailure = RunFileErrors.CheckpointNotWritable("/data", "read-only.");
        Assert.Equal("CheckpointNotWritable", (await _bench.FailAsync()).ErrorId);
        Assert.Empty(_bench.Sink.Tries);
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_written_any_more_stops_the_run()
    {
        _bench.Source = ListSource.Of(50, 1_000);
        _bench.Sink.Delay = async cancellationToken => await Task.Delay(TimeSpan.FromMilliseconds(200), _bench.Time, cancellationToken);
        _bench.Sink.Stored = count =>
        {
            if (count == 3_000) _bench.Disk.WriteFailure = RunFileErrors.CheckpointNotWritable("/data", "the disk is full.");
        };
        Assert.Equal("CheckpointNotWritable", (await _bench.FailAsync()).ErrorId);
        Assert.InRange(_bench.Sink.Documents.Count, 3_000, 30_000);
        _bench.Disk.WriteFailure = null;
        _bench.Sink.Stored = null;
        _bench.Sink.Delay = null;
        await _bench.RunAsync();
        _bench.AssertAllArrived(50_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"schema\":99}")]
    [InlineData("{\"schema\":1}")]
    [InlineData("null")]
    public async Task A_checkpoint_that_makes_no_sense_is_an_error_and_restart_the_way_out(string text)
    {
        _bench.Disk.SetCheckpoint(text);
        MigrationException error = await _bench.FailAsync();
        Assert.Equal("CheckpointNotReadable", error.ErrorId);
        Assert.Contains(Setting.Restart, error.Message);
        Assert.True((await _bench.RunAsync(_bench.Options with { Restart = true })).Completed);
    }

    [Fact]
    public async Task A_file_that_changed_since_its_beginning_was_settled_is_an_error()
    {
        _bench.Source = ListSource.Of(1, 40_000);
        await StopInTheMiddleAsync();
        ListSource other = new();
        other.Add([.. Enumerable.Range(1, 40_000).Select(ListSource.Line)]);
        _bench.Source.Units[0].File = other.Units[0].File;
        _bench.Source.Units[0].Md5 = other.Units[0].Md5;
        MigrationException error = await _bench.FailAsync();
        Assert.Equal("SourceChanged", error.ErrorId);
        Assert.Contains(Setting.Restart, error.Message);
    }

    [Fact]
    public async Task A_unit_that_cannot_be_read_the_same_way_twice_is_read_from_its_beginning()
    {
        _bench.Source = ListSource.Of(1, 40_000);
        _bench.Source.Units[0].IsRepeatable = false;
        Assert.Equal(0, (await StopInTheMiddleAsync()).Read);
        ImportResult result = await _bench.RunAsync();
        Assert.Equal(40_000, result.Read);
        Assert.All(Enumerable.Range(0, 10_000), number => Assert.Equal(2, _bench.Sink.Tries[$"k{number}"]));
    }

    [Fact]
    public async Task What_such_a_unit_rejects_is_claimed_with_it_and_so_never_there_twice()
    {
        string[] lines = [.. Enumerable.Range(0, 40_000)
            .Select(static number => number % 1_000 == 0 ? $"broken {number}" : ListSource.Line(number))];
        _bench.Source = new();
        _bench.Source.Add(lines);
        _bench.Source.Units[0].IsRepeatable = false;
        await StopInTheMiddleAsync();
        // They can be seen at once, though.
        Assert.NotEmpty(_bench.Disk.RejectedItems);
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((40_000, 40, true), (result.Read, result.Rejected, result.Completed));
        Assert.Equal(lines.Where(static line => line[0] == 'b'), _bench.Disk.RejectedItems.Select(static item => item.Item));
    }

    [Fact]
    public async Task The_checkpoint_holds_readable_settings_and_stays_small()
    {
        _bench.Source = ListSource.Of(3_000, 2);
        await _bench.RunAsync();
        Assert.Contains("\"completedUnits\": \"0-2999\"", _bench.Disk.CheckpointText);
        Assert.Contains("\"numberMode\": \"Exact\"", _bench.Disk.CheckpointText);
        Assert.InRange(_bench.Disk.CheckpointText!.Length, 500, 3_000);
    }

    [Fact]
    public async Task Very_many_rejections_pass_through_bounded_memory()
    {
        // 60 MB of rejections; 16 MB may wait.
        _bench.Source = new();
        string line = new('x', 50_000);
        for (int unit = 0; unit < 4; unit++) _bench.Source.Add([.. Enumerable.Repeat(line, 300)]);
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((1200, 1200), (result.Read, result.Rejected));
        Assert.Equal(1200, _bench.Disk.RejectedItems.Select(static item => (item.DataFile, item.Line)).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task However_often_the_power_fails_nothing_is_lost_doubled_or_claimed_too_early(int seed)
    {
        Random random = new(seed);
        ListSource source = new();
        int items = 0;
        HashSet<string> bad = [], good = [];
        for (int unit = random.Next(1, 6); unit > 0; unit--)
        {
            List<string> lines = [];
            for (int line = random.Next(0, 14_000); line > 0; line--, items++)
            {
                bool isBad = random.Next(50) == 0;
                (isBad ? bad : good).Add(isBad ? $"bad{items}" : $"k{items}");
                lines.Add(isBad ? $"bad{items}" : ListSource.Line(items));
            }
            source.Add([.. lines]);
        }
        ScriptedSink container = new();
        MemoryFiles disk = new();
        ImportResult? result = null;
        for (int life = 0; result is null; life++)
        {
            Assert.InRange(life, 0, 60);
            MemoryFiles now = disk;
            int lastWrite = life > 12 ? int.MaxValue : random.Next(0, (2 * items / 3) + 2);
            bool isOff = false;
            ScriptedSink sink = new()
            {
                Delay = static async _ =>
                {
                    if (Random.Shared.Next(400) == 0) await Task.Delay(1, CancellationToken.None);
                    else await Task.Yield();
                },
                Script = (write, _) =>
                {
                    if (isOff) throw new OperationCanceledException("The power is off.");
                    container.Documents[write.Id] = System.Text.Encoding.UTF8.GetString(write.Document.Span);
                    return null;
                },
                Stored = count =>
                {
                    if (count < lastWrite) return;
                    isOff = true;
                    now.PowerOff();
                },
            };
            ItemImport import = new(source, sink, new(source.Keys, new ConversionOptions()), now.Files,
                new() { Parallelism = random.Next(1, 4), CheckpointInterval = TimeSpan.FromMilliseconds(random.Next(1, 20)) },
                TimeProvider.System);
            try
            {
                result = await import.RunAsync(NoMessages.Instance, default);
                Assert.Null(sink.Fault);
            }
            catch (Exception error) when (isOff && error is MigrationException or OperationCanceledException)
            {
                disk = now.PowerOn(random);
            }
        }
        Assert.True(result.Completed);
        Assert.Equal((items, good.Count, bad.Count), (result.Read, result.Written, result.Rejected));
        Assert.Equal(good.Order(), container.Documents.Keys.Order());
        Assert.Equal(bad.Order(), disk.RejectedItems.Select(static item => item.Item).Order());
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    private async Task<ImportResult> StopInTheMiddleAsync()
    {
        _bench.Sink.Delay = async cancellationToken => await Task.Delay(TimeSpan.FromMilliseconds(100), _bench.Time, cancellationToken);
        ImportResult part = await _bench.RunAsync(_bench.Options with { StopAfter = TimeSpan.FromSeconds(10), MaxInFlight = 200 });
        Assert.False(part.Completed);
        if (_bench.Source.Units[0].IsRepeatable) Assert.InRange(part.Read, 10_000, 30_000);
        _bench.Sink.Delay = null;
        return part;
    }
}
