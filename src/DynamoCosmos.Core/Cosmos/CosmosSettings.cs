using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Cosmos;

/// <summary>How the SDK reaches the account.</summary>
public enum CosmosConnectionMode
{
    /// <summary>TCP straight to the partitions (ports 10000 to 20000): the fastest way, and the default for accounts in Azure.</summary>
    Direct,

    /// <summary>
    /// HTTPS on port 443 only, for strict firewalls; the default for every other endpoint, since emulators answer no other way.
    /// </summary>
    Gateway,
}

/// <summary>An account of Cosmos DB for NoSQL and how to reach it.</summary>
public sealed record CosmosSettings
{
    internal static readonly TimeSpan DefaultRetryTimeout = TimeSpan.FromMinutes(1);

    private CosmosSettings(string accountName, Uri endpoint, bool isAzure) =>
        (AccountName, Endpoint, IsAzure) = (accountName, endpoint, isAzure);

    public string AccountName { get; }

    /// <summary>Without secrets, ending in a slash.</summary>
    public Uri Endpoint { get; }

    public CosmosConnectionMode ConnectionMode { get; private init; }

    public AzureSettings Azure { get; private init; } = new();

    /// <summary>How long a call is tried again that fails for a reason that passes: throttling, an outage, a split.</summary>
    public TimeSpan RetryTimeout { get; init; } = DefaultRetryTimeout;

    /// <summary>Null where the endpoint follows from the account's name.</summary>
    internal Uri? OtherEndpoint => Endpoint == AzureClouds.CosmosEndpoint(AccountName, Azure.Environment) ? null : Endpoint;

    /// <summary>The endpoint is the cloud's own for this kind of account: it has regions, and direct mode.</summary>
    internal bool IsAzure { get; }

    /// <param name="accountName">May be left out where the endpoint is given: then it is the first label of the host's name.</param>
    /// <param name="endpoint">Null for the cloud's own endpoint of the account.</param>
    /// <param name="mode">Null for <see cref="CosmosConnectionMode.Direct"/> in Azure and <see cref="CosmosConnectionMode.Gateway"/>
    /// elsewhere.</param>
    /// <exception cref="MigrationException">Neither name nor endpoint is given, or the endpoint is not one.</exception>
    public static CosmosSettings Create(string? accountName, Uri? endpoint, AzureSettings azure, CosmosConnectionMode? mode = null)
    {
        if (endpoint is null)
        {
            if (string.IsNullOrWhiteSpace(accountName)) throw CosmosErrors.AccountMissing();
            if (Uri.CheckHostName(accountName) != UriHostNameType.Dns
                || accountName.Contains('.')) throw CosmosErrors.AccountNameInvalid(accountName);
            return new(accountName, AzureClouds.CosmosEndpoint(accountName, azure.Environment), true)
            {
                Azure = azure,
                ConnectionMode = mode
                ?? CosmosConnectionMode.Direct
            };
        }
        if (!endpoint.IsAbsoluteUri || (endpoint.Scheme != Uri.UriSchemeHttps && endpoint.Scheme != Uri.UriSchemeHttp)
            || endpoint.UserInfo.Length > 0)
            throw CosmosErrors.EndpointInvalid(endpoint);
        bool isAzure = endpoint.Host.Contains(".documents.azure.", StringComparison.OrdinalIgnoreCase);
        string name = string.IsNullOrWhiteSpace(accountName) ? endpoint.Host.Split('.', 2)[0] : accountName;
        return new(name, new(endpoint.GetLeftPart(UriPartial.Authority) + "/"), isAzure)
        {
            Azure = azure,
            ConnectionMode = mode ?? (isAzure ? CosmosConnectionMode.Direct : CosmosConnectionMode.Gateway),
        };
    }
}
