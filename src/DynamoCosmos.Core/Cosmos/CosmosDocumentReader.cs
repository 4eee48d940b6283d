using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using DynamoCosmos.Migration;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Cosmos;

/// <summary>
/// Reads the documents of a container, range by range, with the client that is not in bulk mode. What passes (throttling, a split, a broken connection)
/// is tried again from the page that failed, for as long as the retry timeout says.
/// </summary>
public sealed class CosmosDocumentReader : IDocumentReader
{
    private readonly CosmosClients _clients;
    private readonly Container _container;
    private readonly ContainerReference _reference;
    private readonly TimeSpan _retryTimeout;
    private readonly TimeProvider _time;

    private CosmosDocumentReader(CosmosClients clients, ContainerReference reference, ContainerProperties properties, TimeSpan retryTimeout, TimeProvider time)
    {
        _clients = clients;
        _reference = reference;
        _retryTimeout = retryTimeout;
        _time = time;
        _container = clients.Reads.GetContainer(reference.DatabaseName, properties.Id);
        Name = reference.ToString();
        Identity = $"{Name} ({properties.SelfLink.TrimEnd('/').Split('/')[^1]})";
        PartitionKeyPaths = properties.PartitionKeyPaths;
        CanReadParts = properties.PartitionKeyDefinitionVersion != PartitionKeyDefinitionVersion.V1;
        DefaultTimeToLive = properties.DefaultTimeToLive;
    }

    public string Identity { get; }

    public string Name { get; }

    public IReadOnlyList<string> PartitionKeyPaths { get; }

    public bool CanReadParts { get; }

    /// <summary>Seconds; −1 for time to live by document only; null where it is off.</summary>
    public int? DefaultTimeToLive { get; }

    /// <summary>Reads the container's properties, which proves that account, sign-in and names are right.</summary>
    /// <param name="retryTimeout">How long a page may fail before reading is given up.</param>
    /// <exception cref="MigrationException">It is not there, or may not be read.</exception>
    public static async Task<CosmosDocumentReader> OpenAsync(
        CosmosSettings settings, string databaseName, string containerName, TimeSpan retryTimeout, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        CosmosClients clients = new(settings);
        ContainerReference reference = new(settings, databaseName, containerName);
        try
        {
            ContainerResponse response = await clients.Reads.GetContainer(databaseName, containerName).ReadContainerAsync(null, cancellationToken).ConfigureAwait(false);
            return new(clients, reference, response.Resource, retryTimeout, time ?? TimeProvider.System);
        }
        catch (Exception failure) when (CosmosFailure.IsKnown(failure, cancellationToken))
        {
            clients.Dispose();
            throw CosmosFailure.Translate(failure, reference, "read the container");
        }
        catch
        {
            clients.Dispose();
            throw;
        }
    }

    public async Task<IReadOnlyList<DocumentRange>> ReadRangesAsync(CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<FeedRange> ranges = await _container.GetFeedRangesAsync(cancellationToken).ConfigureAwait(false);
            return [.. ranges.Select(r => Parse(r.ToJsonString()))];
        }
        catch (Exception failure) when (CosmosFailure.IsKnown(failure, cancellationToken))
        {
            throw CosmosFailure.Translate(failure, _reference, "read the partition key ranges");
        }
    }

    public async IAsyncEnumerable<DocumentPage> ReadAsync(DocumentRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using DocumentFeed feed = new(_container, range);
        while (!feed.IsDone) yield return await TryAsync(feed.ReadPageAsync, "read documents", cancellationToken).ConfigureAwait(false);
    }

    public async Task<PointRead> ReadOneAsync(string id, IReadOnlyList<object?> partitionKey, CancellationToken cancellationToken)
    {
        PartitionKey key = CosmosKeys.Of(partitionKey);
        return await TryAsync(async stop =>
        {
            using ResponseMessage response = await _container.ReadItemStreamAsync(id, key, null, stop).ConfigureAwait(false);
            // With a substatus it is not the document that is not there.
            if (response.StatusCode == HttpStatusCode.NotFound && response.Headers["x-ms-substatus"] is null or "0") return new(null, response.Headers.RequestCharge);
            response.EnsureSuccessStatusCode();
            using MemoryStream document = new();
            await response.Content.CopyToAsync(document, stop).ConfigureAwait(false);
            return new PointRead(document.ToArray(), response.Headers.RequestCharge);
        }, "read a document", cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        _clients.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The rules of writing tell what passes; reading is even safer to repeat.</summary>
    private async Task<T> TryAsync<T>(Func<CancellationToken, Task<T>> read, string doing, CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        for (int tries = 1; ; tries++)
        {
            TimeSpan pause;
            try
            {
                return await read(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (CosmosFailure.IsKnown(failure, cancellationToken))
            {
                WriteAnswer answer = CosmosAnswer.Read(failure);
                WriteRule rule = WriteRules.For(WriteKind.Upsert, answer);
                pause = Backoff.Next(rule.FirstPause, tries, answer.RetryAfter, Random.Shared.NextDouble());
                if (rule.Verdict != WriteVerdict.Retry || _time.GetElapsedTime(began) + pause > _retryTimeout) throw CosmosFailure.Translate(failure, _reference, doing);
            }
            await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static DocumentRange Parse(string json)
    {
        using JsonDocument range = JsonDocument.Parse(json);
        JsonElement bounds = range.RootElement.GetProperty("Range"u8);
        return new(bounds.GetProperty("min"u8).GetString()!, bounds.GetProperty("max"u8).GetString()!);
    }
}
