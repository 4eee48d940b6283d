using DynamoCosmos.Basics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Cosmos;

/// <summary>
/// Writes documents to the containers of a database one by one, for writes that come now and then: none waits for others to fill a batch
/// with it. Safe for use by many threads.
/// </summary>
public sealed class CosmosSingleSink : IItemSink
{
    private readonly SinkContainers _containers;

    private CosmosSingleSink(SinkContainers containers) => _containers = containers;

    public string Identity => _containers.Identity;

    public string Name => _containers.Name;

    public int Ranges => _containers.Ranges;

    /// <inheritdoc cref="CosmosSink.OpenAsync"/>
    internal static async Task<CosmosSingleSink> OpenAsync(
        CosmosSettings settings, string databaseName, IReadOnlyList<string> containerNames, CosmosConnections accounts,
        CancellationToken cancellationToken) =>
        new(await SinkContainers.OpenAsync(settings, databaseName, containerNames, false, accounts,
            cancellationToken).ConfigureAwait(false));

    public string GetName(int container) => _containers.GetName(container);

    public Task<WriteAnswer> WriteAsync(ItemWrite write, CancellationToken cancellationToken) =>
        _containers.WriteAsync(write, inBatches: false, cancellationToken);

    public Task<bool> IsEmptyAsync(CancellationToken cancellationToken) => _containers.IsEmptyAsync(cancellationToken);

    public Task VerifyAsync(CancellationToken cancellationToken) => _containers.VerifyAsync(cancellationToken);

    public bool TryTakeRepeat() => _containers.TryTakeRepeat();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
