using System.Collections.Concurrent;
using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Core.Tests.Fakes;

/// <summary>
/// A container in memory. It answers as its script says, and it watches the rules of a sink: a document's memory must stand still until the
/// answer is given.
/// </summary>
internal sealed class ScriptedSink : IItemSink
{
    private readonly ConcurrentDictionary<string, string> _keys = new();
    private int _inFlight;
    private int _peak;
    private int _writes;
    private long _bytesInFlight;
    private long _peakBytes;

    public string Identity { get; init; } = "https://account.documents.azure.com/ shop/orders (rid)";

    internal ConcurrentDictionary<string, string> Documents { get; } = new();

    /// <summary>How often each id was given to it, whatever the answer.</summary>
    internal ConcurrentDictionary<string, int> Tries { get; } = new();

    /// <summary>
    /// By write and its number of try (from 1); null for 201, or 200 where a document is replaced. Called before anything is stored.
    /// </summary>
    internal Func<ItemWrite, int, WriteAnswer?>? Script { get; set; }

    /// <summary>What it finds when it is asked whether it is still the container that was opened.</summary>
    internal MigrationException? Replaced { get; set; }

    /// <summary>Before the answer; null answers at once, on the caller's thread.</summary>
    internal Func<CancellationToken, Task>? Delay { get; set; }

    /// <summary>Called with the number of writes so far, after each was stored and before its answer.</summary>
    internal Action<int>? Stored { get; set; }

    internal int Writes => Volatile.Read(ref _writes);

    internal int PeakInFlight => _peak;

    internal long PeakBytesInFlight => _peakBytes;

    internal int InFlight => Volatile.Read(ref _inFlight);

    internal string? Fault { get; private set; }

    public Task<WriteAnswer> WriteAsync(ItemWrite write, CancellationToken cancellationToken)
    {
        int inFlight = Interlocked.Increment(ref _inFlight);
        long bytes = Interlocked.Add(ref _bytesInFlight, write.Document.Length);
        lock (Tries) (_peak, _peakBytes) = (Math.Max(_peak, inFlight), Math.Max(_peakBytes, bytes));
        int tries = Tries.AddOrUpdate(write.Id, 1, static (_, count) => count + 1);
        return AnswerAsync(write, tries, cancellationToken);
    }

    public Task<bool> IsEmptyAsync(CancellationToken cancellationToken) => Task.FromResult(Documents.IsEmpty);

    public Task VerifyAsync(CancellationToken cancellationToken) => Replaced is null ? Task.CompletedTask : Task.FromException(Replaced);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // The same id under another partition key is another document.
    private bool IsThere(ItemWrite write) => Documents.ContainsKey(write.Id)
        && _keys.GetOrAdd(write.Id, string.Join('|', write.PartitionKey)) == string.Join('|', write.PartitionKey);

    private async Task<WriteAnswer> AnswerAsync(ItemWrite write, int tries, CancellationToken cancellationToken)
    {
        string document = Encoding.UTF8.GetString(write.Document.Span);
        try
        {
            if (Delay is not null) await Delay(cancellationToken);
            if (Encoding.UTF8.GetString(write.Document.Span) != document) Fault = $"The memory of {write.Id} was used for something else.";
            WriteAnswer answer =
                Script?.Invoke(write, tries) ?? new(write.Kind != WriteKind.Upsert ? 204 : IsThere(write) ? 200 : 201, 0, 5.71);
            _keys[write.Id] = string.Join('|', write.PartitionKey);
            if (answer.IsSuccess && write.Kind == WriteKind.Upsert) Documents[write.Id] = document;
            else if (answer.IsSuccess) Documents.TryRemove(write.Id, out _);
            Stored?.Invoke(Interlocked.Increment(ref _writes));
            return answer;
        }
        finally
        {
            Interlocked.Add(ref _bytesInFlight, -write.Document.Length);
            Interlocked.Decrement(ref _inFlight);
        }
    }
}
