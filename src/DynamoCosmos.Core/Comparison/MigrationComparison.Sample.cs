using System.Runtime.CompilerServices;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Comparison;

/// <content>The quick look: some items, each looked up by its key.</content>
public sealed partial class MigrationComparison
{
    // A sample is drawn from a few units, so that the quick look does not read all of the source.
    private const int SampledUnits = 16;

    // Of a sample of a transformed source: those in which the transform has made the same documents again.
    private readonly HashSet<string> _repeatedUnits = [];

    /// <summary>Looks up some items, drawn by chance from a few units of the source. It cannot see extra documents.</summary>
    /// <param name="count">How many; fewer if the source has no more.</param>
    /// <param name="seed">The same seed draws the same items from the same source.</param>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<ComparisonResult> RunSampleAsync(int count, int seed, Func<DocumentDifference, CancellationToken, ValueTask> found,
        CancellationToken cancellationToken)
    {
        _began = _time.GetTimestamp();
        await using DifferenceReport report = OpenReport(found);
        _report = report;
        await OrderChangesAsync(cancellationToken).ConfigureAwait(false);
        List<HeldDocument> sample;
        try
        {
            sample = await DrawAsync(count, new(seed), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _sourceWalk.Close();
        }
        foreach (HeldDocument[] same in sample.GroupBy(static held => held.Fingerprint.Key).Select(static group => group.ToArray())
            .Where(static group => group.Length > 1))
        {
            foreach (HeldDocument held in same) held.IsShared = true;
        }
        LookupCounts counts = new();
        await LookUpAsync(sample, report, counts, cancellationToken).ConfigureAwait(false);
        NoteWithoutRoute(_sourceWalk);
        WithoutRoute = WithoutRoute with { Filtered = 0 };
        long matched = counts.LookedUp - report.Count - counts.Expired;
        return Summarize(report, _sourceWalk, matched, counts.Expired) with
        {
            IsSample = true,
            SourceItems = counts.LookedUp + _sourceWalk.Rejected,
            Added = 0,
            TargetDocuments = counts.Present,
            Expired = counts.Expired,
            Skipped = 0,
        };
    }

    /// <summary>Before differences of a sample are told, the transform makes the documents of their units once more.</summary>
    private async Task RequireRepeatableAsync(List<HeldDocument> sample, List<Finding> findings, CancellationToken cancellationToken)
    {
        HashSet<string> units = [.. findings.Select(static finding => finding.Difference.DataFile).OfType<string>()];
        units.ExceptWith(_repeatedUnits);
        if (units.Count == 0 || !_source.IsRepeatable) return;
        HashSet<HeldDocument> unseen = [.. sample.Where(held => units.Contains(held.Unit))];
        ILookup<(string, long), HeldDocument> ofLines = unseen.ToLookup(static held => (held.Unit, held.Line));
        SourceWalk again = NewSourceWalk();
        await again.ReadAllAsync(ReadUnitsAsync(units, cancellationToken),
            (in Fingerprint fingerprint, SourceDocument _, string name, long line) =>
        {
            foreach (HeldDocument held in ofLines[(name, line)])
            {
                if (held.Fingerprint.Key == fingerprint.Key && held.Fingerprint.Content == fingerprint.Content) unseen.Remove(held);
            }
        }, concurrency: 1, cancellationToken).ConfigureAwait(false);
        if (unseen.FirstOrDefault() is HeldDocument other) throw ComparisonErrors.TransformNotRepeatable(_source.Identity, other);
        _repeatedUnits.UnionWith(units);
    }

    private async IAsyncEnumerable<IItemUnit> ReadUnitsAsync(HashSet<string> names,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (IItemUnit unit in _source.ReadUnitsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (names.Contains(unit.Name)) yield return unit;
        }
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
        int share = (count + Math.Min(SampledUnits, Math.Max(1, shuffled.Length)) - 1) / Math.Min(SampledUnits,
            Math.Max(1, shuffled.Length));
        List<HeldDocument> drawn = [];
        foreach (IItemUnit unit in shuffled)
        {
            if (drawn.Count >= count) break;
            int wanted = Math.Min(share, count - drawn.Count);
            List<HeldDocument> some = [];
            long seen = 0;
            // Each item of the unit has the same chance: the n-th takes one of the places with a chance of wanted in n.
            await _sourceWalk.ReadAsync(unit, (in Fingerprint fingerprint, SourceDocument document, string name, long line) =>
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
