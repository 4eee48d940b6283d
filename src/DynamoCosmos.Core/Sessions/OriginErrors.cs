using DynamoCosmos.Basics;

namespace DynamoCosmos.Sessions;

/// <summary>Errors of what the user named as the source of a run.</summary>
internal static class OriginErrors
{
    internal static MigrationException ExportHasNoLocation(string? export, string status) =>
        new("ExportHasNoLocation", FailureKind.InvalidOperation,
            $"The export {export} has no files to read yet: its status is {status}. " + (status == "FAILED"
                ? $"Export the table again; {Remedy.FindExport} shows why it failed."
                : $"Wait until it is COMPLETED ({Remedy.ExportTable} without {Setting.NoWait} does), and pipe it on then."), export);

    internal static MigrationException KeysUnknown(string export) =>
        new("KeysUnknown", FailureKind.InvalidArgument,
            $"The export {export} does not tell the table's keys, since manifests do not name them. Give " +
                $"{Setting.PartitionKeyAttribute}, and {Setting.SortKeyAttribute} if the table has a sort key.", export);

    internal static MigrationException PipelineKeysUnknown() =>
        new("KeysUnknown", FailureKind.InvalidArgument,
            "Items that come down the pipeline do not say which of their attributes are the keys. Give " +
                $"{Setting.PartitionKeyAttribute}, and {Setting.SortKeyAttribute} if the table has a sort key.");
}
