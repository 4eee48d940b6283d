using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Cosmos;

/// <summary>The clients of a run's Cosmos DB accounts: one set for each account and sign-in.</summary>
internal sealed class CosmosConnections(AzureConnections azure) : IDisposable
{
    private readonly SharedClients<CosmosSettings, CosmosClients> _clients = new();

    internal CosmosClients Get(CosmosSettings settings) => _clients.Get(KeyOf(settings), () => new(settings, azure));

    /// <summary>After a first call that failed: a client that was once refused the account's metadata does not ask for it again.</summary>
    internal void Drop(CosmosSettings settings) => _clients.Drop(KeyOf(settings));

    public void Dispose() => _clients.Dispose();

    // How long calls are tried again is each caller's own matter.
    private static CosmosSettings KeyOf(CosmosSettings settings) => settings with { RetryTimeout = TimeSpan.Zero };
}
