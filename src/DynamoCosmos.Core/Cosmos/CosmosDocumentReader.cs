using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using DynamoCosmos.Basics;
using DynamoCosmos.Comparison;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Cosmos;

/// <summary>
/// Reads the documents of a container, range by range, with the client that is not in bulk mode. What passes (throttling, a split, a broken
/// connection) is tried again from the page that failed, for as long as the retry timeout says.
/// </summary>
public sealed class CosmosDocumentReader : IDocumentReader
{
    private readonly CosmosCalls _calls;
    private readonly Container _container;
    private readonly ContainerReference _reference;

    private CosmosDocumentReader(CosmosClients clients, CosmosCalls calls, ContainerReference reference, ContainerProperties properties)
    {
        _calls = calls;
        _reference = reference;
        _container = clients.Reads.GetContainer(reference.DatabaseName, properties.Id);
        Name = reference.ToString();
        Identity = $"{Name} ({properties.SelfLink.TrimEnd('/').Split('/')[^1]})";
        PartitionKeyPaths = properties.PartitionKeyPaths;
        // A definition without a version is of the first one, where keys hash to other places. Hierarchical keys came with the second.
        CanReadParts = properties.PartitionKeyDefinitionVersion == PartitionKeyDefinitionVersion.V2
            || properties.PartitionKeyPaths.Count > 1;
        DefaultTimeToLive = properties.DefaultTimeToLive;
    }

    public string Identity { get; }

    public string Name { get; }

    public IReadOnlyList<string> PartitionKeyPaths { get; }

    public bool CanReadParts { get; }

    /// <summary>Seconds; −1 for time to live by document only; null where it is off.</summary>
    public int? DefaultTimeToLive { get; }

    /// <summary>Reads the container's properties, which proves that account, sign-in and names are right.</summary>
    /// <param name="retryTimeout">How long a call may fail, the first one too, before reading is given up.</param>
    /// <exception cref="MigrationException">It is not there, or may not be read.</exception>
    internal static async Task<CosmosDocumentReader> OpenAsync(
        CosmosSettings settings, string databaseName, string containerName, TimeSpan retryTimeout, CosmosConnections accounts,
        CancellationToken cancellationToken, TimeProvider? time = null)
    {
        CosmosClients clients = accounts.Get(settings);
        ContainerReference reference = new(settings, databaseName, containerName);
        try
        {
            Container container = clients.Reads.GetContainer(databaseName, containerName);
            CosmosCalls calls = new(retryTimeout, time ?? TimeProvider.System);
            ContainerResponse response = await calls.RunAsync(reference, "read the container", stop =>
                container.ReadContainerAsync(null, stop), cancellationToken).ConfigureAwait(false);
            return new(clients, calls, reference, response.Resource);
        }
        catch
        {
            accounts.Drop(settings);
            throw;
        }
    }

    public async Task<IReadOnlyList<DocumentRange>> ReadRangesAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<FeedRange> ranges = await _calls.RunAsync(_reference, "read the partition key ranges", _container.GetFeedRangesAsync,
            cancellationToken).ConfigureAwait(false);
        return [.. ranges.Select(r => Parse(r.ToJsonString()))];
    }

    public async IAsyncEnumerable<DocumentPage> ReadAsync(DocumentRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using DocumentFeed feed = new(_container, range);
        while (!feed.IsDone) yield return await _calls.RunAsync(_reference, "read documents", feed.ReadPageAsync, cancellationToken)
            .ConfigureAwait(false);
    }

    public async Task<PointRead> ReadOneAsync(string id, IReadOnlyList<object?> partitionKey, CancellationToken cancellationToken)
    {
        PartitionKey key = CosmosKeys.Of(partitionKey);
        return await _calls.RunAsync(_reference, "read a document", async stop =>
        {
            using ResponseMessage response = await _container.ReadItemStreamAsync(id, key, null, stop).ConfigureAwait(false);
            // With a substatus it is not the document that is not there.
            if (response.StatusCode == HttpStatusCode.NotFound && response.Headers["x-ms-substatus"] is null
                or "0") return new(null, response.Headers.RequestCharge);
            response.EnsureSuccessStatusCode();
            using MemoryStream document = new();
            if (response.Content is not { Length: > 0 }) throw new IOException("The answer to a read was empty.");
            await response.Content.CopyToAsync(document, stop).ConfigureAwait(false);
            return new PointRead(document.ToArray(), response.Headers.RequestCharge);
        }, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static DocumentRange Parse(string json)
    {
        using JsonDocument range = JsonDocument.Parse(json);
        JsonElement bounds = range.RootElement.GetProperty("Range"u8);
        return new(bounds.GetProperty("min"u8).GetString()!, bounds.GetProperty("max"u8).GetString()!);
    }
}
