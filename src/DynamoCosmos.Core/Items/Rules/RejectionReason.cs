namespace DynamoCosmos.Items.Rules;

/// <summary>Why an item was refused. The words are for life: they stand in rejects files.</summary>
public enum RejectionReason
{
    None,
    MalformedItem,
    MissingKey,
    KeyTypeMismatch,
    PartitionKeyTooLong,
    ItemTooLarge,
    NumberLoss,

    /// <summary>A mapping gives a name that the item has already.</summary>
    NameConflict,

    /// <summary>An attribute that a mapping unpacks does not hold JSON.</summary>
    NotJson,

    /// <summary>Items are split over several containers, and no route takes this one.</summary>
    NoRoute,

    /// <summary>Another item of the run has made a document with this id and partition key.</summary>
    DuplicateId,

    /// <summary>The caller's transform failed, or returned what is no document.</summary>
    TransformFailed,

    /// <summary>Cosmos DB answered with a lasting refusal; the rejection carries its status.</summary>
    Refused,

    /// <summary>An incremental export has several records of one item and does not tell which of them was written last.</summary>
    UndecidedChange,
}
