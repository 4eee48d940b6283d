namespace DynamoCosmos.Assessment;

/// <summary>
/// What a table holds, what its migration will meet, and what it will take. Counts are exact for what was read, unless said otherwise; of a
/// sample,
/// <see cref="Plan"/> and the findings' sizes are projected to the whole table.
/// </summary>
public sealed record MigrationAssessment
{
    // Arrays: a host may take elements by their number, which the lists that the compiler makes do not offer to all of them.
    private readonly string[] _partitionKeyPath = [];
    private readonly AttributeUsage[] _attributes = [];
    private readonly IndexAdvice[] _indexes = [];
    private readonly AssessmentFinding[] _findings = [];

    public required string Source { get; init; }

    public required DateTimeOffset AssessedAt { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>Only some items were read.</summary>
    public required bool IsSample { get; init; }

    public required long ItemsAssessed { get; init; }

    /// <summary>In the whole source; of a sample, what the export's manifest or the table says.</summary>
    public required long TotalItems { get; init; }

    /// <summary>What the items were partitioned by in this assessment.</summary>
    public required IReadOnlyList<string> PartitionKeyPath { get => _partitionKeyPath; init => _partitionKeyPath = [.. value]; }

    /// <summary>Items that become documents.</summary>
    public required long Documents { get; init; }

    /// <summary>Items that are skipped because their time to live is over.</summary>
    public required long Expired { get; init; }

    /// <summary>Deletions of an incremental export, and what a mapping leaves out.</summary>
    public required long Skipped { get; init; }

    public required long Rejected { get; init; }

    /// <summary>By the reason that the list of rejected items would show.</summary>
    public required IReadOnlyDictionary<string, long> Rejections { get; init; }

    /// <summary>As DynamoDB counts the bytes of an item, without its 100 bytes of overhead.</summary>
    public required SizeDistribution SourceSize { get; init; }

    /// <summary>Of the documents, in bytes of JSON.</summary>
    public required SizeDistribution DocumentSize { get; init; }

    /// <summary>Documents of more than 1 MB, half of what Cosmos DB takes.</summary>
    public required long LargeDocuments { get; init; }

    /// <summary>Where items have values, most of them first.</summary>
    public required IReadOnlyList<AttributeUsage> Attributes { get => _attributes; init => _attributes = [.. value]; }

    /// <summary>There were more places than are listed: at most 2,000, and 100 names in one map.</summary>
    public required bool AttributesCapped { get; init; }

    /// <summary>Values at places that are not listed.</summary>
    public required long UnlistedValues { get; init; }

    /// <summary>Numbers that no double keeps.</summary>
    public required long NumberLosses { get; init; }

    public required long ItemsWithNumberLosses { get; init; }

    /// <summary>Ids with characters that Cosmos DB does not take.</summary>
    public required long EscapedIds { get; init; }

    /// <summary>Ids that are longer than 1,023 bytes, and end in a hash.</summary>
    public required long HashedIds { get; init; }

    /// <summary>Null where the table has no TTL attribute.</summary>
    public TtlUsage? TimeToLive { get; init; }

    public required PartitionUsage Partitions { get; init; }

    /// <summary>Empty where the table is not known, since exports do not name its indexes.</summary>
    public IReadOnlyList<IndexAdvice> Indexes { get => _indexes; init => _indexes = [.. value]; }

    public required LoadPlan Plan { get; init; }

    /// <summary>The most dangerous first.</summary>
    public required IReadOnlyList<AssessmentFinding> Findings { get => _findings; init => _findings = [.. value]; }

    public override string ToString() => $"{Source}: {ItemsAssessed} of {TotalItems} items assessed, {Findings.Count} findings";
}

/// <summary>One place at which items have values.</summary>
public sealed record AttributeUsage
{
    /// <summary>Such as <c>total</c>, <c>address.city</c>, <c>lines[].price</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Values seen: for an attribute of the item, the items that have it.</summary>
    public required long Count { get; init; }

    /// <summary>DynamoDB's types and how often each was seen, the most frequent first.</summary>
    public required IReadOnlyDictionary<string, long> Types { get; init; }

    /// <summary>More than one type, not counting NULL.</summary>
    public bool IsMixed => Types.Count(static type => type.Key != "NULL") > 1;

    /// <summary>Levels of maps and lists within.</summary>
    public int Depth { get; init; }

