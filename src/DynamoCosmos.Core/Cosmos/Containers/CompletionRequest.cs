using System.Text.Json.Nodes;
using DynamoCosmos.Basics;
using DynamoCosmos.Model;

namespace DynamoCosmos.Cosmos.Containers;

/// <summary>What a container is to be after the load.</summary>
/// <param name="IndexingPolicy">As JSON. Null for what the target remembers; where that is nothing, a container whose indexing is deferred
/// gets the service's default.</param>
/// <param name="Throughput">Null leaves it.</param>
public sealed record CompletionRequest(CosmosTarget Target, string? IndexingPolicy = null, ThroughputRequest? Throughput = null)
{
    /// <param name="throughput">Manual RU/s.</param>
    /// <param name="autoscaleMaximum">RU/s. At most one of the two.</param>
    /// <exception cref="MigrationException">Both are given.</exception>
    public static CompletionRequest Create(CosmosTarget target, string? indexingPolicy, int? throughput, int? autoscaleMaximum) =>
        new(target, indexingPolicy, ContainerShape.Request(throughput, autoscaleMaximum));

    /// <summary>Indexing was deferred, and nothing tells which policy is to follow.</summary>
    internal bool TakesServiceDefault(JsonObject container) =>
        IndexingPolicy is null && !(Target.IndexingDeferred && Target.IndexingPolicy is not null) && IsDeferred(container);

    /// <returns>Null where nothing is to change.</returns>
    internal JsonObject? WantedPolicy(JsonObject container)
    {
        JsonObject? there = container["indexingPolicy"] as JsonObject;
        bool isDeferred = IsDeferred(container);
        string? wanted =
            IndexingPolicy ?? (Target.IndexingDeferred ? Target.IndexingPolicy : null) ?? (isDeferred ? IndexPolicy.ServiceDefault : null);
        if (wanted is null) return null;
        JsonObject policy = IndexPolicy.Parse(wanted, null);
        return IndexPolicy.IsSame(policy, there) ? null : policy;
    }

    private static bool IsDeferred(JsonObject container) =>
        IndexPolicy.IsSame(container["indexingPolicy"] as JsonObject, IndexPolicy.Parse(IndexPolicy.Deferred, null));
}
