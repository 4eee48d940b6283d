using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Lake;

internal static class LakeErrors
{
    internal const string ReadBlobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read";
    internal const string WriteBlobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write";
    internal const string ReaderRole = "Storage Blob Data Reader";
    internal const string ContributorRole = "Storage Blob Data Contributor";

    internal static MigrationException LakeLocationInvalid(string location, string why) =>
        new("LakeLocationInvalid", FailureKind.InvalidArgument,
            $"'{location}' is no place in a lake: {why} Give abfss://filesystem@account.dfs.core.windows.net/path, " +
                "https://account.blob.core.windows.net/filesystem/path, " +
            $"or {Setting.StorageAccountName} and {Setting.FileSystem}.", location);

    internal static MigrationException LakeKeyMalformed(LakeLocation lake) =>
        new("LakeKeyMalformed", FailureKind.InvalidArgument,
            $"The {Setting.LakeKey} for the storage account '{lake.AccountName}' is not base64. Give one of the account's two access " +
                "keys as Azure shows it.", lake.AccountName);

    internal static MigrationException LakeTokenNeedsHttps(LakeLocation lake) =>
        new("LakeTokenNeedsHttps", FailureKind.InvalidArgument,
            $"{lake.Endpoint.AbsoluteUri} is plain http, over which no sign-in token is sent. Give the storage account's key " +
                $"({Setting.LakeKeyAnywhere}), or an https endpoint.", lake.AccountName);

    internal static MigrationException LakeAccountNotFound(LakeLocation lake, Exception inner) =>
        new("LakeAccountNotFound", FailureKind.NotFound,
            $"There is no storage account at {lake.Endpoint.Host}: the name is not known. Check {Setting.StorageAccountName}, " +
                $"{Setting.AzureEnvironment} and, with private endpoints, this machine's DNS.",
            lake.AccountName, inner);

    internal static MigrationException LakeNotReachable(LakeLocation lake, string why, Exception inner) =>
        new("LakeNotReachable", FailureKind.ConnectionFailed,
            $"The storage account at {lake.Endpoint.Authority} could not be reached: {why} Check the endpoint, the account's firewall " +
                "and this machine's proxy, then run again.",
            lake.AccountName, inner);

    internal static MigrationException LakeFileSystemNotFound(LakeLocation lake, Exception inner) =>
        new("LakeFileSystemNotFound", FailureKind.NotFound,
            $"The storage account '{lake.AccountName}' has no file system (container) '{lake.FileSystem}'. Check the name, or create it.",
                lake.ToString(), inner);

    internal static MigrationException LakePermissionMissing(LakeLocation lake, string role, string code, Exception inner) =>
        new("LakePermissionMissing", FailureKind.PermissionDenied,
            $"The signed-in identity lacks the permission '{(role == ReaderRole ? ReadBlobs : WriteBlobs)}' in {lake} ({code}). Assign " +
                $"it the role '{role}' on the storage account or the container " +
            "(Owner and Contributor are not enough); a new assignment takes up to 10 minutes to work.", lake.ToString(), inner);

    internal static MigrationException LakeKeyRefused(LakeLocation lake, Exception inner) =>
        new("LakeKeyRefused", FailureKind.AuthenticationFailed,
            $"The storage account '{lake.AccountName}' refused the signature made with {Setting.LakeKey}. Give one of its current " +
                "access keys, and check this machine's clock " +
            "(it may be 15 minutes off at most).", lake.AccountName, inner);

    internal static MigrationException LakeKeysDisabled(LakeLocation lake, Exception inner) =>
        new("LakeKeysDisabled", FailureKind.PermissionDenied,
            $"The storage account '{lake.AccountName}' does not take access keys. Leave out {Setting.LakeKey} and sign in with " +
                $"{Setting.AzureCredential}; the identity needs the role '{ContributorRole}' " +
            $"('{ReaderRole}' to read).", lake.AccountName, inner);

    internal static MigrationException LakeTokenRefused(LakeLocation lake, string why, Exception inner) =>
        new("LakeTokenRefused", FailureKind.AuthenticationFailed,
            $"The storage account '{lake.AccountName}' refused the sign-in: {why} Sign in to the account's own tenant " +
                $"({Setting.TenantId}), or choose another {Setting.AzureCredential}.", lake.AccountName, inner);

    internal static MigrationException LakeNetworkDenied(LakeLocation lake, Exception inner) =>
        new("LakeNetworkDenied", FailureKind.PermissionDenied,
            $"The storage account '{lake.AccountName}' refused the call because of its network rules, or because this key or identity " +
                "may not make it. " +
            "Allow this machine's address or network in the account's networking settings.", lake.AccountName, inner);

    internal static MigrationException LakeThrottled(LakeLocation lake, Exception inner) =>
        new("LakeThrottled", FailureKind.Throttled,
            $"The storage account '{lake.AccountName}' stayed busy through all retries. Run again, with a lower {Setting.Concurrency}.",
                lake.AccountName, inner);

    internal static MigrationException LakeCallFailed(LakeLocation lake, int status, string? code, string message, Exception inner) =>
        new(FailureCode.LakeCallFailed, FailureKind.Unspecified,
            $"The storage account answered {status} {code} for {lake}: {message} Run again; if it stays, check the account's settings.",
                lake.ToString(), inner);
}
