namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>Something that goes wrong on purpose: an answer, a broken connection or a delay.</summary>
public sealed record CosmosFault
{
    public int Status { get; init; }

    public int SubStatus { get; init; }

    public TimeSpan RetryAfter { get; init; }

    /// <summary>The connection is cut instead of an answer. For a request, not for one operation of a batch.</summary>
    public bool Reset { get; init; }

    /// <summary>
    /// The answer is of something before the service, such as a proxy: it has none of the service's headers. For a request, not for one
    /// operation of a batch.
    /// </summary>
    public bool IsForeign { get; init; }

    /// <summary>The request is answered 200 without a body.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>The service acts first and fails afterwards: the client cannot know.</summary>
    public bool AfterApplying { get; init; }

    /// <summary>Before anything else; with neither status nor reset the request is only slow.</summary>
    public TimeSpan Delay { get; init; }
}

public enum CosmosRequestKind
{
    Account,
    Database,
    Container,
    Ranges,
    Offer,
    Point,
    Batch,
    QueryPlan,
    Query,
    ChangeFeed,
}

/// <summary>A request as a fault script sees it.</summary>
/// <param name="Number">From 1, over all requests.</param>
public readonly record struct CosmosCall(CosmosRequestKind Kind, string Method, string Path, long Number);

/// <summary>One write as a fault script sees it.</summary>
/// <param name="Number">From 1, over all operations.</param>
public readonly record struct CosmosWrite(CosmosOperationKind Kind, string Id, string Range, long Number);

/// <summary>The wire's own numbers.</summary>
public enum CosmosOperationKind
{
    Create = 0,
    Patch = 1,
    Read = 2,
    Delete = 4,
    Replace = 5,
    Upsert = 20,
}

/// <summary>An answered request. Charge in request units.</summary>
public readonly record struct CosmosLogEntry(DateTimeOffset At, CosmosRequestKind Kind, string Method, string Path, int Status,
    int SubStatus, double Charge, int Operations);

/// <summary>Ready-made scripts for the fault hooks; safe for requests at the same time.</summary>
public static class FaultScript
{
    /// <summary>The first calls fail, all later ones do not.</summary>
    public static Func<T, CosmosFault?> First<T>(int calls, CosmosFault fault)
    {
        int left = calls;
        return _ => Interlocked.Decrement(ref left) >= 0 ? fault : null;
    }

    /// <summary>
    /// A share of the calls fails (0 to 1), each with one of the faults; the same seed makes the same draw per call number.
    /// </summary>
    public static Func<T, CosmosFault?> Share<T>(double share, int seed, params CosmosFault[] faults)
    {
        int call = 0;
        return _ =>
        {
            Random draw = new(unchecked(seed * 31 + Interlocked.Increment(ref call) * 7919));
            return draw.NextDouble() < share ? faults[draw.Next(faults.Length)] : null;
        };
    }
}
