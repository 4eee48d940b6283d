using DynamoCosmos.Cosmos;
using DynamoCosmos.Dynamo;
using DynamoCosmos.Items;
using DynamoCosmos.Migration;

namespace DynamoCosmos;

/// <summary>An import with everything it needs open: the export proved, the container found fit, the run's own files at their places.</summary>
public sealed class ImportSession : IAsyncDisposable
{
    private readonly IItemSource _source;
    private readonly IItemSink _sink;
    private readonly ImportFiles _files;
    private readonly ItemImport _import;

    private ImportSession(IItemSource source, IItemSink sink, ImportFiles files, ItemImport import) =>
        (_source, _sink, _files, _import) = (source, sink, files, import);

    public ImportProgress Progress => _import.Progress;

    /// <exception cref="MigrationException">The export is damaged or not to be had, or the container does not fit it.</exception>
    public static async Task<ImportSession> OpenAsync(ImportRequest request, IRunMessages messages, CancellationToken cancellationToken)
    {
        Uri location = request.GetLocation();
        IItemSource source = await request.OpenSourceAsync(cancellationToken).ConfigureAwait(false);
        CosmosSink? sink = null;
        try
        {
            ItemConverter converter = new(source.Keys, request.Conversion);
            sink = await CosmosSink.OpenAsync(request.Account, request.DatabaseName, request.ContainerName, cancellationToken).ConfigureAwait(false);
            await CheckAsync(sink, converter, source.Keys, request, messages, cancellationToken).ConfigureAwait(false);
            RunPlaces places = RunPlaces.Of(request, location);
            ImportFiles files = new(RunFiles.OpenCheckpoint(places.Checkpoint, request.Lake), RunFiles.OpenRejections(places.Rejections, request.Lake));
            return new(source, sink, files, new(source, sink, request.Conversion, files, request.Options));
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
        if (_files.Checkpoint is IAsyncDisposable checkpoint) await checkpoint.DisposeAsync().ConfigureAwait(false);
        await _sink.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task CheckAsync(CosmosSink sink, ItemConverter converter, KeyMap keys, ImportRequest request, IRunMessages messages, CancellationToken cancellationToken)
    {
        if (!sink.PartitionKeyPath.SequenceEqual(converter.PartitionKeyPaths))
        {
            throw CosmosErrors.PartitionKeyDiffers(new(request.Account, request.DatabaseName, request.ContainerName), sink.PartitionKeyPath, converter.PartitionKeyPaths);
        }
        if (keys.TtlAttribute is string ttl && sink.DefaultTimeToLive is null)
        {
            await messages.WarningAsync(
                $"The table has the TTL attribute '{ttl}', but time to live is off in the container {request.ContainerName}: the documents' ttl counts for nothing until DefaultTimeToLive is -1.",
                cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>Where a run's own files lie.</summary>
internal sealed record RunPlaces(Uri Checkpoint, Uri Rejections)
{
    /// <summary>Beside the data, so that another machine finds them, in a folder for each target. S3 is only read: there they lie with the user's own data on this machine.</summary>
    internal static RunPlaces Of(ImportRequest request, Uri export)
    {
        string target = string.Join('.', new[] { request.Account.AccountName, request.DatabaseName, request.ContainerName }.Select(Uri.EscapeDataString));
        Uri root = export.Scheme == "s3"
            ? StoreKeys.OfFolder(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "DynamoCosmos", export.Host, export.AbsolutePath.Trim('/').Replace('/', '_')))
            : export;
        return new(
            request.CheckpointLocation ?? StoreKeys.Combine(root, $"_dynamocosmos/{target}.checkpoint.json"),
            request.RejectionLocation ?? StoreKeys.Combine(root, $"_dynamocosmos/{target}.rejected.ndjson"));
    }
}
