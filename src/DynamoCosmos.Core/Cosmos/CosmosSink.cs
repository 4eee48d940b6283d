using DynamoCosmos.Basics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Cosmos;

/// <summary>
/// Writes documents to the containers of a database in the SDK's bulk mode, for loads of many writes at once: the SDK sends a batch at 100
/// operations or after 100 ms. Safe for use by many threads.
/// </summary>
public sealed class CosmosSink : IItemSink
{
    private readonly SinkContainers _containers;
    private volatile bool _goOneByOne;

    private CosmosSink(SinkContainers containers) => _containers = containers;

    public string Identity => _containers.Identity;

    public string Name => _containers.Name;

    public int Ranges => _containers.Ranges;

    /// <summary>In the order in which <see cref="ItemWrite.Container"/> counts them.</summary>
    internal IReadOnlyList<SinkContainer> Containers => _containers.All;

    /// <summary>Reads the containers, which proves that account, sign-in and names are right before anything is written.</summary>
    /// <exception cref="MigrationException">One is not there, or may not be read.</exception>
    internal static async Task<CosmosSink> OpenAsync(
        CosmosSettings settings, string databaseName, IReadOnlyList<string> containerNames, CosmosConnections accounts,
        CancellationToken cancellationToken) =>
        new(await SinkContainers.OpenAsync(settings, databaseName, containerNames, true, accounts,
            cancellationToken).ConfigureAwait(false));

    public string GetName(int container) => _containers.GetName(container);

    public void UseBatches(bool inBatches) => _goOneByOne = !inBatches;

    public Task<WriteAnswer> WriteAsync(ItemWrite write, CancellationToken cancellationToken) =>
        _containers.WriteAsync(write, !_goOneByOne, cancellationToken);

    public Task<bool> IsEmptyAsync(CancellationToken cancellationToken) => _containers.IsEmptyAsync(cancellationToken);

    public Task VerifyAsync(CancellationToken cancellationToken) => _containers.VerifyAsync(cancellationToken);

    public bool TryTakeRepeat() => _containers.TryTakeRepeat();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
