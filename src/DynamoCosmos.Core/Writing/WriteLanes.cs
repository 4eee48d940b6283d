using System.Runtime.InteropServices;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Writing;

/// <summary>
/// Keeps the order of the writes of one key: each waits until the one before it has its receipt, whatever retries that takes. Writes of
/// other keys do not wait. Memory is bounded by what the gate lets in, since a write that waits has entered the gate.
/// </summary>
internal sealed class WriteLanes
{
    // Two writes seldom ask for the same lock at the same moment.
    private const int Parts = 64;

    // By lane, its last write. Lanes that are empty are not in it.
    private readonly Dictionary<int, PendingWrite>[] _last =
        [.. Enumerable.Range(0, Parts).Select(static _ => new Dictionary<int, PendingWrite>())];

    /// <returns>
    /// True if the write may begin: none of its key is under way. Else <see cref="Leave"/> returns it when its turn has come.
    /// </returns>
    internal bool Enter(PendingWrite write)
    {
        write.Lane = LaneOf(write.Write);
        Dictionary<int, PendingWrite> lanes = PartOf(write);
        lock (lanes)
        {
            ref PendingWrite? last = ref CollectionsMarshal.GetValueRefOrAddDefault(lanes, write.Lane, out bool isTaken);
            if (isTaken) last!.NextInLane = write;
            last = write;
            return !isTaken;
        }
    }

    /// <summary>The first write of a lane has its receipt.</summary>
    /// <returns>The next one of the lane, which may begin now; null where none waits.</returns>
    internal PendingWrite? Leave(PendingWrite first)
    {
        Dictionary<int, PendingWrite> lanes = PartOf(first);
        lock (lanes)
        {
            PendingWrite? next = first.NextInLane;
            first.NextInLane = null;
            if (next is null) lanes.Remove(first.Lane);
            return next;
        }
    }

    /// <summary>
    /// The same for writes of one key. Two keys that happen to have the same one wait for each other, which does no harm.
    /// </summary>
    private static int LaneOf(in ItemWrite write)
    {
        HashCode lane = default;
        lane.Add(write.Container);
        lane.Add(write.Id);
        for (int i = 0; i < write.PartitionKey.Count; i++) lane.Add(write.PartitionKey[i]);
        return lane.ToHashCode();
    }

    private Dictionary<int, PendingWrite> PartOf(PendingWrite write) => _last[write.Lane & (Parts - 1)];
}
