namespace DynamoCosmos.Basics;

/// <summary>What kind of failure it is; the PowerShell face maps each to the ErrorCategory of the same meaning.</summary>
public enum FailureKind
{
    InvalidArgument,
    InvalidData,
    InvalidOperation,
    NotFound,
    AlreadyExists,
    AuthenticationFailed,
    PermissionDenied,
    LimitsExceeded,
    Throttled,
    ConnectionFailed,
    TimedOut,
    Incomplete,
    Busy,
    NotSupported,
    Unspecified,
}

/// <summary>
/// A failure with a stable id. The message says what, where, why and what to do next; it never holds a secret.
/// Thrown only through the catalogue classes (<c>…Errors</c>), one factory method per id.
/// </summary>
public sealed class MigrationException(string errorId, FailureKind kind, string message, object? target = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>For life: scripts and tests match on it.</summary>
    public string ErrorId { get; } = errorId;

    public FailureKind Kind { get; } = kind;

    /// <summary>The failing object: a table name, an export, a file's location, a container.</summary>
    public object? TargetObject { get; } = target;
}
