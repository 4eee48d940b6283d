using DynamoCosmos.Basics;

namespace DynamoCosmos.Exports;

/// <summary>What can be wrong with an export's files, wherever they lie.</summary>
internal static class ExportErrors
{
    internal static MigrationException ManifestMissing(Uri location, string key) =>
        new(FailureCode.ExportManifestMissing, FailureKind.NotFound,
            $"{NotAFolder(location) ?? $"There is no '{key}' in {Plain(location)}."} Name the export's own folder, the one that AWS " +
                "made below AWSDynamoDB/ " +
            "(14 digits, a hyphen, 8 letters); if the export is still running or being copied, wait until it is COMPLETED. A folder " +
                "without a manifest can be read " +
            "if its files of DynamoDB JSON (.json, .jsonl, .ndjson, each also with .gz) lie in it directly.", location);

    /// <summary>Null where it is one, or lies elsewhere than on disk.</summary>
    private static string? NotAFolder(Uri location)
    {
        if (!location.IsFile) return null;
        string path = Path.TrimEndingDirectorySeparator(location.LocalPath);
        return File.Exists(path)
            ? $"{path} is a file, and items are read from a folder." : Directory.Exists(path) ? null : $"There is no folder {path}.";
    }

    internal static MigrationException ManifestDamaged(Uri file, string why, Exception? inner = null) =>
        new("ExportManifestDamaged", FailureKind.InvalidData,
            $"The manifest {Plain(file)} cannot be read: {why} Copy the export's folder anew, or export again.", file, inner);

    internal static MigrationException ManifestMd5Mismatch(Uri file, string expected, string actual) =>
        new("ExportManifestMd5Mismatch", FailureKind.InvalidData,
            $"The manifest {Plain(file)} has the MD5 {actual}, but the checksum file beside it says {expected}: it was cut or changed. " +
            "Copy the export's folder anew.", file);

    internal static MigrationException DataFileKeyUnsafe(Uri manifest, string key) =>
        new("DataFileKeyUnsafe", FailureKind.InvalidData,
            $"The manifest {Plain(manifest)} names the data file '{key}', which does not lie in the export's data folder. " +
            "Such a manifest was not written by DynamoDB; do not use it.", manifest);

    internal static MigrationException DataFileMissing(Uri file) =>
        new(FailureCode.DataFileMissing, FailureKind.NotFound,
            $"The manifest names the data file {Plain(file)}, but it is not there. Copy the export anew; files that are there already " +
                "are skipped.", file);

    internal static MigrationException DataFileMd5Mismatch(Uri file, string expected, string actual) =>
        new("DataFileMd5Mismatch", FailureKind.InvalidData,
            $"The data file {Plain(file)} has the MD5 {actual}, but the manifest says {expected}: it was cut or changed. Copy this file " +
                "anew.", file);

    internal static MigrationException DataFileDamaged(Uri file, long line, Exception? inner = null) =>
        new("DataFileDamaged", FailureKind.InvalidData,
            $"The data file {Plain(file)} is not whole gzip: it was cut or changed, at or after line {line}. Copy this file anew, then " +
                "run again. " +
            $"If items of it were written before, {Remedy.Compare} shows whether any is wrong.", file, inner);

    internal static MigrationException TemporaryFileNotWritable(string folder, Exception inner) =>
        new("TemporaryFileNotWritable", FailureKind.LimitsExceeded,
            $"A data file cannot be kept in {folder} while it is proved: {inner.Message} Each file that is read takes its compressed " +
                "size there; " +
            "make room, or name another place by the environment variable TMPDIR (TMP on Windows).", folder, inner);

    /// <summary>The same trouble of items that are kept because they are read more than once.</summary>
    internal static MigrationException ItemsNotKept(string folder, Exception inner) =>
        new("TemporaryFileNotWritable", FailureKind.LimitsExceeded,
            $"The pipeline's items cannot be kept in {folder}: {inner.Message.TrimEnd('.')}. A comparison reads its source more than " +
                "once, so what comes down the pipeline takes its compressed size there; " +
            "make room, name another place by the environment variable TMPDIR (TMP on Windows), or compare with the export or table " +
                "itself.", folder, inner);

    internal static MigrationException CountMismatch(Uri file, long expected, long actual) =>
        new("CountMismatch", FailureKind.InvalidData,
            $"The data file {Plain(file)} holds {actual} items, but the manifest says {expected}. Copy this file anew, then run again.",
                file);

    internal static MigrationException ItemCountMismatch(Uri manifest, long expected, long actual) =>
        new("ManifestItemCountMismatch", FailureKind.InvalidData,
            $"The data files that {Plain(manifest)} lists hold {actual} items, but the export's summary says {expected}. Copy the " +
                "export's folder anew.", manifest);

    internal static MigrationException DataFileBinaryIon(Uri file) =>
        new("DataFileBinaryIon", FailureKind.NotSupported,
            $"The data file {Plain(file)} is binary Ion. DynamoDB's exports are Ion text, so another program has written this file: " +
                "import the files that DynamoDB wrote, or write it as Ion text.", file);

