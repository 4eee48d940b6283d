using DynamoCosmos.Basics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Comparison;

/// <summary>What can end a comparison, apart from its two sides, and what its outcome is as an error.</summary>
internal static class ComparisonErrors
{
    internal static MigrationException DifferencesFound(ComparisonResult result) =>
        new("DifferencesFound", FailureKind.InvalidData,
            $"{result.Source} and {result.Target} differ: {(result.IsTruncated ? "at least " : "")}{result.Missing} missing, " +
                $"{result.Extra} extra, {result.Different} different" +
            $"{(result.Repaired > 0 ? $" ({result.Repaired} of them repaired)" : "")}{(result.Rejected > 0 ? $"; {result.Rejected} items are rejected" : "")}. " +
            $"Run with {Setting.Repair} to write missing and different documents again; extra ones are never removed.", result);

    internal static MigrationException ItemsRejected(ComparisonResult result) =>
        new("ItemsRejected", FailureKind.InvalidData,
            $"{result.Rejected} of {result.SourceItems} items of {result.Source} are rejected with these settings, so no document in " +
                $"{result.Target} was looked for" +
            $"{(result.RejectedExample is string example ? $" (such as {example})" : "")}. " +
            $"{(result.AllowedRejected > 0 ? $"{Setting.AllowRejected} covers {result.AllowedRejected}. " : "")}" +
            $"Give the settings of the import: the types of the keys, {Setting.IdFrom}, {Setting.Transform} and so on. If the import " +
                "rejected these items too and you accept that " +
            $"they have no document, allow them with {Setting.AllowRejected} {result.Rejected}.", result);

    /// <param name="where">An item that shows it, where one is known.</param>
    internal static MigrationException TransformNotRepeatable(string source, HeldDocument? where) =>
        new("TransformNotRepeatable", FailureKind.InvalidOperation,
            $"The script of {Setting.Transform} made other documents when it was called again for the items of " +
                $"{source}{(where is null ? "" : $" (such as line {where.Line} of {where.Unit}, document '{where.Id}')")}, " +
            "so that nothing can be said of those in the container. A script that is to be compared makes the same documents of an item " +
                "each time: " +
            "take the time, new GUIDs, random numbers and whatever else changes out of it, or hand such values in from outside ($using: " +
                "in PowerShell).", source);

    internal static MigrationException RepairStopped(string target, WriteAnswer answer, string why) =>
        new("RepairStopped", answer.Status is 401 or 403 ? FailureKind.PermissionDenied : FailureKind.ConnectionFailed,
            $"Documents could not be written to {target} any more: {why} (status {answer.Status}, substatus {answer.SubStatus}). " +
            "What was found before has been reported. Mend that, then run the same line again.", target);
}
