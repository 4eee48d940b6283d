using System.Collections;
using System.Globalization;
using DynamoCosmos.Basics;
using DynamoCosmos.Import;
using DynamoCosmos.Items;
using DynamoCosmos.Ports;
using DynamoCosmos.Transforms;

namespace DynamoCosmos.Comparison;

/// <summary>
/// Proves a migration: every item of a source against the documents of a container. A fast pass reads both sides at once and keeps only two
/// sums of hashes per bucket; buckets whose sums are not equal are read again and compared document by document. Memory is the same for any
/// size.
/// </summary>
public sealed partial class MigrationComparison
{
    // More pieces of the hash space cost more in requests that find little than their gaps cost in documents.
    private const int MostRanges = 256;

    private readonly IItemSource _source;
    private readonly IDocumentReader _target;
    private readonly ComparisonOptions _options;
    private readonly ItemRouter _router;
    private readonly int _container;
    private readonly IDocumentTransform? _transform;
    private readonly ComparisonRules _rules;
    private readonly ReadingPace _pace;
    private readonly IItemSink? _repairTo;
    private readonly TimeProvider _time;
    private long _began;
    private ComparisonStage _stage = ComparisonStage.Reading;
    private SourceWalk _sourceWalk;
    private TargetWalk _targetWalk;
    private DifferenceReport? _report;

    /// <param name="source">Read twice if anything differs.</param>
    /// <param name="router">Made for the source's keys and format, as the import had it; with another one the documents would differ by
    /// right.</param>
    /// <param name="container">Which of the router's containers the target is. Items of others are not looked at.</param>
    /// <param name="transform">The import's; null where documents are as the conversion makes them.</param>
    /// <param name="repairTo">Takes Missing and Different documents; null repairs nothing.</param>
    /// <exception cref="MigrationException">PartitionKeyDiffers, ChangesNeedKeys, ChangesNotTransformable.</exception>
    public MigrationComparison(
        IItemSource source, IDocumentReader target, ItemRouter router, int container, ComparisonOptions options, IItemSink? repairTo =
            null, TimeProvider? time = null, IDocumentTransform? transform = null)
    {
        _source = source;
        _target = target;
        _options = options;
        _time = time ?? TimeProvider.System;
        _began = _time.GetTimestamp();
        _router = router;
        _container = container;
        _transform = transform;
        IReadOnlyList<string> paths = router.GetPartitionKeyPaths(container);
        if (!paths.SequenceEqual(target.PartitionKeyPaths)) throw TargetErrors.PartitionKeyDiffers(target.Name, target.PartitionKeyPaths,
            paths);
        ItemImport.RequireKeys(source, router, transform);
        _rules = new(target.PartitionKeyPaths, router.GetExpiry(container), _time.GetUtcNow().ToUnixTimeSeconds(), options.TtlTolerance,
            transform is not null);
        _pace = new(options.MaxThroughput, _time);
        _repairTo = repairTo;
        _sourceWalk = NewSourceWalk();
        _targetWalk = new(target, _rules, _pace);
    }

    /// <summary>The container gets some of the source's items only.</summary>
    internal bool IsShare => _router.IsSplit;

    /// <summary>Items of the source that no container gets; known once everything was read.</summary>
    internal (long Rejected, long Filtered) WithoutRoute { get; private set; }

    /// <summary>Where one of the rejected ones among them stands, and why it was refused.</summary>
    internal string? WithoutRouteExample { get; private set; }

    /// <summary>A snapshot, to be asked for at any time.</summary>
    public ComparisonProgress Progress =>
        new(_stage, _sourceWalk.Items, _source.ItemCount, _targetWalk.Documents, _report?.Count
            ?? 0, _pace.RequestCharge, _time.GetElapsedTime(_began));

