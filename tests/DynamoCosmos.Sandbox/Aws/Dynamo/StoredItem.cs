using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>An item as the table holds it: proved, its numbers normalized, with the keys that place it.</summary>
/// <param name="Partition">The partition key's bytes; N in sortable form.</param>
/// <param name="Sort">The sort key's; empty without one.</param>
/// <param name="Json">The typed attribute map.</param>
/// <param name="Size">Bytes by DynamoDB's rules.</param>
internal sealed record StoredItem(byte[] Partition, byte[] Sort, byte[] Json, int Size) : IComparable<StoredItem>
{
    /// <summary>Which partition it is in: the order of a scan and the border of segments.</summary>
    internal ulong Hash { get; } = BinaryPrimitives.ReadUInt64BigEndian(MD5.HashData(Partition));

    public int CompareTo(StoredItem? other)
    {
        if (other is null) return 1;
        int order = Hash.CompareTo(other.Hash);
        if (order == 0) order = Partition.AsSpan().SequenceCompareTo(other.Partition);
        return order != 0 ? order : Sort.AsSpan().SequenceCompareTo(other.Sort);
    }
}
