using DynamoCosmos.Import;

namespace DynamoCosmos.Comparison;

/// <content>
/// Looking documents up by their keys. An incremental export tells of nothing but what changed, so the rest of the container is none of its
/// business: reading all of it, as the fast pass does, would cost what the container holds and not what the window does.
/// </content>
public sealed partial class MigrationComparison
{
    private const int LookupsAtOnce = 32;

    /// <summary>
    /// Looks up every change of an incremental export: what it left must be there as it left it (Missing, Different), what it deleted must
    /// not (Extra). It is true of a container into which no later window has been imported.
    /// </summary>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<ComparisonResult> RunChangesAsync(Func<DocumentDifference, CancellationToken, ValueTask> found,
        CancellationToken cancellationToken)
    {
        _began = _time.GetTimestamp();
        await using DifferenceReport report = OpenReport(found);
        _report = report;
        await OrderChangesAsync(cancellationToken).ConfigureAwait(false);
        LookupCounts counts = new();
        ParallelOptions sideBySide = new() { MaxDegreeOfParallelism = _options.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(_source.ReadUnitsAsync(cancellationToken), sideBySide, async (unit, stop) =>
        {
            List<HeldDocument> some = [];
            await _sourceWalk.ReadAsync(unit, (in Fingerprint fingerprint, SourceDocument document, string name, long line) =>
                some.Add(Keep(fingerprint, 0, document, name, line)), async token =>
            {
                await LookUpAsync(some, report, counts, token).ConfigureAwait(false);
                some.Clear();
            }, stop).ConfigureAwait(false);
        }).ConfigureAwait(false);
        RequireAll(_sourceWalk.Read);
        NoteWithoutRoute(_sourceWalk);
        long matched = counts.LookedUp - report.Count - counts.Expired;
        return Summarize(report, _sourceWalk, matched, counts.Expired) with { TargetDocuments = counts.Present };
    }

    private async Task OrderChangesAsync(CancellationToken cancellationToken) =>
        _sourceWalk.Order = await ChangeOrder.ReadAsync(_source, _router, _options.Concurrency, cancellationToken).ConfigureAwait(false);

    private async Task LookUpAsync(List<HeldDocument> documents, DifferenceReport report, LookupCounts counts,
        CancellationToken cancellationToken)
    {
        DocumentHasher hasher = new(_rules);
        foreach (HeldDocument[] some in documents.Chunk(LookupsAtOnce))
        {
            if (report.IsFull) return;
            await _pace.AwaitAsync(cancellationToken).ConfigureAwait(false);
            PointRead[] answers =
                await Task.WhenAll(some.Select(d => _target.ReadOneAsync(d.Id, d.PartitionKey, cancellationToken))).ConfigureAwait(false);
            List<Finding> findings = [];
            foreach ((HeldDocument expected, PointRead answer) in some.Zip(answers))
            {
                _pace.Charge(answer.RequestCharge);
                counts.Add(isPresent: answer.Document is not null);
                if (expected.IsDeletion)
                {
                    if (answer.Document is not null) findings.Add(new(Describe(DifferenceKind.Extra, expected), null));
                }
                else if (answer.Document is byte[] actual) Judge(expected, hasher.Hash(actual).Content == expected.Fingerprint.Content,
                    actual, hasher, findings);
                else if (expected.Fingerprint.ExpiresAt <= _time.GetUtcNow().ToUnixTimeSeconds()) counts.AddExpired();
                else findings.Add(Missing(expected));
            }
            if (findings.Count == 0) continue;
            if (_transform is not null) await RequireRepeatableAsync(documents, findings, cancellationToken).ConfigureAwait(false);
            await report.AddAsync(findings, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What lookups came to; several units count at once.</summary>
    private sealed class LookupCounts
    {
        private long _lookedUp, _present, _expired;

        internal long LookedUp => Interlocked.Read(ref _lookedUp);

        internal long Present => Interlocked.Read(ref _present);

        /// <summary>Items that had time to live when the comparison began, and no document when they were looked up.</summary>
        internal long Expired => Interlocked.Read(ref _expired);

        internal void Add(bool isPresent)
        {
            Interlocked.Increment(ref _lookedUp);
            if (isPresent) Interlocked.Increment(ref _present);
        }

        internal void AddExpired() => Interlocked.Increment(ref _expired);
    }
}
