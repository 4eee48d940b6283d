using System.Management.Automation;
using DynamoCosmos.Basics;
using DynamoCosmos.Objects;

namespace DynamoCosmos.Work;

/// <summary>
/// Every ErrorRecord that the module writes. Core's catalogue gives id, kind, message and target; this class gives them PowerShell's form,
/// and holds the few errors that only a cmdlet can find.
/// </summary>
internal static class Errors
{
    internal static ErrorRecord From(Exception failure, object? target = null) => failure switch
    {
        MigrationException known => Record(known, known.ErrorId, Category(known.Kind), known.TargetObject),
        OperationCanceledException => Record(failure, "OperationCanceled", ErrorCategory.OperationStopped, target),
        _ => Record(failure, "UnexpectedFailure", ErrorCategory.NotSpecified, target),
    };

    internal static ErrorRecord NotAFileSystemPath(string path, string provider) => Record(
        new ArgumentException($"'{path}' is a path of the PowerShell provider '{provider}', not of the file system. Give a folder or " +
            "file on disk."),
        "NotAFileSystemPath", ErrorCategory.InvalidArgument, path);

    internal static ErrorRecord ContainerWithoutDatabase(string container) => Record(
        new ArgumentException($"-ContainerName '{container}' needs -DatabaseName too: a container's name is unique in its database only."),
        "ContainerWithoutDatabase", ErrorCategory.InvalidArgument, container);

    internal static ErrorRecord NoExport(object target) => Record(
        new InvalidOperationException("The container came without an export or a table. Pipe one through New-CosmosMigrationContainer, " +
            "or pipe the export or table itself, with -AccountName, -DatabaseName and -ContainerName."),
        "NoExport", ErrorCategory.InvalidOperation, target);

    internal static ErrorRecord NotAnItem(object value, NotAnItemException why) => Record(
        new ArgumentException($"An object of the pipeline is no item: {why.Message}. Pipe a target, an export, a table, or items: " +
            "hashtables, objects with properties, JSON objects. The others go on.", why),
        "NotAnItem", ErrorCategory.InvalidData, value);

    internal static ErrorRecord LoadSizeMissing() => Record(
        new ArgumentException("-ForLoad needs to know how much is to be loaded. Pipe an export or a table, or give -Export or -SizeBytes."),
        "LoadSizeMissing", ErrorCategory.InvalidArgument, null);

    internal static ErrorRecord IncrementalUnclear() => Record(
        new ArgumentException("Give -Incremental with -From, or -Since with an earlier export. -To and -ExportViewType belong to " +
            "either, and -ExportTime to neither: it is the moment of a full export."),
        "IncrementalUnclear", ErrorCategory.InvalidArgument, null);

    internal static ErrorRecord ScanUnclear(IReadOnlyList<string> parameters, bool isScan) => Record(
        new ArgumentException(isScan
            ? $"A scan cannot do what {string.Join(", ", parameters.Select(static name => "-" + name))} asks for: only DynamoDB's own " +
                "export can. Leave that out, or leave out -Scan."
            : $"{string.Join(", ", parameters.Select(static name => "-" + name))} is about reading the table itself. Give -Scan with " +
                "it, or leave it out: DynamoDB's own export takes no read capacity."),
        "ScanUnclear", ErrorCategory.InvalidArgument, null);

    internal static ErrorRecord MappingFileExists(string path) => Record(
        new IOException($"The file {path} is there already, and may hold a mapping that somebody reviewed. Choose another -Path, or " +
            "write over it with -Force."),
        "MappingFileExists", ErrorCategory.ResourceExists, path);

    internal static ErrorRecord MappingNotWritable(string path, Exception error) => Record(
        new IOException($"The mapping cannot be written to {path}: {error.Message.TrimEnd('.')}. Make the folder, or give another -Path.",
            error),
        "MappingNotWritable", ErrorCategory.WriteError, path);

    internal static ErrorRecord LakeIncomplete() => Record(
        new ArgumentException("-StorageAccountName and -FileSystem belong together: a lake is tried in one file system. Give both, or " +
            "neither."),
        "LakeIncomplete", ErrorCategory.InvalidArgument, null);

    internal static ErrorRecord NothingToReport(string path) => Record(
        new InvalidOperationException($"There is nothing to write to {path}. Pipe what Measure-DynamoTable, Import-CosmosItems or " +
            "Compare-CosmosMigration gave."),
        "NothingToReport", ErrorCategory.InvalidOperation, path);

    internal static ErrorRecord NotReportable(object given, UnreadableObjectException? why = null) => Record(
        new ArgumentException((why is null ? $"A {SerializedObjects.Describe(given)} has no place in a report." : why.Message + ".")
            + " Expected: what Measure-DynamoTable, Import-CosmosItems or Compare-CosmosMigration gave, today or from a file of " +
                "Export-Clixml.", why),
        "NotReportable", ErrorCategory.InvalidType, given);

    internal static ErrorRecord ReportExists(string path) => Record(
        new IOException($"{path} is there already, and -NoClobber keeps it. Give another -Path."), "ReportExists",
            ErrorCategory.ResourceExists, path);

    internal static ErrorRecord ReportNotWritable(string path, Exception error) => Record(
        new IOException($"The report cannot be written to {path}: {error.Message} Give another -Path; -Force writes over a file that is " +
            "read-only.", error),
        "ReportNotWritable", ErrorCategory.WriteError, path);

    private static ErrorRecord Record(Exception failure, string errorId, ErrorCategory category, object? target) =>
        new(failure, errorId, category, target)
        {
            // A text for details is wanted too, and is shown in place of the exception's.
            ErrorDetails =
            new(failure.Message.Length > 0 ? failure.Message : failure.GetType().Name) { RecommendedAction = Remedies.Of(errorId) },
        };

    private static ErrorCategory Category(FailureKind kind) => kind switch
    {
        FailureKind.InvalidArgument => ErrorCategory.InvalidArgument,
        FailureKind.InvalidData => ErrorCategory.InvalidData,
        FailureKind.InvalidOperation => ErrorCategory.InvalidOperation,
        FailureKind.NotFound => ErrorCategory.ObjectNotFound,
        FailureKind.AlreadyExists => ErrorCategory.ResourceExists,
        FailureKind.AuthenticationFailed => ErrorCategory.AuthenticationError,
        FailureKind.PermissionDenied => ErrorCategory.PermissionDenied,
        FailureKind.LimitsExceeded => ErrorCategory.LimitsExceeded,
        FailureKind.Throttled => ErrorCategory.QuotaExceeded,
        FailureKind.ConnectionFailed => ErrorCategory.ConnectionError,
        FailureKind.TimedOut => ErrorCategory.OperationTimeout,
        FailureKind.Incomplete => ErrorCategory.InvalidResult,
        FailureKind.Busy => ErrorCategory.ResourceBusy,
        FailureKind.NotSupported => ErrorCategory.NotImplemented,
        _ => ErrorCategory.NotSpecified,
    };
}