    /// <summary>Names and values, as DynamoDB counts them.</summary>
    public long Bytes { get; init; }

    public int MaxBytes { get; init; }

    public long NumberLosses { get; init; }

    /// <summary>It has more names within than are listed.</summary>
    public bool HasMore { get; init; }

    public override string ToString() => Path;
}

/// <summary>What is in the TTL attribute.</summary>
/// <param name="Present">Items that have it, with a value of any type.</param>
/// <param name="NotNumbers">Values that DynamoDB ignores, and so does the import.</param>
/// <param name="Expired">Over, but not longer ago than five years.</param>
/// <param name="TooOld">Over for more than five years: DynamoDB no longer deletes such items, and they are imported without ttl.</param>
/// <param name="TooFar">More than 2,147,483,647 seconds ahead, which is Cosmos DB's limit: imported without ttl.</param>
/// <param name="LikelyMilliseconds">Of these, the ones that look like milliseconds.</param>
public sealed record TtlUsage(string Attribute, long Present, long NotNumbers, long Expired, long TooOld, long TooFar,
    long LikelyMilliseconds)
{
    public override string ToString() => $"{Attribute}: {Present}";
}

/// <summary>How documents spread over logical partitions.</summary>
public sealed record PartitionUsage
{
    // Arrays: a host may take elements by their number, which the lists that the compiler makes do not offer to all of them.
    private readonly LogicalPartition[] _largest = [];

    /// <summary>Different partition key values among the documents read.</summary>
    public required long Distinct { get; init; }

    /// <summary>Standard error of <see cref="Distinct"/> as a share of it; 0 where it was counted exactly, up to 10,000 values.</summary>
    public required double DistinctError { get; init; }

    /// <summary>The heaviest, heaviest first.</summary>
    public required IReadOnlyList<LogicalPartition> Largest { get => _largest; init => _largest = [.. value]; }

    /// <summary>A partition that is not among the 4,096 that were followed has no more bytes than this.</summary>
    public required long UnseenBytes { get; init; }

    public override string ToString() => $"{Distinct} values";
}

/// <summary>One partition key value and what it holds.</summary>
/// <param name="Key">Cut after 120 bytes.</param>
/// <param name="Bytes">Bytes of documents, at least.</param>
/// <param name="MaxBytes">At most; the same where it was followed from its first document.</param>
/// <param name="Items">Documents, at least.</param>
/// <param name="Share">Of the bytes of all documents, at least: 0 to 1.</param>
public sealed record LogicalPartition(string Key, long Bytes, long MaxBytes, long Items, double Share)
{
    public override string ToString() => $"{Key}: {Items} items";
}

/// <summary>What becomes of a secondary index.</summary>
/// <param name="Kind">Global or Local.</param>
/// <param name="Advice">IndexingPolicy, HierarchicalKey or SecondContainer.</param>
/// <param name="Coverage">Share of the items that have its partition key, and so are in it: 0 to 1.</param>
public sealed record IndexAdvice(string Name, string Kind, string Keys, IndexAdviceKind Advice, double Coverage, string Reason)
{
    public override string ToString() => $"{Name}: {Advice}";
}

/// <summary>The words are for life: scripts match on them.</summary>
public enum IndexAdviceKind
{
    /// <summary>The container's indexing policy answers its queries.</summary>
    IndexingPolicy,

    /// <summary>It leads the container's partition key.</summary>
    HierarchicalKey,

    /// <summary>Its queries would ask every partition: keep a second container by the change feed.</summary>
    SecondContainer,
}

/// <summary>How much a finding matters.</summary>
public enum FindingSeverity
{
    /// <summary>Data will not arrive, or the container will stop taking writes.</summary>
    Critical,

    /// <summary>The application or the load will notice.</summary>
    Warning,

    /// <summary>Good to know.</summary>
    Notice,
}

/// <summary>Something that the migration will meet.</summary>
/// <param name="Id">For life: scripts match on it.</param>
/// <param name="Subject">An attribute, a partition key value, an index; empty for the whole table.</param>
/// <param name="Count">Items, numbers or ids concerned, among those that were read.</param>
/// <param name="Message">What it is, and what to do about it.</param>
public sealed record AssessmentFinding(FindingSeverity Severity, string Id, string Subject, long Count, string Message)
{
    public override string ToString() => $"{Severity} {Id}: {Message}";
}
