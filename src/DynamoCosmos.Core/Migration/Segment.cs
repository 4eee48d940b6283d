using System.Buffers;

namespace DynamoCosmos.Migration;

/// <summary>
/// A stretch of a unit's lines that is settled together. Units can be large and writes slow, so a checkpoint that only knew whole units would have a
/// schedule of short runs begin the same data file for ever.
/// </summary>
internal sealed class Segment(UnitProgress unit)
{
    // Its reader holds one; each operation in flight another.
    private int _pending = 1;
    private ArrayBufferWriter<byte>? _rejections;

    internal UnitProgress Unit { get; } = unit;

    internal Tally Tally { get; } = new();

    /// <summary>Set before it is closed.</summary>
    internal long LastLine { get; set; }

    /// <summary>Hash of the unit's text up to the last line.</summary>
    internal ulong Hash { get; set; }

    /// <summary>The unit was read to its end, and proved.</summary>
    internal bool IsLast { get; set; }

    internal bool IsSettled => Volatile.Read(ref _pending) == 0;

    internal int RejectionBytes => Volatile.Read(ref _rejections)?.WrittenCount ?? 0;

    /// <summary>As NDJSON; a segment gives them once.</summary>
    internal ReadOnlyMemory<byte> TakeRejections()
    {
        lock (Tally)
        {
            ReadOnlyMemory<byte> lines = _rejections?.WrittenMemory ?? default;
            _rejections = null;
            return lines;
        }
    }

    internal void Enter() => Interlocked.Increment(ref _pending);

    /// <summary>True for the one that settles the segment.</summary>
    internal bool Leave() => Interlocked.Decrement(ref _pending) == 0;

    /// <returns>Bytes that the line takes.</returns>
    internal int Reject(Action<IBufferWriter<byte>> write)
    {
        lock (Tally)
        {
            _rejections ??= new();
            int before = _rejections.WrittenCount;
            write(_rejections);
            Tally.AddRejected();
            return _rejections.WrittenCount - before;
        }
    }
}
