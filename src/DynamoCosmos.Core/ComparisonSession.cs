using DynamoCosmos.Cosmos;
using DynamoCosmos.Migration;

namespace DynamoCosmos;

/// <summary>A comparison with both its sides open.</summary>
public sealed class ComparisonSession : IAsyncDisposable
{
    private readonly ComparisonRequest _request;
    private readonly IItemSource _source;
    private readonly IDocumentReader _target;
    private readonly CosmosSink? _sink;
    private readonly MigrationComparison _comparison;

    private ComparisonSession(ComparisonRequest request, IItemSource source, IDocumentReader target, CosmosSink? sink, MigrationComparison comparison) =>
        (_request, _source, _target, _sink, _comparison) = (request, source, target, sink, comparison);

    public ComparisonProgress Progress => _comparison.Progress;

    /// <exception cref="MigrationException">The export or the container is not to be had, or the settings make documents for another partition key.</exception>
    public static async Task<ComparisonSession> OpenAsync(ComparisonRequest request, CancellationToken cancellationToken)
    {
        IItemSource source = await request.Origin.OpenAsync(cancellationToken).ConfigureAwait(false);
        CosmosDocumentReader? target = null;
        CosmosSink? sink = null;
        try
        {
            target = await CosmosDocumentReader.OpenAsync(request.Account, request.DatabaseName, request.ContainerName, request.Options.RetryTimeout, cancellationToken).ConfigureAwait(false);
            if (request.Repair) sink = await CosmosSink.OpenAsync(request.Account, request.DatabaseName, request.ContainerName, cancellationToken).ConfigureAwait(false);
            MigrationComparison comparison = new(source, target, request.Options with { Conversion = request.Conversion }, sink);
            return new(request, source, target, sink, comparison);
        }
        catch
        {
            if (sink is not null) await sink.DisposeAsync().ConfigureAwait(false);
            if (target is not null) await target.DisposeAsync().ConfigureAwait(false);
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <param name="found">Told of each difference, one at a time.</param>
    /// <exception cref="MigrationException">One side could not be read, or repairing came to a halt.</exception>
    public Task<ComparisonResult> RunAsync(Func<DocumentDifference, CancellationToken, ValueTask> found, CancellationToken cancellationToken) =>
        _request.Sample is int count
            ? _comparison.RunSampleAsync(count, Random.Shared.Next(), found, cancellationToken)
            : _source.Span is { IsWindow: true } ? _comparison.RunChangesAsync(found, cancellationToken)
            : _comparison.RunAsync(found, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_sink is not null) await _sink.DisposeAsync().ConfigureAwait(false);
        await _target.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }
}