    /// <param name="found">Told of each difference, one at a time.</param>
    /// <exception cref="MigrationException">One side could not be read, repairing came to a halt, or the transform does not make the same
    /// documents each time.</exception>
    public async Task<ComparisonResult> RunAsync(Func<DocumentDifference, CancellationToken, ValueTask> found,
        CancellationToken cancellationToken)
    {
        _began = _time.GetTimestamp();
        await using DifferenceReport report = OpenReport(found);
        _report = report;
        BucketTable buckets = new(_source.ItemCount);
        Repeatability? repeatability = _transform is null ? null : new(_source.ItemCount);
        SourceVisitor add = repeatability is null
            ? (in Fingerprint f, SourceDocument _, string _, long _) => buckets.Add(f)
            : (in Fingerprint f, SourceDocument _, string _, long _) =>
            {
                buckets.Add(f);
                repeatability.Note(f);
            };
        IReadOnlyList<DocumentRange> ranges = await _target.ReadRangesAsync(cancellationToken).ConfigureAwait(false);
        SourceWalk source = _sourceWalk;
        TargetWalk target = _targetWalk;
        await BothAsync(
            stop => source.ReadAllAsync(_source.ReadUnitsAsync(stop), add, _options.Concurrency, stop),
            stop => target.ReadAllAsync(ranges, (in Fingerprint f, ReadOnlyMemory<byte> _, DocumentHasher _, List<Finding> _) =>
                buckets.Subtract(f), NothingFound, _options.Concurrency, stop),
            cancellationToken).ConfigureAwait(false);

        RequireAll(source.Read);
        NoteWithoutRoute(source);
        List<int> differing = buckets.FindDiffering();
        bool canReadParts = _target.CanReadParts && target.PlacesAgree;
        long expiredMeanwhile = await LookCloserAsync(buckets, differing, repeatability, canReadParts
            ? null : ranges, report, cancellationToken).ConfigureAwait(false);

        long matched = source.Documents - report.Missing - report.Different - expiredMeanwhile;
        return Summarize(report, source, matched, expiredMeanwhile) with { TargetDocuments = target.Documents };
    }

    /// <summary>One round for as many buckets as fit into memory, until all have been looked at.</summary>
    /// <param name="allRanges">Given where the container cannot be read in parts.</param>
    private async Task<long> LookCloserAsync(
        BucketTable buckets, List<int> differing, Repeatability? repeatability, IReadOnlyList<DocumentRange>? allRanges,
            DifferenceReport report, CancellationToken cancellationToken)
    {
        long expiredMeanwhile = 0;
        BitArray marks = new(buckets.Count);
        foreach (int bucket in differing) marks[bucket] = true;
        for (int at = 0; at < differing.Count && !report.IsFull;)
        {
            _stage = ComparisonStage.LookingCloser;
            HeldDocuments held = new(marks, differing[at], _options.MaxHeldBytes);
            _sourceWalk = NewSourceWalk();
            await _sourceWalk.ReadAllAsync(_source.ReadUnitsAsync(cancellationToken),
                (in Fingerprint f, SourceDocument document, string unit, long line) =>
            {
                if (at == 0) repeatability?.Take(f);
                Hold(held, buckets, f, document, unit, line);
            }, _options.Concurrency, cancellationToken).ConfigureAwait(false);
            // Before anything is told, or repaired.
            if (at == 0 && _source.IsRepeatable) repeatability?.Require(_source.Identity, held);

            List<int> round = [.. differing.Skip(at).TakeWhile(b => b < held.End)];
            _targetWalk = new(_target, _rules, _pace);
            await _targetWalk.ReadAllAsync(allRanges ?? buckets.RangesOf(round, MostRanges),
                (in Fingerprint f, ReadOnlyMemory<byte> document, DocumentHasher hasher, List<Finding> findings) =>
            {
                if (held.Wants(buckets.Of(f))) Judge(held.Meet(f, out bool isEqual), isEqual, document, hasher, findings);
            }, report.AddAsync, _options.Concurrency, cancellationToken).ConfigureAwait(false);

            if (!report.IsFull)
            {
                long now = _time.GetUtcNow().ToUnixTimeSeconds();
                List<Finding> missing = [];
                foreach (HeldDocument document in held.FindUnmet())
                {
                    if (document.Fingerprint.ExpiresAt <= now) expiredMeanwhile++;
                    else missing.Add(Missing(document));
                }
                await report.AddAsync(missing, cancellationToken).ConfigureAwait(false);
            }
            at += round.Count;
        }
        return expiredMeanwhile;
    }

    private DifferenceReport OpenReport(Func<DocumentDifference, CancellationToken, ValueTask> found) =>
        new(found, _repairTo is null ? null : new(_repairTo, _options.RetryTimeout, _time), _pace, _options.MaxDifferences);

    private SourceWalk NewSourceWalk() => new(_router, _container, _transform, _rules, _source.Span is { IsWindow: true });

    private static ValueTask<bool> NothingFound(List<Finding> findings, CancellationToken cancellationToken) => ValueTask.FromResult(true);

    private static void Hold(HeldDocuments held, BucketTable buckets, in Fingerprint fingerprint, SourceDocument document, string unit,
        long line)
    {
        int bucket = buckets.Of(fingerprint);
        if (held.Wants(bucket)) held.Hold(Keep(fingerprint, bucket, document, unit, line));
    }

