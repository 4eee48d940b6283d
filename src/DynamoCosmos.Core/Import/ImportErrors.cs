using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Import;

/// <summary>Errors that end an import, apart from those of its source, its target and its run files.</summary>
internal static class ImportErrors
{
    internal static MigrationException ChangesNeedKeys(string source) =>
        new("ChangesNeedKeys", FailureKind.InvalidArgument,
            $"{source} is an incremental export, and the ids or partition keys asked for are made of attributes that are not the " +
                "table's keys. A change tells which document it " +
            "replaces or deletes by the keys alone, so documents would be left behind. Make the container and all imports into it with " +
                $"{Setting.IdFrom} Keys or SortKey and a partition key of " +
            "the table's keys, or import full exports only.", source);

    internal static MigrationException WindowNotOrdered(string source, int most) =>
        new("WindowNotOrdered", FailureKind.LimitsExceeded,
            $"{source} is an incremental export with more than {most:N0} items that have several records each. DynamoDB writes one " +
                "record for each " +
            "changed item, so its data files were put together by something else, or from several exports. Import the exports one by " +
                "one, each with its own manifest.", source);

    internal static MigrationException ChangesNotTransformable(string source) =>
        new("ChangesNotTransformable", FailureKind.InvalidArgument,
            $"{source} is an incremental export, and {Setting.Transform} is given. A change that deletes an item does not tell which " +
                "documents a script once made of it, so documents would be left behind. " +
            $"Import full exports or tables with {Setting.Transform}; for changes use the mapping's words only.", source);

    internal static MigrationException CheckpointMismatch(string location, IReadOnlyList<string> differences) =>
        new("CheckpointMismatch", FailureKind.InvalidOperation,
            $"The checkpoint {location} belongs to another import: {string.Join("; ", differences)}. " +
            $"Give the same settings as before to go on, {Setting.Restart} to begin anew, or another {Setting.CheckpointPath} to keep " +
                "both.", location);

    internal static MigrationException SourceCountMismatch(string source, long expected, long actual) =>
        new("CountMismatch", FailureKind.InvalidData,
            $"All data files of {source} were read and hold {actual} items, but its manifest says {expected}. Copy the export anew and " +
                $"begin anew with {Setting.Restart}.", source);

    /// <summary>Keeps the first one's id: what is wrong with it is likely wrong with the others.</summary>
    internal static MigrationException SeveralFilesFailed(MigrationException first, int others) =>
        new(first.ErrorId, first.Kind,
            $"{first.Message} {others} more data file{(others == 1 ? "" : "s")} failed, as the warnings tell. All others are imported; " +
                "mend these and run the same line again.", first.TargetObject, first);

    internal static MigrationException TooManyRejectedItems(long limit, string location) =>
        new("TooManyRejectedItems", FailureKind.LimitsExceeded,
            $"More than {limit} items were rejected ({Setting.MaxRejectedItems}); see why in {location}, or with {Remedy.RejectedItems}. " +
            "The run stopped and what it wrote is kept: mend the cause, or allow more, and run the same line again to go on.", location);

    internal static MigrationException TargetReplaced(string target, string why) =>
        new("TargetContainerReplaced", FailureKind.InvalidOperation,
            $"{target} is not the container any more that this import was opened for: {why} What was written before is not in it. " +
            $"Import into the new container with {Setting.Restart}, and let nothing delete or make containers of that name meanwhile.",
                target);

    /// <summary>A warning: the items are rejected, and kept.</summary>
    internal static string KeysNotUnique(KeyMap keys) =>
        $"Several items have the same {keys.PartitionKey.Name}{(keys.SortKey is KeyAttribute sort ? $" and {sort.Name}" : "")}, so that " +
            "is not the table's whole key: the first one is written, the others are rejected as DuplicateId. " +
        (keys.SortKey is null ? $"If the table has a sort key, give it as {Setting.SortKeyAttribute} and import into an empty container " +
            $"with {Setting.Restart}." : "See whether these are the table's key attributes, and whether the source holds items twice.");

    internal static MigrationException ItemsReplacedEachOther(string target, long replaced) =>
        new("ItemsReplacedEachOther", FailureKind.InvalidData,
            $"{replaced} writes to {target} replaced a document of this import, since the container was empty when it began: several " +
                "items make a document with the same id and partition key, " +
            "and only the last of them is there. Most often the table has a sort key that was not given. Empty the container, give the " +
                $"table's whole key ({Setting.PartitionKeyAttribute} and " +
            $"{Setting.SortKeyAttribute}) and ids that are unique ({Setting.IdFrom}), and import with {Setting.Restart}. " +
                $"{Remedy.Compare} names the items that are missing. " +
            $"If another program wrote these documents, {Setting.Restart} imports over them without this error.", target);

    internal static MigrationException ReadFailed(string unit, Exception inner) =>
        new("ReadFailed", FailureKind.Unspecified,
            $"The data file {unit} could not be read: {inner.Message} The run stopped and what it wrote is kept; run the same line " +
                "again to go on.", unit, inner);

    /// <summary>No error: the user may want it. But the container is of an earlier time until the rest has been applied again.</summary>
    internal static string SetBack(string export, ExportSpan span, string target, IReadOnlyList<ImportedExport> undone) =>
        $"{export} is imported anew into {target}, which holds later changes already: the items that it has go back to their state of " +
            $"{WindowErrors.Time(span.To)}. " +
        "When it is done, import these again, in this order: " +
            $"{string.Join("; ", undone.Select(static later => $"{later.ExportArn} (up to {WindowErrors.Time(later.Span.To)})"))}.";
}
