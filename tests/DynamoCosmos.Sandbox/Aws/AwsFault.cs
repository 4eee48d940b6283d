namespace DynamoCosmos.Sandbox.Aws;

internal enum AwsFaultKind
{
    Error,
    Slow,
    ResetBefore,
    ResetAfter,
    CutBody,
    ShortBody,
    FlipByte,
}

/// <summary>Something that goes wrong on purpose: which requests, how often, and how.</summary>
public sealed class AwsFault
{
    private int _seen;

    private AwsFault(AwsFaultKind kind, string operation)
    {
        Kind = kind;
        Operation = operation;
    }

    internal AwsFaultKind Kind { get; }

    /// <summary>Such as <c>GetObject</c> or <c>Scan</c>; <c>*</c> is any.</summary>
    public string Operation { get; }

    /// <summary>Only requests whose path or body-free target contains this.</summary>
    public string PathContains { get; init; } = "";

    /// <summary>Lets this many matching requests pass first.</summary>
    public int Skip { get; init; }

    /// <summary>How many are hit after that.</summary>
    public int Times { get; init; } = 1;

    internal int Status { get; private init; }

    internal string Code { get; private init; } = "";

    internal string Message { get; private init; } = "";

    internal long AtByte { get; private init; }

    internal TimeSpan Delay { get; private init; }

    /// <summary>How often it struck.</summary>
    public int Hits => Math.Clamp(Volatile.Read(ref _seen) - Skip, 0, Times);

    /// <summary>
    /// Answers with an error before anything is done: (503, SlowDown), (500, InternalError), (400, ProvisionedThroughputExceededException)…
    /// </summary>
    public static AwsFault Error(string operation, int status, string code, int times = 1, string pathContains = "", int skip = 0) =>
        new(AwsFaultKind.Error, operation)
        {
            Status = status,
            Code = code,
            Message = $"{code}, as the fault asks for.",
            Times = times,
            PathContains = pathContains,
            Skip = skip,
        };

    /// <summary>Waits before it answers.</summary>
    public static AwsFault Slow(string operation, TimeSpan delay, int times = int.MaxValue, string pathContains = "") =>
        new(AwsFaultKind.Slow, operation) { Delay = delay, Times = times, PathContains = pathContains };

    /// <summary>Resets the connection before anything is done.</summary>
    public static AwsFault ResetBefore(string operation, int times = 1, string pathContains = "", int skip = 0) =>
        new(AwsFaultKind.ResetBefore, operation) { Times = times, PathContains = pathContains, Skip = skip };

    /// <summary>Does what was asked, then resets the connection in place of the answer.</summary>
    public static AwsFault ResetAfter(string operation, int times = 1, string pathContains = "", int skip = 0) =>
        new(AwsFaultKind.ResetAfter, operation) { Times = times, PathContains = pathContains, Skip = skip };

    /// <summary>Resets the connection after so many bytes of the answer's body.</summary>
    public static AwsFault CutBody(string operation, long atByte, int times = 1, string pathContains = "", int skip = 0) =>
        new(AwsFaultKind.CutBody, operation) { AtByte = atByte, Times = times, PathContains = pathContains, Skip = skip };

    /// <summary>Ends the body after so many bytes as if that were all of it, Content-Length included: what a bad proxy does.</summary>
    public static AwsFault ShortBody(string operation, long atByte, int times = 1, string pathContains = "") =>
        new(AwsFaultKind.ShortBody, operation) { AtByte = atByte, Times = times, PathContains = pathContains };

    /// <summary>Flips the lowest bit of one byte of the body.</summary>
    public static AwsFault FlipByte(string operation, long atByte, int times = 1, string pathContains = "") =>
        new(AwsFaultKind.FlipByte, operation) { AtByte = atByte, Times = times, PathContains = pathContains };

    internal bool Strikes(AwsCall call)
    {
        if (Operation != "*" && Operation != call.Operation) return false;
        if (PathContains.Length > 0 && !Uri.UnescapeDataString(call.RawPath).Contains(PathContains, StringComparison.Ordinal)) return false;
        int number = Interlocked.Increment(ref _seen);
        return number > Skip && number - Skip <= Times;
    }
}
