using DynamoCosmos.Items;

namespace DynamoCosmos.Migration;

/// <summary>What can end a run, apart from its source and its sink.</summary>
internal static class MigrationErrors
{
    internal static MigrationException ExportHasNoLocation(string? export, string status) =>
        new("ExportHasNoLocation", FailureKind.InvalidOperation,
            $"The export {export} has no files to read yet: its status is {status}. " + (status == "FAILED"
                ? "Export the table again; Get-DynamoExport shows why it failed."
                : "Wait until it is COMPLETED (Export-DynamoTable without -NoWait does), and pipe it on then."), export);

    internal static MigrationException KeysUnknown(string export) =>
        new("KeysUnknown", FailureKind.InvalidArgument,
            $"The export {export} does not tell the table's keys, since manifests do not name them. Give -PartitionKeyAttribute, and -SortKeyAttribute if the table has a sort key.", export);

    /// <summary>Whether a container is to be made, filled or compared.</summary>
    internal static MigrationException PartitionKeyDiffers(string target, IReadOnlyList<string> there, IReadOnlyList<string> wanted) =>
        new("PartitionKeyDiffers", FailureKind.InvalidArgument,
            $"The container {target} is partitioned by {string.Join(", ", there)}, but these settings make documents for {string.Join(", ", wanted)}. " +
            "A container's partition key cannot be changed: give the settings that it was made with (-Hierarchical, -PartitionKeyPath), or choose another -ContainerName.", target);

    internal static MigrationException ChangesNeedKeys(string source) =>
        new("ChangesNeedKeys", FailureKind.InvalidArgument,
            $"{source} is an incremental export, and the ids or partition keys asked for are made of attributes that are not the table's keys. A change tells which document it " +
            "replaces or deletes by the keys alone, so documents would be left behind. Make the container and all imports into it with -IdFrom Keys or SortKey and a partition key of " +
            "the table's keys, or import full exports only.", source);

    internal static MigrationException WindowNotOrdered(string source, int most) =>
        new("WindowNotOrdered", FailureKind.LimitsExceeded,
            $"{source} is an incremental export with more than {most:N0} items that have several records each. DynamoDB writes one record for each " +
            "changed item, so its data files were put together by something else, or from several exports. Import the exports one by one, each with its own manifest.", source);

    internal static MigrationException ChangesNotTransformable(string source) =>
        new("ChangesNotTransformable", FailureKind.InvalidArgument,
            $"{source} is an incremental export, and -Transform is given. A change that deletes an item does not tell which documents a script once made of it, so documents would be left behind. " +
            "Import full exports or tables with -Transform; for changes use the mapping's words only.", source);

    internal static MigrationException PipelineKeysUnknown() =>
        new("KeysUnknown", FailureKind.InvalidArgument,
            "Items that come down the pipeline do not say which of their attributes are the keys. Give -PartitionKeyAttribute, and -SortKeyAttribute if the table has a sort key.");

    internal static MigrationException RunAlreadyActive(string location, string? holder) =>
        new("RunAlreadyActive", FailureKind.Busy,
            $"Another run holds the checkpoint {location}{(holder is null ? "" : $": {holder}")}. Wait until it ends; if its process has died, its hold runs out within a minute. " +
            "To run two imports at once, give each a -CheckpointPath of its own.", location);

    internal static MigrationException HoldLost(string location) =>
        new("CheckpointHoldLost", FailureKind.Busy,
            $"The hold on the checkpoint {location} was lost (it could not be renewed in time), so another run may have begun. This run stopped without claiming more; " +
            "run the same line again to go on.", location);

    internal static MigrationException CheckpointChanged(string location) =>
        new("CheckpointChanged", FailureKind.InvalidOperation,
            $"The checkpoint {location} was changed by somebody else during the run. This run stopped without claiming more; run the same line again to go on.", location);

    internal static MigrationException CheckpointNotReadable(string location, string why, Exception? inner = null) =>
        new("CheckpointNotReadable", FailureKind.InvalidData,
            $"The checkpoint {location} cannot be used: {why} Import with -Restart to begin anew, or give another -CheckpointPath.", location, inner);

    internal static MigrationException CheckpointNotWritable(string location, string why, Exception? inner = null) =>
        new("CheckpointNotWritable", FailureKind.PermissionDenied,
            $"The checkpoint {location} cannot be written: {why} Give a place that can be written as -CheckpointPath, or grant access there.", location, inner);

    internal static MigrationException RejectionFileNotWritable(string location, string why, Exception? inner = null) =>
        new("RejectionFileNotWritable", FailureKind.PermissionDenied,
            $"The rejected items cannot be written to {location}: {why} Give a place that can be written as -RejectedItemPath.", location, inner);

