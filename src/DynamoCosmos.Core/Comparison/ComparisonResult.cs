using DynamoCosmos.Basics;

namespace DynamoCosmos.Comparison;

/// <summary>The outcome of a comparison.</summary>
public sealed record ComparisonResult
{
    // Arrays: a host may take elements by their number, which the lists that the compiler makes do not offer to all of them.
    private readonly ComparisonResult[] _containers = [];

    /// <summary>
    /// True if every item is matched (or repaired), expired, or skipped by a rule, and no document is extra. Rejected items fail it beyond
    /// <see cref="AllowedRejected"/>.
    /// </summary>
    public required bool Passed { get; init; }

    public required string Source { get; init; }

    public required string Target { get; init; }

    /// <summary>
    /// Items read from the source; of a sample, those that were looked up, and the rejected ones that were met while it was drawn.
    /// </summary>
    public required long SourceItems { get; init; }

    /// <summary>
    /// Documents that a transform makes beyond the first of an item. With the items they are what matched, is missing, differs, expired,
    /// was rejected or skipped.
    /// </summary>
    public long Added { get; init; }

    /// <summary>Documents read from the container, expired ones among them.</summary>
    public required long TargetDocuments { get; init; }

    /// <summary>
    /// Items whose document is as it should be; of an incremental export also the deleted ones that have no document any more.
    /// </summary>
    public required long Matched { get; init; }

    public required long Missing { get; init; }

    public required long Extra { get; init; }

    public required long Different { get; init; }

    /// <summary>Of the findings, those that were written again.</summary>
    public required long Repaired { get; init; }

    /// <summary>Items whose time to live has passed. Their documents may be there still or not, so they are not compared.</summary>
    public required long Expired { get; init; }

    /// <summary>Items that the conversion or the transform refuses with these settings, so that no document was looked for.</summary>
    public required long Rejected { get; init; }

    /// <summary>As many rejected items were allowed (AllowRejected).</summary>
    public long AllowedRejected { get; init; }

    /// <summary>Where one of the rejected items stands, and why it was refused; null where there is none.</summary>
    public string? RejectedExample { get; init; }

    /// <summary>Items that the mapping's Where leaves out, or of which the transform makes nothing.</summary>
    public required long Skipped { get; init; }

    /// <summary>
    /// The search ended at MaxDifferences: there may be more, and <see cref="Matched"/> is what is left if there are none.
    /// </summary>
    public required bool IsTruncated { get; init; }

    /// <summary>
    /// Only some items were looked up, so extra documents cannot be seen. Of an incremental export only what changed in its window is
    /// looked up.
    /// </summary>
    public required bool IsSample { get; init; }

    /// <summary>
    /// Of a comparison with several containers: the outcome of each. With <see cref="WithoutRoute"/> their items are all of the source's.
    /// </summary>
    public IReadOnlyList<ComparisonResult> Containers { get => _containers; init => _containers = [.. value]; }

    /// <summary>Items that no container gets, as the import counted them; they are among the rejected and skipped ones.</summary>
    public long WithoutRoute { get; init; }

    /// <summary>Request units spent, repairs included.</summary>
    public required double RequestCharge { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>The outcomes of all containers as one.</summary>
    /// <param name="target">All of them.</param>
    /// <param name="withoutRoute">Items that none of them gets.</param>
    /// <param name="withoutRouteExample">One of them that was rejected.</param>
    internal static ComparisonResult Sum(string target, IReadOnlyList<ComparisonResult> results,
        (long Rejected, long Filtered) withoutRoute, string? withoutRouteExample = null) => new()
        {
            // What is allowed is allowed once, and not for each container.
            Passed = results.All(static result => result.Passed)
            && results.Sum(static result => result.Rejected) + withoutRoute.Rejected <= results[0].AllowedRejected,
            Source = results[0].Source,
            Target = target,
            SourceItems = results.Sum(static result => result.SourceItems) + withoutRoute.Rejected + withoutRoute.Filtered,
            Added = results.Sum(static result => result.Added),
            TargetDocuments = results.Sum(static result => result.TargetDocuments),
            Matched = results.Sum(static result => result.Matched),
            Missing = results.Sum(static result => result.Missing),
            Extra = results.Sum(static result => result.Extra),
            Different = results.Sum(static result => result.Different),
            Repaired = results.Sum(static result => result.Repaired),
            Expired = results.Sum(static result => result.Expired),
            Rejected = results.Sum(static result => result.Rejected) + withoutRoute.Rejected,
            AllowedRejected = results[0].AllowedRejected,
            RejectedExample = results.Select(static result => result.RejectedExample).FirstOrDefault(static example => example is not null)
            ?? withoutRouteExample,
            Skipped = results.Sum(static result => result.Skipped) + withoutRoute.Filtered,
            IsTruncated = results.Any(static result => result.IsTruncated),
            IsSample = results[0].IsSample,
            Containers = results,
            WithoutRoute = withoutRoute.Rejected + withoutRoute.Filtered,
            RequestCharge = results.Sum(static result => result.RequestCharge),
            Duration = TimeSpan.FromTicks(results.Sum(static result => result.Duration.Ticks)),
        };

    /// <summary>DifferencesFound, or ItemsRejected where nothing differs, for a runbook to stop at; null if it passed.</summary>
    public MigrationException? GetFailure() => Passed ? null
        : IsTruncated || Missing + Extra + Different > Repaired ? ComparisonErrors.DifferencesFound(this)
        : ComparisonErrors.ItemsRejected(this);

    public override string ToString() => $"{Target}: {(Passed ? "passed" : "failed")}, {Matched} of {SourceItems} matched, {Missing} " +
        $"missing, {Extra} extra, {Different} different";
}

/// <summary>What a comparison is doing.</summary>
public enum ComparisonStage
{
    /// <summary>Items that come down a pipeline are kept.</summary>
    TakingItems,

    /// <summary>Both sides are read, once.</summary>
    Reading,

    /// <summary>What differs is read again.</summary>
    LookingCloser,
}

/// <summary>Where a comparison is.</summary>
/// <param name="SourceItems">Read in this stage.</param>
/// <param name="TotalItems">By the manifest; null where nobody knows.</param>
/// <param name="TargetDocuments">Read in this stage.</param>
public readonly record struct ComparisonProgress(
    ComparisonStage Stage, long SourceItems, long? TotalItems, long TargetDocuments, long Differences, double RequestCharge,
        TimeSpan Elapsed);
