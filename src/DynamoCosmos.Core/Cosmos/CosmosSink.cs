using System.Runtime.InteropServices;
using DynamoCosmos.Basics;
using DynamoCosmos.Ports;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Cosmos;

/// <summary>
/// Writes documents to the containers of a database in the SDK's bulk mode. Keep many writes under way: the SDK sends a batch at 100 operations or after 100 ms.
/// Safe for use by many threads.
/// </summary>
public sealed class CosmosSink : IItemSink
{
    private static readonly ItemRequestOptions s_options = SilentOptions.Create();

    private readonly CosmosClients _clients;
    private readonly SinkContainer[] _containers;
    private readonly Task?[] _verifying;
    private volatile bool _goOneByOne;

    private CosmosSink(CosmosSettings settings, CosmosClients clients, string databaseName, SinkContainer[] containers)
    {
        _clients = clients;
        _containers = containers;
        _verifying = new Task?[containers.Length];
        Ranges = containers.Sum(container => container.Ranges);
        string database = new ContainerReference(settings, databaseName).ToString();
        Name = $"{database}/{ContainerReference.Join([.. containers.Select(container => container.Reference.ContainerName!)])}";
        // Names and resource ids are alike on two emulators.
        Identity = $"{(settings.IsAzure ? "" : settings.Endpoint.AbsoluteUri)}{database}/{ContainerReference.Join([.. containers.Select(container => $"{container.Reference.ContainerName} ({container.ResourceId})")])}";
    }

    public string Identity { get; }

    public string Name { get; }

    public int Ranges { get; }

    /// <summary>In the order in which <see cref="ItemWrite.Container"/> counts them.</summary>
    internal IReadOnlyList<SinkContainer> Containers => _containers;

    /// <summary>Reads the containers, which proves that account, sign-in and names are right before anything is written.</summary>
    /// <exception cref="MigrationException">One is not there, or may not be read.</exception>
    public static async Task<CosmosSink> OpenAsync(CosmosSettings settings, string databaseName, IReadOnlyList<string> containerNames, CancellationToken cancellationToken)
    {
        CosmosClients clients = new(settings);
        try
        {
            List<SinkContainer> containers = [];
            foreach (string name in containerNames) containers.Add(await SinkContainer.OpenAsync(clients, new(settings, databaseName, name), cancellationToken).ConfigureAwait(false));
            return new(settings, clients, databaseName, [.. containers]);
        }
        catch
        {
            clients.Dispose();
            throw;
        }
    }

    public string GetName(int container) => _containers[container].Reference.ToString();

    public void UseBatches(bool inBatches) => _goOneByOne = !inBatches;

    public async Task<WriteAnswer> WriteAsync(ItemWrite write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _clients.Gate.Watch(cancellationToken);
        WriteAnswer answer;
        try
        {
            PartitionKey key = CosmosKeys.Of(write.PartitionKey);
            Container container = _goOneByOne ? _containers[write.Container].SingleWrites.Value : _containers[write.Container].Writes;
            using ResponseMessage response = write.Kind == WriteKind.Upsert
                ? await container.UpsertItemStreamAsync(AsStream(write.Document), key, s_options, cancellationToken).ConfigureAwait(false)
                : await container.DeleteItemStreamAsync(write.Id, key, s_options, cancellationToken).ConfigureAwait(false);
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

    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        foreach (SinkContainer container in _containers)
        {
            if (!await container.IsEmptyAsync(cancellationToken).ConfigureAwait(false)) return false;
        }
        return true;
    }

    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        for (int container = 0; container < _containers.Length; container++) await VerifyAsync(container, cancellationToken).ConfigureAwait(false);
    }

    public bool TryTakeRepeat() => _clients.Gate.TryTakeRepeat();

    /// <summary>Only once every write has ended: the SDK leaves writes that wait in a batch without an end.</summary>
    public ValueTask DisposeAsync()
    {
        _clients.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Once for all that ask at the same time: a batch's answers come together.</summary>
    private Task VerifyAsync(int container, CancellationToken cancellationToken)
    {
        lock (_verifying)
        {
            if (_verifying[container] is not { IsCompleted: false }) _verifying[container] = _containers[container].VerifyAsync(_clients, cancellationToken);
            return _verifying[container]!;
        }
    }

    // The SDK takes the array of an exposed MemoryStream as it is; of any other stream it makes a copy.
    private static MemoryStream AsStream(ReadOnlyMemory<byte> document) =>
        MemoryMarshal.TryGetArray(document, out ArraySegment<byte> bytes)
            ? new(bytes.Array!, bytes.Offset, bytes.Count, writable: false, publiclyVisible: true)
            : new(document.ToArray(), 0, document.Length, writable: false, publiclyVisible: true);
}
