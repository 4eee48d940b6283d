using System.Text;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Comparison;

/// <summary>What counts as equal, compiled once for a comparison.</summary>
internal sealed class ComparisonRules
{
    /// <summary>Deeper than Cosmos DB takes a document (128 levels), so that depth is never what fails.</summary>
    internal const int MaxDepth = 256;

    // As for DynamoDB itself, an item that is more than five years past is not expired, but has a number that was not meant as a time.
    private const long FiveYears = 5L * 365 * 24 * 60 * 60;

    /// <param name="partitionKeyPaths">The container's own.</param>
    /// <param name="expiry">What the conversion leaves in documents of the table's TTL attribute.</param>
    /// <param name="startedAt">Epoch seconds; one moment for all, since the two sides are read at different ones.</param>
    /// <param name="isTransformed">A transform has made the documents.</param>
    internal ComparisonRules(IReadOnlyList<string> partitionKeyPaths, ExpiryTraces expiry, long startedAt, TimeSpan ttlTolerance,
        bool isTransformed = false)
    {
        Paths = [.. partitionKeyPaths.Select(p => PartitionKeyPath.Parse(p).Select(Encoding.UTF8.GetBytes).ToArray())];
        Expiry = isTransformed ? expiry with { MayBeLost = true } : expiry;
        IsTtlFree = isTransformed;
        // A name that needs escapes is watched anyway.
        Watched = [.. Paths.Select(p => p[0]).Append(Encoding.UTF8.GetBytes("id")).Concat(expiry.Properties)
            .DistinctBy(Encoding.UTF8.GetString)];
        StartedAt = startedAt;
        TtlTolerance = (long)ttlTolerance.TotalSeconds;
    }

    /// <summary>The names in each path of the partition key.</summary>
    internal byte[][][] Paths { get; }

    internal ExpiryTraces Expiry { get; }

    /// <summary>Members at the top that decide more than the content.</summary>
    internal byte[][] Watched { get; }

    /// <summary>A document of the source may have a ttl that is not its TTL attribute's: a transform's own, by right.</summary>
    internal bool IsTtlFree { get; }

    internal long StartedAt { get; }

    internal long TtlTolerance { get; }

    internal static bool IsSystemName(ReadOnlySpan<byte> name) =>
        name.Length > 2 && name[0] == '_' &&
        (name.SequenceEqual("_rid"u8) || name.SequenceEqual("_self"u8) || name.SequenceEqual("_etag"u8) || name.SequenceEqual("_ts"u8) ||
         name.SequenceEqual("_attachments"u8) || name.SequenceEqual("_lsn"u8));

    internal bool IsExpired(long? expiresAt) => expiresAt <= StartedAt && expiresAt >= StartedAt - FiveYears;

    /// <summary>
    /// The ttl that a document should have, judged by what it says of itself: its TTL attribute and the moment of its last write (_ts).
    /// Null for none.
    /// </summary>
    internal static long? ExpectedTtl(long? expiresAt, long writtenAt) =>
        expiresAt - writtenAt is > 0 and <= int.MaxValue ? expiresAt - writtenAt : null;

    /// <summary>
    /// A write takes its time, and clocks differ; so a ttl may be off by the tolerance, and near the edges (just expiring, or further ahead
    /// than Cosmos DB can count) it may be there or not.
    /// </summary>
    /// <param name="isText">The attribute stands there as a string: a number by NumberMode String, or an attribute of type S, which is no
    /// time.</param>
    internal bool IsTtlRight(long? ttl, long? expiresAt, bool isText, long writtenAt)
    {
        long? expected = ExpectedTtl(expiresAt, writtenAt);
        if (ttl is not null && expected is not null) return Math.Abs(ttl.Value - expected.Value) <= TtlTolerance;
        if (ttl is null && expected is null) return true;
        long? left = expiresAt - writtenAt;
        if (ttl is null && isText) return true;
        return left is not null && (Math.Abs(left.Value) <= TtlTolerance || Math.Abs(left.Value - int.MaxValue) <= TtlTolerance);
    }
}
