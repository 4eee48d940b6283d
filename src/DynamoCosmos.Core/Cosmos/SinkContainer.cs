using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Cosmos;

/// <summary>One of the containers that a sink writes to.</summary>
internal sealed record SinkContainer(Container Writes, ContainerReference Reference, string ResourceId)
{
    /// <summary>The container's partition key paths.</summary>
    internal required IReadOnlyList<string> PartitionKeyPath { get; init; }

    /// <summary>Seconds; −1 for time to live by document only; null where it is off, and documents' ttl counts for nothing.</summary>
    internal required int? DefaultTimeToLive { get; init; }

    /// <summary>Physical partitions, as they were then.</summary>
    internal required int Ranges { get; init; }

    /// <summary>Reads the container, which proves that account, sign-in and names are right before anything is written.</summary>
    /// <exception cref="MigrationException">It is not there, or may not be read.</exception>
    internal static async Task<SinkContainer> OpenAsync(CosmosClients clients, ContainerReference reference, CancellationToken cancellationToken)
    {
        // The bulk client reads too, which warms what its first writes need.
        Container container = clients.Bulk.GetContainer(reference.DatabaseName, reference.ContainerName);
        ContainerProperties properties = await clients.Calls.RunAsync(
            reference, "read the container", async stop => (await container.ReadContainerAsync(null, stop).ConfigureAwait(false)).Resource, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<FeedRange> ranges = await clients.Calls.RunAsync(reference, "read the partition key ranges", container.GetFeedRangesAsync, cancellationToken).ConfigureAwait(false);
        return new(clients.Bulk.GetContainer(reference.DatabaseName, properties.Id), reference with { ContainerName = properties.Id }, properties.SelfLink.TrimEnd('/').Split('/')[^1])
        {
            PartitionKeyPath = properties.PartitionKeyPaths,
            DefaultTimeToLive = properties.DefaultTimeToLive,
            Ranges = ranges.Count,
        };
    }
}
