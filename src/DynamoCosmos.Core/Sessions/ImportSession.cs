using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Import;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sessions;

/// <summary>
/// An import with everything it needs open: the source proved, the container found fit, the run's own files at their places.
/// </summary>
public sealed class ImportSession : IAsyncDisposable
{
    private readonly IItemSource _source;
    private readonly IItemSink _sink;
    private readonly ImportFiles _files;
    private readonly ItemImport _import;
    private readonly ICheckpointFile? _history;
    private readonly ImportTurn? _turn;

    private ImportSession(IItemSource source, IItemSink sink, ImportFiles files, ItemImport import, ICheckpointFile? history,
        ImportTurn? turn) =>
        (_source, _sink, _files, _import, _history, _turn) = (source, sink, files, import, history, turn);

    public ImportProgress Progress => _import.Progress;

    /// <param name="clouds">Owned by the caller, who keeps them until the session is disposed.</param>
    /// <exception cref="MigrationException">The source is damaged or not to be had, or the container does not fit it.</exception>
    public static async Task<ImportSession> OpenAsync(ImportRequest request, CloudConnections clouds, IRunMessages messages,
        CancellationToken cancellationToken)
    {
        RunPlaces places = RunPlaces.Of(request);
        IItemSource source = await request.Origin.OpenAsync(clouds, cancellationToken).ConfigureAwait(false);
        if (source.Notice is string notice) await messages.WarningAsync(notice, cancellationToken).ConfigureAwait(false);
        CosmosSink? sink = null;
        ICheckpointFile? history = null;
        try
        {
            ItemRouter router = new(source.Keys, request.Routes, source.Format);
            ItemImport.RequireKeys(source, router, request.Transform);
            sink = await CosmosSink.OpenAsync(request.Account with { RetryTimeout = request.Options.RetryTimeout }, request.DatabaseName,
                router.Containers, clouds.Cosmos, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < router.Containers.Count; i++) await CheckAsync(sink.Containers[i], router.GetPartitionKeyPaths(i),
                source.Keys, messages, cancellationToken).ConfigureAwait(false);
            ICheckpointFile? checkpoint = places.Checkpoint is null ? null
                : RunFiles.OpenCheckpoint(places.Checkpoint, request.Lake, clouds);
            ImportFiles files = new(checkpoint, RunFiles.OpenRejections(places.Rejections, request.Lake, clouds))
            {
                OpenRejections = location => RunFiles.OpenRejectionsAt(location, request.Lake, clouds),
            };
            ImportTurn? turn = null;
            if (source.Span is not null && checkpoint is not null && places.History is not null)
            {
                history = RunFiles.OpenCheckpoint(places.History, request.Lake, clouds);
                turn = await ImportTurn.TakeAsync(history, sink.Identity, source, checkpoint, request.Options.Restart, request.AllowGap,
                    TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
            ImportOptions options = request.Options with
            {
                Restart = request.Options.Restart
                || turn is { IsAnew: true },
                AreKeysGiven = request.Origin.AreKeysGiven
            };
            return new(source, sink, files, new(source, sink, router, files, options, request.Transform), history, turn);
        }
        catch
        {
            if (history is not null) await history.DisposeAsync().ConfigureAwait(false);
            if (sink is not null) await sink.DisposeAsync().ConfigureAwait(false);
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc cref="ItemImport.RunAsync"/>
    public async Task<ImportResult> RunAsync(IRunMessages messages, CancellationToken cancellationToken)
    {
        if (_turn?.Warning is string warning) await messages.WarningAsync(warning, cancellationToken).ConfigureAwait(false);
        if (_turn is not null) await _turn.BeginAsync(cancellationToken).ConfigureAwait(false);
        ImportResult result = await _import.RunAsync(messages, cancellationToken).ConfigureAwait(false);
        if (_turn is not null) await _turn.EndAsync(result, cancellationToken).ConfigureAwait(false);
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await _files.Rejections.DisposeAsync().ConfigureAwait(false);
        if (_history is not null) await _history.DisposeAsync().ConfigureAwait(false);
        if (_files.Checkpoint is ICheckpointFile checkpoint) await checkpoint.DisposeAsync().ConfigureAwait(false);
        await _sink.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task CheckAsync(SinkContainer container, IReadOnlyList<string> paths, KeyMap keys, IRunMessages messages,
        CancellationToken cancellationToken)
    {
        if (!container.PartitionKeyPath.SequenceEqual(paths)) throw TargetErrors.PartitionKeyDiffers(container.Reference.ToString(),
            container.PartitionKeyPath, paths);
        if (keys.TtlAttribute is not string ttl || container.DefaultTimeToLive is not null) return;
        await messages.WarningAsync(
            $"The table has the TTL attribute '{ttl}', but time to live is off in the container {container.Reference.ContainerName}: " +
                "the documents' ttl counts for nothing until DefaultTimeToLive is -1.",
            cancellationToken).ConfigureAwait(false);
    }
}
