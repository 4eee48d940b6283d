using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Azure.Lake;

/// <summary>A lease that is renewed until it is disposed of. One that cannot be renewed before it runs out is lost.</summary>
internal sealed class LakeHold(BlobLeaseClient lease, string holder, DateTimeOffset asked, TimeProvider clock, LakeCheckpointFile file)
    : IRunHold
{
    /// <summary>The longest that a lease can have and still run out: what a dead holder keeps others waiting.</summary>
    internal static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_renewEvery = TimeSpan.FromSeconds(15);

    // Given up before Azure gives it away, with room for a call that is on its way.
    private static readonly TimeSpan s_safeTime = TimeSpan.FromSeconds(50);

    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _end = new();
    private DateTimeOffset _renewed = asked;
    private Task _renewing = Task.CompletedTask;

    public CancellationToken Lost => _lost.Token;

    internal string LeaseId => lease.LeaseId;

    internal Dictionary<string, string> Metadata { get; } = new() { [LakeCheckpointFile.HolderName] = holder };

    internal async Task StartAsync(BlockBlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            await blob.SetMetadataAsync(Metadata, new() { LeaseId = LeaseId }, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
        _renewing = RenewAsync(_end.Token);
    }

    public async ValueTask DisposeAsync()
    {
        file.LetGo(this);
        await _end.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        try
        {
            using CancellationTokenSource soon = new(TimeSpan.FromSeconds(10));
            if (!_lost.IsCancellationRequested) await lease.ReleaseAsync(cancellationToken: soon.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (LakeFailure.IsKnown(error) || error is OperationCanceledException)
        {
            // Not worth failing a run that has ended: within a minute the lease runs out by itself.
        }
        _end.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            using PeriodicTimer timer = new(s_renewEvery, clock);
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                if (await TryRenewAsync(cancellationToken).ConfigureAwait(false)) continue;
                await _lost.CancelAsync().ConfigureAwait(false);
                return;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run has ended.
        }
        catch
        {
            await _lost.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <returns>False once the lease is another's or its time is up.</returns>
    private async Task<bool> TryRenewAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset asked = clock.GetUtcNow();
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            TimeSpan left = _renewed + s_safeTime - asked;
            if (left <= TimeSpan.Zero) return false;
            limit.CancelAfter(left);
            await lease.RenewAsync(cancellationToken: limit.Token).ConfigureAwait(false);
            // Counted from when it was asked for, as Azure may have begun then.
            _renewed = asked;
            return true;
        }
        catch (Exception error) when (LakeFailure.IsAnswer(error, 409) || LakeFailure.IsAnswer(error, 404)
            || LakeFailure.IsAnswer(error, 412))
        {
            return false;
        }
        catch (Exception error) when (LakeFailure.IsKnown(error)
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return clock.GetUtcNow() - _renewed < s_safeTime;
        }
    }
}
