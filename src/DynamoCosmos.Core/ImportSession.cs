using DynamoCosmos.Cosmos;
using DynamoCosmos.Items;
using DynamoCosmos.Migration;

namespace DynamoCosmos;

/// <summary>An import with everything it needs open: the source proved, the container found fit, the run's own files at their places.</summary>
public sealed class ImportSession : IAsyncDisposable
{
    private readonly IItemSource _source;
    private readonly IItemSink _sink;
    private readonly ImportFiles _files;
    private readonly ItemImport _import;

    private ImportSession(IItemSource source, IItemSink sink, ImportFiles files, ItemImport import) =>
        (_source, _sink, _files, _import) = (source, sink, files, import);

    public ImportProgress Progress => _import.Progress;

    /// <exception cref="MigrationException">The source is damaged or not to be had, or the container does not fit it.</exception>
    public static async Task<ImportSession> OpenAsync(ImportRequest request, IRunMessages messages, CancellationToken cancellationToken)
    {
        RunPlaces places = RunPlaces.Of(request);
        IItemSource source = await request.Origin.OpenAsync(cancellationToken).ConfigureAwait(false);
        CosmosSink? sink = null;
        try
        {
            ItemRouter router = new(source.Keys, request.Routes, source.Format);
            sink = await CosmosSink.OpenAsync(request.Account, request.DatabaseName, router.Containers, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < router.Containers.Count; i++) await CheckAsync(sink.Containers[i], router.GetPartitionKeyPaths(i), source.Keys, messages, cancellationToken).ConfigureAwait(false);
            ICheckpointFile? checkpoint = places.Checkpoint is null ? null : RunFiles.OpenCheckpoint(places.Checkpoint, request.Lake);
            ImportFiles files = new(checkpoint, RunFiles.OpenRejections(places.Rejections, request.Lake));
            return new(source, sink, files, new(source, sink, router, files, request.Options));
        }
        catch
        {
            if (sink is not null) await sink.DisposeAsync().ConfigureAwait(false);
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc cref="ItemImport.RunAsync"/>
    public Task<ImportResult> RunAsync(IRunMessages messages, CancellationToken cancellationToken) => _import.RunAsync(messages, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _files.Rejections.DisposeAsync().ConfigureAwait(false);
        if (_files.Checkpoint is ICheckpointFile checkpoint) await checkpoint.DisposeAsync().ConfigureAwait(false);
        await _sink.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task CheckAsync(SinkContainer container, IReadOnlyList<string> paths, KeyMap keys, IRunMessages messages, CancellationToken cancellationToken)
    {
        if (!container.PartitionKeyPath.SequenceEqual(paths)) throw MigrationErrors.PartitionKeyDiffers(container.Reference.ToString(), container.PartitionKeyPath, paths);
        if (keys.TtlAttribute is not string ttl || container.DefaultTimeToLive is not null) return;
        await messages.WarningAsync(
            $"The table has the TTL attribute '{ttl}', but time to live is off in the container {container.Reference.ContainerName}: the documents' ttl counts for nothing until DefaultTimeToLive is -1.",
            cancellationToken).ConfigureAwait(false);
    }
}
