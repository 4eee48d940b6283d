using DynamoCosmos.Basics;

namespace DynamoCosmos.Ports;

/// <summary>Errors of the files that a run keeps for itself: its checkpoint and its rejected items.</summary>
internal static class RunFileErrors
{
    internal static MigrationException RunAlreadyActive(string location, string? holder) =>
        new("RunAlreadyActive", FailureKind.Busy,
            $"Another run holds the checkpoint {location}{(holder is null ? "" : $": {holder}")}. Wait until it ends; if its process " +
                "has died, its hold runs out within a minute. " +
            $"To run two imports at once, give each a {Setting.CheckpointPath} of its own.", location);

    internal static MigrationException HoldLost(string location) =>
        new("CheckpointHoldLost", FailureKind.Busy,
            $"The hold on the checkpoint {location} was lost (it could not be renewed in time), so another run may have begun. This run " +
                "stopped without claiming more; " +
            "run the same line again to go on.", location);

    internal static MigrationException CheckpointChanged(string location) =>
        new(FailureCode.CheckpointChanged, FailureKind.InvalidOperation,
            $"The checkpoint {location} was changed by somebody else during the run. This run stopped without claiming more; run the " +
                "same line again to go on.", location);

    internal static MigrationException CheckpointNotReadable(string location, string why, Exception? inner = null) =>
        new("CheckpointNotReadable", FailureKind.InvalidData,
            $"The checkpoint {location} cannot be used: {why} Import with {Setting.Restart} to begin anew, or give another " +
                $"{Setting.CheckpointPath}.", location, inner);

    internal static MigrationException CheckpointNotWritable(string location, string why, Exception? inner = null) =>
        new("CheckpointNotWritable", FailureKind.PermissionDenied,
            $"The checkpoint {location} cannot be written: {why} Give a place that can be written as {Setting.CheckpointPath}, or grant " +
                "access there.", location, inner);

    internal static MigrationException RejectionFileNotWritable(string location, string why, Exception? inner = null) =>
        new("RejectionFileNotWritable", FailureKind.PermissionDenied,
            $"The rejected items cannot be written to {location}: {why} Give a place that can be written as {Setting.RejectedItemPath}.",
                location, inner);

    internal static MigrationException RejectionFileShared(string location, string why) =>
        new("RejectionFileShared", FailureKind.Busy,
            $"The file of rejected items {location} is another import's too: {why} Nothing of it was cut off or overwritten. " +
            $"Run the same line again with another {Setting.RejectedItemPath}; what this import has rejected so far goes with it.",
                location);

    internal static MigrationException RejectionFileDamaged(string location, long line, Exception inner) =>
        new("RejectionFileDamaged", FailureKind.InvalidData,
            $"Line {line} of {location} is not a rejected item as {Remedy.Import} writes it: {inner.Message.TrimEnd('.')}. Give the " +
                "file that the import's result names as RejectedItemPath.", location, inner);

    internal static MigrationException RejectionFileMissing(string location) =>
        new("RejectionFileMissing", FailureKind.NotFound,
            $"There is no file of rejected items at {location}. A run that rejects nothing writes none; the import's result names the " +
                "place as RejectedItemPath.", location);

    internal static MigrationException RunFileLocationNotSupported(Uri location) =>
        new("RunFileLocationNotSupported", FailureKind.InvalidArgument,
            $"A run cannot keep its checkpoint or rejected items at '{location.GetLeftPart(UriPartial.Path)}'. Give a local path, or " +
                "the https:// URL of a blob in a lake.", location);
}
