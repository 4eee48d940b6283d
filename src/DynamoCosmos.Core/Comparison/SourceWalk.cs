using System.Collections.Concurrent;
using System.IO.Hashing;
using DynamoCosmos.Basics;
using DynamoCosmos.Import;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Transforms;

namespace DynamoCosmos.Comparison;

/// <summary>
/// Receives each document that the source asks for, and each one that a change of the source deletes (which has no fingerprint). Called by
/// several threads at once; what it is given is valid until it returns.
/// </summary>
internal delegate void SourceVisitor(in Fingerprint fingerprint, SourceDocument document, string unit, long line);

/// <summary>Reads units of the source, several at once, and makes of their items what the import does.</summary>
/// <param name="container">Which of the router's containers is looked at; items of others are passed over.</param>
/// <param name="transform">Null where documents are as the conversion makes them.</param>
/// <param name="isChanges">The records are changes, so that one may delete its item.</param>
internal sealed class SourceWalk(ItemRouter router, int container, IDocumentTransform? transform, ComparisonRules rules, bool isChanges)
{
    private readonly ConcurrentBag<Bench> _benches = [];
    private long _read, _items, _added, _documents, _expired, _rejected, _skipped, _unroutedRejected, _unroutedFiltered;

    /// <summary>Records read.</summary>
    internal long Read => Interlocked.Read(ref _read);

    /// <summary>Which changes count; null where records are none. To be set before anything is read.</summary>
    internal ChangeOrder? Order { get; set; }

    /// <summary>Records read, without those of other containers and those that no container gets.</summary>
    internal long Items => Interlocked.Read(ref _items);

    /// <summary>Documents that a transform made beyond the first of an item.</summary>
    internal long Added => Interlocked.Read(ref _added);

    /// <summary>Documents that must be in the container.</summary>
    internal long Documents => Interlocked.Read(ref _documents);

    internal long Expired => Interlocked.Read(ref _expired);

    internal long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Where one of the rejected ones stands, and why it was refused.</summary>
    internal string? RejectedExample { get; private set; }

    /// <summary>Likewise of those that no container gets.</summary>
    internal string? WithoutRouteExample { get; private set; }

    internal long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>Of a source that is split over several containers: what no container gets.</summary>
    internal (long Rejected, long Filtered) WithoutRoute =>
        (Interlocked.Read(ref _unroutedRejected), Interlocked.Read(ref _unroutedFiltered));

