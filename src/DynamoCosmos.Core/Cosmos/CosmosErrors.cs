using DynamoCosmos.Basics;

namespace DynamoCosmos.Cosmos;

/// <summary>What can go wrong with an account of Cosmos DB: reaching it, signing in, permissions.</summary>
public static partial class CosmosErrors
{
    internal static MigrationException AccountMissing() =>
        new("CosmosAccountMissing", FailureKind.InvalidArgument,
            $"No Cosmos DB account is named. Give {Setting.AccountName}, or {Setting.AccountEndpoint} for one that is not at its " +
            "cloud's own address.");

    internal static MigrationException AccountNameInvalid(string accountName) =>
        new("CosmosAccountNameInvalid", FailureKind.InvalidArgument,
            $"'{accountName}' is not the name of a Cosmos DB account, such as 'mycosmos'. Give an address as {Setting.AccountEndpoint} " +
                "instead.", accountName);

    internal static MigrationException EndpointInvalid(Uri endpoint) =>
        new("CosmosEndpointInvalid", FailureKind.InvalidArgument,
            $"The {Setting.AccountEndpoint} is not an address such as https://mycosmos.documents.azure.com/: http or https, without a " +
                "user name.", endpoint.IsAbsoluteUri ? endpoint.Host : endpoint.OriginalString);

    internal static MigrationException KeyMalformed(CosmosSettings settings) =>
        new("CosmosKeyMalformed", FailureKind.InvalidArgument,
            $"The {Setting.AccountKey} for the Cosmos DB account '{settings.AccountName}' is not base64. Give one of the account's keys " +
                "as Azure shows it.", settings.AccountName);

    internal static MigrationException TokenNeedsHttps(CosmosSettings settings) =>
        new("CosmosTokenNeedsHttps", FailureKind.InvalidArgument,
            $"{settings.Endpoint.AbsoluteUri} is plain http, over which no sign-in token is sent. Give an https endpoint, or " +
                $"{Setting.AccountKey}.", settings.AccountName);

    internal static MigrationException AccountNotFound(CosmosSettings settings, Exception inner) =>
        new("CosmosAccountNotFound", FailureKind.NotFound,
            $"There is no Cosmos DB account at {settings.Endpoint.Host}: the name is not known. Check {Setting.AccountName}, " +
                $"{Setting.AzureEnvironment} and, with private endpoints, this machine's DNS.",
            settings.AccountName, inner);

    internal static MigrationException NotReachable(CosmosSettings settings, string why, Exception inner) =>
        new("CosmosNotReachable", FailureKind.ConnectionFailed,
            $"The Cosmos DB account at {settings.Endpoint.Authority} could not be reached: {why} Check the endpoint, the account's " +
                "firewall and this machine's proxy" +
            (settings.ConnectionMode == CosmosConnectionMode.Direct
                ? $"; where only port 443 is open, use {Setting.ConnectionMode} Gateway." : "."),
            settings.AccountName, inner);

    internal static MigrationException KeyRefused(CosmosSettings settings, Exception inner) =>
        new("CosmosKeyRefused", FailureKind.AuthenticationFailed,
            $"The Cosmos DB account '{settings.AccountName}' refused {Setting.AccountKey}. Give one of its current read-write keys, and " +
                "check this machine's clock (it may be 15 minutes off at most).",
            settings.AccountName, inner);

    internal static MigrationException KeysDisabled(CosmosSettings settings, Exception inner) =>
        new("CosmosKeysDisabled", FailureKind.PermissionDenied,
            $"The Cosmos DB account '{settings.AccountName}' does not take account keys (disableLocalAuth). Leave out " +
                $"{Setting.AccountKey} and sign in with {Setting.AzureCredential}; " +
            $"the identity needs a data role, which {Remedy.GrantAccess} assigns.", settings.AccountName, inner);

    internal static MigrationException TokenRefused(CosmosSettings settings, string why, Exception inner) =>
        new("CosmosTokenRefused", FailureKind.AuthenticationFailed,
            $"The Cosmos DB account '{settings.AccountName}' refused the sign-in: {why} Sign in to the account's own tenant " +
                $"({Setting.TenantId}), or choose another {Setting.AzureCredential}.", settings.AccountName, inner);

    /// <param name="action">The data action that is missing; null where the service does not name it.</param>
    internal static MigrationException PermissionMissing(ContainerReference target, string? action, string doing, Exception inner) =>
        new("CosmosPermissionMissing", FailureKind.PermissionDenied,
            $"The signed-in identity may not {doing} in {target}: its data roles do not allow {action ?? "it"}. " +
            "Assign it a role of Cosmos DB's own that does, such as 'Cosmos DB Built-in Data Contributor' (Azure's Owner and " +
                "Contributor are not enough): " +
            $"{Remedy.GrantAccess} {Setting.Preset} Migration or {Remedy.AssignRole} does that. A new assignment takes some minutes to " +
                "work.",
            target.ToString(), inner);

    internal static MigrationException ResourceManagerNeeded(ContainerReference target, string doing, Exception inner) =>
        new("CosmosResourceManagerNeeded", FailureKind.PermissionDenied,
            $"No sign-in token can {doing} in {target}: data roles do not make or change databases, containers and throughput. " +
            $"That is done through Azure's resource manager (role 'Cosmos DB Operator' on the account), or with {Setting.AccountKey}.",
                target.ToString(), inner);

    internal static MigrationException NetworkDenied(CosmosSettings settings, string why, Exception inner) =>
        new("CosmosNetworkDenied", FailureKind.PermissionDenied,
            $"The Cosmos DB account '{settings.AccountName}' refused the call: {why} If its firewall is in the way, allow this " +
                "machine's address or network in the account's networking settings.",
            settings.AccountName, inner);

    internal static MigrationException Throttled(ContainerReference target, Exception inner) =>
        new("CosmosThrottled", FailureKind.Throttled,
            $"{target} kept answering that its throughput is used up (429), for longer than it was tried again. Raise it with " +
                $"{Remedy.SetThroughput}, or run again when less is going on; " +
            $"{Remedy.Import} and {Remedy.Compare} take a longer {Setting.RetryTimeout}.", target.ToString(), inner);

    internal static MigrationException CallFailed(ContainerReference target, string doing, int status, int subStatus, string? message,
        Exception inner) =>
        new("CosmosCallFailed", FailureKind.Unspecified,
            $"Cosmos DB answered {status}{(subStatus == 0 ? "" : $"/{subStatus}")} when asked to {doing} in {target}: " +
                $"{message ?? "without a reason"}. Run again; if it stays, check the account's settings.",
            target.ToString(), inner);
}
