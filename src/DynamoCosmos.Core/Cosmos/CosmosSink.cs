using System.Runtime.InteropServices;
using DynamoCosmos.Migration;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Cosmos;

/// <summary>
/// Writes documents to a container in the SDK's bulk mode. Keep many writes under way: the SDK sends a batch at 100 operations or after 100 ms.
/// Safe for use by many threads.
/// </summary>
public sealed class CosmosSink : IItemSink
{
    private static readonly ItemRequestOptions s_options = new() { EnableContentResponseOnWrite = false };

    private readonly CosmosClients _clients;
    private readonly Container _container;
    private long _throttledAnswers;

    private CosmosSink(CosmosSettings settings, CosmosClients clients, string databaseName, ContainerProperties properties, string rid)
    {
        _clients = clients;
        _container = clients.Bulk.GetContainer(databaseName, properties.Id);
        Name = $"{settings.AccountName}/{databaseName}/{properties.Id}";
        Identity = $"{Name} ({rid})";
        PartitionKeyPath = properties.PartitionKeyPaths;
        DefaultTimeToLive = properties.DefaultTimeToLive;
    }

    public string Identity { get; }

    public string Name { get; }

    public long HiddenThrottles => _clients.Gate.Throttled - Interlocked.Read(ref _throttledAnswers);

    /// <summary>The container's partition key paths.</summary>
    public IReadOnlyList<string> PartitionKeyPath { get; }

    /// <summary>Seconds; −1 for time to live by document only; null where it is off, and documents' ttl counts for nothing.</summary>
    public int? DefaultTimeToLive { get; }

    /// <summary>Reads the container, which proves that account, sign-in and names are right before anything is written.</summary>
    /// <exception cref="MigrationException">It is not there, or may not be read.</exception>
    public static async Task<CosmosSink> OpenAsync(CosmosSettings settings, string databaseName, string containerName, CancellationToken cancellationToken)
    {
        CosmosClients clients = new(settings);
        try
        {
            // The bulk client reads too, which warms what its first writes need.
            ContainerResponse response = await clients.Bulk.GetContainer(databaseName, containerName).ReadContainerAsync(null, cancellationToken).ConfigureAwait(false);
            string rid = response.Resource.SelfLink.TrimEnd('/').Split('/')[^1];
            return new(settings, clients, databaseName, response.Resource, rid);
        }
        catch (Exception failure) when (CosmosFailure.IsKnown(failure, cancellationToken))
        {
            clients.Dispose();
            throw CosmosFailure.Translate(failure, new(settings, databaseName, containerName), "read the container");
        }
        catch
        {
            clients.Dispose();
            throw;
        }
    }

    public async Task<WriteAnswer> WriteAsync(ItemWrite write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _clients.Gate.Watch(cancellationToken);
        WriteAnswer answer;
        try
        {
            PartitionKey key = CosmosKeys.Of(write.PartitionKey);
            using ResponseMessage response = write.Kind == WriteKind.Upsert
                ? await _container.UpsertItemStreamAsync(AsStream(write.Document), key, s_options, cancellationToken).ConfigureAwait(false)
                : await _container.DeleteItemStreamAsync(write.Id, key, s_options, cancellationToken).ConfigureAwait(false);
            answer = CosmosAnswer.Read(response, _clients.Gate);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failure is not ObjectDisposedException)
        {
            return CosmosAnswer.Read(failure);
        }
        // What was held back or broken off because the run is given up is not an answer of the service.
        if (answer.Status == 429) Interlocked.Increment(ref _throttledAnswers);
        if (!answer.IsSuccess) cancellationToken.ThrowIfCancellationRequested();
        return answer;
    }

    /// <summary>Only once every write has ended: the SDK leaves writes that wait in a batch without an end.</summary>
    public ValueTask DisposeAsync()
    {
        _clients.Dispose();
        return ValueTask.CompletedTask;
    }

    // The SDK takes the array of an exposed MemoryStream as it is; of any other stream it makes a copy.
    private static MemoryStream AsStream(ReadOnlyMemory<byte> document) =>
        MemoryMarshal.TryGetArray(document, out ArraySegment<byte> bytes)
            ? new(bytes.Array!, bytes.Offset, bytes.Count, writable: false, publiclyVisible: true)
            : new(document.ToArray(), 0, document.Length, writable: false, publiclyVisible: true);
}
