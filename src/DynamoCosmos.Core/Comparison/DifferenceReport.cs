using DynamoCosmos.Basics;

namespace DynamoCosmos.Comparison;

/// <summary>A difference that is not told yet, with the document to repair it from.</summary>
internal sealed record Finding(DocumentDifference Difference, HeldDocument? Expected);

/// <summary>Repairs, counts and tells what was found, in the order of finding and one batch at a time.</summary>
/// <param name="repair">Disposed with the report; null repairs nothing.</param>
internal sealed class DifferenceReport(
    Func<DocumentDifference, CancellationToken, ValueTask> found, DocumentRepair? repair, ReadingPace pace, int most) : IAsyncDisposable
{
    private const int RepairsAtOnce = DocumentRepair.MostAtOnce;

    private const string SharedKey =
        "Another item of the source makes a document with this id and partition key, so writing this one would replace the other. Give " +
            $"the table's whole key ({Setting.SortKeyAttribute}), or ids that are unique.";

    private readonly SemaphoreSlim _turn = new(1);
    private readonly long[] _counts = new long[3];
    private long _repaired;
    private volatile bool _isFull;

    internal long Missing => Interlocked.Read(ref _counts[(int)DifferenceKind.Missing]);

    internal long Extra => Interlocked.Read(ref _counts[(int)DifferenceKind.Extra]);

    internal long Different => Interlocked.Read(ref _counts[(int)DifferenceKind.Different]);

    internal long Repaired => Interlocked.Read(ref _repaired);

    internal long Count => Missing + Extra + Different;

    /// <summary>As many as are wanted have been told, and there was one more.</summary>
    internal bool IsFull => _isFull;

    /// <returns>False once the report is full.</returns>
    internal async ValueTask<bool> AddAsync(IReadOnlyList<Finding> findings, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            for (int at = 0; at < findings.Count && !_isFull; at += RepairsAtOnce)
            {
                int room = (int)Math.Min(RepairsAtOnce, most - Count);
                List<Finding> batch = [.. findings.Skip(at).Take(room)];
                await TellAsync(batch, cancellationToken).ConfigureAwait(false);
                if (at + batch.Count < findings.Count && batch.Count < RepairsAtOnce) _isFull = true;
            }
            return !_isFull;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (repair is not null) await repair.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    private async Task TellAsync(List<Finding> batch, CancellationToken cancellationToken)
    {
        DocumentDifference[] told = await Task.WhenAll(batch.Select(f => RepairAsync(f, cancellationToken))).ConfigureAwait(false);
        foreach (DocumentDifference difference in told)
        {
            Interlocked.Increment(ref _counts[(int)difference.Kind]);
            if (difference.IsRepaired) Interlocked.Increment(ref _repaired);
            await found(difference, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<DocumentDifference> RepairAsync(Finding finding, CancellationToken cancellationToken)
    {
        if (repair is null || finding.Expected is null) return finding.Difference;
        // Written again it would replace another item's document, and the comparison would pass with one of the two missing.
        if (finding.Expected.IsShared) return finding.Difference with { RepairError = HostWords.Fill(SharedKey) };
        (string? error, double charge) = await repair.WriteAsync(finding.Expected, cancellationToken).ConfigureAwait(false);
        pace.Charge(charge);
        return finding.Difference with { IsRepaired = error is null, RepairError = error };
    }
}
