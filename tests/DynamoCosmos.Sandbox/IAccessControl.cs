namespace DynamoCosmos.Sandbox;

/// <summary>
/// Who may do what. The data planes ask for every request that carries a bearer token, and before they accept an account key.
/// A stand-in that is given none accepts keys only and refuses every token.
/// </summary>
public interface IAccessControl
{
    /// <param name="token">The JWT as it came, without <c>Bearer </c> or <c>type=aad</c>.</param>
    /// <param name="action">
    /// The data action in full: <c>Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/upsert</c>,
    /// <c>Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read</c>.
    /// </param>
    /// <param name="scope">From <see cref="AccessScope"/>.</param>
    AccessDecision Decide(string token, string action, string scope);

    /// <summary>A challenge names it, and a client signs in again there.</summary>
    string TenantId { get; }

    /// <summary>False once the account's keys are switched off (disableLocalAuth, allowSharedKeyAccess false).</summary>
    bool AllowsKeys(string account);
}

/// <summary>What became of the question.</summary>
/// <param name="PrincipalId">The object id that the token names; null where it names none.</param>
/// <param name="Reason">Why not, in the words that the service would use.</param>
public readonly record struct AccessDecision(AccessOutcome Outcome, string? PrincipalId = null, string? Reason = null)
{
    public bool IsAllowed => Outcome == AccessOutcome.Allowed;
}

public enum AccessOutcome
{
    Allowed,

    /// <summary>401: not signed by this tenant, expired, or meant for another audience.</summary>
    Unauthenticated,

    /// <summary>403: a known principal without a role for it (Cosmos DB: substatus 5301; Blob: AuthorizationPermissionMismatch).</summary>
    Forbidden,
}

/// <summary>Names of data-plane scopes, as far as the data plane knows them: by account name, without subscription and group.</summary>
public static class AccessScope
{
    public static string Cosmos(string account, string? database = null, string? container = null) =>
        $"cosmos/{account}" + (database is null ? "" : $"/dbs/{database}") + (container is null ? "" : $"/colls/{container}");

    public static string Blob(string account, string? container = null) =>
        $"blob/{account}" + (container is null ? "" : $"/containers/{container}");
}