    internal static MigrationException RejectionFileShared(string location, string why) =>
        new("RejectionFileShared", FailureKind.Busy,
            $"The file of rejected items {location} is another import's too: {why} Nothing of it was cut off or overwritten. " +
            "Run the same line again with another -RejectedItemPath; what this import has rejected so far goes with it.", location);

    internal static MigrationException RejectionFileChanged(string location, Checkpoint earlier, string how) =>
        new("RejectionFileChanged", FailureKind.InvalidData,
            $"The file of rejected items {location} is not what an earlier run of this import wrote: the checkpoint knows of the bytes {earlier.RejectionsFrom} to {earlier.RejectionsTo}, but {how}. " +
            "Nothing was changed there. Put the file (or the checkpoint) back as it was, or begin anew with -Restart and another -RejectedItemPath.", location);

    internal static MigrationException RejectionFileDamaged(string location, long line, Exception inner) =>
        new("RejectionFileDamaged", FailureKind.InvalidData,
            $"Line {line} of {location} is not a rejected item as Import-CosmosItems writes it: {inner.Message.TrimEnd('.')}. Give the file that the import's result names as RejectedItemPath.", location, inner);

    internal static MigrationException RejectionFileMissing(string location) =>
        new("RejectionFileMissing", FailureKind.NotFound,
            $"There is no file of rejected items at {location}. A run that rejects nothing writes none; the import's result names the place as RejectedItemPath.", location);

    internal static MigrationException RunFileLocationNotSupported(Uri location) =>
        new("RunFileLocationNotSupported", FailureKind.InvalidArgument,
            $"A run cannot keep its checkpoint or rejected items at '{location.GetLeftPart(UriPartial.Path)}'. Give a local path, or the https:// URL of a blob in a lake.", location);

    internal static MigrationException CheckpointMismatch(string location, IReadOnlyList<string> differences) =>
        new("CheckpointMismatch", FailureKind.InvalidOperation,
            $"The checkpoint {location} belongs to another import: {string.Join("; ", differences)}. " +
            "Give the same settings as before to go on, -Restart to begin anew, or another -CheckpointPath to keep both.", location);

    internal static MigrationException SourceChanged(string unit, string how) =>
        new("SourceChanged", FailureKind.InvalidData,
            $"The data file {unit} is not what an earlier run of this import read: {how} Put the old file back, or begin anew with -Restart.", unit);

    internal static MigrationException CountsDoNotAddUp(string unit, long? promised, ImportCounts counts) =>
        new("CountsDoNotAddUp", FailureKind.InvalidData,
            $"Of {unit}, {counts.Read} items were read{(promised is null ? "" : $" of {promised} promised")}, {(counts.Added == 0 ? "" : $"and {counts.Added} documents added by the transform, ")}but {counts.Written} written, {counts.Deleted} deleted, " +
            $"{counts.Expired} expired, {counts.Filtered} filtered and {counts.Rejected} rejected. The run stopped without claiming this file; run the same line again, and report this.", unit);

    internal static MigrationException SourceCountMismatch(string source, long expected, long actual) =>
        new("CountMismatch", FailureKind.InvalidData,
            $"All data files of {source} were read and hold {actual} items, but its manifest says {expected}. Copy the export anew and begin anew with -Restart.", source);

    /// <summary>Keeps the first one's id: what is wrong with it is likely wrong with the others.</summary>
    internal static MigrationException SeveralFilesFailed(MigrationException first, int others) =>
        new(first.ErrorId, first.Kind,
            $"{first.Message} {others} more data file{(others == 1 ? "" : "s")} failed, as the warnings tell. All others are imported; mend these and run the same line again.", first.TargetObject, first);

    internal static MigrationException TooManyRejectedItems(long limit, string location) =>
        new("TooManyRejectedItems", FailureKind.LimitsExceeded,
            $"More than {limit} items were rejected (-MaxRejectedItems); see why in {location}, or with Get-CosmosRejectedItem. " +
            "The run stopped and what it wrote is kept: mend the cause, or allow more, and run the same line again to go on.", location);

    internal static MigrationException ThrottledTooLong(string target, TimeSpan retryTimeout, WriteAnswer answer) =>
        new("ThrottledTooLong", FailureKind.Throttled,
            $"{target} answered a write with 429 (throttled) for {retryTimeout}{Words(answer)}. Give the container more throughput (Set-CosmosThroughput), or a longer -RetryTimeout. " +
            "The run stopped and what it wrote is kept; run the same line again to go on.", target);

    internal static MigrationException WritesKeptFailing(string target, TimeSpan retryTimeout, WriteAnswer answer, WriteRule rule) =>
        new("WritesKeptFailing", answer.Status == 408 ? FailureKind.TimedOut : FailureKind.ConnectionFailed,
            $"{target} could not be written to for {retryTimeout}: {(answer.Status == 0 ? "" : $"status {answer.Status}, ")}{rule.Why}{Words(answer)}. " +
            "The run stopped and what it wrote is kept; run the same line again to go on, or give a longer -RetryTimeout.", target);

