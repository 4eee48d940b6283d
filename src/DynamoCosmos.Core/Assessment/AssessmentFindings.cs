using System.Globalization;
using DynamoCosmos.Basics;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Statistics;

namespace DynamoCosmos.Assessment;

/// <summary>
/// Turns what was seen into what it means, the most dangerous first. Ids are for life; their meaning is in docs/assessment.md.
/// </summary>
internal sealed class AssessmentFindings
{
    /// <summary>Fewer items tell nothing about how keys spread.</summary>
    private const int EnoughItems = 1_000;

    /// <summary>A physical partition's even share of ten.</summary>
    private const double HotShare = 0.1;

    private const int FewKeys = 100;

    // What one machine has been seen to write at most, halved: docs/performance.md.
    private const int DocumentsPerSecondOfOneMachine = 25_000;

    private readonly List<AssessmentFinding> _found = [];
    private readonly MigrationAssessment _of;
    private readonly double _scale;

    private AssessmentFindings(MigrationAssessment of, double scale) => (_of, _scale) = (of, scale);

    internal static IReadOnlyList<AssessmentFinding> Of(MigrationAssessment assessment, AttributeTree attributes, ItemConverter converter,
        double scale)
    {
        AssessmentFindings findings = new(assessment, scale);
        findings.LookAtRejections();
        findings.LookAtPartitions();
        findings.LookAtValues(attributes, converter.Options.NumberMode);
        findings.LookAtTimeToLive();
        findings.LookAtIds();
        findings.LookAtLoad();
        findings.LookAtIndexes();
        // Sorting keeps the order of what is equally dangerous.
        return [.. findings._found.OrderBy(static finding => finding.Severity)];
    }

    private void LookAtRejections()
    {
        foreach ((string reason, long count) in _of.Rejections.OrderByDescending(static rejection => rejection.Value))
        {
            string why = reason switch
            {
                nameof(RejectionReason.ItemTooLarge) =>
                    "would become documents over 2 MB, which Cosmos DB refuses: move what is large to blob storage before",
                nameof(RejectionReason.PartitionKeyTooLong) =>
                    "have a partition key of more than 2,048 bytes, which Cosmos DB refuses: partition by another property " +
                    $"({Setting.PartitionKeyPath})",
                nameof(RejectionReason.NumberLoss) => $"hold a number that no double keeps, and {Setting.NumberMode} Reject refuses them",
                nameof(RejectionReason.MalformedItem) => "cannot be read: the export is damaged, or was changed",
                _ => "cannot be converted with these settings: look at the keys that were given",
            };
            Add(FindingSeverity.Critical, "ItemsRejected", reason, count, $"{Number(count)} items {why}.");
        }
        if (_of.LargeDocuments > 0)
        {
            Add(FindingSeverity.Warning, "LargeDocuments", "", _of.LargeDocuments,
                $"{Number(_of.LargeDocuments)} documents have more than 1 MB; the largest has {Size(_of.DocumentSize.MaxBytes)}. Cosmos " +
                    "DB takes 2 MB, and each write of one costs thousands of RU.");
        }
    }

    private void LookAtPartitions()
    {
        PartitionUsage partitions = _of.Partitions;
        foreach (LogicalPartition partition in partitions.Largest)
        {
            double bytes = partition.Bytes * _scale;
            if (bytes < PartitionKeyAdvice.NearLogicalPartitionBytes) continue;
            bool isOver = bytes >= PartitionKeyAdvice.MaxLogicalPartitionBytes;
            Add(isOver ? FindingSeverity.Critical : FindingSeverity.Warning, isOver
                ? "LogicalPartitionTooLarge" : "LogicalPartitionNearLimit", partition.Key, partition.Items,
                $"The partition key value '{partition.Key}' holds {Size((long)bytes)}, and a logical partition takes 20 " +
                    $"GB{(isOver ? ": its last writes will be refused" : "")}. {_of.Plan.PartitionKeyReason}");
        }
        if (_of.Documents < EnoughItems) return;
        if (partitions.Distinct < FewKeys)
        {
            Add(FindingSeverity.Warning, "FewPartitionKeys", "", partitions.Distinct,
                $"There are only {Number(partitions.Distinct)} partition key values. Each can hold 20 GB and take 10,000 RU/s at most, " +
                    "whatever the container is given.");
        }
        else
        {
            foreach (LogicalPartition hot in partitions.Largest.Where(static partition => partition.Share >= HotShare))
            {
                Add(FindingSeverity.Warning, "HotPartition", hot.Key, hot.Items,
                    $"The partition key value '{hot.Key}' holds {Percent(hot.Share)} of all bytes. One physical partition serves it, " +
                        "with 10,000 RU/s at most.");
            }
        }
    }

