namespace DynamoCosmos.Basics;

public enum AzureCredentialKind
{
    Default,
    ManagedIdentity,
    AzureCli,
    AzurePowerShell,
    Environment,
    WorkloadIdentity,
    ClientSecret,
}

/// <summary>The clouds that have endpoints of their own.</summary>
public enum AzureEnvironment
{
    AzureCloud,
    AzureUSGovernment,
    AzureChinaCloud,
}

/// <summary>
/// How to sign in to Azure, and where its shared endpoints are. An account key, where given, takes the place of the credential on the data
/// plane.
/// </summary>
public sealed record AzureSettings
{
    public AzureCredentialKind Credential { get; init; }

    public string? TenantId { get; init; }

    /// <summary>The application's id, or a user-assigned managed identity's client id.</summary>
    public string? ClientId { get; init; }

    public Secret? ClientSecret { get; init; }

    /// <summary>The storage or Cosmos DB account's key (base64), for the account that the cmdlet writes to.</summary>
    public Secret? AccountKey { get; init; }

    public AzureEnvironment Environment { get; init; }

    /// <summary>Overrides the environment's sign-in endpoint.</summary>
    public Uri? AuthorityHost { get; init; }

    /// <summary>Overrides the environment's resource manager.</summary>
    public Uri? ResourceManagerEndpoint { get; init; }

    /// <summary>Overrides the environment's Microsoft Graph.</summary>
    public Uri? GraphEndpoint { get; init; }
}
