namespace DynamoCosmos.Items.Rules;

/// <summary>The types that DynamoDB allows for a key attribute.</summary>
public enum KeyType
{
    S,
    N,
    B,
}

public sealed record KeyAttribute(string Name, KeyType Type)
{
    /// <summary>
    /// Reads <c>pk</c>, which is of type S, or <c>pk:N</c>. PowerShell calls it for strings given to a parameter of this type.
    /// </summary>
    public static KeyAttribute Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return text.Length > 2 && text[^2] == ':' && Enum.TryParse(text[^1..], out KeyType type) && Enum.IsDefined(type)
            ? new(text[..^2], type) : new(text, KeyType.S);
    }

    /// <summary>What <see cref="Parse"/> reads.</summary>
    public string ToArgument() => $"{Name}:{Type}";

    public override string ToString() => $"{Name} ({Type})";
}

/// <summary>A table's primary key and its TTL attribute: what decides id, partition key and ttl.</summary>
public sealed record KeyMap(KeyAttribute PartitionKey, KeyAttribute? SortKey = null, string? TtlAttribute = null)
{
    public override string ToString() => SortKey is null ? $"{PartitionKey}" : $"{PartitionKey}, {SortKey}";
}
