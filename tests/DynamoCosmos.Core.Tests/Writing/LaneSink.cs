using System.Buffers.Binary;
using System.Collections.Concurrent;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Core.Tests.Writing;

/// <summary>
/// A container in memory whose documents are the numbers of their writes, counted for each key. It answers late and out of turn, fails by a
/// seed, and notes what a writer may not do: begin a write of a key before the one before it has ended, or carry out an older one after a
/// newer one.
/// </summary>
internal sealed class LaneSink(int seed, double failing) : IItemSink
{
    private static readonly int[] s_failures = [429, 449, 503, 0, 0];

    private readonly ConcurrentDictionary<string, Key> _keys = new();
    private int _overlaps;
    private int _overtakes;
    private int _tries;
    private int _resetsAfterWriting;

    public string Identity => "the container";

    /// <summary>Writes that began while another one of their key was under way.</summary>
    internal int Overlaps => _overlaps;

    /// <summary>Writes that were carried out after a newer one of their key.</summary>
    internal int Overtakes => _overtakes;

    internal int Tries => _tries;

    /// <summary>Tries that were carried out, and had no answer.</summary>
    internal int ResetsAfterWriting => _resetsAfterWriting;

    internal int Last(string id) => _keys.TryGetValue(id, out Key? key) ? key.Last : -1;

    internal static byte[] DocumentOf(int number)
    {
        byte[] document = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(document, number);
        return document;
    }

    public async Task<WriteAnswer> WriteAsync(ItemWrite write, CancellationToken cancellationToken)
    {
        Key key = _keys.GetOrAdd($"{write.Container}/{write.Id}/{string.Join('|', write.PartitionKey)}", static _ => new());
        int number = BinaryPrimitives.ReadInt32LittleEndian(write.Document.Span);
        if (Interlocked.Increment(ref key.UnderWay) > 1) Interlocked.Increment(ref _overlaps);
        try
        {
            Random chance = new(HashCode.Combine(seed, write.Id, number, Interlocked.Increment(ref key.Tries)));
            Interlocked.Increment(ref _tries);
            for (int turns = chance.Next(4); turns > 0; turns--) await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            int failure = chance.NextDouble() < failing ? s_failures[chance.Next(s_failures.Length)] : -1;
            bool isLost = failure == 0 && chance.Next(2) == 0;
            if (failure >= 0 && !isLost) return new(failure, 0, 0.5, failure == 429 ? TimeSpan.FromMilliseconds(chance.Next(300)) : null);
            lock (key)
            {
                if (number < key.Last) Interlocked.Increment(ref _overtakes);
                key.Last = number;
            }
            if (!isLost) return new(write.Kind == WriteKind.Delete ? 204 : 200, 0, 1);
            Interlocked.Increment(ref _resetsAfterWriting);
            return new(0, 0, 0);
        }
        finally
        {
            Interlocked.Decrement(ref key.UnderWay);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Key
    {
        internal int UnderWay;
        internal int Tries;
        internal int Last = -1;
    }
}
