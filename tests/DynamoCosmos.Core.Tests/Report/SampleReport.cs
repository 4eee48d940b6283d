using DynamoCosmos.Assessment;
using DynamoCosmos.Comparison;
using DynamoCosmos.Import;
using DynamoCosmos.Report;

namespace DynamoCosmos.Core.Tests.Report;

/// <summary>A finished migration of a shop's orders, as a report may have it: the one of docs/report.png.</summary>
internal static class SampleReport
{
    internal static readonly DateTimeOffset Now = new(2026, 3, 14, 16, 5, 0, TimeSpan.Zero);

    internal const string Source = "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/export/01773495900000-3f9a1c77";

    private const string Target = "mycosmos/shop/orders";

    internal static MigrationReport Full()
    {
        MigrationReport report = new() { Title = "Orders: DynamoDB to Azure Cosmos DB" };
        report.Assessments.Add(Assessment());
        report.Imports.Add(Import());
        report.Comparisons.Add(Comparison(passed: true));
        return report;
    }

    internal static ComparisonResult Comparison(bool passed) => new()
    {
        Passed = passed,
        Source = Source,
        Target = Target,
        SourceItems = 18_400_000,
        TargetDocuments = 18_276_190,
        Matched = passed ? 18_276_188 : 18_276_180,
        Missing = passed ? 0 : 6,
        Extra = passed ? 0 : 1,
        Different = passed ? 0 : 2,
        Repaired = 0,
        Expired = 123_800,
        Rejected = 12,
        AllowedRejected = 12,
        Skipped = 0,
        IsTruncated = false,
        IsSample = false,
        RequestCharge = 912_400,
        Duration = TimeSpan.FromMinutes(11.4),
    };

    internal static ImportResult Import() => new()
    {
        Completed = true,
        Source = Source,
        Target = Target,
        Read = 18_400_000,
        Written = 18_276_188,
        Expired = 123_800,
        Rejected = 12,
        RequestCharge = 118_950_000,
        Throttled = 41_870,
        Retries = 0,
        UnitsDone = 64,
        UnitsTotal = 64,
        StartedAt = Now - TimeSpan.FromMinutes(74),
        Duration = TimeSpan.FromMinutes(58.3),
        TotalDuration = TimeSpan.FromMinutes(58.3),
        History = [.. Moments()],
        RejectedItemPath = "https://mylake.blob.core.windows.net/s3datacopy/_dynamocosmos/orders.rejected.ndjson",
    };

    internal static MigrationAssessment Assessment() => new()
    {
        Source = Source,
        AssessedAt = Now - TimeSpan.FromHours(20),
        Duration = TimeSpan.FromSeconds(94),
        IsSample = false,
        ItemsAssessed = 18_400_000,
        TotalItems = 18_400_000,
        PartitionKeyPath = ["/customerId"],
        Documents = 18_276_188,
        Expired = 123_800,
        Skipped = 0,
        Rejected = 12,
        Rejections = new Dictionary<string, long> { ["ItemTooLarge"] = 12 },
        SourceSize = Sizes(18_400_000, 1_024, [210_000, 880_000, 2_950_000, 7_800_000, 4_900_000, 1_300_000, 300_000, 55_000, 4_900, 100]),
        DocumentSize =
            Sizes(18_276_188, 1_180, [120_000, 560_000, 2_200_000, 7_400_000, 5_850_000, 1_700_000, 370_000, 69_000, 7_000, 188]),
        LargeDocuments = 188,
        Attributes = Attributes(),
        AttributesCapped = false,
        UnlistedValues = 0,
        NumberLosses = 91_204,
        ItemsWithNumberLosses = 91_204,
        EscapedIds = 4_410,
        HashedIds = 0,
        TimeToLive = new("expiresAt", 17_900_000, 0, 123_800, 0, 0, 0),
        Partitions = Partitions(),
        Indexes =
        [
            new("byStatus", "Global", "status (S), createdAt (S)", IndexAdviceKind.SecondContainer, 1,
                "Its queries would ask all 4 physical partitions. If they are frequent, keep a second container partitioned by status, " +
                "by the change feed; if rare, the indexing policy will do."),
            new("byDate", "Local", "customerId (S), createdAt (S)", IndexAdviceKind.IndexingPolicy, 1,
                "It has the table's partition key, so its queries stay within one logical partition; an index on its sort key answers " +
                "them."),
        ],
        Plan = Plan(),
        Findings =
        [
            new(FindingSeverity.Critical, "ItemsRejected", "ItemTooLarge", 12,
                "12 items would become documents over 2 MB, which Cosmos DB refuses: move what is large to blob storage before."),
            new(FindingSeverity.Warning, "HotPartition", "CUST#0000001", 2_061_000,
                "The partition key value 'CUST#0000001' holds 11.2 % of all bytes. One physical partition serves it, with 10,000 RU/s " +
                "at most."),
            new(FindingSeverity.Warning, "NumberPrecision", "ledger", 91_204,
                "91,204 numbers in 91,204 items have more digits than a double keeps, in ledger: they become strings, so that the same " +
                "property is a number in some documents and a string in others; -NumberMode says otherwise."),
            new(FindingSeverity.Warning, "MixedTypes", "total", 18_276_188,
                "'total' (N 18,398,713, S 1,287) has values of several types: filters and orders of a query see only one of them."),
            new(FindingSeverity.Warning, "ReservedName", "_ts", 30_112,
                "30,112 items have an attribute '_ts', a name that Cosmos DB owns. It becomes 'dynamo__ts'; whoever reads it must know."),
            new(FindingSeverity.Notice, "Expired", "expiresAt", 123_800,
                "123,800 items have expired and are only waiting for DynamoDB to delete them. The import skips them (-ExpiredItem)."),
            new(FindingSeverity.Notice, "Sets", "tags", 9_100_000,
                "'tags' (SS 9,100,000) is a set: it becomes a sorted array, and nothing keeps an element from being there twice."),
        ],
    };

