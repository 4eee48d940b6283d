using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Import;
using DynamoCosmos.Import.Checkpoints;

namespace DynamoCosmos.Core.Tests.Import;

[Trait("Category", "Slow")]
public sealed class ImportWritingTests
{
    private readonly ImportBench _bench = new();

    [Theory]
    [InlineData(0)]
    [InlineData(408)]
    [InlineData(410)]
    [InlineData(429)]
    [InlineData(449)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_passing_failure_is_tried_again_until_it_passes(int status)
    {
        _bench.Sink.Script = (write, tries) => write.Id.EndsWith('7') && tries <= 3 ? new(status, 0, 0.5) : null;
        ImportResult result = await _bench.RunAsync();
        _bench.AssertAllArrived(300);
        Assert.Equal(0, result.Rejected);
        Assert.Equal(30 * 3, result.Retries);
        Assert.Equal(status == 429 ? 90 : 0, result.Throttled);
        Assert.Equal((300 * 5.71) + (90 * 0.5), result.RequestCharge, 6);
        Assert.All(_bench.Sink.Tries, static pair => Assert.Equal(pair.Key.EndsWith('7') ? 4 : 1, pair.Value));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(409)]
    [InlineData(412)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task A_lasting_refusal_is_a_rejection_with_its_status_and_is_not_tried_again(int status)
    {
        _bench.Sink.Script = (write, _) => write.Id.EndsWith('7') ? new(status, 0, 1) : null;
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((300, 270, 30), (result.Read, result.Written, result.Rejected));
        Assert.All(_bench.Disk.RejectedItems, item => Assert.Equal(status, item.Status));
        Assert.Equal(30, _bench.Disk.RejectedItems.Select(static item => item.Id).Distinct().Count());
        Assert.All(_bench.Sink.Tries.Values, static tries => Assert.Equal(1, tries));
    }

    [Theory]
    [InlineData(401, 0, "WriteNotAuthenticated", "AccountKey")]
    [InlineData(403, 5301, "WriteForbidden", "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/*")]
    [InlineData(404, 1003, "TargetContainerGone", Setting.Restart)]
    public async Task Where_no_item_can_be_taken_the_run_stops_and_can_go_on(int status, int subStatus, string errorId, string says)
    {
        _bench.Source = ListSource.Of(2, 20_000);
        int writes = 0;
        bool isBroken = true;
        _bench.Sink.Script = (_, _) =>
            Interlocked.Increment(ref writes) > 5_000 && isBroken ? new(status, subStatus, 0, null, "the service's words") : null;
        MigrationException error = await _bench.FailAsync();
        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains(says, error.Message);
        Assert.Contains("the service's words", error.Message);
        Assert.InRange(writes, 5_001, 15_000);

        isBroken = false;
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((40_000, 40_000, true), (result.Read, result.Written, result.Completed));
        _bench.AssertAllArrived(40_000);
    }

    [Theory]
    [InlineData(429, "ThrottledTooLong")]
    [InlineData(503, "WritesKeptFailing")]
    [InlineData(0, "WritesKeptFailing")]
    [InlineData(408, "WritesKeptFailing")]
    public async Task An_outage_longer_than_the_timeout_stops_the_run_rejects_nothing_and_the_next_run_completes(int status, string errorId)
    {
        bool isDown = false;
        _bench.Sink.Stored = count => isDown |= count > 100;
        _bench.Sink.Script = (_, _) => isDown ? new(status, 0, 0) : null;
        DateTimeOffset began = _bench.Time.GetUtcNow();
        MigrationException error = await _bench.FailAsync(_bench.Options with { RetryTimeout = TimeSpan.FromMinutes(3) });
        Assert.Equal(errorId, error.ErrorId);
        Assert.InRange(_bench.Time.GetUtcNow() - began, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(4));
        Assert.Empty(_bench.Disk.RejectedItems);

        _bench.Sink.Stored = null;
        isDown = false;
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((300, 0, true), (result.Written, result.Rejected, result.Completed));
        _bench.AssertAllArrived(300);
    }

    [Fact]
    public async Task An_outage_of_two_minutes_is_sat_out_without_a_reject()
    {
        _bench.Source = ListSource.Of(4, 500);
        DateTimeOffset back = DateTimeOffset.MaxValue;
        _bench.Sink.Stored = count =>
        {
            if (count == 700) back = _bench.Time.GetUtcNow().AddMinutes(2);
        };
        _bench.Sink.Script = (_, _) => back != DateTimeOffset.MaxValue && _bench.Time.GetUtcNow() < back ? new(503, 0, 0) : null;
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((2000, 0, 1), (result.Written, result.Rejected, result.Runs));
        Assert.InRange(result.Duration, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2.5));
        _bench.AssertAllArrived(2000);
    }

    [Fact]
    public async Task The_service_is_given_the_time_that_it_asks_for()
    {
        DateTimeOffset began = _bench.Time.GetUtcNow();
        _bench.Sink.Script = (write, tries) =>
        {
            if (write.Id != "k42") return null;
            if (tries == 2) Assert.True(_bench.Time.GetUtcNow() - began >= TimeSpan.FromSeconds(40));
            return tries == 1 ? new(429, 3200, 0, TimeSpan.FromSeconds(40)) : null;
        };
        await _bench.RunAsync();
        Assert.Equal(2, _bench.Sink.Tries["k42"]);
    }

    [Fact]
    public async Task A_sink_that_throws_ends_the_run_without_forgetting_what_is_in_flight()
    {
        _bench.Sink.Delay = async cancellationToken => await Task.Delay(TimeSpan.FromSeconds(1), _bench.Time, cancellationToken);
        _bench.Sink.Script = static (write, _) => write.Id == "k42" ? throw new InvalidOperationException("the sink is broken") : null;
        MigrationException error = await _bench.FailAsync();
        Assert.Equal("WriteFailed", error.ErrorId);
        Assert.Contains("the sink is broken", error.Message);
        _bench.Sink.Script = null;
        await _bench.RunAsync();
        _bench.AssertAllArrived(300);
    }

    [Fact]
    public async Task Cancelled_means_cancelled_and_the_checkpoint_claims_no_more_than_is_settled()
    {
        _bench.Source = ListSource.Of(2, 30_000);
        using CancellationTokenSource cancel = new();
        _bench.Sink.Stored = count =>
        {
            if (count == 20_000) cancel.Cancel();
        };
        _bench.Sink.Delay = static async cancellationToken => await Task.Delay(1, cancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bench.RunAsync(cancellationToken: cancel.Token));
        Assert.Equal(0, _bench.Sink.InFlight);
        int writtenBefore = _bench.Sink.Documents.Count;
        Assert.InRange(writtenBefore, 20_000, 40_000);

        _bench.Sink.Stored = null;
        _bench.Sink.Tries.Clear();
        ImportResult result = await _bench.RunAsync();
        Assert.Equal(60_000, result.Written);
        _bench.AssertAllArrived(60_000);
        // What was settled was not written again: all but the open segments.
        Assert.InRange(_bench.Sink.Tries.Count, 60_000 - writtenBefore, 60_000 - writtenBefore + (4 * 5_000));
    }

    [Fact]
    public async Task Writes_that_never_answer_are_given_up_when_a_stopped_run_has_waited_long_enough()
    {
        _bench.Sink.Delay = cancellationToken => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        ImportResult result =
            await _bench.RunAsync(_bench.Options with { StopAfter = TimeSpan.FromMinutes(1), DrainTimeout = TimeSpan.FromSeconds(20) });
        Assert.Equal((false, 0), (result.Completed, result.Written));
        Assert.InRange(result.Duration, TimeSpan.FromSeconds(80), TimeSpan.FromSeconds(90));
        _bench.Sink.Delay = null;
        await _bench.RunAsync();
        _bench.AssertAllArrived(300);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(150)]
    public async Task Never_more_operations_are_in_flight_than_allowed(int maxInFlight)
    {
        _bench.Source = ListSource.Of(4, 300);
        _bench.Sink.Delay = static async cancellationToken => await Task.Delay(1, cancellationToken);
        ImportResult result = await _bench.RunAsync(_bench.Options with { MaxInFlight = maxInFlight, Parallelism = 4 });
        Assert.InRange(_bench.Sink.PeakInFlight, 1, maxInFlight);
        Assert.Equal(_bench.Sink.PeakInFlight, result.PeakInFlight);
        _bench.AssertAllArrived(1200);
    }

    [Fact]
    public async Task Large_documents_are_bounded_by_their_bytes()
    {
        const int documentBytes = 90_000;
        _bench.Source = new();
        for (int unit = 0; unit < 4; unit++)
        {
            int from = unit * 50;
            _bench.Source.Add(
                [.. Enumerable.Range(from, 50)
                .Select(static number => ListSource.Item($"k{number}", "x", "S", new string('x', documentBytes)))]);
        }
        _bench.Sink.Delay = static async cancellationToken => await Task.Delay(1, cancellationToken);
        ImportResult result = await _bench.RunAsync(_bench.Options with { MaxBytesInFlight = 1_000_000, Parallelism = 4 });
        Assert.Equal(200, result.Written);
        // Half of the bytes in flight are the original lines.
        Assert.InRange(_bench.Sink.PeakBytesInFlight, documentBytes * 2, 500_000 + documentBytes);
    }

    [Fact]
    public async Task One_document_larger_than_all_the_room_still_passes()
    {
        _bench.Source = new();
        _bench.Source.Add(ListSource.Line(0), ListSource.Item("large", "x", "S", new string('x', 90_000)), ListSource.Line(1));
        Assert.Equal(3, (await _bench.RunAsync(_bench.Options with { MaxBytesInFlight = 1_000 })).Written);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Whatever_the_mix_of_answers_every_item_ends_written_or_rejected_once(int seed)
    {
        _bench.Source = ListSource.Of(5, 2_000);
        int[] answers = [0, 408, 410, 429, 449, 500, 503, 400, 409, 413];
        _bench.Sink.Delay = static async cancellationToken =>
        {
            if (Random.Shared.Next(10) == 0) await Task.Delay(1, cancellationToken);
            else if (Random.Shared.Next(2) == 0) await Task.Yield();
        };
        _bench.Sink.Script = (write, tries) =>
        {
            Random chance = new(HashCode.Combine(seed, write.Id, tries));
            return chance.Next(4) > 0
                ? null : new(answers[chance.Next(answers.Length)], 0, 1, chance.Next(3) == 0
                ? TimeSpan.FromMilliseconds(chance.Next(2000)) : null);
        };
        ImportResult result = await _bench.RunAsync();
        Assert.Equal(10_000, result.Read);
        Assert.Equal(result.Written, _bench.Sink.Documents.Count);
        IReadOnlyList<RejectedItem> rejected = _bench.Disk.RejectedItems;
        Assert.Equal(result.Rejected, rejected.Count);
        Assert.InRange(result.Rejected, 100, 2_000);
        Assert.Equal(10_000, _bench.Sink.Documents.Keys.Concat(rejected.Select(static item => item.Id!)).Distinct().Count());
    }
}
