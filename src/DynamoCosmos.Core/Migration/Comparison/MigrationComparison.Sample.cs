using DynamoCosmos.Items;

namespace DynamoCosmos.Migration;

/// <content>The quick look: some items, each looked up by its key.</content>
public sealed partial class MigrationComparison
{
    // A sample is drawn from a few units, so that the quick look does not read all of the source.
    private const int SampledUnits = 16;
    private const int LookupsAtOnce = 32;

    /// <summary>Looks up some items, drawn by chance from a few units of the source. It cannot see extra documents.</summary>
    /// <param name="count">How many; fewer if the source has no more.</param>
    /// <param name="seed">The same seed draws the same items from the same source.</param>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<ComparisonResult> RunSampleAsync(int count, int seed, Func<DocumentDifference, CancellationToken, ValueTask> found, CancellationToken cancellationToken)
    {
        using DifferenceReport report = new(found, _repair, _pace, _options.MaxDifferences);
        _report = report;
        List<HeldDocument> sample = await DrawAsync(count, new(seed), cancellationToken).ConfigureAwait(false);
        long lookedUp = 0, present = 0, expired = 0;
        foreach (HeldDocument[] some in sample.Chunk(LookupsAtOnce))
        {
            if (report.IsFull) break;
            await _pace.AwaitAsync(cancellationToken).ConfigureAwait(false);
            PointRead[] answers = await Task.WhenAll(some.Select(d => _target.ReadOneAsync(d.Id, d.PartitionKey, cancellationToken))).ConfigureAwait(false);
            DocumentHasher hasher = new(_rules);
            List<Finding> findings = [];
            foreach ((HeldDocument expected, PointRead answer) in some.Zip(answers))
            {
                lookedUp++;
                _pace.Charge(answer.RequestCharge);
                if (answer.Document is byte[] actual)
                {
                    present++;
                    bool isEqual = hasher.Hash(actual).Content == expected.Fingerprint.Content;
                    Judge(expected, isEqual, actual, hasher, findings);
                }
                else if (expected.Fingerprint.ExpiresAt <= _time.GetUtcNow().ToUnixTimeSeconds()) expired++;
                else findings.Add(Missing(expected));
            }
            if (findings.Count > 0) await report.AddAsync(findings, cancellationToken).ConfigureAwait(false);
        }
        long matched = lookedUp - report.Missing - report.Different - expired;
        return Summarize(report, _sourceWalk, matched, expired) with { IsSample = true, SourceItems = lookedUp, TargetDocuments = present, Expired = expired, Rejected = 0, Skipped = 0 };
    }

    private async Task<List<HeldDocument>> DrawAsync(int count, Random random, CancellationToken cancellationToken)
    {
        List<IItemUnit> units = [];
        await foreach (IItemUnit unit in _source.ReadUnitsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (unit.ItemCount != 0) units.Add(unit);
        }
        IItemUnit[] shuffled = [.. units];
        random.Shuffle(shuffled);
        int share = (count + Math.Min(SampledUnits, Math.Max(1, shuffled.Length)) - 1) / Math.Min(SampledUnits, Math.Max(1, shuffled.Length));
        List<HeldDocument> drawn = [];
        foreach (IItemUnit unit in shuffled)
        {
            if (drawn.Count >= count) break;
            int wanted = Math.Min(share, count - drawn.Count);
            List<HeldDocument> some = [];
            long seen = 0;
            // Each item of the unit has the same chance: the n-th takes one of the places with a chance of wanted in n.
            await _sourceWalk.ReadAsync(unit, (in Fingerprint fingerprint, DocumentBuffer document, string name, long line) =>
            {
                long place = random.NextInt64(++seen);
                if (some.Count < wanted) some.Add(Keep(fingerprint, 0, document, name, line));
                else if (place < wanted) some[(int)place] = Keep(fingerprint, 0, document, name, line);
            }, cancellationToken).ConfigureAwait(false);
            drawn.AddRange(some);
        }
        return drawn;
    }
}
