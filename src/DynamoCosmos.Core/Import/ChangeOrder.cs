using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;
using DynamoCosmos.Basics;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Transforms;

namespace DynamoCosmos.Import;

/// <summary>What counts of an item's records in one window.</summary>
internal enum ChangeVerdict
{
    /// <summary>The only one, or the one that was written last.</summary>
    Latest,

    /// <summary>Another one was written later.</summary>
    Superseded,

    /// <summary>Nobody can tell which one was written last.</summary>
    Undecided,
}

/// <summary>
/// Finds out which record counts where a window of changes has several of one item. DynamoDB's own exports have one, but nothing in their
/// form says so, and the data files are read side by side. So a window is read once before it is applied: the keys that come again are
/// found in bounded memory, and of those, which record was written last. It says the same of the same window each time: to a run that goes
/// on with another's work, and to a comparison.
/// </summary>
internal sealed class ChangeOrder
{
    // 64 MB at most, for 6,291,456 records; a window of more is read as many times.
    private const int MostSlots = 1 << 23, LeastSlots = 1 << 10;

    // About 50 MB. An export with more of them is none of DynamoDB's.
    private const int MostSeveral = 200_000;

    internal const string OfUndecided =
        "The export has several records of this item, and their WriteTimestampMicros do not tell which one was written last.";

    private readonly IItemSource _source;
    private readonly ItemRouter _router;
    private readonly int _parallelism;
    private readonly HashSet<ulong> _several = [];
    private readonly Dictionary<(string?, string?), LatestChange> _latest = [];
    private readonly Dictionary<string, MigrationException> _failures = [];

    private ChangeOrder(IItemSource source, ItemRouter router, int parallelism)
    {
        _source = source;
        _router = router;
        _parallelism = Math.Max(1, parallelism);
    }

    /// <summary>Reads a window; null for a source that is none.</summary>
    /// <exception cref="MigrationException">WindowNotOrdered, or the source cannot be read.</exception>
    /// <param name="mostSlots">For tests: what makes a window one that is read in parts.</param>
    internal static async Task<ChangeOrder?> ReadAsync(
        IItemSource source, ItemRouter router, int parallelism, CancellationToken cancellationToken, int mostSlots = MostSlots)
    {
        if (source.Span is not { IsWindow: true }) return null;
        ChangeOrder order = new(source, router, parallelism);
        await order.FindSeveralAsync(mostSlots, cancellationToken).ConfigureAwait(false);
        if (order._several.Count > 0) await order.ReadAllAsync(order.NoteLatest, cancellationToken).ConfigureAwait(false);
        return order;
    }

    /// <summary>Items with several records.</summary>
    internal int Several => _latest.Values.Count(static latest => latest.Records > 1);

    /// <summary>Why a unit could not be read. What it holds is not known, so it must not be applied even if it can be read later.</summary>
    internal MigrationException? FailureOf(string unit) => _failures.GetValueOrDefault(unit);

    /// <summary>Judges a record that its conversion did not reject.</summary>
    /// <param name="converted">Its conversion.</param>
    /// <param name="hash">The caller's own, to be used again.</param>
    internal ChangeVerdict Judge(DocumentBuffer converted, string unit, in ItemRecord record, XxHash3 hash)
    {
        if (_several.Count == 0 || !_several.Contains(MarkOf(converted, hash))) return ChangeVerdict.Latest;
        return _latest.TryGetValue(converted.KeyTexts(), out LatestChange? latest)
            ? latest.Judge(new(_router.Format), unit, record) : ChangeVerdict.Latest;
    }

    private async Task FindSeveralAsync(int mostSlots, CancellationToken cancellationToken)
    {
        long records = _source.ItemCount ?? mostSlots;
        MarkTable table = new((int)Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)records * 3 / 2), LeastSlots, mostSlots));
        for (ulong parts = (ulong)Math.Max(1, records / table.Capacity + 1); ; parts *= 2)
        {
            for (ulong part = 0; part < parts && !table.IsFull; part++)
            {
                table.Clear();
                ulong these = part;
                await ReadAllAsync((DocumentBuffer converted, XxHash3 hash, string _, in ItemRecord _) =>
                {
                    ulong mark = MarkOf(converted, hash);
                    // The table takes the lower bits, so that the upper ones divide.
                    if ((mark >> 32) % parts == these && !table.IsFull && !table.Add(mark)) AddSeveral(mark);
                }, cancellationToken).ConfigureAwait(false);
            }
            if (!table.IsFull) return;
            table.Clear();
        }
    }

    private static ulong MarkOf(DocumentBuffer converted, XxHash3 hash)
    {
        hash.Reset();
        int length = converted.PartitionKeyText.Length;
        hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in length)));
        hash.Append(converted.PartitionKeyText);
        hash.Append(converted.SortKeyText);
        return hash.GetCurrentHashAsUInt64();
    }

    private void AddSeveral(ulong mark)
    {
        lock (_several)
        {
            if (_several.Add(mark) && _several.Count > MostSeveral) throw ImportErrors.WindowNotOrdered(_source.Identity, MostSeveral);
        }
    }

    private void NoteLatest(DocumentBuffer converted, XxHash3 hash, string unit, in ItemRecord record)
    {
        if (!_several.Contains(MarkOf(converted, hash))) return;
        lock (_latest)
        {
            (string?, string?) keys = converted.KeyTexts();
            if (!_latest.TryGetValue(keys, out LatestChange? latest)) _latest.Add(keys, latest = new());
            latest.Note(new(_router.Format), unit, record);
        }
    }

    private Task ReadAllAsync(RecordVisitor visit, CancellationToken cancellationToken)
    {
        ParallelOptions sideBySide = new() { MaxDegreeOfParallelism = _parallelism, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(_source.ReadUnitsAsync(cancellationToken), sideBySide, async (unit, stop) =>
        {
            try
            {
                ItemReader reader = await unit.OpenAsync(stop).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    DocumentBuffer document = new();
                    XxHash3 hash = new();
                    while (await reader.FillAsync(stop).ConfigureAwait(false)) Visit(reader, document, hash, unit.Name, visit);
                }
            }
            catch (MigrationException error) when (FailedUnits.IsOfOneUnit(error))
            {
                // Whoever applies the window tells of it when the unit's turn comes, and goes on with the others.
                lock (_failures) _failures[unit.Name] = error;
            }
        });
    }

    private void Visit(ItemReader reader, DocumentBuffer document, XxHash3 hash, string unit, RecordVisitor visit)
    {
        while (reader.TryRead(out ItemRecord record))
        {
            if (record.IsTooLong || _router.Convert(record.Text, 0, document, out _) == ConversionOutcome.Rejected) continue;
            visit(document, hash, unit, record);
        }
    }

    private delegate void RecordVisitor(DocumentBuffer converted, XxHash3 hash, string unit, in ItemRecord record);
}
