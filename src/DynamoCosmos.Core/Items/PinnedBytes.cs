using System.Diagnostics.CodeAnalysis;

namespace DynamoCosmos.Items;

/// <summary>
/// Growing memory that never moves under a pointer: arrays on the pinned heap. There is always <see cref="Padding"/> beyond the capacity,
/// so that vectors may be loaded and stored past the last byte.
/// </summary>
internal sealed unsafe class PinnedBytes
{
    internal const int Padding = 64;

    internal PinnedBytes(int capacity) => Allocate(capacity);

    internal byte[] Array { get; private set; }

    internal byte* Start { get; private set; }

    internal int Capacity { get; private set; }

    /// <summary>Makes room for so many bytes in all, keeping the first <paramref name="kept"/>. Pointers into it are void afterwards.</summary>
    internal void Reserve(int capacity, int kept)
    {
        if (capacity <= Capacity) return;
        byte[] old = Array;
        Allocate(Math.Max(capacity, (int)Math.Min(2L * Capacity, int.MaxValue / 2)));
        old.AsSpan(0, kept).CopyTo(Array);
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
        Start = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(Array));
        Capacity = capacity;
    }
}
