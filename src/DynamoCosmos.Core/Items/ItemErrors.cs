namespace DynamoCosmos.Items;

/// <summary>What can be wrong with a conversion's settings, and a rejection where nobody keeps a rejects file.</summary>
public static class ItemErrors
{
    /// <summary>A single item was refused; the id is the rejection's reason.</summary>
    public static MigrationException Rejected(RejectionReason reason, string detail, object? target) => new(reason.ToString(), FailureKind.InvalidData, detail, target);

    internal static MigrationException NoSortKey(string setting) =>
        new("NoSortKey", FailureKind.InvalidArgument, $"{setting} needs a table with a sort key, and this table has none.");

    internal static MigrationException NoIdAttribute() =>
        new("NoIdAttribute", FailureKind.InvalidArgument, "With -IdFrom Attribute, name the attribute that holds the id with -IdAttribute.");

    internal static MigrationException InvalidPartitionKeyPath(string path) =>
        new("InvalidPartitionKeyPath", FailureKind.InvalidArgument, $"'{path}' is not a partition key path. Write /name, /outer/inner, or /\"a name with spaces\".", path);

    internal static MigrationException TooManyPartitionKeyPaths(int count) =>
        new("TooManyPartitionKeyPaths", FailureKind.InvalidArgument, $"{count} partition key paths are given; Cosmos DB takes at most {PartitionKeyPath.MaxPaths} (hierarchical partition keys).");
}