    private static HeldDocument Keep(in Fingerprint fingerprint, int bucket, SourceDocument document, string unit, long line) =>
        new(fingerprint, bucket, document.Id, document.PartitionKey, document.Json.ToArray(), unit, line);

    /// <summary>What a document of the container comes to, held against the source's.</summary>
    private void Judge(HeldDocument? expected, bool isEqual, ReadOnlyMemory<byte> actual, DocumentHasher hasher, List<Finding> findings)
    {
        if (isEqual) return;
        if (expected is null)
        {
            (string id, IReadOnlyList<object?> partitionKey) = DocumentKey.Read(actual, _rules);
            findings.Add(
                new(new() { Kind = DifferenceKind.Extra, Container = _router.NameOf(_container), Id = id, PartitionKey = partitionKey },
                null));
            return;
        }
        if (_rules.IsTtlFree)
        {
            JudgeFree(expected, actual, hasher, findings);
            return;
        }
        findings.Add(
            new(Describe(DifferenceKind.Different,
            expected) with
            { Values = DocumentDiff.Find(expected.Document, actual, hasher.TtlFault, _options.MaxValues) }, expected));
    }

    /// <summary>
    /// A ttl of the transform's own may be the TTL attribute's too, by chance and on one side only: the same number is no difference.
    /// </summary>
    private void JudgeFree(HeldDocument expected, ReadOnlyMemory<byte> actual, DocumentHasher hasher, List<Finding> findings)
    {
        DocumentHasher own = new(_rules);
        own.Hash(expected.Document);
        bool isMarked = own.FreeTtl != hasher.FreeTtl;
        ValueDifference? ttl = isMarked && own.Ttl != hasher.Ttl
            ? new("/ttl", own.Ttl?.ToString(CultureInfo.InvariantCulture), hasher.Ttl?.ToString(CultureInfo.InvariantCulture))
            : null;
        IReadOnlyList<ValueDifference> values = DocumentDiff.Find(expected.Document, actual, ttl, _options.MaxValues);
        if (values.Count > 0
            || !isMarked) findings.Add(new(Describe(DifferenceKind.Different, expected) with { Values = values }, expected));
    }

    private Finding Missing(HeldDocument expected) => new(Describe(DifferenceKind.Missing, expected), expected);

    private DocumentDifference Describe(DifferenceKind kind, HeldDocument expected) => new()
    {
        Kind = kind,
        Container = _router.NameOf(_container),
        Id = expected.Id,
        PartitionKey = [.. expected.PartitionKey.Select(v => v == ItemWrite.Undefined ? null : v)],
        DataFile = expected.Unit,
        Line = expected.Line,
    };

    /// <summary>A source that gives fewer items than it promises proves nothing of the others.</summary>
    private void RequireAll(long read)
    {
        if (_source.ItemCount is long promised
            && read != promised) throw ImportErrors.SourceCountMismatch(_source.Identity, promised, read);
    }

    private void NoteWithoutRoute(SourceWalk source) =>
        (WithoutRoute, WithoutRouteExample) = (source.WithoutRoute, source.WithoutRouteExample);

    private ComparisonResult Summarize(DifferenceReport report, SourceWalk source, long matched, long expiredMeanwhile) => new()
    {
        Passed = report.Count == report.Repaired && !report.IsFull && source.Rejected <= _options.AllowRejected,
        Source = _source.Identity,
        Target = _target.Name,
        SourceItems = source.Items,
        Added = source.Added,
        TargetDocuments = 0,
        Matched = matched,
        Missing = report.Missing,
        Extra = report.Extra,
        Different = report.Different,
        Repaired = report.Repaired,
        Expired = source.Expired + expiredMeanwhile,
        Rejected = source.Rejected,
        AllowedRejected = _options.AllowRejected,
        RejectedExample = source.RejectedExample,
        Skipped = source.Skipped,
        IsTruncated = report.IsFull,
        IsSample = false,
        RequestCharge = _pace.RequestCharge,
        Duration = _time.GetElapsedTime(_began),
    };

    /// <summary>Both at once; when one fails the other is stopped, and what is thrown is the failure and not the stopping.</summary>
    private static async Task BothAsync(Func<CancellationToken, Task> first, Func<CancellationToken, Task> second,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] both = [Task.Run(() => first(stop.Token), CancellationToken.None),
            Task.Run(() => second(stop.Token), CancellationToken.None)];
        Task ended = await Task.WhenAny(both).ConfigureAwait(false);
        if (!ended.IsCompletedSuccessfully) await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(both).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended.ConfigureAwait(false);
        await Task.WhenAll(both).ConfigureAwait(false);
    }
}
