using DynamoCosmos.Basics;

namespace DynamoCosmos.Items.Rules;

/// <summary>What can be wrong with a conversion's settings, and a rejection where nobody keeps a rejects file.</summary>
public static class ItemErrors
{
    /// <summary>Of a record that cannot be one item.</summary>
    internal static string LineTooLong => HostWords.Fill(
        "What begins on this line is longer than any item can be. If it is a value of Ion that is not closed, or a line that was " +
            $"joined to others, mend it and pipe it into {Remedy.Import}.");

    /// <summary>A single item was refused; the id is the rejection's reason.</summary>
    public static MigrationException Rejected(RejectionReason reason, string detail, object? target) =>
        new(reason.ToString(), FailureKind.InvalidData, detail, target);

    internal static MigrationException NoSortKey(string setting) =>
        new("NoSortKey", FailureKind.InvalidArgument, $"{setting} needs a table with a sort key, and this table has none.");

    internal static MigrationException NoIdAttribute() =>
        new("NoIdAttribute", FailureKind.InvalidArgument,
            $"With {Setting.IdFrom} Attribute, name the attribute that holds the id with {Setting.IdAttribute}.");

    internal static MigrationException InvalidKeyName() =>
        new("InvalidKeyName", FailureKind.InvalidArgument, "The table's keys need names, and the sort key another one than the " +
            "partition key. Give the key attributes as the table has them.");

    internal static MigrationException InvalidPartitionKeyPath(string path, string why) =>
        new("InvalidPartitionKeyPath", FailureKind.InvalidArgument,
            $"'{path}' is not a partition key path: {why} Write /name, /outer/inner, or /\"a name with spaces\".", path);

    internal static MigrationException TooManyPartitionKeyPaths(int count) =>
        new("TooManyPartitionKeyPaths", FailureKind.InvalidArgument,
            $"{count} partition key paths are given; Cosmos DB takes at least one and at most {PartitionKeyPath.MaxPaths} (hierarchical " +
            "partition keys).");

    internal static MigrationException InvalidAttributePath(string path, string why) =>
        new("InvalidAttributePath", FailureKind.InvalidArgument,
            $"'{path}' does not name an attribute: {why} Write name, address.city, or \"a name with dots\".inner.", path);

    internal static MigrationException InvalidMapping(string what) => new("InvalidMapping", FailureKind.InvalidArgument, what);

    internal static MigrationException RoutesDisagree(string container, IReadOnlyList<string> one, IReadOnlyList<string> other) =>
        new("RoutesDisagree", FailureKind.InvalidArgument,
            $"Two routes lead to '{container}', one with the partition key {string.Join(", ", one)} and one with " +
                $"{string.Join(", ", other)}. A container has one: give both routes the same, or two containers.", container);

    internal static MigrationException InvalidCondition(string condition, int at, string what) =>
        new("InvalidCondition", FailureKind.InvalidArgument, $"The condition \"{condition}\" cannot be read at character {at + 1}: {what}",
            condition);

    internal static MigrationException FormatNotSupported(ItemFormat format) =>
        new("ItemFormatNotSupported", FailureKind.NotSupported,
            $"Records in the format {format} cannot be converted. Export the table as DynamoDB JSON or Ion.", format);
}
