using System.Diagnostics.CodeAnalysis;

namespace DynamoCosmos.Items.Text;

/// <summary>
/// Growing memory that never moves under a pointer: arrays on the pinned heap. There is always <see cref="Padding"/> beyond the capacity,
/// so that vectors may be loaded and stored past the last byte.
/// </summary>
internal sealed unsafe class PinnedBytes
{
    internal const int Padding = 64;

    private readonly bool _alwaysMoves;

    /// <param name="alwaysMoves">
    /// For tests: it moves whenever it could have to, into just the room that was asked for, and what stood at the old place is destroyed.
    /// A pointer or a byte that was not carried over shows at once.
    /// </param>
    internal PinnedBytes(int capacity, bool alwaysMoves = false)
    {
        _alwaysMoves = alwaysMoves;
        Allocate(capacity);
    }

    internal byte[] Array { get; private set; }

    internal byte* Start { get; private set; }

    internal int Capacity { get; private set; }

    /// <summary>
    /// Makes room for so many bytes in all, keeping the first <paramref name="kept"/>. Pointers into it are void afterwards.
    /// </summary>
    internal void Reserve(int capacity, int kept)
    {
        if (capacity <= Capacity) return;
        byte[] old = Array;
        // What moves always begins anew with what was asked for, and is never smaller than it was until then.
        int least = !_alwaysMoves ? (int)Math.Min(2L * Capacity, int.MaxValue / 2) : kept == 0 ? 0 : old.Length - Padding;
        Allocate(Math.Max(capacity, least));
        old.AsSpan(0, kept).CopyTo(Array);
        if (!_alwaysMoves) return;
        Array.AsSpan(kept).Fill(0xCD);
        old.AsSpan().Fill(0xDD);
    }

    /// <summary>Gives back the memory that one unusually large item needed.</summary>
    internal void Shrink(int capacity)
    {
        if (Capacity > capacity) Allocate(capacity);
    }

    [MemberNotNull(nameof(Array))]
    private void Allocate(int capacity)
    {
        Array = GC.AllocateUninitializedArray<byte>(capacity + Padding, pinned: true);
        Start = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(
            ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(Array));
        // Who has no room moves at the next request, whatever it asks for.
        Capacity = _alwaysMoves ? 0 : capacity;
    }
}