    internal static MigrationException WriteNotAuthenticated(string target, WriteAnswer answer) =>
        new("WriteNotAuthenticated", FailureKind.AuthenticationFailed,
            $"{target} does not accept the key or token (401){Words(answer)}. Sign in again or give the right -AccountKey, and see that this machine's clock is right. " +
            "What was written is kept; run the same line again to go on.", target);

    internal static MigrationException WriteForbidden(string target, WriteAnswer answer) =>
        new("WriteForbidden", FailureKind.PermissionDenied,
            $"{target} may not be written to (403{(answer.SubStatus == 0 ? "" : $", substatus {answer.SubStatus}")}){Words(answer)}. The identity needs the data actions " +
            "Microsoft.DocumentDB/databaseAccounts/readMetadata and Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/* on the container " +
            "(Grant-MigrationAccess -Preset Migration, or New-CosmosRoleAssignment with the role 'Cosmos DB Built-in Data Contributor'), " +
            "and the account's firewall must let this machine in. " +
            "What was written is kept; run the same line again to go on.", target);

    internal static MigrationException TargetGone(string target, WriteAnswer answer) =>
        new("TargetContainerGone", FailureKind.NotFound,
            $"{target} is not there any more (404){Words(answer)}. Make the container again and import with -Restart.", target);

    internal static MigrationException TargetReplaced(string target, string why) =>
        new("TargetContainerReplaced", FailureKind.InvalidOperation,
            $"{target} is not the container any more that this import was opened for: {why} What was written before is not in it. " +
            "Import into the new container with -Restart, and let nothing delete or make containers of that name meanwhile.", target);

    internal static MigrationException WriteRefusedOnTheWay(string target, WriteAnswer answer) =>
        new("WriteRefusedOnTheWay", FailureKind.ConnectionFailed,
            $"Writes to {target} were refused with status {answer.Status}{Words(answer)}, and the answer is not Cosmos DB's own: it has none of its headers. " +
            "A proxy, firewall or gateway between this machine and Cosmos DB answered in its place. Let it pass requests of 2 MB to the account's endpoint, or go around it. " +
            "The run stopped and what it wrote is kept; run the same line again to go on.", target);

    /// <summary>A warning: the items are rejected, and kept.</summary>
    internal static string KeysNotUnique(KeyMap keys) =>
        $"Several items have the same {keys.PartitionKey.Name}{(keys.SortKey is KeyAttribute sort ? $" and {sort.Name}" : "")}, so that is not the table's whole key: the first one is written, the others are rejected as DuplicateId. " +
        (keys.SortKey is null ? "If the table has a sort key, give it as -SortKeyAttribute and import into an empty container with -Restart." : "See whether these are the table's key attributes, and whether the source holds items twice.");

    internal static MigrationException ItemsReplacedEachOther(string target, long replaced) =>
        new("ItemsReplacedEachOther", FailureKind.InvalidData,
            $"{replaced} writes to {target} replaced a document of this import, since the container was empty when it began: several items make a document with the same id and partition key, " +
            "and only the last of them is there. Most often the table has a sort key that was not given. Empty the container, give the table's whole key (-PartitionKeyAttribute and " +
            "-SortKeyAttribute) and ids that are unique (-IdFrom), and import with -Restart. Compare-CosmosMigration names the items that are missing. " +
            "If another program wrote these documents, -Restart imports over them without this error.", target);

    internal static MigrationException WriteStopped(string target, WriteAnswer answer, WriteRule rule) => answer.Status switch
    {
        _ when answer.SubStatus == WriteRules.NotOfTheService => WriteRefusedOnTheWay(target, answer),
        401 => WriteNotAuthenticated(target, answer),
        403 => WriteForbidden(target, answer),
        404 => TargetGone(target, answer),
        _ => WritesKeptFailing(target, TimeSpan.Zero, answer, rule),
    };

    internal static MigrationException WriteFailed(string target, Exception inner) =>
        new("WriteFailed", FailureKind.Unspecified,
            $"A write to {target} failed in a way that has no rule: {inner.Message} The run stopped and what it wrote is kept; run the same line again to go on, and report this.", target, inner);

    internal static MigrationException ReadFailed(string unit, Exception inner) =>
        new("ReadFailed", FailureKind.Unspecified,
            $"The data file {unit} could not be read: {inner.Message} The run stopped and what it wrote is kept; run the same line again to go on.", unit, inner);

    private static string Words(WriteAnswer answer) => string.IsNullOrWhiteSpace(answer.Message) ? "" : $": {answer.Message.Trim().TrimEnd('.')}";
}
