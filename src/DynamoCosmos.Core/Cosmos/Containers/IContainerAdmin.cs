using System.Text.Json.Nodes;
using DynamoCosmos.Model;

namespace DynamoCosmos.Cosmos.Containers;

/// <summary>Who makes databases and containers: the data plane with the account's key, or the resource manager with a sign-in.</summary>
internal interface IContainerAdmin
{
    /// <summary>Where the account is; null where that is not known.</summary>
    AccountReference? Place { get; }

    Task<IReadOnlyList<string>> ListDatabasesAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<string>> ListContainersAsync(string database, CancellationToken cancellationToken);

    Task<bool> HasDatabaseAsync(string database, CancellationToken cancellationToken);

    /// <returns>The container as the service describes it: id, partitionKey, defaultTtl, indexingPolicy and all else. Null where it is not
    /// there.</returns>
    Task<JsonObject?> FindContainerAsync(string database, string container, CancellationToken cancellationToken);

    Task CreateDatabaseAsync(string database, CancellationToken cancellationToken);

    /// <param name="throughput">Null for none of its own.</param>
    Task CreateContainerAsync(string database, JsonObject container, ThroughputRequest? throughput, CancellationToken cancellationToken);

    Task ReplaceContainerAsync(string database, JsonObject container, CancellationToken cancellationToken);
}
