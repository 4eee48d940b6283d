namespace DynamoCosmos.Worker;

/// <summary>How the worker ended. The numbers are for life: schedulers act on them. docs/worker.md explains each.</summary>
internal enum ExitCode
{
    Done = 0,

    /// <summary>It failed, and would fail again.</summary>
    Failed = 1,

    /// <summary>The options or the mapping cannot be meant.</summary>
    WrongSettings = 2,

    /// <summary>The import ended early, as it was told; the same line goes on.</summary>
    Incomplete = 3,

    /// <summary>The comparison did not pass.</summary>
    Different = 4,

    /// <summary>It failed for a reason that passes: throttling, an outage, another run of the same import.</summary>
    TryAgain = 5,

    /// <summary>SIGINT, 128 + 2.</summary>
    Interrupted = 130,

    /// <summary>SIGTERM, 128 + 15.</summary>
    Terminated = 143,
}

internal static class ExitCodes
{
    internal static ExitCode Of(MigrationException failure) => failure.Kind switch
    {
        FailureKind.InvalidArgument => ExitCode.WrongSettings,
        FailureKind.Throttled or FailureKind.ConnectionFailed or FailureKind.TimedOut or FailureKind.Busy => ExitCode.TryAgain,
        _ => ExitCode.Failed,
    };
}
