using DynamoCosmos.Basics;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items;
using DynamoCosmos.Ports;
using DynamoCosmos.Transforms;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Import;

/// <summary>Where a run keeps what outlives it.</summary>
/// <param name="Checkpoint">Null: the run cannot be resumed, and always begins at the beginning.</param>
/// <param name="Rejections">Rejected items are never only counted.</param>
public sealed record ImportFiles(ICheckpointFile? Checkpoint, IRejectionFile Rejections)
{
    /// <summary>Opens the file of rejected items at a location that an earlier run was given; null where that may not change.</summary>
    public Func<string, IRejectionFile>? OpenRejections { get; init; }
}

/// <summary>
/// The bulk run: every item of a source becomes a document in a sink, is skipped by a written rule, or is rejected with its reason, and the
/// counts of these add up to what the source promised; else the run is an error. One instance runs once. It owns neither source nor sink
/// nor files.
/// </summary>
public sealed class ItemImport
{
    private readonly IItemSource _source;
    private readonly IItemSink _sink;
    private readonly ItemRouter _router;
    private readonly IDocumentTransform? _transform;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly ImportFiles _files;
    private readonly ClaimedRejections _rejections;
    private readonly ImportOptions _options;
    private readonly TimeProvider _time;
    private ImportRun? _run;

    /// <param name="router">Made for the source's keys and format; its containers are the sink's, in their order.</param>
    /// <param name="transform">What becomes of the converted documents; null writes them as they are.</param>
    /// <exception cref="MigrationException">ChangesNeedKeys, ChangesNotTransformable.</exception>
    public ItemImport(IItemSource source, IItemSink sink, ItemRouter router, ImportFiles files, ImportOptions options,
        IDocumentTransform? transform = null)
        : this(source, sink, router, files, options, TimeProvider.System, transform)
    {
    }

    internal ItemImport(IItemSource source, IItemSink sink, ItemRouter router, ImportFiles files, ImportOptions options, TimeProvider time,
        IDocumentTransform? transform = null)
    {
        _source = source;
        _sink = sink;
        _router = router;
        RequireKeys(source, router, transform);
        _transform = transform;
        _settings = ImportSettings.Describe(source, sink, router, transform, files.Rejections.Location);
        _files = files;
        _rejections = new(files.Rejections);
        _options = options;
        _time = time;
    }

    /// <summary>A change is of the document that the table's keys tell, and of no other.</summary>
    /// <exception cref="MigrationException">ChangesNeedKeys, ChangesNotTransformable.</exception>
    internal static void RequireKeys(IItemSource source, ItemRouter router, IDocumentTransform? transform = null)
    {
        if (source.Span is not { IsWindow: true }) return;
        if (!router.KeysSuffice) throw ImportErrors.ChangesNeedKeys(source.Identity);
        if (transform is not null) throw ImportErrors.ChangesNotTransformable(source.Identity);
    }

    /// <summary>How far it is; to be asked from any thread, before, during and after the run.</summary>
    public ImportProgress Progress =>
        Volatile.Read(ref _run)?.GetProgress() ?? new() { Total = _source.ItemCount, UnitsTotal = _source.UnitCount };

    /// <summary>How many operations may be in flight at the moment, and how many may begin in a second.</summary>
    internal SteeringState Steering => Volatile.Read(ref _run)?.Steering ?? default;

