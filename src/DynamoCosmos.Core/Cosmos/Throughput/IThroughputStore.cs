using DynamoCosmos.Model;

namespace DynamoCosmos.Cosmos.Throughput;

/// <summary>How throughput is reached: through the resource manager, or by the account's key where that is all there is.</summary>
internal interface IThroughputStore
{
    /// <returns>Null where the database or container is there but has no throughput of its own.</returns>
    Task<CosmosThroughput?> ReadAsync(ThroughputTarget target, CancellationToken cancellationToken);

    /// <summary>Sets manual RU/s or autoscale's maximum, without a change of mode.</summary>
    Task ReplaceAsync(ThroughputTarget target, ThroughputRequest request, CancellationToken cancellationToken);

    /// <summary>Changes the mode; the service chooses the value.</summary>
    Task MigrateAsync(ThroughputTarget target, ThroughputMode mode, CancellationToken cancellationToken);

    /// <summary>Whether the account has no provisioned throughput at all; null where that cannot be told.</summary>
    Task<bool?> IsServerlessAsync(ThroughputTarget target, CancellationToken cancellationToken);
}
