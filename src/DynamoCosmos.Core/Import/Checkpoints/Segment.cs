using System.Buffers;
using DynamoCosmos.Items;

namespace DynamoCosmos.Import.Checkpoints;

/// <summary>
/// A stretch of a unit's lines that is settled together. Units can be large and writes slow, so a checkpoint that only knew whole units
/// would have a schedule of short runs begin the same data file for ever.
/// </summary>
/// <param name="containers">Of a split import, whose parts are counted each for itself; 0 for one that is not split.</param>
internal sealed class Segment(UnitProgress unit, int containers)
{
    private readonly Tally _tally = new();
    private Tally[]? _parts;

    // Its reader holds one; each operation in flight another.
    private int _pending = 1;
    private ArrayBufferWriter<byte>? _rejections;

    internal UnitProgress Unit { get; } = unit;

    /// <summary>Set before it is closed.</summary>
    internal long LastLine { get; set; }

    /// <summary>Hash of the unit's text up to the last line.</summary>
    internal ulong Hash { get; set; }

    /// <summary>The unit was read to its end, and proved.</summary>
    internal bool IsLast { get; set; }

    internal bool IsSettled => Volatile.Read(ref _pending) == 0;

    internal int RejectionBytes => Volatile.Read(ref _rejections)?.WrittenCount ?? 0;

    /// <summary>As NDJSON.</summary>
    internal ReadOnlyMemory<byte> Rejections
    {
        get
        {
            lock (_tally) return _rejections?.WrittenMemory ?? default;
        }
    }

    internal void Enter() => Interlocked.Increment(ref _pending);

    /// <summary>True for the one that settles the segment.</summary>
    internal bool Leave() => Interlocked.Decrement(ref _pending) == 0;

    /// <summary>Where what goes to a container, or has no route, is counted.</summary>
    internal Tally TallyOf(int container)
    {
        if (containers == 0) return _tally;
        Tally[] parts =
            LazyInitializer.EnsureInitialized(ref _parts, () => [.. Enumerable.Range(0, containers + 1).Select(_ => new Tally(_tally))]);
        return container == ItemRouter.NoContainer ? parts[^1] : parts[container];
    }

    internal ImportCounts ToCounts() => _tally.ToCounts() with { Parts = [.. (_parts ?? []).Select(static part => part.ToCounts())] };

    /// <returns>Bytes that the line takes.</returns>
    internal int Reject(int container, Action<IBufferWriter<byte>> write)
    {
        lock (_tally)
        {
            _rejections ??= new();
            int before = _rejections.WrittenCount;
            write(_rejections);
            TallyOf(container).AddRejected();
            return _rejections.WrittenCount - before;
        }
    }
}
