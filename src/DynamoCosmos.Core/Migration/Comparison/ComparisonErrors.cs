namespace DynamoCosmos.Migration;

/// <summary>What can end a comparison, apart from its two sides, and what its outcome is as an error.</summary>
internal static class ComparisonErrors
{
    internal static MigrationException DifferencesFound(ComparisonResult result) =>
        new("DifferencesFound", FailureKind.InvalidData,
            $"{result.Source} and {result.Target} differ: {(result.IsTruncated ? "at least " : "")}{result.Missing} missing, {result.Extra} extra, {result.Different} different" +
            $"{(result.Repaired > 0 ? $" ({result.Repaired} of them repaired)" : "")}. " +
            "Run with -Repair to write missing and different documents again; extra ones are never removed.", result);

    internal static MigrationException RepairStopped(string target, WriteAnswer answer, string why) =>
        new("RepairStopped", answer.Status is 401 or 403 ? FailureKind.PermissionDenied : FailureKind.ConnectionFailed,
            $"Documents could not be written to {target} any more: {why} (status {answer.Status}, substatus {answer.SubStatus}). " +
            "What was found before has been reported. Mend that, then run the same line again.", target);
}
