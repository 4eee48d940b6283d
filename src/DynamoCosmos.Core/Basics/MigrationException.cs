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
/// A failure with a stable id. The message says what, where, why and what to do next; it never holds a secret. It mentions settings and
/// remedies as placeholders, which the host fills in. Thrown only through the catalogue classes (<c>…Errors</c>), one factory method per
/// id.
/// </summary>
/// <param name="template">The message with placeholders of <see cref="Setting"/> and <see cref="Remedy"/>.</param>
public sealed class MigrationException(string errorId, FailureKind kind, string template, object? target = null, Exception? inner = null)
    : Exception(template, inner)
{
    /// <summary>For life: scripts and tests match on it.</summary>
    public string ErrorId { get; } = errorId;

    public FailureKind Kind { get; } = kind;

    /// <summary>The failing object: a table name, an export, a file's location, a container.</summary>
    public object? TargetObject { get; } = target;

    /// <summary>The message in the words of the host.</summary>
    public override string Message => HostWords.Fill(base.Message);

    /// <summary>Of <see cref="Setting.All"/>, those that the message mentions.</summary>
    public IReadOnlyList<string> Settings => HostWords.SettingsIn(base.Message);

    /// <summary>Of <see cref="Remedy.All"/>, those that the message advises.</summary>
    public IReadOnlyList<string> Remedies => HostWords.RemediesIn(base.Message);
}