    private void LookAtValues(AttributeTree attributes, NumberMode mode)
    {
        if (_of.NumberLosses > 0)
        {
            string where = Paths(_of.Attributes.Where(static attribute => attribute.NumberLosses > 0)
                .OrderByDescending(static attribute => attribute.NumberLosses));
            string what = mode switch
            {
                NumberMode.Double => $"lose digits ({Setting.NumberMode} Double)",
                NumberMode.String => $"stay exact, as all numbers become strings ({Setting.NumberMode} String)",
                _ => "become strings, so that the same property is a number in some documents and a string in others; " +
                    $"{Setting.NumberMode} says otherwise",
            };
            Add(FindingSeverity.Warning, "NumberPrecision", where, _of.NumberLosses,
                $"{Number(_of.NumberLosses)} numbers in {Number(_of.ItemsWithNumberLosses)} items have more digits than a double keeps, " +
                $"in {where}: they {what}.");
        }
        AddAttributes(FindingSeverity.Warning, "MixedTypes", _of.Attributes.Where(static attribute => attribute.IsMixed),
            "has values of several types: filters and orders of a query see only one of them");
        foreach (string name in ConversionPlan.ReservedNames)
        {
            AttributeUsage? usage = _of.Attributes.FirstOrDefault(attribute => attribute.Path == name);
            long moved = (usage?.Count ?? 0) - (name == "id" ? attributes.IdsKept : 0);
            if (moved > 0) Add(FindingSeverity.Warning, "ReservedName", name, moved,
                $"{Number(moved)} items have an attribute '{name}', a name that Cosmos DB owns. It becomes 'dynamo_{name}'; whoever " +
                "reads it must know.");
        }
        AddAttributes(FindingSeverity.Warning, "NamesAreData", _of.Attributes.Where(static attribute => attribute.HasMore),
            $"has more than {AttributeTree.MaxNamesInMap} different names within: its names are data. Leave it out of the index, since " +
                "each name would be indexed for itself");
        if (_of.AttributesCapped) Add(FindingSeverity.Notice, "AttributesCapped", "", _of.UnlistedValues,
            $"Not every attribute is listed: {Number(_of.UnlistedValues)} values are at further places.");
        AddAttributes(FindingSeverity.Notice, "Sets", OfType("SS", "NS", "BS"),
            "is a set: it becomes a sorted array, and nothing keeps an element from being there twice");
        AddAttributes(FindingSeverity.Notice, "Binary", OfType("B", "BS"), "is binary: it becomes a base64 string, a third longer");
    }

    private void LookAtTimeToLive()
    {
        if (_of.TimeToLive is not TtlUsage ttl) return;
        if (ttl.LikelyMilliseconds > 0)
        {
            Add(FindingSeverity.Warning, "TtlInMilliseconds", ttl.Attribute, ttl.LikelyMilliseconds,
                $"{Number(ttl.LikelyMilliseconds)} values of the TTL attribute look like milliseconds. DynamoDB reads seconds, so these " +
                    "items never expire, there or here.");
        }
        AddIf(FindingSeverity.Warning, "TtlNotNumber", ttl.Attribute, ttl.NotNumbers,
            "values of the TTL attribute are no numbers: these items never expire.");
        AddIf(FindingSeverity.Warning, "TtlTooOld", ttl.Attribute, ttl.TooOld,
            "items expired more than five years ago. DynamoDB no longer deletes them, and they are imported without ttl.");
        AddIf(FindingSeverity.Notice, "TtlTooFar", ttl.Attribute, ttl.TooFar,
            "items expire later than the 68 years that Cosmos DB's ttl can say: they are imported without ttl.");
        AddIf(FindingSeverity.Notice, "Expired", ttl.Attribute, ttl.Expired,
            $"items have expired and are only waiting for DynamoDB to delete them. The import skips them ({Setting.ExpiredItem}).");
    }

