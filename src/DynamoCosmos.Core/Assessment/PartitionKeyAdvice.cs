using DynamoCosmos.Basics;
using DynamoCosmos.Items;

namespace DynamoCosmos.Assessment;

/// <summary>The partition key to take, and why.</summary>
internal sealed record PartitionKeyAdvice(IReadOnlyList<string> Paths, string Reason)
{
    /// <summary>Cosmos DB's limit for a logical partition (service limits).</summary>
    internal const long MaxLogicalPartitionBytes = 20L << 30;

    /// <summary>Half of it: a partition of this size has not much time left.</summary>
    internal const long NearLogicalPartitionBytes = MaxLogicalPartitionBytes / 2;

    /// <param name="scale">From what was read to the whole table.</param>
    internal static PartitionKeyAdvice Of(ItemConverter converter, PartitionUsage partitions, double scale, LoadPlanning load)
    {
        double largest = partitions.Largest.Count == 0 ? 0 : partitions.Largest[0].Bytes * scale;
        bool isTooLarge = largest >= NearLogicalPartitionBytes;
        // Fewer values than ten for each physical partition leave some of them idle whatever the hash does.
        bool isTooFew = partitions.Distinct < 10L * load.PhysicalPartitions && load.PhysicalPartitions > 1;
        bool canBeHierarchical =
            converter.PartitionKeyPaths.Count == 1 && converter.Keys.SortKey is not null && converter.Options.PartitionKeyPaths is null;
        if (!isTooLarge && !isTooFew) return new(converter.PartitionKeyPaths, "Its values are many and none is too heavy.");
        string why = isTooLarge ? "its heaviest value comes near the 20 GB that a logical partition can hold" : "it has too few values " +
            "for the physical partitions";
        return canBeHierarchical
            ? new(new ItemConverter(converter.Keys, converter.Options with { Hierarchical = true }, converter.Format).PartitionKeyPaths,
                $"Of {converter.PartitionKeyPaths[0]} alone, {why}; with the sort key behind it ({Setting.Hierarchical}) a value is " +
                    "spread over many logical partitions.")
            : new(converter.PartitionKeyPaths, $"Look for another: {why}. Try a property with many values by {Setting.PartitionKeyPath}.");
    }
}
