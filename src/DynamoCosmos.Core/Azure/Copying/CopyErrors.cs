using DynamoCosmos.Basics;
using DynamoCosmos.Model;

namespace DynamoCosmos.Azure.Copying;

internal static class CopyErrors
{
    /// <param name="actual">Null where Azure found out and does not tell.</param>
    internal static MigrationException CopyMd5Mismatch(Uri file, string expected, string? actual) =>
        new("CopyMd5Mismatch", FailureKind.InvalidData,
            $"The file {Plain(file)} was not copied: its MD5 is {actual ?? "another"}, but the manifest says {expected}. It was changed " +
                "after the export; export again.", file);

    internal static MigrationException CopyServerSideRefused(Uri file, string why) =>
        new("CopyServerSideRefused", FailureKind.NotSupported,
            $"The file {Plain(file)} cannot be copied by the storage account itself: {why}. Copy with {Setting.Method} Streamed, or " +
                "with Auto, which finds out by itself.", file);

    internal static MigrationException CopyKeyUnsafe(Uri location, string path) =>
        new("CopyKeyUnsafe", FailureKind.InvalidData,
            $"The export's folder '{path}' has a name that cannot be kept safely in a lake (an empty one, '.', '..', or one with a " +
                "control character or \\ : * ? \" < > |), " +
            "so nothing was copied.", location);

    internal static MigrationException CopyIncomplete(CopyResult result) =>
        new("CopyIncomplete", FailureKind.Incomplete,
            $"Of {result.DataFiles} data files {result.CopiedFiles} were copied, {result.SkippedFiles} were there already and " +
                $"{result.FailedFiles} failed (see the errors before this one). " +
            $"manifest-summary.json was not written to {Plain(result.Location)}, so the copy is not taken for whole. Mend what the " +
                "errors say and run the same line again: " +
            "what is there is skipped.", result);

    internal static MigrationException CopyCountsDiffer(CopyResult result) =>
        new("CopyCountsDiffer", FailureKind.Incomplete,
            $"The manifest listed {result.DataFiles} data files when the copy began, but " +
                $"{result.CopiedFiles + result.SkippedFiles + result.FailedFiles} were met on the way " +
            $"({result.CopiedFiles} copied, {result.SkippedFiles} skipped, {result.FailedFiles} failed). Something writes to " +
                $"{Plain(result.Source)}: let it end, then run again.", result);

    internal static MigrationException CopyExportNotCompleted(string? exportArn, string status) =>
        new("CopyExportNotCompleted", FailureKind.InvalidOperation,
            $"The export {exportArn} is {status}, not COMPLETED. " + (status == "IN_PROGRESS"
                ? $"Wait for it: {Remedy.FindExport} shows how far it is, and {Remedy.ExportTable} without {Setting.NoWait} waits."
                : $"Export the table again; {Remedy.FindExport} shows why it failed."), exportArn);

    internal static MigrationException CopySourceUnknown(string? exportArn) =>
        new("CopySourceUnknown", FailureKind.InvalidArgument,
            $"It is not known where the files of the export {exportArn} are: its Location is empty. Give the export's folder: " +
                $"{Remedy.FindExport} {Setting.Location} s3://bucket/prefix/AWSDynamoDB/…/", exportArn);

    // A query can be a signature.
    private static string Plain(Uri uri) =>
        uri.IsFile ? uri.LocalPath : uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.SafeUnescaped);
}
