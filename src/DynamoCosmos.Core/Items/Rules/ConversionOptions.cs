namespace DynamoCosmos.Items.Rules;

/// <summary>What becomes of a number that a double cannot keep.</summary>
public enum NumberMode
{
    /// <summary>It becomes a string of its own digits; all others are numbers.</summary>
    Exact,

    /// <summary>Every number becomes a string.</summary>
    String,

    /// <summary>Every number becomes a number; each loss is counted.</summary>
    Double,

    /// <summary>The item is rejected as NumberLoss.</summary>
    Reject,
}

/// <summary>Where a document's id comes from.</summary>
public enum IdSource
{
    Keys,
    SortKey,
    Attribute,
}

public enum ExpiredItemAction
{
    Skip,
    Keep,
}

/// <summary>The settings of a conversion. With the same settings the same item always makes the same document, byte for byte.</summary>
public sealed record ConversionOptions
{
    public NumberMode NumberMode { get; init; }

    public IdSource IdFrom { get; init; }

    /// <summary>The attribute that holds the id with <see cref="IdSource.Attribute"/>.</summary>
    public string? IdAttribute { get; init; }

    /// <summary>Partition by both keys of the table, in the order partition key, sort key.</summary>
    public bool Hierarchical { get; init; }

    /// <summary>Partition key paths other than the table's own, such as <c>/customerId</c>; at most three.</summary>
    public IReadOnlyList<string>? PartitionKeyPaths { get; init; }

    public ExpiredItemAction ExpiredItem { get; init; }

    /// <summary>What is left out, renamed, added or filtered on the way.</summary>
    public ItemMapping? Mapping { get; init; }
}
