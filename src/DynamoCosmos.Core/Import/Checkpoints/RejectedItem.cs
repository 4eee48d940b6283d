using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Import.Checkpoints;

/// <summary>An item that did not become a document, and why. One line of the file of rejected items.</summary>
public sealed record RejectedItem
{
    /// <summary>The unit's name, stable wherever the export lies: the data file's key as in the manifest.</summary>
    public required string DataFile { get; init; }

    /// <summary>From 1.</summary>
    public required long Line { get; init; }

    public required RejectionReason Reason { get; init; }

    /// <summary>Where it would have gone, of an import that is split over several; null for an item without a route.</summary>
    public string? Container { get; init; }

    /// <summary>Of the document that it would have been, where that much is known.</summary>
    public string? Id { get; init; }

    /// <summary>As Cosmos DB writes it, a JSON array with one value for each path; where known.</summary>
    public string? PartitionKey { get; init; }

    /// <summary>HTTP status that Cosmos DB answered, for <see cref="RejectionReason.Refused"/>.</summary>
    public int? Status { get; init; }

    public int? SubStatus { get; init; }

    public string? Detail { get; init; }

    /// <summary>Of the table that it comes from, as the import knew them; null in a file that does not tell.</summary>
    public KeyMap? TableKeys { get; init; }

    /// <summary>What <see cref="Item"/> is written in.</summary>
    public ItemFormat Format { get; init; }

    /// <summary>The record as it stood in the data file. To be set by whoever mends it on its way into another import.</summary>
    public required string Item { get; set; }

    /// <summary>The record was too long to keep whole: <see cref="Item"/> is its beginning.</summary>
    public bool IsItemCut { get; init; }

    /// <summary>The record is not valid UTF-8, or mostly control characters: <see cref="Item"/> is the base64 of its bytes.</summary>
    public bool IsItemBase64 { get; init; }

    public override string ToString() => $"{Reason}: {DataFile}, line {Line}";
}
