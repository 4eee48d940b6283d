using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Statistics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Assessment;

/// <summary>Makes an assessment of what was seen.</summary>
internal sealed class AssessmentSummary(IItemSource source, ItemConverter converter, LoadWishes wishes,
    IReadOnlyList<SecondaryIndex> indexes)
{
    private const int ListedPartitions = 20;

    internal MigrationAssessment Make(ItemStatistics seen, bool isPartial, long? knownTotal, DateTimeOffset at, TimeSpan took)
    {
        AssessmentCounts counts = seen.Counts;
        long total = Math.Max(counts.Items, isPartial ? source.ItemCount ?? knownTotal ?? counts.Items : counts.Items);
        double scale = counts.Items == 0 ? 1 : (double)total / counts.Items;
        SizeDistribution documents = seen.DocumentSizes.ToDistribution();
        IReadOnlyList<AttributeUsage> attributes = AttributeListing.List(seen.Attributes);
        LoadPlanning load = new(counts.WriteKilobytes * scale, (long)(documents.TotalBytes * scale), wishes);
        IndexAdvising advising = new(converter.Keys, indexes, attributes, load.PhysicalPartitions);
        PartitionUsage partitions = Partitions(seen);
        PartitionKeyAdvice key = PartitionKeyAdvice.Of(converter, partitions, scale, load);
        MigrationAssessment assessment = new()
        {
            Source = source.Identity,
            AssessedAt = at,
            Duration = took,
            IsSample = isPartial,
            ItemsAssessed = counts.Items,
            TotalItems = total,
            PartitionKeyPath = converter.PartitionKeyPaths,
            Documents = documents.Count,
            Expired = counts.Expired,
            Skipped = counts.Skipped,
            Rejected = seen.Rejections.Values.Sum(),
            Rejections = seen.Rejections.ToDictionary(static rejection => rejection.Key.ToString(), static rejection => rejection.Value),
            SourceSize = seen.SourceSizes.ToDistribution(),
            DocumentSize = documents,
            LargeDocuments = counts.LargeDocuments,
            Attributes = attributes,
            AttributesCapped = AttributeListing.IsCapped(seen.Attributes.Root),
            UnlistedValues = seen.Attributes.Unlisted,
            NumberLosses = counts.NumberLosses,
            ItemsWithNumberLosses = counts.ItemsWithNumberLosses,
            EscapedIds = counts.EscapedIds,
            HashedIds = counts.HashedIds,
            TimeToLive = TimeToLive(seen),
            Partitions = partitions,
            Indexes = advising.Advise(counts.Items),
            Plan = Plan(load, key, advising.Policy()),
            Findings = [],
        };
        return assessment with { Findings = AssessmentFindings.Of(assessment, seen.Attributes, converter, scale) };
    }

    private static PartitionUsage Partitions(ItemStatistics seen) => new()
    {
        Distinct = seen.PartitionKeys.Count,
        DistinctError = seen.PartitionKeys.IsExact ? 0 : DistinctCount.StandardError,
        UnseenBytes = seen.Partitions.Lightest,
        Largest = [.. seen.Partitions.Top(ListedPartitions).Select(entry => Describe(entry, seen.Partitions.TotalBytes))],
    };

    private static LogicalPartition Describe(HeavyHitters.Entry entry, long total)
    {
        // A text may have been cut within a character.
        string key = Encoding.UTF8.GetString(entry.Text, 0, entry.Length).TrimEnd('\uFFFD');
        return new(entry.IsCut
            ? key + "…" : key, entry.Bytes - entry.Error, entry.Bytes, entry.Items, total == 0
            ? 0 : (double)(entry.Bytes - entry.Error) / total);
    }

    private TtlUsage? TimeToLive(ItemStatistics seen)
    {
        if (converter.Keys.TtlAttribute is not string name || seen.Attributes.Ttl is not AttributeNode node) return null;
        AssessmentCounts counts = seen.Counts;
        return new(name, node.Count, node.Count - counts.TtlNumbers, counts.TtlExpired, counts.TtlTooOld, counts.TtlTooFar,
            counts.TtlMilliseconds);
    }

    private LoadPlan Plan(LoadPlanning load, PartitionKeyAdvice key, string policy) => new()
    {
        PartitionKeyPath = key.Paths,
        PartitionKeyReason = HostWords.Fill(key.Reason),
        IndexingPolicy = policy,
        DocumentBytes = load.DocumentBytes,
        PhysicalPartitions = load.PhysicalPartitions,
        RequestUnits = Math.Round(load.RequestUnits),
        RequestUnitsIndexed = Math.Round(load.RequestUnitsIndexed),
        Window = wishes.Window,
        Throughput = load.Throughput,
        InstantThroughput = load.InstantThroughput,
        ThroughputFloor = load.ThroughputFloor,
        Duration = load.DurationAt(load.Throughput),
        LoadCost = load.CostAt(load.Throughput),
        StorageCostPerMonth = load.StorageCostPerMonth,
        Currency = wishes.Prices.Currency,
        PricesAsOf = wishes.Prices.Date,
        Choices = load.Choices(),
    };
}
