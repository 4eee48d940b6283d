using System.Runtime.InteropServices;
using DynamoCosmos.Basics;
using DynamoCosmos.Ports;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Cosmos;

/// <summary>
/// The containers of one database that a sink writes to, opened and proved, and one try at one write. Safe for use by many threads.
/// </summary>
internal sealed class SinkContainers
{
    private static readonly ItemRequestOptions s_options = SilentOptions.Create();

    private readonly CosmosClients _clients;
    private readonly SinkContainer[] _containers;
    private readonly Task?[] _verifying;

    private SinkContainers(CosmosSettings settings, CosmosClients clients, string databaseName, SinkContainer[] containers)
    {
        _clients = clients;
        _containers = containers;
        _verifying = new Task?[containers.Length];
        Ranges = containers.Sum(container => container.Ranges);
        string database = new ContainerReference(settings, databaseName).ToString();
        Name = $"{database}/{ContainerReference.Join([.. containers.Select(container => container.Reference.ContainerName!)])}";
        string resources = ContainerReference.Join(
            [.. containers.Select(container => $"{container.Reference.ContainerName} ({container.ResourceId})")]);
        // Names and resource ids are alike on two emulators.
        Identity = $"{(settings.IsAzure ? "" : settings.Endpoint.AbsoluteUri)}{database}/{resources}";
    }

    /// <inheritdoc cref="IItemSink.Identity"/>
    internal string Identity { get; }

    /// <inheritdoc cref="IItemSink.Name"/>
    internal string Name { get; }

    /// <inheritdoc cref="IItemSink.Ranges"/>
    internal int Ranges { get; }

    /// <summary>In the order in which <see cref="ItemWrite.Container"/> counts them.</summary>
    internal IReadOnlyList<SinkContainer> All => _containers;

    /// <summary>Reads the containers, which proves that account, sign-in and names are right before anything is written.</summary>
    /// <param name="inBatches">Which of the clients reads, and so is ready for its first write.</param>
    /// <exception cref="MigrationException">One is not there, or may not be read.</exception>
    internal static async Task<SinkContainers> OpenAsync(
        CosmosSettings settings, string databaseName, IReadOnlyList<string> names, bool inBatches, CosmosConnections accounts,
        CancellationToken cancellationToken)
    {
        CosmosClients clients = accounts.Get(settings);
        CosmosCalls calls = new(settings.RetryTimeout, TimeProvider.System);
        clients.Gate.Begin(cancellationToken);
        try
        {
            List<SinkContainer> containers = [];
            foreach (string name in names)
            {
                ContainerReference reference = new(settings, databaseName, name);
                containers.Add(await SinkContainer.OpenAsync(clients, calls, reference, inBatches,
                    cancellationToken).ConfigureAwait(false));
            }
            return new(settings, clients, databaseName, [.. containers]);
        }
        catch
        {
            accounts.Drop(settings);
            throw;
        }
    }

    /// <inheritdoc cref="IItemSink.WriteAsync"/>
    internal async Task<WriteAnswer> WriteAsync(ItemWrite write, bool inBatches, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (write is { Kind: WriteKind.Delete, Condition.ETag: null, Condition: not null })
            throw new ArgumentException("A delete cannot have the condition that no document is there.", nameof(write));
        _clients.Gate.Watch(cancellationToken);
        WriteAnswer answer;
        try
        {
            SinkContainer target = _containers[write.Container];
            Container container = inBatches ? target.BatchWrites : target.SingleWrites;
            using ResponseMessage response = await SendAsync(container, write, cancellationToken).ConfigureAwait(false);
            answer = CosmosAnswer.Read(response, _clients.Gate);
        }
        catch (Exception refused) when (CosmosFailure.IsSignInRefused(refused) && !cancellationToken.IsCancellationRequested)
        {
            throw CosmosFailure.Translate(refused, _containers[write.Container].Reference, "write documents");
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failure is not ObjectDisposedException)
        {
            return CosmosAnswer.Read(failure);
        }
        // Id and partition key were taken out of the document itself: it is the container that has another key now, or the document is odd.
        if (answer is { Status: 400, SubStatus: 1001 }) await VerifyAsync(write.Container, cancellationToken).ConfigureAwait(false);
        // What was held back or broken off because the run is given up is not an answer of the service.
        if (!answer.IsSuccess) cancellationToken.ThrowIfCancellationRequested();
        return answer;
    }

    internal string GetName(int container) => _containers[container].Reference.ToString();

    internal async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        foreach (SinkContainer container in _containers)
        {
            if (!await container.IsEmptyAsync(cancellationToken).ConfigureAwait(false)) return false;
        }
        return true;
    }

    internal async Task VerifyAsync(CancellationToken cancellationToken)
    {
        for (int container = 0; container < _containers.Length; container++)
            await VerifyAsync(container, cancellationToken).ConfigureAwait(false);
    }

    internal bool TryTakeRepeat() => _clients.Gate.TryTakeRepeat();

    private static Task<ResponseMessage> SendAsync(Container container, in ItemWrite write, CancellationToken cancellationToken)
    {
        PartitionKey key = CosmosKeys.Of(write.PartitionKey);
        return write switch
        {
            { Kind: WriteKind.Delete } => container.DeleteItemStreamAsync(write.Id, key, OptionsOf(write), cancellationToken),
            { Condition: null } => container.UpsertItemStreamAsync(AsStream(write.Document), key, s_options, cancellationToken),
            // The service looks at If-None-Match for reads only. An upsert with If-Match would bring a deleted document back.
            { Condition.ETag: null } => container.CreateItemStreamAsync(AsStream(write.Document), key, s_options, cancellationToken),
            _ => container.ReplaceItemStreamAsync(AsStream(write.Document), write.Id, key, OptionsOf(write), cancellationToken),
        };
    }

    private static ItemRequestOptions OptionsOf(in ItemWrite write)
    {
        if (write.Condition is null) return s_options;
        ItemRequestOptions options = SilentOptions.Create();
        options.IfMatchEtag = write.Condition.ETag;
        return options;
    }

    /// <summary>Once for all that ask at the same time: a batch's answers come together.</summary>
    private Task VerifyAsync(int container, CancellationToken cancellationToken)
    {
        lock (_verifying)
        {
            if (_verifying[container] is { IsCompleted: false } under) return under;
            return _verifying[container] = _containers[container].VerifyAsync(cancellationToken);
        }
    }

    // The SDK takes the array of an exposed MemoryStream as it is; of any other stream it makes a copy.
    private static MemoryStream AsStream(ReadOnlyMemory<byte> document) =>
        MemoryMarshal.TryGetArray(document, out ArraySegment<byte> bytes)
            ? new(bytes.Array!, bytes.Offset, bytes.Count, writable: false, publiclyVisible: true)
            : new(document.ToArray(), 0, document.Length, writable: false, publiclyVisible: true);
}
