using System.Collections.Concurrent;
using DynamoCosmos.Items;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Assessment;

/// <summary>Reads a source, whole or in part, several units at once, and adds up what was seen.</summary>
internal sealed class AssessmentRun(IItemSource source, ItemConverter converter, long? sample, TimeProvider time)
{
    // A sample opens no more units than this asks for: opening one costs a call to the store, and the first items of a unit are as good as
    // any.
    private const int SampledItemsOfUnit = 1_000;

    private static readonly int s_parallelism = Math.Clamp(Environment.ProcessorCount, 1, 8);

    private readonly ConcurrentBag<ItemStatistics> _all = [];
    private readonly ConcurrentBag<ItemStatistics> _idle = [];
    private readonly long _now = time.GetUtcNow().ToUnixTimeSeconds();
    private long _items;
    private bool _hasLeftSome;

    /// <summary>Items read so far.</summary>
    internal long Items => Interlocked.Read(ref _items);

    /// <summary>Items that there are in all, as far as that is known.</summary>
    internal long? Goal => sample is long some && (source.ItemCount is not long all || some < all) ? some : source.ItemCount;

    /// <summary>Something was left unread: what was seen is a sample.</summary>
    internal bool IsPartial => _hasLeftSome;

    internal async Task<ItemStatistics> RunAsync(CancellationToken cancellationToken)
    {
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = s_parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ChooseAsync(cancellationToken), parallel, async (unit, stop) => await ReadAsync(unit, stop)
            .ConfigureAwait(false)).ConfigureAwait(false);
        ItemStatistics sum = new(converter, _now);
        foreach (ItemStatistics some in _all) sum.Add(some);
        return sum;
    }

    /// <summary>Of a sample, units spread evenly over the source, so that as many are read as it takes.</summary>
    private async IAsyncEnumerable<(IItemUnit Unit, long Limit)> ChooseAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long units = source.UnitCount ?? 0;
        long wanted = sample is long some && units > 0 ? Math.Clamp((some - 1) / ItemsOfUnit(units) + 1, 1, units) : units;
        long limit = sample is not long items ? long.MaxValue : wanted == 0 ? items : (items + wanted - 1) / wanted;
        long at = 0;
        await foreach (IItemUnit unit in source.ReadUnitsAsync(cancellationToken).ConfigureAwait(false))
        {
            bool isChosen = units == 0 || (at + 1) * wanted / units > at * wanted / units;
            at++;
            if (isChosen && Items < (sample ?? long.MaxValue)) yield return (unit, limit);
            else _hasLeftSome |= unit.ItemCount != 0;
        }
    }

    /// <summary>
    /// How many a sample takes of a unit, which cannot be more than it has. Where that is not known, as in a scan, it takes some of every
    /// unit.
    /// </summary>
    private long ItemsOfUnit(long units) => source.ItemCount is long all ? Math.Clamp(all / units, 1, SampledItemsOfUnit) : 1;

    private async Task ReadAsync((IItemUnit Unit, long Limit) chosen, CancellationToken cancellationToken)
    {
        if (!_idle.TryTake(out ItemStatistics? statistics)) _all.Add(statistics = new(converter, _now, source.Format));
        // Nothing is written by what is read, so that its proof at the end comes in time.
        ItemReader reader = await chosen.Unit.OpenUnprovedAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            long left = chosen.Limit;
            while (await reader.FillAsync(cancellationToken).ConfigureAwait(false))
            {
                left = Observe(reader, statistics, left);
                if (left > 0) continue;
                _hasLeftSome = true;
                break;
            }
        }
        _idle.Add(statistics);
    }

    private long Observe(ItemReader reader, ItemStatistics statistics, long left)
    {
        long before = left;
        while (left > 0 && reader.TryRead(out ItemRecord record))
        {
            statistics.Observe(record);
            left--;
        }
        Interlocked.Add(ref _items, before - left);
        return left;
    }
}
