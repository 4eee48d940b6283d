using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace DynamoCosmos.Comparison;

/// <summary>What the comparison keeps of a document.</summary>
/// <param name="Key">Hash of partition key and id: one document, one key.</param>
/// <param name="Place">Where Cosmos DB's hash puts the partition key; see <see cref="PartitionKeyBytes.Place"/>.</param>
/// <param name="Content">Hash of all that the migration is answerable for.</param>
/// <param name="ExpiresAt">By its TTL attribute, in epoch seconds; null where it has none.</param>
/// <param name="IsExpired">It had expired when the comparison began, so that it may be there or not.</param>
internal readonly record struct Fingerprint(UInt128 Key, ulong Place, UInt128 Content, long? ExpiresAt, bool IsExpired)
{
    private const long MarkSeed = 11;

    /// <summary>Key and content in one, mixed so that sums of marks differ when two documents have swapped their contents.</summary>
    internal UInt128 Mark
    {
        get
        {
            Span<UInt128> both = [Key, Content];
            return XxHash128.HashToUInt128(MemoryMarshal.AsBytes(both), MarkSeed);
        }
    }
}
