using DynamoCosmos.Basics;
using DynamoCosmos.Model;

namespace DynamoCosmos.Aws;

/// <summary>How a table is scanned.</summary>
public sealed record ScanOptions
{
    /// <summary>
    /// Read capacity units a second, for all segments together; null for no limit but the table's own. One unit reads 8 KB, or 4 KB of a
    /// consistent read.
    /// </summary>
    public double? MaxReadCapacity { get; init; }

    /// <summary>The same as a share of the table's provisioned capacity, above 0 and up to 100.</summary>
    public double? ReadCapacityPercent { get; init; }

    /// <summary>Sees all writes that ended before the page was read, at twice the capacity.</summary>
    public bool ConsistentRead { get; init; }

    /// <summary>How long one page is tried again before the scan fails.</summary>
    public TimeSpan RetryTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <returns>Units a second; null for no limit.</returns>
    /// <exception cref="MigrationException">ReadCapacityUnknown, ReadCapacityTwice.</exception>
    internal double? CapacityOf(DynamoTable table)
    {
        if (ReadCapacityPercent is not double percent) return MaxReadCapacity;
        if (MaxReadCapacity is not null) throw DynamoErrors.ReadCapacityTwice();
        bool isProvisioned = table is { BillingMode: "PROVISIONED", ReadCapacityUnits: > 0 };
        return isProvisioned ? table.ReadCapacityUnits!.Value * percent / 100 : throw DynamoErrors.ReadCapacityUnknown(table.TableName);
    }
}
