using DynamoCosmos.Basics;

namespace DynamoCosmos.Import.Checkpoints;

/// <summary>Errors of a source whose counts are not what its manifest or an earlier run says.</summary>
internal static class LedgerErrors
{
    internal static MigrationException RejectionFileChanged(string location, Checkpoint earlier, string how) =>
        new("RejectionFileChanged", FailureKind.InvalidData,
            $"The file of rejected items {location} is not what an earlier run of this import wrote: the checkpoint knows of the bytes " +
                $"{earlier.RejectionsFrom} to {earlier.RejectionsTo}, but {how}. " +
            $"Nothing was changed there. Put the file (or the checkpoint) back as it was, or begin anew with {Setting.Restart} and " +
                $"another {Setting.RejectedItemPath}.", location);

    internal static MigrationException SourceChanged(string unit, string how) =>
        new("SourceChanged", FailureKind.InvalidData,
            $"The data file {unit} is not what an earlier run of this import read: {how} Put the old file back, or begin anew with " +
                $"{Setting.Restart}.", unit);

    internal static MigrationException CountsDoNotAddUp(string unit, long? promised, ImportCounts counts) =>
        new("CountsDoNotAddUp", FailureKind.InvalidData,
            $"Of {unit}, {counts.Read} items were read{(promised is null ? "" : $" of {promised} promised")}, " +
                $"{(counts.Added == 0 ? "" : $"and {counts.Added} documents added by the transform, ")}but {counts.Written} written, " +
                $"{counts.Deleted} deleted, " +
            $"{counts.Expired} expired, {counts.Filtered} filtered and {counts.Rejected} rejected. The run stopped without claiming " +
                "this file; run the same line again, and report this.", unit);
}
