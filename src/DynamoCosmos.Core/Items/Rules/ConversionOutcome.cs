namespace DynamoCosmos.Items.Rules;

/// <summary>What became of a record.</summary>
public enum ConversionOutcome
{
    /// <summary>A document to write: <see cref="DocumentBuffer.Document"/>.</summary>
    Document,

    /// <summary>An incremental record without a NewImage: the document of this id and partition key is to be deleted.</summary>
    Delete,

    /// <summary>The item's time to live is over, and expired items are skipped. Id and partition key are known.</summary>
    Expired,

    /// <summary>The mapping's Where leaves the item out. Id and partition key are known.</summary>
    Filtered,

    /// <summary>Refused: <see cref="DocumentBuffer.Reason"/> and <see cref="DocumentBuffer.Detail"/> say why.</summary>
    Rejected,
}
