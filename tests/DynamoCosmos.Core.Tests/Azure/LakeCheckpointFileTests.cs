using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Ports;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Blob;

namespace DynamoCosmos.Core.Tests.Azure;

public sealed class LakeCheckpointFileTests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private BlobStandIn _storage = null!;

    public async Task InitializeAsync()
    {
        _storage = await BlobStandIn.StartAsync(new() { Clock = _clock });
        _storage.CreateContainer("lake", "data");
    }

    public async Task DisposeAsync() => await _storage.DisposeAsync();

    [Fact]
    public async Task A_checkpoint_comes_back_as_it_was_written()
    {
        await using ICheckpointFile file = Open();
        await using IRunHold hold = await file.HoldAsync("me", default);

        CheckpointText? before = await file.ReadAsync(default);
        string first = await file.WriteAsync("{\"a\":1}"u8.ToArray(), null, default);
        string second = await file.WriteAsync("{\"a\":2}"u8.ToArray(), first, default);
        CheckpointText? after = await file.ReadAsync(default);

        Assert.Null(before);
        Assert.Equal("{\"a\":2}"u8.ToArray(), after!.Text.ToArray());
        Assert.Equal(second, after.Version);
    }

    [Fact]
    public async Task A_checkpoint_that_is_there_is_not_taken_for_new()
    {
        await using ICheckpointFile file = Open();
        await file.WriteAsync("{}"u8.ToArray(), null, default);

        MigrationException again = await Assert.ThrowsAsync<MigrationException>(() => file.WriteAsync("{1}"u8.ToArray(), null, default));
        MigrationException stale =
            await Assert.ThrowsAsync<MigrationException>(() => file.WriteAsync("{1}"u8.ToArray(), "\"0x1\"", default));

        Assert.Equal("CheckpointChanged", again.ErrorId);
        Assert.Equal("CheckpointChanged", stale.ErrorId);
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_known_again()
    {
        await using ICheckpointFile file = Open();
        await using IRunHold hold = await file.HoldAsync("me", default);
        _storage.Faults.Add(BlobFault.ResetAfter(), "PutBlob");
        string first = await file.WriteAsync("{\"a\":1}"u8.ToArray(), null, default);
        _storage.Faults.Add(BlobFault.ActAndRefuse(500, "InternalError"), "PutBlob");

        string second = await file.WriteAsync("{\"a\":2}"u8.ToArray(), first, default);

        Assert.Equal(second, (await file.ReadAsync(default))!.Version);
    }

    [Fact]
    public async Task A_second_run_is_refused_and_told_whom_it_waits_for()
    {
        await using ICheckpointFile first = Open(), second = Open();
        await using IRunHold hold = await first.HoldAsync("Büro-PC, process 12", default);

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => second.HoldAsync("other", default));
        MigrationException write = await Assert.ThrowsAsync<MigrationException>(() => second.WriteAsync("{}"u8.ToArray(), null, default));

        Assert.Equal("RunAlreadyActive", error.ErrorId);
        Assert.Contains("Büro-PC, process 12", error.Message);
        Assert.Equal("RunAlreadyActive", write.ErrorId);
    }

    [Fact]
    public async Task The_hold_is_free_once_it_is_let_go()
    {
        await using ICheckpointFile first = Open(), second = Open();
        await (await first.HoldAsync("one", default)).DisposeAsync();

        await using IRunHold hold = await second.HoldAsync("two", default);

        Assert.False(hold.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_dead_holder_keeps_nobody_waiting_for_more_than_a_minute()
    {
        await using ICheckpointFile first = Open(), second = Open();
        // Its renewals run on a clock that stands still, as a dead process does.
        IRunHold dead = await first.HoldAsync("dead", default);
        _clock.Advance(TimeSpan.FromSeconds(59));
        MigrationException early = await Assert.ThrowsAsync<MigrationException>(() => second.HoldAsync("next", default));
        _clock.Advance(TimeSpan.FromSeconds(2));

        await using IRunHold hold = await second.HoldAsync("next", default);
        MigrationException late = await Assert.ThrowsAsync<MigrationException>(() => first.WriteAsync("{}"u8.ToArray(), null, default));

        Assert.Equal("RunAlreadyActive", early.ErrorId);
        Assert.Equal("CheckpointHoldLost", late.ErrorId);
        await dead.DisposeAsync();
    }

    [Fact]
    public async Task A_hold_is_renewed_for_as_long_as_it_is_wanted()
    {
        TickingClock ticks = new(_clock);
        await using ICheckpointFile file = Open(ticks);
        await using IRunHold hold = await file.HoldAsync("me", default);

        for (int i = 0; i < 10; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(15));
            await ticks.TickAsync(() => Renewals(200) == i + 1);
        }
        await file.WriteAsync("{}"u8.ToArray(), null, default);

        Assert.False(hold.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_hold_that_cannot_be_renewed_is_lost()
    {
        TickingClock ticks = new(_clock);
        await using ICheckpointFile file = Open(ticks);
        await using IRunHold hold = await file.HoldAsync("me", default);
        _storage.Faults.Add(BlobFault.Refuse(409, "LeaseIdMismatchWithLeaseOperation"), "LeaseBlob", times: -1);

        _clock.Advance(TimeSpan.FromSeconds(15));
        await ticks.TickAsync(() => hold.Lost.IsCancellationRequested);

        Assert.True(hold.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_hold_survives_an_outage_shorter_than_itself()
    {
        TickingClock ticks = new(_clock);
        await using ICheckpointFile file = Open(ticks);
        await using IRunHold hold = await file.HoldAsync("me", default);
        // As many as one renewal tries in all.
        _storage.Faults.Add(BlobFault.Refuse(503, "ServerBusy"), "LeaseBlob", times: 7);

        _clock.Advance(TimeSpan.FromSeconds(15));
        await ticks.TickAsync(() => Renewals(503) == 7);
        _clock.Advance(TimeSpan.FromSeconds(15));
        await ticks.TickAsync(() => Renewals(200) == 1);

        Assert.False(hold.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_checkpoint_that_may_not_be_written_names_the_role()
    {
        _storage.Faults.Add(BlobFault.Refuse(403, "AuthorizationPermissionMismatch"), "PutBlob");
        await using ICheckpointFile file = Open();

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => file.HoldAsync("me", default));

        Assert.Equal("LakePermissionMissing", error.ErrorId);
        Assert.Contains("Storage Blob Data Contributor", error.Message);
    }

    private int Renewals(int status) => _storage.Log.Entries.Count(entry => entry.Operation == "LeaseBlob" && entry.Status == status);

    private LakeCheckpointFile Open(TimeProvider? clock = null)
    {
        LakeLocation lake = LakeTests.Location(_storage, "lake", "data", "exports/.checkpoint.json");
        return new(lake, LakeClient.Create(lake, LakeTests.Key(_storage, "lake"), TestClouds.Process.Azure, LakeTests.FastRetries),
            clock ?? _clock);
    }

    /// <summary>Timers that a test makes tick; the time is another clock's.</summary>
    private sealed class TickingClock(TimeProvider time) : TimeProvider
    {
        private readonly List<(TimerCallback Callback, object? State)> _timers = [];

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add((callback, state));
            return new Timer();
        }

        internal async Task TickAsync(Func<bool> until)
        {
            foreach ((TimerCallback callback, object? state) in _timers) callback(state);
            await Eventually.UntilAsync(until);
        }

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