    private static LoadPlan Plan() => new()
    {
        PartitionKeyPath = ["/customerId"],
        PartitionKeyReason = "Its values are many and none is too heavy.",
        IndexingPolicy = """{"indexingMode":"consistent","automatic":true,"includedPaths":[{"path":"/createdAt/?"},{"path":"/customerId/?"},{"path":"/orderId/?"},{"path":"/status/?"}],"excludedPaths":[{"path":"/*"},{"path":"/\"_etag\"/?"}],"compositeIndexes":[[{"path":"/status","order":"ascending"},{"path":"/createdAt","order":"ascending"}]]}""",
        DocumentBytes = 21_565_901_840,
        PhysicalPartitions = 4,
        RequestUnits = 118_400_000,
        RequestUnitsIndexed = 215_272_727,
        Window = TimeSpan.FromHours(1),
        Throughput = 41_200,
        InstantThroughput = 10_000,
        ThroughputFloor = 500,
        Duration = TimeSpan.FromSeconds(3_593),
        LoadCost = 3.30m,
        StorageCostPerMonth = 5.02m,
        Currency = "USD",
        PricesAsOf = new(2025, 6, 1),
        Choices =
        [
            new(4_000, TimeSpan.FromSeconds(37_000), 3.52m), new(10_000, TimeSpan.FromSeconds(14_800), 4.00m),
                new(20_000, TimeSpan.FromSeconds(7_400), 4.80m),
            new(41_200, TimeSpan.FromSeconds(3_593), 3.30m), new(100_000, TimeSpan.FromSeconds(1_480), 8.00m),
                new(200_000, TimeSpan.FromSeconds(740), 16.00m),
        ],
    };

    private static SizeDistribution Sizes(long count, long median, long[] counts) => new(
        count, count * median, 96, 397_000, median, median * 3, median * 9,
            [.. counts.Select(static (bucket, i) => new SizeBucket(256L << i, bucket))]);

    private static PartitionUsage Partitions() => new()
    {
        Distinct = 1_204_880,
        DistinctError = 0.008125,
        UnseenBytes = 9_000_000,
        Largest =
        [
            .. new[] { 2_415_000, 402_000, 318_000, 240_000, 188_000, 131_000, 96_000, 71_000, 52_000, 40_000,
                31_000 }.Select(static (kilobytes, i) =>
                new LogicalPartition($"CUST#{i * i * 7_919 + 1:d7}", kilobytes * 1_024L, kilobytes * 1_024L + (i < 3 ? 0 : i * 2_400_000L),
                    kilobytes / 2, kilobytes * 1_024d / 21_565_901_840)),
        ],
    };

    private static IReadOnlyList<AttributeUsage> Attributes() =>
    [
        Used("lines[].price", 55_200_000, 9, ("N", 55_200_000)),
        Used("lines[].sku", 55_200_000, 16, ("S", 55_200_000)),
        Used("customerId", 18_400_000, 22, ("S", 18_400_000)),
        Used("orderId", 18_400_000, 34, ("S", 18_400_000)),
        Used("status", 18_400_000, 13, ("S", 18_400_000)),
        Used("total", 18_400_000, 10, ("N", 18_398_713), ("S", 1_287)),
        Used("lines", 18_400_000, 210, ("L", 18_400_000)) with { Depth = 2 },
        Used("address", 18_400_000, 120, ("M", 18_400_000)) with { Depth = 1 },
        Used("address.city", 18_400_000, 14, ("S", 18_400_000)),
        Used("isGift", 18_400_000, 7, ("BOOL", 18_400_000)),
        Used("expiresAt", 17_900_000, 15, ("N", 17_900_000)),
        Used("tags", 9_100_000, 28, ("SS", 9_100_000)),
        Used("coupon", 4_600_000, 7, ("NULL", 4_600_000)),
        Used("thumbnail", 2_000_000, 420, ("B", 2_000_000)),
        Used("ledger", 91_204, 27, ("N", 91_204)) with { NumberLosses = 91_204 },
        Used("_ts", 30_112, 9, ("N", 30_112)),
    ];

    private static AttributeUsage Used(string path, long count, long bytes, params (string Type, long Count)[] types) =>
        new()
        {
            Path = path,
            Count = count,
            Bytes = count * bytes,
            MaxBytes = (int)bytes * 3,
            Types = types.ToDictionary(static type => type.Type, static type => type.Count)
        };

    private static IEnumerable<ImportMoment> Moments()
    {
        Random random = new(4);
        TimeSpan step = TimeSpan.FromSeconds(29.15);
        for (int i = 0; i < 120; i++)
        {
            double rising = Math.Min(1, (i + 1) / 5.0), ending = i > 115 ? (120 - i) / 6.0 : 1;
            double used = 41_200 * rising * ending * (0.86 + random.NextDouble() * 0.1);
            bool isSplit = i is >= 46 and < 52;
            if (isSplit) used *= 0.62;
            long throttled = i < 4 ? 0 : (long)(isSplit ? 2_400 + random.Next(900) : random.Next(60, 420));
            yield return new(step * i, step, used / 6.5, used, throttled);
        }
    }
}
