namespace DynamoCosmos.Sandbox.Blob;

/// <summary>One request that was answered.</summary>
/// <param name="Path">Without its query, which can hold a signature.</param>
/// <param name="Status">0 where the connection was broken instead.</param>
/// <param name="BytesReceived">Of the request's body: what passed the client's machine.</param>
/// <param name="BytesSent">Of the answer's body.</param>
/// <param name="BytesFetched">From a copy's source: what did not pass it.</param>
public sealed record BlobLogEntry(string Operation, string Method, string Account, string? Container, string? Blob, string Path, int Status,
    string? ErrorCode, long BytesReceived, long BytesSent, long BytesFetched);

/// <summary>The latest requests, and sums over all of them.</summary>
public sealed class BlobLog
{
    private const int MaxEntries = 100_000;

    private readonly Lock _gate = new();
    private readonly Queue<BlobLogEntry> _entries = new();
    private long _received, _sent, _fetched, _requests;

    public IReadOnlyList<BlobLogEntry> Entries
    {
        get
        {
            lock (_gate) return [.. _entries];
        }
    }

    public long Requests => Interlocked.Read(ref _requests);

    public long BytesReceived => Interlocked.Read(ref _received);

    public long BytesSent => Interlocked.Read(ref _sent);

    public long BytesFetched => Interlocked.Read(ref _fetched);

    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
            _received = _sent = _fetched = _requests = 0;
        }
    }

    internal void Add(BlobLogEntry entry)
    {
        lock (_gate)
        {
            _requests++;
            _received += entry.BytesReceived;
            _sent += entry.BytesSent;
            _fetched += entry.BytesFetched;
            if (_entries.Count == MaxEntries) _entries.Dequeue();
            _entries.Enqueue(entry);
        }
    }
}
