using DynamoCosmos.Basics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Writing;

/// <summary>Errors that end a run because its writes cannot succeed.</summary>
internal static class WriteErrors
{
    internal static MigrationException ThrottledTooLong(string target, TimeSpan retryTimeout, WriteAnswer answer) =>
        new("ThrottledTooLong", FailureKind.Throttled,
            $"{target} answered a write with 429 (throttled) for {retryTimeout}{Words(answer)}. Give the container more throughput " +
                $"({Remedy.SetThroughput}), or a longer {Setting.RetryTimeout}. " +
            "The run stopped and what it wrote is kept; run the same line again to go on.", target);

    internal static MigrationException WritesKeptFailing(string target, TimeSpan retryTimeout, WriteAnswer answer, WriteRule rule) =>
        new("WritesKeptFailing", answer.Status == 408 ? FailureKind.TimedOut : FailureKind.ConnectionFailed,
            $"{target} could not be written to for {retryTimeout}: " +
                $"{(answer.Status == 0 ? "" : $"status {answer.Status}, ")}{rule.Why}{Words(answer)}. " +
            $"The run stopped and what it wrote is kept; run the same line again to go on, or give a longer {Setting.RetryTimeout}.",
                target);

    internal static MigrationException WriteNotAuthenticated(string target, WriteAnswer answer) =>
        new("WriteNotAuthenticated", FailureKind.AuthenticationFailed,
            $"{target} does not accept the key or token (401){Words(answer)}. Sign in again or give the right {Setting.AccountKey}, and " +
                "see that this machine's clock is right. " +
            "What was written is kept; run the same line again to go on.", target);

    internal static MigrationException WriteForbidden(string target, WriteAnswer answer) =>
        new("WriteForbidden", FailureKind.PermissionDenied,
            $"{target} may not be written to (403{(answer.SubStatus == 0 ? "" : $", substatus {answer.SubStatus}")}){Words(answer)}. " +
                "The identity needs the data actions " +
            "Microsoft.DocumentDB/databaseAccounts/readMetadata and " +
                "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/* on the container " +
            $"({Remedy.GrantAccess} {Setting.Preset} Migration, or {Remedy.AssignRole} with the role 'Cosmos DB Built-in Data " +
                "Contributor'), " +
            "and the account's firewall must let this machine in. " +
            "What was written is kept; run the same line again to go on.", target);

    internal static MigrationException TargetGone(string target, WriteAnswer answer) =>
        new("TargetContainerGone", FailureKind.NotFound,
            $"{target} is not there any more (404){Words(answer)}. Make the container again and import with {Setting.Restart}.", target);

    internal static MigrationException WriteRefusedOnTheWay(string target, WriteAnswer answer) =>
        new("WriteRefusedOnTheWay", FailureKind.ConnectionFailed,
            $"Writes to {target} were refused with status {answer.Status}{Words(answer)}, and the answer is not Cosmos DB's own: it has " +
                "none of its headers. " +
            "A proxy, firewall or gateway between this machine and Cosmos DB answered in its place. Let it pass requests of 2 MB to the " +
                "account's endpoint, or go around it. " +
            "The run stopped and what it wrote is kept; run the same line again to go on.", target);

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
            $"A write to {target} failed in a way that has no rule: {inner.Message} The run stopped and what it wrote is kept; run the " +
                "same line again to go on, and report this.", target, inner);

    private static string Words(WriteAnswer answer) =>
        string.IsNullOrWhiteSpace(answer.Message) ? "" : $": {answer.Message.Trim().TrimEnd('.')}";
}