    /// <summary>Reads every unit, and closes.</summary>
    internal async Task ReadAllAsync(IAsyncEnumerable<IItemUnit> units, SourceVisitor visit, int concurrency,
        CancellationToken cancellationToken)
    {
        ParallelOptions sideBySide = new() { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForEachAsync(units, sideBySide, async (unit, stop) => await ReadAsync(unit, visit, stop).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
        finally
        {
            Close();
        }
    }

    internal Task ReadAsync(IItemUnit unit, SourceVisitor visit, CancellationToken cancellationToken) =>
        ReadAsync(unit, visit, static _ => ValueTask.CompletedTask, cancellationToken);

    /// <param name="afterSome">Called between visits, before more than a chunk of the unit has been visited.</param>
    internal async Task ReadAsync(IItemUnit unit, SourceVisitor visit, Func<CancellationToken, ValueTask> afterSome,
        CancellationToken cancellationToken)
    {
        if (Order?.FailureOf(unit.Name) is MigrationException failure) throw failure;
        if (!_benches.TryTake(out Bench? bench)) bench = new(router, transform, rules);
        try
        {
            await using ItemReader reader = await unit.OpenAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.FillAsync(cancellationToken).ConfigureAwait(false))
            {
                ReadFilled(reader, bench, unit.Name, visit, cancellationToken);
                await afterSome(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _benches.Add(bench);
        }
    }

    /// <summary>Nobody reads any more: transforms are closed. What was counted stays.</summary>
    internal void Close()
    {
        while (_benches.TryTake(out Bench? bench)) bench.Maker?.Dispose();
    }

    private void ReadFilled(ItemReader reader, Bench bench, string unit, SourceVisitor visit, CancellationToken cancellationToken)
    {
        Counts counts = default;
        while (reader.TryRead(out ItemRecord record))
        {
            counts.Read++;
            int to = ItemRouter.NoContainer;
            ConversionOutcome outcome =
                record.IsTooLong ? ConversionOutcome.Rejected : router.Convert(record.Text, rules.StartedAt, bench.Document, out to);
            if (router.IsSplit && to != container)
            {
                if (to == ItemRouter.NoContainer) NoteUnrouted(outcome, record, bench, unit);
                continue;
            }
            counts.Items++;
            ChangeVerdict verdict = Order is null || outcome == ConversionOutcome.Rejected
                ? ChangeVerdict.Latest
                : Order.Judge(bench.Document, unit, record, bench.Mark);
            switch (outcome)
            {
                case var _ when verdict == ChangeVerdict.Superseded:
                    counts.Skipped++;
                    break;
                case var _ when verdict == ChangeVerdict.Undecided:
                    counts.Rejected++;
                    RejectedExample ??= Describe(RejectionReason.UndecidedChange, unit, record.Line);
                    break;
                case ConversionOutcome.Document when bench.Maker is not null:
                    VisitMade(bench, bench.Maker, unit, record.Line, visit, ref counts, cancellationToken);
                    break;
                case ConversionOutcome.Document:
                    Visit(bench.Hasher.Hash(bench.Document.Document.Span), new(bench.Document), unit, record.Line, visit, ref counts);
                    break;
                case ConversionOutcome.Expired:
                    counts.Expired++;
                    break;
                case ConversionOutcome.Delete when isChanges:
                    visit(default, new(bench.Document), unit, record.Line);
                    break;
                case ConversionOutcome.Filtered:
                // A deletion among items, which only a pipeline has: nothing is to be there, and what is would be extra.
                case ConversionOutcome.Delete when bench.Maker is null:
                    counts.Skipped++;
                    break;
                default:
                    counts.Rejected++;
                    RejectedExample ??= Describe(ReasonOf(record, outcome, bench), unit, record.Line);
                    break;
            }
        }
        Interlocked.Add(ref _read, counts.Read);
        Interlocked.Add(ref _items, counts.Items);
        Interlocked.Add(ref _added, counts.Added);
        Interlocked.Add(ref _documents, counts.Documents);
        Interlocked.Add(ref _expired, counts.Expired);
        Interlocked.Add(ref _rejected, counts.Rejected);
        Interlocked.Add(ref _skipped, counts.Skipped);
    }

    private static void Visit(in Fingerprint fingerprint, SourceDocument document, string unit, long line, SourceVisitor visit,
        ref Counts counts)
    {
        if (fingerprint.IsExpired)
        {
            counts.Expired++;
            return;
        }
        counts.Documents++;
        visit(fingerprint, document, unit, line);
    }

    private void VisitMade(Bench bench, DocumentMaker maker, string unit, long line, SourceVisitor visit, ref Counts counts,
        CancellationToken cancellationToken)
    {
        try
        {
            maker.Make(container, bench.Document, cancellationToken);
        }
        catch (UnfitDocumentException unfit)
        {
            counts.Rejected++;
            RejectedExample ??= Describe(unfit.Reason, unit, line);
            return;
        }
        if (maker.Documents.Count == 0) counts.Skipped++;
        else counts.Added += maker.Documents.Count - 1;
        foreach (MadeDocument made in maker.Documents) Visit(bench.Hasher.Hash(made.Json.Span), new(made), unit, line, visit, ref counts);
    }

    private void NoteUnrouted(ConversionOutcome outcome, in ItemRecord record, Bench bench, string unit)
    {
        if (outcome == ConversionOutcome.Filtered)
        {
            Interlocked.Increment(ref _unroutedFiltered);
            return;
        }
        Interlocked.Increment(ref _unroutedRejected);
        WithoutRouteExample ??= Describe(ReasonOf(record, outcome, bench), unit, record.Line);
    }

    // A deletion that a transform cannot take has no reason of its own.
    private static RejectionReason ReasonOf(in ItemRecord record, ConversionOutcome outcome, Bench bench) =>
        record.IsTooLong
            ? RejectionReason.ItemTooLarge : outcome == ConversionOutcome.Rejected
            ? bench.Document.Reason : RejectionReason.TransformFailed;

    /// <summary>Without any value of the item.</summary>
    private static string Describe(RejectionReason reason, string unit, long line) => $"line {line} of {unit}, {reason}";

    private struct Counts
    {
        internal long Read, Items, Added, Documents, Expired, Rejected, Skipped;
    }

    /// <summary>What one thread works with.</summary>
    private sealed class Bench(ItemRouter router, IDocumentTransform? transform, ComparisonRules rules)
    {
        internal DocumentBuffer Document { get; } = new();

        internal XxHash3 Mark { get; } = new();

        internal DocumentHasher Hasher { get; } = new(rules);

        internal DocumentMaker? Maker { get; } = DocumentMaker.Open(transform, router);
    }
}
