namespace DynamoCosmos.Ports;

/// <summary>What a write does.</summary>
public enum WriteKind
{
    /// <summary>Writes the document, whether one of its id and partition key is there or not.</summary>
    Upsert,

    /// <summary>Deletes the document.</summary>
    Delete,
}

/// <summary>One operation on its way.</summary>
/// <param name="Document">UTF-8 JSON; empty for a delete.</param>
/// <param name="PartitionKey">
/// One value per path of the container: string, double, bool, or null for JSON null; <see cref="Undefined"/> where the document has none.
/// </param>
/// <param name="Container">Which of the sink's containers it is for.</param>
/// <param name="Condition">What must be true of the document that is there; null writes whatever is there.</param>
public readonly record struct ItemWrite(
    WriteKind Kind, string Id, IReadOnlyList<object?> PartitionKey, ReadOnlyMemory<byte> Document, int Container = 0,
    WriteCondition? Condition = null)
{
    /// <summary>Stands for a partition key component that the document does not have.</summary>
    public static object Undefined { get; } = new();
}

/// <summary>
/// What must be true of the document that is there for a write to be carried out. An answer of 404, 409 or 412 says that it is not.
/// </summary>
public sealed record WriteCondition
{
    private WriteCondition(string? etag) => ETag = etag;

    /// <summary>
    /// No document of this id and partition key is there (If-None-Match: *): the write only creates. Refused with 409, as is a unique key
    /// of another document. A delete cannot have it.
    /// </summary>
    public static WriteCondition IfNoneMatch { get; } = new((string?)null);

    /// <summary>The version that must be there; null for <see cref="IfNoneMatch"/>.</summary>
    public string? ETag { get; }

    /// <summary>
    /// This version of the document is there (If-Match). Refused with 412 where another one is. An upsert is refused with 404 where none
    /// is, so that it brings no deleted document back; a delete is done then.
    /// </summary>
    /// <param name="etag">The document's _etag, or <see cref="WriteAnswer.ETag"/> of an earlier write, with its quotes.</param>
    public static WriteCondition IfMatch(string etag)
    {
        ArgumentException.ThrowIfNullOrEmpty(etag);
        return new(etag);
    }
}

/// <summary>What the service answered.</summary>
/// <param name="Status">
/// HTTP status: 201 for a document that was not there, 200 for one that was; 0 when the connection broke before an answer.
/// </param>
/// <param name="RequestCharge">Request units.</param>
/// <param name="Message">The service's own words for a refusal, shortened.</param>
/// <param name="ETag">The version that a successful write made; null where there is none, or it is not known.</param>
public readonly record struct WriteAnswer(
    int Status, int SubStatus, double RequestCharge, TimeSpan? RetryAfter = null, string? Message = null, string? ETag = null)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}
