namespace DynamoCosmos.Comparison;

/// <summary>What is wrong with a document. The words are for life: scripts match on them.</summary>
public enum DifferenceKind
{
    /// <summary>An item of the source has no document.</summary>
    Missing,

    /// <summary>A document has no item in the source.</summary>
    Extra,

    /// <summary>Both are there, but not the same.</summary>
    Different,
}

/// <summary>A finding of the comparison.</summary>
public sealed record DocumentDifference
{
    // Arrays: a host may take elements by their number, which the lists that the compiler makes do not offer to all of them.
    private readonly object?[] _partitionKey = [];
    private readonly ValueDifference[] _values = [];

    public required DifferenceKind Kind { get; init; }

    /// <summary>Of a comparison with several containers.</summary>
    public string? Container { get; init; }

    /// <summary>The document's id.</summary>
    public required string Id { get; init; }

    /// <summary>One value per path of the container: text, number, boolean, or null for JSON null and for none.</summary>
    public required IReadOnlyList<object?> PartitionKey { get => _partitionKey; init => _partitionKey = [.. value]; }

    /// <summary>The data file (or other unit of the source) that the item came from; null for an extra document.</summary>
    public string? DataFile { get; init; }

    /// <summary>The item's line in it, from 1.</summary>
    public long? Line { get; init; }

    /// <summary>Where the two differ, the first few places; empty unless both are there.</summary>
    public IReadOnlyList<ValueDifference> Values { get => _values; init => _values = [.. value]; }

    /// <summary>The document was written again from the source, and Cosmos DB took it.</summary>
    public bool IsRepaired { get; init; }

    /// <summary>Why it could not be written again, where that was tried.</summary>
    public string? RepairError { get; init; }

    public override string ToString() => $"{Kind}: {Id}";
}

/// <summary>One place where two documents differ.</summary>
/// <param name="Path">A JSON Pointer (RFC 6901) into the document, such as <c>/address/lines/0</c>.</param>
/// <param name="Expected">JSON text by the source, cut after 256 characters; null where it has nothing there.</param>
/// <param name="Actual">JSON text in the container, cut likewise.</param>
public sealed record ValueDifference(string Path, string? Expected, string? Actual)
{
    public override string ToString() => $"{Path}: {Expected ?? "(none)"} -> {Actual ?? "(none)"}";
}
