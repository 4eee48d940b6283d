using System.Net;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Cosmos;

/// <summary>
/// Stands between the clients for writes and the service. A write in bulk mode cannot be cancelled by itself, since it waits in a batch
/// with others: the gate holds batches back once the run is given up, so that every write ends at once and nothing still reads a document's
/// memory. It also keeps the words of a refusal that concerns a whole batch, which the SDK does not hand on to the single writes.
/// </summary>
internal sealed class BulkGate
{
    private volatile StrongBox _stop = new(CancellationToken.None);
    private volatile string? _refusal;
    private long _repeats;

    /// <summary>What the service said to the latest request that it refused as a whole.</summary>
    internal string? Refusal => _refusal;

    /// <summary>A request failed in a way that does not tell whether its writes were done; the SDK, or the run, sends them again.</summary>
    internal void NotePossibleRepeats(int writes) => Interlocked.Add(ref _repeats, writes);

    /// <summary>Takes one of the writes that may have been sent twice.</summary>
    internal bool TryTakeRepeat()
    {
        for (long left = Interlocked.Read(ref _repeats); left > 0;)
        {
            long there = Interlocked.CompareExchange(ref _repeats, left - 1, left);
            if (there == left) return true;
            left = there;
        }
        return false;
    }

    /// <summary>
    /// A run begins: what one before it with the same clients left behind does not count. Only one run at a time writes with them.
    /// </summary>
    internal void Begin(CancellationToken stop)
    {
        Watch(stop);
        _refusal = null;
        Interlocked.Exchange(ref _repeats, 0);
    }

    /// <summary>From now on this token gives up what is under way.</summary>
    internal void Watch(CancellationToken stop)
    {
        if (_stop.Token != stop) _stop = new(stop);
    }

    /// <summary>What puts a client's requests through the gate. Each client needs one of its own.</summary>
    internal RequestHandler CreateHandler() => new Door(this);

    private ResponseMessage Note(ResponseMessage response)
    {
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound
            || CosmosAnswer.IsNotOfTheService(response)) _refusal = response.ErrorMessage;
        return response;
    }

    private sealed record StrongBox(CancellationToken Token);

    private sealed class Door(BulkGate gate) : RequestHandler
    {
        public override async Task<ResponseMessage> SendAsync(RequestMessage request, CancellationToken cancellationToken)
        {
            CancellationToken stop = gate._stop.Token;
            if (stop.IsCancellationRequested) return new(HttpStatusCode.ServiceUnavailable, request,
                "The run was stopped before this batch was sent.");
            if (!stop.CanBeCanceled) return gate.Note(await base.SendAsync(request, cancellationToken));
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stop);
            return gate.Note(await base.SendAsync(request, either.Token));
        }
    }
}
