using DynamoCosmos.Assessment;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Items;
using DynamoCosmos.Model;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sessions;

/// <summary>An assessment with its source open.</summary>
public sealed class AssessmentSession : IAsyncDisposable
{
    private readonly AssessmentRequest _request;
    private readonly IItemSource _source;
    private readonly ItemConverter _converter;
    private readonly AssessmentRun _run;
    private readonly TimeProvider _time;

    private AssessmentSession(AssessmentRequest request, IItemSource source, TimeProvider time)
    {
        (_request, _source, _time) = (request, source, time);
        // Records in Ion are assessed as the same records in DynamoDB JSON, which make the same documents.
        _converter = new(source.Keys, request.Conversion);
        _run = new(source, _converter, request.Sample, time);
    }

    /// <summary>Items read, and how many there are to read where that is known.</summary>
    public (long Items, long? Goal) Progress => (_run.Items, _run.Goal);

    /// <exception cref="MigrationException">The source is damaged or not to be had.</exception>
    public static Task<AssessmentSession> OpenAsync(AssessmentRequest request, CloudConnections clouds,
        CancellationToken cancellationToken) =>
        OpenAsync(request, clouds, TimeProvider.System, cancellationToken);

    /// <exception cref="MigrationException">A data file is damaged or not to be had.</exception>
    public async Task<MigrationAssessment> RunAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset at = _time.GetUtcNow();
        long started = _time.GetTimestamp();
        ItemStatistics seen = await _run.RunAsync(cancellationToken).ConfigureAwait(false);
        AssessmentSummary summary = new(_source, _converter, _request.Wishes, Indexes(_request.Table));
        return summary.Make(seen, _run.IsPartial, _request.Table?.ItemCount, at, _time.GetElapsedTime(started));
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    internal static async Task<AssessmentSession> OpenAsync(AssessmentRequest request, CloudConnections clouds, TimeProvider time,
        CancellationToken cancellationToken)
    {
        IItemSource source = await request.Origin.OpenAsync(clouds, cancellationToken).ConfigureAwait(false);
        try
        {
            return new(request, source, time);
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static IReadOnlyList<SecondaryIndex> Indexes(DynamoTable? table) =>
        [.. (table?.Indexes ?? []).Select(static index => new SecondaryIndex(index.Name, index.Kind, index.PartitionKey, index.SortKey))];
}
