using DynamoCosmos.Basics;
using DynamoCosmos.Comparison;
using DynamoCosmos.Connections;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Items;
using DynamoCosmos.Ports;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Sessions;

/// <summary>
/// A comparison with both its sides open. A source that is split over several containers is held against one after the other.
/// </summary>
public sealed class ComparisonSession : IAsyncDisposable
{
    private readonly ComparisonRequest _request;
    private readonly IItemSource _source;
    private readonly List<IAsyncDisposable> _targets = [];
    private readonly List<MigrationComparison> _comparisons = [];
    private MigrationComparison _current = null!;

    private ComparisonSession(ComparisonRequest request, IItemSource source) => (_request, _source) = (request, source);

    /// <summary>What a user should know of the source; null where there is nothing.</summary>
    public string? Notice => _source.Notice;

    public ComparisonProgress Progress =>
        _source is SpooledSource { IsFull: false } spool
            ? new(ComparisonStage.TakingItems, spool.Items, null, 0, 0, 0, default) : Volatile.Read(ref _current).Progress;

    /// <param name="clouds">Owned by the caller, who keeps them until the session is disposed.</param>
    /// <exception cref="MigrationException">The export or a container is not to be had, or the settings make documents for another
    /// partition key.</exception>
    public static async Task<ComparisonSession> OpenAsync(ComparisonRequest request, CloudConnections clouds,
        CancellationToken cancellationToken)
    {
        IItemSource source = await request.Origin.OpenAsync(clouds, cancellationToken).ConfigureAwait(false);
        ComparisonSession session = new(request, request.Origin.IsRepeatable ? source : new SpooledSource(source));
        try
        {
            ItemRouter router = new(session._source.Keys, request.Routes, session._source.Format);
            foreach (string container in router.Containers)
                await session.AddAsync(router, container, clouds.Cosmos, cancellationToken).ConfigureAwait(false);
            session._current = session._comparisons[0];
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <param name="found">Told of each difference, one at a time.</param>
    /// <exception cref="MigrationException">One side could not be read, or repairing came to a halt.</exception>
    public async Task<ComparisonResult> RunAsync(Func<DocumentDifference, CancellationToken, ValueTask> found,
        CancellationToken cancellationToken)
    {
        // Not before the containers were found fit: a pipeline can be long.
        if (_source is SpooledSource spool) await spool.FillAsync(cancellationToken).ConfigureAwait(false);
        List<ComparisonResult> results = [];
        foreach (MigrationComparison comparison in _comparisons)
        {
            Volatile.Write(ref _current, comparison);
            results.Add(_request.Sample is int count
                ? await comparison.RunSampleAsync(count, Random.Shared.Next(), found, cancellationToken).ConfigureAwait(false)
                : _source.Span is { IsWindow: true } ? await comparison.RunChangesAsync(found, cancellationToken).ConfigureAwait(false)
                : await comparison.RunAsync(found, cancellationToken).ConfigureAwait(false));
        }
        return results.Count == 1 && !_comparisons[0].IsShare
            ? results[0]
            : ComparisonResult.Sum(_request.TargetName, results, _comparisons[^1].WithoutRoute, _comparisons[^1].WithoutRouteExample);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable target in _targets) await target.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private async Task AddAsync(ItemRouter router, string container, CosmosConnections accounts, CancellationToken cancellationToken)
    {
        TimeSpan retryTimeout = _request.Options.RetryTimeout;
        CosmosDocumentReader target = await CosmosDocumentReader.OpenAsync(
            _request.Account, _request.DatabaseName, container, retryTimeout, accounts, cancellationToken).ConfigureAwait(false);
        _targets.Add(target);
        CosmosSingleSink? sink = null;
        if (_request.Repair)
        {
            CosmosSettings account = _request.Account with { RetryTimeout = retryTimeout };
            sink = await CosmosSingleSink.OpenAsync(account, _request.DatabaseName, [container], accounts, cancellationToken)
                .ConfigureAwait(false);
            _targets.Add(sink);
        }
        _comparisons.Add(new(_source, target, router, router.IndexOf(container), _request.Options, sink, transform: _request.Transform));
    }
}
