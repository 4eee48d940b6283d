using System.Text.Json;
using DynamoCosmos.Basics;
using DynamoCosmos.Import;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Cosmos;

/// <summary>One of the containers that a sink writes to.</summary>
/// <param name="reads">The container as it was opened.</param>
/// <param name="calls">Makes all calls but the writes.</param>
internal sealed class SinkContainer(CosmosClients clients, CosmosCalls calls, Container reads, ContainerReference reference,
    string resourceId)
{
    private readonly Lazy<Container> _batchWrites = new(() => ContainerOf(clients.Bulk, reference));
    private readonly Lazy<Container> _singleWrites = new(() => ContainerOf(clients.Single, reference));

    /// <summary>For writes that wait until a batch is full or a moment has passed.</summary>
    internal Container BatchWrites => _batchWrites.Value;

    /// <summary>For writes that go one by one.</summary>
    internal Container SingleWrites => _singleWrites.Value;

    internal ContainerReference Reference => reference;

    internal string ResourceId => resourceId;

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
            foreach (FeedRange range in await reads.GetFeedRangesAsync(cancellationToken).ConfigureAwait(false))
            {
                QueryRequestOptions first = new() { MaxItemCount = 1, MaxConcurrency = 1 };
                using FeedIterator pages = reads.GetItemQueryStreamIterator(range, new("SELECT * FROM c"), null, first);
                while (pages.HasMoreResults)
                {
                    using ResponseMessage page = await pages.ReadNextAsync(cancellationToken).ConfigureAwait(false);
                    if (!page.IsSuccessStatusCode || page.Content is not { Length: > 0 } content) return false;
                    using JsonDocument documents =
                        await JsonDocument.ParseAsync(content, new() { MaxDepth = 256 }, cancellationToken).ConfigureAwait(false);
                    if (!documents.RootElement.TryGetProperty("Documents"u8, out JsonElement array)
                        || array.GetArrayLength() > 0) return false;
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
    internal async Task VerifyAsync(CancellationToken cancellationToken)
    {
        ContainerProperties now = await ReadAsync(calls, reads, reference, cancellationToken).ConfigureAwait(false);
        if (!now.PartitionKeyPaths.SequenceEqual(PartitionKeyPath))
            throw ImportErrors.TargetReplaced(Reference.ToString(),
                $"it is partitioned by {string.Join(", ", now.PartitionKeyPaths)} now, and was by {string.Join(", ", PartitionKeyPath)}.");
        if (ResourceIdOf(now) is string id
            && id != ResourceId) throw ImportErrors.TargetReplaced(Reference.ToString(),
            $"it was deleted and made again (its resource id is {id} now, and was {ResourceId}).");
    }

    /// <summary>Reads the container, which proves that account, sign-in and names are right before anything is written.</summary>
    /// <param name="inBatches">Which of the clients reads, which warms what its first writes need.</param>
    /// <exception cref="MigrationException">It is not there, or may not be read.</exception>
    internal static async Task<SinkContainer> OpenAsync(
        CosmosClients clients, CosmosCalls calls, ContainerReference reference, bool inBatches, CancellationToken cancellationToken)
    {
        Container container = ContainerOf(inBatches ? clients.Bulk : clients.Single, reference);
        ContainerProperties properties = await ReadAsync(calls, container, reference, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<FeedRange> ranges = await calls.RunAsync(
            reference, "read the partition key ranges", container.GetFeedRangesAsync, cancellationToken).ConfigureAwait(false);
        return new(clients, calls, container, reference with { ContainerName = properties.Id }, ResourceIdOf(properties))
        {
            PartitionKeyPath = properties.PartitionKeyPaths,
            DefaultTimeToLive = properties.DefaultTimeToLive,
            Ranges = ranges.Count,
        };
    }

    private static Task<ContainerProperties> ReadAsync(
        CosmosCalls calls, Container container, ContainerReference reference, CancellationToken cancellationToken) =>
        calls.RunAsync(
            reference, "read the container",
            async stop => (await container.ReadContainerAsync(null, stop).ConfigureAwait(false)).Resource, cancellationToken);

    private static Container ContainerOf(CosmosClient client, ContainerReference reference) =>
        client.GetContainer(reference.DatabaseName, reference.ContainerName);

    private static string ResourceIdOf(ContainerProperties properties) => properties.SelfLink.TrimEnd('/').Split('/')[^1];
}
