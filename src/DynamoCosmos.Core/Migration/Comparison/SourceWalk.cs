using System.Collections.Concurrent;
using DynamoCosmos.Items;

namespace DynamoCosmos.Migration;

/// <summary>
/// Receives each document that the source asks for, and each one that a change of the source deletes (which has no fingerprint). Called by several threads
/// at once; what it is given is valid until it returns.
/// </summary>
internal delegate void SourceVisitor(in Fingerprint fingerprint, DocumentBuffer document, string unit, long line);

/// <summary>Reads units of the source, several at once, and converts their items as the import does.</summary>
/// <param name="container">Which of the router's containers is looked at; items of others are passed over.</param>
/// <param name="isChanges">The records are changes, so that one may delete its item.</param>
internal sealed class SourceWalk(ItemRouter router, int container, ComparisonRules rules, bool isChanges)
{
    private readonly ConcurrentBag<Bench> _benches = [];
    private long _items, _documents, _expired, _rejected, _skipped, _unroutedRejected, _unroutedFiltered;

    /// <summary>Records read, without those of other containers and those that no container gets.</summary>
    internal long Items => Interlocked.Read(ref _items);

    /// <summary>Documents that must be in the container.</summary>
    internal long Documents => Interlocked.Read(ref _documents);

    internal long Expired => Interlocked.Read(ref _expired);

    internal long Rejected => Interlocked.Read(ref _rejected);

    internal long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>Of a source that is split over several containers: what no container gets.</summary>
    internal (long Rejected, long Filtered) WithoutRoute => (Interlocked.Read(ref _unroutedRejected), Interlocked.Read(ref _unroutedFiltered));

    internal Task ReadAllAsync(IAsyncEnumerable<IItemUnit> units, SourceVisitor visit, int concurrency, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(units, new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken },
            async (unit, stop) => await ReadAsync(unit, visit, stop).ConfigureAwait(false));

    internal Task ReadAsync(IItemUnit unit, SourceVisitor visit, CancellationToken cancellationToken) =>
        ReadAsync(unit, visit, static _ => ValueTask.CompletedTask, cancellationToken);

    /// <param name="afterSome">Called between visits, before more than a chunk of the unit has been visited.</param>
    internal async Task ReadAsync(IItemUnit unit, SourceVisitor visit, Func<CancellationToken, ValueTask> afterSome, CancellationToken cancellationToken)
    {
        if (!_benches.TryTake(out Bench? bench)) bench = new(rules);
        await using ItemReader reader = await unit.OpenAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.FillAsync(cancellationToken).ConfigureAwait(false))
        {
            ReadFilled(reader, bench, unit.Name, visit);
            await afterSome(cancellationToken).ConfigureAwait(false);
        }
        _benches.Add(bench);
    }

    private void ReadFilled(ItemReader reader, Bench bench, string unit, SourceVisitor visit)
    {
        long items = 0, documents = 0, expired = 0, rejected = 0, skipped = 0;
        while (reader.TryRead(out ItemRecord record))
        {
            int to = ItemRouter.NoContainer;
            ConversionOutcome outcome = record.IsTooLong ? ConversionOutcome.Rejected : router.Convert(record.Text, rules.StartedAt, bench.Document, out to);
            if (router.IsSplit && to != container)
            {
                if (to == ItemRouter.NoContainer) Interlocked.Increment(ref outcome == ConversionOutcome.Filtered ? ref _unroutedFiltered : ref _unroutedRejected);
                continue;
            }
            items++;
            switch (outcome)
            {
                case ConversionOutcome.Document:
                    Fingerprint fingerprint = bench.Hasher.Hash(bench.Document.Document.Span);
                    if (fingerprint.IsExpired)
                    {
                        expired++;
                        break;
                    }
                    documents++;
                    visit(fingerprint, bench.Document, unit, record.Line);
                    break;
                case ConversionOutcome.Expired:
                    expired++;
                    break;
                case ConversionOutcome.Delete when isChanges:
                    visit(default, bench.Document, unit, record.Line);
                    break;
                case ConversionOutcome.Filtered:
                    skipped++;
                    break;
                default:
                    rejected++;
                    break;
            }
        }
        Interlocked.Add(ref _items, items);
        Interlocked.Add(ref _documents, documents);
        Interlocked.Add(ref _expired, expired);
        Interlocked.Add(ref _rejected, rejected);
        Interlocked.Add(ref _skipped, skipped);
    }

    /// <summary>What one thread works with.</summary>
    private sealed class Bench(ComparisonRules rules)
    {
        internal DocumentBuffer Document { get; } = new();

        internal DocumentHasher Hasher { get; } = new(rules);
    }
}
