using System.Text.Json;
using DynamoCosmos.Basics;
using DynamoCosmos.Import;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Cosmos;

/// <summary>One of the containers that a sink writes to.</summary>
internal sealed record SinkContainer(Container Writes, ContainerReference Reference, string ResourceId)
{
    /// <summary>The same container, for writes that go one by one.</summary>
    internal required Lazy<Container> SingleWrites { get; init; }

    /// <summary>The container's partition key paths.</summary>
    internal required IReadOnlyList<string> PartitionKeyPath { get; init; }

    /// <summary>Seconds; −1 for time to live by document only; null where it is off, and documents' ttl counts for nothing.</summary>
    internal required int? DefaultTimeToLive { get; init; }

    /// <summary>Physical partitions, as they were then.</summary>
    internal required int Ranges { get; init; }

    /// <summary>Whether it holds no document. False also where that cannot be found out: writing needs no right to query.</summary>
    internal async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (FeedRange range in await Writes.GetFeedRangesAsync(cancellationToken).ConfigureAwait(false))
            {
                using FeedIterator pages = Writes.GetItemQueryStreamIterator(range, new("SELECT * FROM c"), null, new() { MaxItemCount = 1, MaxConcurrency = 1 });
                while (pages.HasMoreResults)
                {
                    using ResponseMessage page = await pages.ReadNextAsync(cancellationToken).ConfigureAwait(false);
                    if (!page.IsSuccessStatusCode || page.Content is not { Length: > 0 } content) return false;
                    using JsonDocument documents = await JsonDocument.ParseAsync(content, new() { MaxDepth = 256 }, cancellationToken).ConfigureAwait(false);
                    if (!documents.RootElement.TryGetProperty("Documents"u8, out JsonElement array) || array.GetArrayLength() > 0) return false;
                }
            }
            return true;
        }
        catch (Exception failure) when (failure is JsonException || CosmosFailure.IsKnown(failure, cancellationToken))
        {
            return false;
        }
    }

    /// <summary>It is still the container that was opened.</summary>
    /// <exception cref="MigrationException">TargetContainerReplaced, or it is not there any more or may not be read.</exception>
    internal async Task VerifyAsync(CosmosClients clients, CancellationToken cancellationToken)
    {
        ContainerProperties now = await clients.Calls.RunAsync(
            Reference, "read the container", async stop => (await Writes.ReadContainerAsync(null, stop).ConfigureAwait(false)).Resource, cancellationToken).ConfigureAwait(false);
        if (!now.PartitionKeyPaths.SequenceEqual(PartitionKeyPath))
            throw ImportErrors.TargetReplaced(Reference.ToString(), $"it is partitioned by {string.Join(", ", now.PartitionKeyPaths)} now, and was by {string.Join(", ", PartitionKeyPath)}.");
        if (ResourceIdOf(now) is string id && id != ResourceId) throw ImportErrors.TargetReplaced(Reference.ToString(), $"it was deleted and made again (its resource id is {id} now, and was {ResourceId}).");
    }

    private static string ResourceIdOf(ContainerProperties properties) => properties.SelfLink.TrimEnd('/').Split('/')[^1];

    /// <summary>Reads the container, which proves that account, sign-in and names are right before anything is written.</summary>
    /// <exception cref="MigrationException">It is not there, or may not be read.</exception>
    internal static async Task<SinkContainer> OpenAsync(CosmosClients clients, ContainerReference reference, CancellationToken cancellationToken)
    {
        // The bulk client reads too, which warms what its first writes need.
        Container container = clients.Bulk.GetContainer(reference.DatabaseName, reference.ContainerName);
        ContainerProperties properties = await clients.Calls.RunAsync(
            reference, "read the container", async stop => (await container.ReadContainerAsync(null, stop).ConfigureAwait(false)).Resource, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<FeedRange> ranges = await clients.Calls.RunAsync(reference, "read the partition key ranges", container.GetFeedRangesAsync, cancellationToken).ConfigureAwait(false);
        return new(clients.Bulk.GetContainer(reference.DatabaseName, properties.Id), reference with { ContainerName = properties.Id }, ResourceIdOf(properties))
        {
            SingleWrites = new(() => clients.Single.GetContainer(reference.DatabaseName, properties.Id)),
            PartitionKeyPath = properties.PartitionKeyPaths,
            DefaultTimeToLive = properties.DefaultTimeToLive,
            Ranges = ranges.Count,
        };
    }
}