    internal static MigrationException ItemFileNotRecognized(Uri file, long item, Exception inner) =>
        new("ItemFileNotRecognized", FailureKind.InvalidData,
            $"The file {Plain(file)} is not DynamoDB JSON: {inner.Message} " +
                $"({(item == 1 ? "in front of its first item" : $"behind item {item - 1}")}). A folder without a manifest may hold what " +
            "'aws dynamodb scan' writes, arrays of items, or one item a line, plain or gzip (.gz). Mend the file or take it out of the " +
                "folder.", file, inner);

    internal static MigrationException ItemFileIncomplete(Uri file, long items) =>
        new("ItemFileIncomplete", FailureKind.InvalidData,
            $"The file {Plain(file)} ends in the middle, behind {items} items: it was cut. Write or copy this file anew, then begin " +
                $"anew with {Setting.Restart}.", file);

    internal static MigrationException PageCountMismatch(Uri file, long page, long expected, long actual) =>
        new("CountMismatch", FailureKind.InvalidData,
            $"The file {Plain(file)} holds {actual} items in its answer {page}, whose Count says {expected}: some were taken out or " +
                "lost. Scan the table again.", file);

    /// <param name="files">Of the folder.</param>
    internal static MigrationException ScanIncomplete(Uri file, int files) =>
        new("ScanIncomplete", FailureKind.Incomplete,
            $"{(files == 1 ? $"The file {Plain(file)} ends" : $"All {files} files end as {Plain(file)} does,")} with LastEvaluatedKey " +
                "or NextToken: the scan was not at its end, and the items behind it are in no file here. " +
            "Scan on from there into another file of the folder (aws dynamodb scan --starting-token, or ExclusiveStartKey), or scan " +
                "again. If this part is all that you want, take LastEvaluatedKey and NextToken out of the file.", file);

    internal static MigrationException ChangesWithoutManifest(Uri file) =>
        new("ChangesWithoutManifest", FailureKind.NotSupported,
            $"The file {Plain(file)} holds changes of an incremental export, and only the export's manifest tells which window they are " +
                "of. Name the export's own folder, " +
            "the one that holds manifest-summary.json, in place of the data folder that such exports share.", file);

    internal static MigrationException KeyAttributeNotInExport(string name, string dataFile, string why, IReadOnlyList<string> names) =>
        new("KeyAttributeNotInExport", FailureKind.InvalidArgument,
            $"The first item of {dataFile} has no attribute '{name}' of type S, N or B, so this is no key of its table: {why}" +
            (names.Count == 0 ? "" : $" It has: {string.Join(", ", names.Take(20))}{(names.Count > 20 ? ", …" : "")}.") +
            $" Give the table's keys as {Setting.PartitionKeyAttribute} and {Setting.SortKeyAttribute}, with a type where needed (pk:N).",
                name);

    internal static MigrationException KeyTypeUnknown(string name, string dataFile, string why) =>
        new("KeyAttributeNotInExport", FailureKind.InvalidArgument,
            $"No item at the beginning of {dataFile} can be read, so nothing tells the type of the key attribute '{name}': {why} Are " +
                "these the files that DynamoDB wrote? " +
            $"If they are, give the types with the table's keys ({Setting.PartitionKeyAttribute} pk:S), and what cannot be read is " +
                "rejected.", name);

    internal static MigrationException FileNotWritable(Uri file, Exception inner) =>
        new("ExportFileNotWritable", FailureKind.PermissionDenied,
            $"The file {Plain(file)} cannot be written: {inner.Message.TrimEnd('.')}. Give a folder that can be written to, with room " +
            "for the table.", file, inner);

    internal static MigrationException FileMissing(Uri file) =>
        new(FailureCode.ExportFileMissing, FailureKind.NotFound,
            $"The file {Plain(file)} is not there any more. Was the export's folder removed meanwhile?", file);

    internal static MigrationException FileChanged(Uri file) =>
        new("ExportFileChanged", FailureKind.InvalidData,
            $"The file {Plain(file)} was replaced while it was read. Let whatever writes there end, then run again.", file);

    internal static MigrationException FileNotReadable(Uri file, Exception inner) =>
        new("ExportFileNotReadable", FailureKind.PermissionDenied, $"The file {Plain(file)} may not be read: {inner.Message}", file, inner);

    internal static MigrationException NotAFile(Uri file) =>
        new("ExportFileNotReadable", FailureKind.InvalidData,
            $"{Plain(file)} is a named pipe or another thing that is no file: it has no length, and reading it could wait for ever. Put " +
            "the data file itself there.", file);

    internal static MigrationException FileTruncated(Uri file, long expected, long actual) =>
        new("ExportFileTruncated", FailureKind.InvalidData,
            $"The file {Plain(file)} ended after {actual} of {expected} bytes. Copy this file anew.", file);

    internal static MigrationException LocationNotSupported(Uri location) =>
        new("ExportLocationNotSupported", FailureKind.InvalidArgument,
            $"'{Plain(location)}' is no place that an export can be read from. Give an s3:// URL, an https:// URL of a lake's file " +
                "system, or a local folder.", location);

    // A query can be a signature.
    private static string Plain(Uri uri) =>
        uri.IsFile ? uri.LocalPath : uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.SafeUnescaped);
}
