using System.Globalization;
using DynamoCosmos.Basics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Exports;

/// <summary>What can be wrong with the order in which incremental exports come.</summary>
internal static class WindowErrors
{
    internal static MigrationException Gap(string export, ExportSpan window, DateTimeOffset end) =>
        new("ExportWindowGap", FailureKind.InvalidOperation,
            $"{export} holds the changes from {Time(window.From)} on, but what comes before it ends at {Time(end)}: the changes between " +
                "are missing. " +
            $"Export them ({Remedy.ExportTable} {Setting.Since} does it without gaps) and pipe all windows in, or give " +
                $"{Setting.AllowGap} if you know that nothing was written in between.", export);

    internal static MigrationException Overlap(string export, ExportSpan window, DateTimeOffset end) =>
        new("ExportWindowOverlap", FailureKind.InvalidOperation,
            $"{export} holds the changes from {Time(window.From)} to {Time(window.To)}, but what comes before it goes up to {Time(end)} " +
                "already. " +
            (window.To <= end
                ? "It would set items back to an older state, so it is never applied. Leave it out."
                : $"Give windows that follow each other ({Remedy.ExportTable} {Setting.Since} makes such), or {Setting.AllowGap} to " +
                    "apply it all the same: each window ends in the items' state at its end."), export);

    internal static MigrationException WithoutPredecessor(string export, ExportSpan window, string target, string history) =>
        new("ExportWindowWithoutPredecessor", FailureKind.InvalidOperation,
            $"{export} holds the changes from {Time(window.From)} on, and as far as {history} tells no export of its table has gone to " +
                $"{target} before. " +
            "Import the full export first, then the windows that follow it; it is looked for beside this one, or beside the " +
                $"{Setting.CheckpointPath}. " +
            $"If it went there in another way, give {Setting.AllowGap} with the first window.", export);

    internal static MigrationException PredecessorUnfinished(string export, string predecessor, string target) =>
        new("ExportWindowWithoutPredecessor", FailureKind.InvalidOperation,
            $"{export} follows {predecessor}, whose import into {target} has not been completed. Run that import again to its end, then " +
                "this one.", export);

    internal static MigrationException HistoryNotReadable(string location, Exception inner) =>
        new("ImportHistoryNotReadable", FailureKind.InvalidData,
            $"The history {location}, of what has been imported into this container, cannot be read: {inner.Message.TrimEnd('.')}. " +
                "Remove it to forget the history; " +
            $"the next window then needs {Setting.AllowGap}.", location, inner);

    internal static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture) ?? "";
}
