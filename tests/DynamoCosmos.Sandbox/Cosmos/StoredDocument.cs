namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>What is kept of a document. A value, so that a million of them are a few arrays.</summary>
internal struct StoredDocument
{
    internal DocumentKey Key;

    /// <summary>In the hash space: decides the range.</summary>
    internal ulong Position;

    /// <summary>Null where only hashes are kept, or once removed.</summary>
    internal byte[]? Body;

    internal ulong Hash;

    /// <summary>Number within the container, from 1; rises with each new document and never changes.</summary>
    internal long Sequence;

    /// <summary>Of the last write; rises within a range.</summary>
    internal long Lsn;

    /// <summary>Epoch seconds of the last write.</summary>
    internal long Timestamp;

    /// <summary>UTF-8 bytes; negative once removed.</summary>
    internal int Length;

    /// <summary>As in the document; 0 where it has none.</summary>
    internal int Ttl;

    /// <summary>A removed document leaves its sequence behind, so that places stay in order.</summary>
    internal readonly bool IsRemoved => Length < 0;

    internal readonly bool IsExpired(int? defaultTtl, long now)
    {
        if (defaultTtl is not int ofAll) return false;
        int own = Ttl != 0 ? Ttl : ofAll;
        return own > 0 && Timestamp + own <= now;
    }
}

/// <summary>A document's identity: the hash of its effective partition key and its id. At 128 bits two documents never meet.</summary>
internal readonly record struct DocumentKey(ulong Low, ulong High)
{
    internal static DocumentKey Of(in EffectivePartitionKey partitionKey, ReadOnlySpan<byte> id)
    {
        const int keyLength = 16 * EffectivePartitionKey.MostComponents;
        Span<byte> text = stackalloc byte[keyLength + DocumentReading.LongestId];
        partitionKey.CopyTo(text);
        if (id.Length > DocumentReading.LongestId) id = id[..DocumentReading.LongestId];
        id.CopyTo(text[keyLength..]);
        UInt128 hash = System.IO.Hashing.XxHash128.HashToUInt128(text[..(keyLength + id.Length)]);
        return new((ulong)hash, (ulong)(hash >> 64));
    }

    public override int GetHashCode() => (int)Low;
}
