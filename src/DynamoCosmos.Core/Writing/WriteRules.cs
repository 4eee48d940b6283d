using DynamoCosmos.Ports;

namespace DynamoCosmos.Writing;

/// <summary>What a status that Cosmos DB answered to a write means for the item and for the run.</summary>
internal enum WriteVerdict
{
    /// <summary>The write is done.</summary>
    Settle,

    /// <summary>
    /// Nothing is wrong with the item: the same write again, after a pause, for as long as the run's RetryTimeout says. Then the run stops,
    /// to be resumed.
    /// </summary>
    Retry,

    /// <summary>This item will never be taken. It becomes a rejection with the status, and the run goes on.</summary>
    Reject,

    /// <summary>No item will be taken until somebody acts. The run stops, to be resumed.</summary>
    Stop,
}

/// <param name="Status">HTTP status; 0 for a connection that broke before an answer.</param>
/// <param name="SubStatus">Null for any that has no row of its own.</param>
/// <param name="FirstPause">Before the first retry; doubled for each further one.</param>
internal sealed record WriteRule(int Status, int? SubStatus, WriteVerdict Verdict, string Why, TimeSpan FirstPause = default);

/// <summary>
/// The written rule for every status. Upserts and deletes by a stable id can be repeated without harm, which is what makes Retry safe even
/// where the first try may have been carried out.
/// </summary>
internal static class WriteRules
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_medium = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_long = TimeSpan.FromMilliseconds(500);

    // Substatuses as the service's troubleshooting pages name them. A row with a substatus comes before the status's own.
    internal static IReadOnlyList<WriteRule> Table { get; } =
    [
        new(0, null, WriteVerdict.Retry, "the connection broke before an answer", s_long),
        new(400, null, WriteVerdict.Reject, "the document or its partition key is not accepted"),
        new(401, null, WriteVerdict.Stop, "the key or token is not accepted"),
        new(403, 3, WriteVerdict.Retry, "writes are moving to another region", s_long),
        new(403, 1008, WriteVerdict.Retry, "the account is moving to another region", s_long),
        new(403, 1014, WriteVerdict.Reject, "the logical partition has reached its 20 GB"),
        new(403, null, WriteVerdict.Stop, "the identity may not write, or the network may not reach the account"),
        new(404, 1002, WriteVerdict.Retry, "the session is not known to this replica yet", s_medium),
        new(404, 1013, WriteVerdict.Retry, "the container is still being made", s_long),
        new(404, null, WriteVerdict.Stop, "the container is not there any more"),
        new(408, null, WriteVerdict.Retry, "the service did not answer in time", s_long),
        new(409, null, WriteVerdict.Reject, "another document has the same unique key"),
        new(410, null, WriteVerdict.Retry, "the partition moved or was split", s_medium),
        new(412, null, WriteVerdict.Reject, "a condition was not met"),
        new(413, null, WriteVerdict.Reject, "the document is over 2 MB"),
        new(424, null, WriteVerdict.Retry, "another operation of the same batch failed", s_medium),
        new(429, null, WriteVerdict.Retry, "the provisioned throughput is used up", s_medium),
        new(449, null, WriteVerdict.Retry, "another write of the same document was under way", s_short),
        new(500, null, WriteVerdict.Retry, "the service failed", s_long),
        new(503, null, WriteVerdict.Retry, "the service is not available", s_long),
    ];

    /// <summary>
    /// For statuses without a row: a refusal of the request is lasting, everything else is a failure of the way or of the service.
    /// </summary>
    private static readonly WriteRule s_otherRefusal = new(-1, null, WriteVerdict.Reject, "the service refused the document");
    private static readonly WriteRule s_otherFailure = new(-1, null, WriteVerdict.Retry, "an answer that a write does not have", s_long);
    private static readonly WriteRule s_onTheWay =
        new(-1, NotOfTheService, WriteVerdict.Stop, "something on the way to Cosmos DB refused the request");
    private static readonly WriteRule s_success = new(-1, null, WriteVerdict.Settle, "written");
    private static readonly WriteRule s_isThere =
        new(409, null, WriteVerdict.Reject, "a document of this key is there, or another one has the same unique key");
    private static readonly WriteRule s_isGone =
        new(404, 0, WriteVerdict.Reject, "the document that was to be replaced is not there any more");

    /// <summary>
    /// Stands in place of a substatus where the answer is not Cosmos DB's own: a proxy or a gateway on the way refused the request, and
    /// with it every write in it.
    /// </summary>
    internal const int NotOfTheService = 599_001;

    /// <summary>A refusal before the write was begun. After any other failure it may be done all the same.</summary>
    internal static bool IsSurelyNotDone(int status) => status is 403 or 404 or 424 or 429 or 449;

    /// <summary>A refusal that says something about the document that is there, of a write with a condition.</summary>
    internal static bool IsAboutCondition(in ItemWrite write, in WriteAnswer answer) =>
        write.Condition is not null && answer.Status is 404 or 409 or 412;

    internal static WriteRule For(in ItemWrite write, in WriteAnswer answer) => write switch
    {
        { Condition: null } => For(write.Kind, answer),
        { Condition.ETag: null } when answer is { Status: 409 } => s_isThere,
        { Kind: WriteKind.Upsert, Condition.ETag: not null } when answer is { Status: 404, SubStatus: 0 } => s_isGone,
        _ => For(write.Kind, answer),
    };

    internal static WriteRule For(WriteKind kind, in WriteAnswer answer)
    {
        if (answer.IsSuccess) return s_success;
        if (answer.SubStatus == NotOfTheService) return s_onTheWay;
        foreach (WriteRule rule in Table)
        {
            if (rule.Status != answer.Status || (rule.SubStatus ?? answer.SubStatus) != answer.SubStatus) continue;
            // 404 with substatus 0 is about the document; with 1003 its container or database is gone.
            return kind == WriteKind.Delete && answer is { Status: 404, SubStatus: 0 } ? s_success : rule;
        }
        return answer.Status is >= 400 and < 500 ? s_otherRefusal : s_otherFailure;
    }
}