    /// <summary>
    /// Runs until everything is settled, or StopAfter. Ends with an exception if that cannot be; what is settled by then is kept, and the
    /// next run goes on there.
    /// </summary>
    /// <exception cref="MigrationException">Of <see cref="ImportErrors"/>, or of the source.</exception>
    public async Task<ImportResult> RunAsync(IRunMessages messages, CancellationToken cancellationToken)
    {
        string holder = RunHolder.Describe(_time);
        if (_files.Checkpoint is not ICheckpointFile file)
        {
            IAsyncDisposable rejections = await _files.Rejections.HoldAsync(holder, cancellationToken).ConfigureAwait(false);
            await using (rejections.ConfigureAwait(false))
                return await RunAsync(await BeginAsync(null, cancellationToken).ConfigureAwait(false), null, messages, default,
                    cancellationToken).ConfigureAwait(false);
        }
        IRunHold hold = await file.HoldAsync(holder, cancellationToken).ConfigureAwait(false);
        await using (hold.ConfigureAwait(false))
        {
            CheckpointText? text = await file.ReadAsync(cancellationToken).ConfigureAwait(false);
            Checkpoint? earlier = text is null ? null : ReadEarlier(text.Text, file.Location);
            if (earlier?.CompletedAt is not null && !_options.Restart) return Describe(earlier) with { WasComplete = true };
            IAsyncDisposable rejections = await _files.Rejections.HoldAsync(holder, cancellationToken).ConfigureAwait(false);
            await using (rejections.ConfigureAwait(false))
            {
                Checkpoint begun = earlier is null || _options.Restart
                    ? await BeginAsync(earlier, cancellationToken).ConfigureAwait(false)
                    : await GoOnAsync(earlier, cancellationToken).ConfigureAwait(false);
                if (begun is { Runs: > 1, UnitsTotal: int units }) _source.Resume(units);
                string version = await PrepareAsync(file, begun, text, cancellationToken).ConfigureAwait(false);
                if (begun.Runs > 1) await messages.VerboseAsync($"Going on where run {begun.Runs - 1} ended, from the checkpoint " +
                    $"{file.Location}: {begun.Total.Read} items are settled.", cancellationToken).ConfigureAwait(false);
                return await RunAsync(begun, version, messages, hold.Lost, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Before the first document, so that a place that cannot be written shows at once.</summary>
    private async Task<string> PrepareAsync(ICheckpointFile file, Checkpoint begun, CheckpointText? text,
        CancellationToken cancellationToken)
    {
        Checkpoint first = begun with { UpdatedAt = _time.GetUtcNow() };
        // With a checkpoint that claims them, rejections are cut off only once it does not claim them any more.
        bool isForgotten = _options.Restart && text is not null;
        if (!isForgotten) await _rejections.CutAsync(cancellationToken).ConfigureAwait(false);
        string version = await file.WriteAsync(CheckpointJson.Write(first), text?.Version, cancellationToken).ConfigureAwait(false);
        if (isForgotten) await _rejections.CutAsync(cancellationToken).ConfigureAwait(false);
        return version;
    }

    private async Task<ImportResult> RunAsync(Checkpoint begun, string? version, IRunMessages messages, CancellationToken lost,
        CancellationToken cancellationToken)
    {
        ImportRun run = new(_source, _sink, _router, _transform, _files, _rejections, _options, begun, version, _time);
        await using (run.ConfigureAwait(false))
        {
            Volatile.Write(ref _run, run);
            await run.RunAsync(messages, lost, cancellationToken).ConfigureAwait(false);
            return run.Describe(Describe(run.State));
        }
    }

    /// <param name="forgotten">Its rejections are cut off with it.</param>
    private async Task<Checkpoint> BeginAsync(Checkpoint? forgotten, CancellationToken cancellationToken)
    {
        // The same name: what an earlier run of it left behind stays this import's to cut off.
        string import = forgotten?.Import ?? Guid.NewGuid().ToString("n")[..12];
        if (forgotten is not null
            && ImportSettings.RejectionsOf(forgotten.Settings) == _rejections.Location) await _rejections.BeginAgainAsync(forgotten,
            cancellationToken).ConfigureAwait(false);
        else await _rejections.BeginAsync(import, cancellationToken).ConfigureAwait(false);
        return new()
        {
            Settings = _settings,
            Import = import,
            StartedAt = _time.GetUtcNow(),
            UpdatedAt = _time.GetUtcNow(),
            // Changes replace documents by right.
            BeganEmpty = _source.Span is not { IsWindow: true } && await _sink.IsEmptyAsync(cancellationToken).ConfigureAwait(false),
            Runs = 1,
            Duration = TimeSpan.Zero,
            UnitsTotal = _source.UnitCount,
            CompletedUnits = new(),
            Counts = new(),
            OpenUnits = [],
            RejectionsFrom = _rejections.From,
            RejectionsTo = _rejections.To,
            RejectionsHash = _rejections.Hash,
        };
    }

    private async Task<Checkpoint> GoOnAsync(Checkpoint earlier, CancellationToken cancellationToken)
    {
        earlier = earlier with { Runs = earlier.Runs + 1 };
        if (ImportSettings.RejectionsOf(earlier.Settings) is not string before || before == _rejections.Location)
        {
            await _rejections.GoOnAsync(earlier, cancellationToken).ConfigureAwait(false);
            return earlier;
        }
        IRejectionFile file = _files.OpenRejections!(before);
        await using (file.ConfigureAwait(false)) await _rejections.MoveAsync(file, earlier, cancellationToken).ConfigureAwait(false);
        return earlier with
        {
            Settings = _settings,
            RejectionsFrom = _rejections.From,
            RejectionsTo = _rejections.To,
            RejectionsHash = _rejections.Hash
        };
    }

    /// <returns>Null for one that Restart forgets although it cannot be read.</returns>
    private Checkpoint? ReadEarlier(ReadOnlyMemory<byte> text, string location)
    {
        Checkpoint earlier;
        try
        {
            earlier = CheckpointJson.Read(text, location);
        }
        catch (MigrationException) when (_options.Restart)
        {
            return null;
        }
        // Where the rejected items lie may change while it goes on: they are taken along.
        bool mayMove = earlier.CompletedAt is null && _files.OpenRejections is not null;
        IReadOnlyList<string> differences = ImportSettings.Compare(earlier.Settings, _settings, mayMove);
        return differences.Count == 0 || _options.Restart ? earlier : throw ImportErrors.CheckpointMismatch(location, differences);
    }

    private ImportResult Describe(Checkpoint state)
    {
        ImportCounts counts = state.Total;
        return new()
        {
            Completed = state.CompletedAt is not null,
            Source = _source.Identity,
            Target = _sink.Name,
            Read = counts.Read,
            Added = counts.Added,
            Written = counts.Written,
            Created = counts.Written - counts.Replaced,
            Replaced = counts.Replaced,
            Deleted = counts.Deleted,
            Expired = counts.Expired,
            Filtered = counts.Filtered,
            Rejected = counts.Rejected,
            NumberLosses = counts.NumberLosses,
            RequestCharge = state.SpentCentiRequestUnits / 100.0,
            // Nothing in place of an empty list of another kind, so that equal results are equal.
            Containers = counts.Parts.Count == 0
                ? [] : [.. counts.Parts.SkipLast(1).Select((part, i) => ContainerCounts.Of(_router.Containers[i], part))],
            WithoutRoute = counts.Parts.Count > 0 ? counts.Parts[^1].Read : 0,
            UnitsDone = state.CompletedUnits.Count,
            UnitsTotal = state.UnitsTotal,
            StartedAt = state.StartedAt,
            TotalDuration = state.Duration,
            Runs = state.Runs,
            CheckpointPath = _files.Checkpoint?.Location,
            RejectedItemPath = counts.Rejected > 0 ? _files.Rejections.Location : null,
        };
    }
}
