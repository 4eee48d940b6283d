namespace DynamoCosmos.Items;

/// <summary>The types that DynamoDB allows for a key attribute.</summary>
public enum KeyType
{
    S,
    N,
    B,
}

public sealed record KeyAttribute(string Name, KeyType Type)
{
    public override string ToString() => $"{Name} ({Type})";
}

/// <summary>A table's primary key and its TTL attribute: what decides id, partition key and ttl.</summary>
public sealed record KeyMap(KeyAttribute PartitionKey, KeyAttribute? SortKey = null, string? TtlAttribute = null);