    private void LookAtIds()
    {
        AddIf(FindingSeverity.Warning, "HashedIds", "", _of.HashedIds,
            "ids would be longer than 1,023 bytes; their end is replaced by a hash, and they cannot be read back into keys.");
        AddIf(FindingSeverity.Notice, "EscapedIds", "", _of.EscapedIds,
            "ids hold characters that Cosmos DB does not take; these are written as ~XX. Make ids by the rules of docs/conversion.md.");
    }

    private void LookAtLoad()
    {
        LoadPlan plan = _of.Plan;
        if (plan.Throughput > plan.InstantThroughput)
        {
            Add(FindingSeverity.Warning, "ThroughputTakesTime", "", plan.Throughput,
                $"A new container has {Number(plan.InstantThroughput)} RU/s at once; {Number(plan.Throughput)} take the service hours " +
                    $"to split partitions for. Create it with {Number(plan.PhysicalPartitions * 6_000L)} RU/s before the window and " +
                    "raise it then.");
        }
        if (plan.ThroughputFloor > 400)
        {
            Add(FindingSeverity.Notice, "ThroughputFloor", "", plan.ThroughputFloor,
                $"After the load the container cannot be scaled below {Number(plan.ThroughputFloor)} RU/s: a hundredth of the highest " +
                    "it ever had, or 1 RU/s for each GB.");
        }
        double perSecond = _of.Documents * _scale / Math.Max(1, plan.Duration.TotalSeconds);
        if (perSecond > DocumentsPerSecondOfOneMachine)
        {
            Add(FindingSeverity.Notice, "ManyDocumentsPerSecond", "", (long)perSecond,
                $"The window asks for {Number((long)perSecond)} documents a second, more than to count on from one machine. Give it " +
                "more time.");
        }
    }

    private void LookAtIndexes()
    {
        foreach (IndexAdvice index in _of.Indexes)
        {
            if (index.Advice == IndexAdviceKind.SecondContainer) Add(FindingSeverity.Warning, "IndexNeedsContainer", index.Name, 0,
                $"The index {index.Name} ({index.Keys}): {index.Reason}");
        }
    }

    private IEnumerable<AttributeUsage> OfType(params string[] types) =>
        _of.Attributes.Where(attribute => types.Any(attribute.Types.ContainsKey));

    private void AddAttributes(FindingSeverity severity, string id, IEnumerable<AttributeUsage> attributes, string what)
    {
        foreach (AttributeUsage attribute in attributes)
        {
            string types = string.Join(", ", attribute.Types.Select(static type => $"{type.Key} {Number(type.Value)}"));
            Add(severity, id, attribute.Path, attribute.Count, $"'{attribute.Path}' ({types}) {what}.");
        }
    }

    private void AddIf(FindingSeverity severity, string id, string subject, long count, string what)
    {
        if (count > 0) Add(severity, id, subject, count, $"{Number(count)} {what}");
    }

    private void Add(FindingSeverity severity, string id, string subject, long count, string message) =>
        _found.Add(new(severity, id, subject, count, HostWords.Fill(message)));

    private static string Paths(IEnumerable<AttributeUsage> attributes)
    {
        string[] paths = [.. attributes.Select(static attribute => attribute.Path).Take(4)];
        return paths.Length == 0 ? "attributes that are not listed" : string.Join(", ", paths.Take(3)) + (paths.Length > 3 ? ", …" : "");
    }

    private static string Number(long number) => UnitText.Count(number, CultureInfo.InvariantCulture);

    private static string Percent(double share) => UnitText.Percent(share, CultureInfo.InvariantCulture);

    private static string Size(long bytes) => UnitText.Bytes(bytes, CultureInfo.InvariantCulture);
}
