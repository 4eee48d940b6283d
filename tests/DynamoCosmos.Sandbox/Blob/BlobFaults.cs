namespace DynamoCosmos.Sandbox.Blob;

/// <summary>What happens to a call instead of, before or after its action.</summary>
public sealed record BlobFault
{
    private BlobFault()
    {
    }

    internal int StatusCode { get; private init; }

    internal string Code { get; private init; } = "";

    internal TimeSpan? RetryAfter { get; private init; }

    internal TimeSpan Delay { get; private init; }

    internal bool Acts { get; private init; } = true;

    internal bool Resets { get; private init; }

    internal bool Vanishes { get; private init; }

    internal long? TruncateAt { get; private init; }

    internal long? FlipAt { get; private init; }

    /// <summary>Answers with this status and does nothing.</summary>
    public static BlobFault Refuse(int status, string code, TimeSpan? retryAfter = null) =>
        new() { StatusCode = status, Code = code, RetryAfter = retryAfter, Acts = false };

    /// <summary>Acts, and answers with this status nevertheless.</summary>
    public static BlobFault ActAndRefuse(int status, string code) => new() { StatusCode = status, Code = code };

    public static BlobFault Slow(TimeSpan delay) => new() { Delay = delay };

    public static BlobFault ResetBefore() => new() { Resets = true, Acts = false };

    /// <summary>Acts, and breaks the connection before the answer.</summary>
    public static BlobFault ResetAfter() => new() { Resets = true };

    /// <summary>Breaks the connection after so many bytes of the answer's body.</summary>
    public static BlobFault Truncate(long afterBytes) => new() { TruncateAt = afterBytes };

    /// <summary>Flips the lowest bit of one byte in transit: of a download, an upload, or what is fetched for a copy.</summary>
    public static BlobFault FlipByte(long at) => new() { FlipAt = at };

    /// <summary>Removes the blob just before the call.</summary>
    public static BlobFault Vanish() => new() { Vanishes = true };
}

/// <summary>Which faults come to which calls: the first rule that fits and is not used up.</summary>
public sealed class BlobFaults
{
    private readonly Lock _gate = new();
    private readonly List<Rule> _rules = [];

    /// <param name="operation">Such as <c>GetBlob</c>, <c>PutBlobFromUrl</c>, <c>AppendBlock</c>; null for all.</param>
    /// <param name="blob">Which blobs; null for all.</param>
    /// <param name="times">How often; every time if negative.</param>
    /// <param name="skip">Calls that fit and are let through first.</param>
    public void Add(BlobFault fault, string? operation = null, Func<string, bool>? blob = null, int times = 1, int skip = 0)
    {
        lock (_gate) _rules.Add(new(fault, operation, blob) { Left = times, Skip = skip });
    }

    public void Clear()
    {
        lock (_gate) _rules.Clear();
    }

    internal BlobFault? Take(string operation, string? blob)
    {
        lock (_gate)
        {
            foreach (Rule rule in _rules)
            {
                if (rule.Left == 0 || (rule.Operation is not null && rule.Operation != operation)) continue;
                if (rule.Blob is not null && !rule.Blob(blob ?? "")) continue;
                if (rule.Skip-- > 0) continue;
                if (rule.Left > 0) rule.Left--;
                return rule.Fault;
            }
            return null;
        }
    }

    private sealed record Rule(BlobFault Fault, string? Operation, Func<string, bool>? Blob)
    {
        internal int Left { get; set; }

        internal int Skip { get; set; }
    }
}
