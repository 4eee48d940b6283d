using DynamoCosmos.Basics;

namespace DynamoCosmos.Ports;

/// <summary>
/// The one small file in which a run keeps how far it came. Whoever opens it for a run takes the hold first; everything written meanwhile
/// is written under that hold. Broken connections are retried inside; what a user must act on is a <see cref="MigrationException"/>.
/// </summary>
public interface ICheckpointFile : IAsyncDisposable
{
    /// <summary>Where it is, without secrets: a path, or a URL without its query.</summary>
    string Location { get; }

    /// <summary>Null where there is none yet.</summary>
    Task<CheckpointText?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Replaces the whole file or nothing of it, and is durable when it returns.</summary>
    /// <param name="version">The version that is replaced; null to make a file that must not be there yet.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="MigrationException">CheckpointChanged: the file is not of that version any more.</exception>
    Task<string> WriteAsync(ReadOnlyMemory<byte> text, string? version, CancellationToken cancellationToken);

    /// <summary>Takes the file for one run. A holder that died loses its hold within about a minute.</summary>
    /// <param name="holder">Who holds it, for the message to a second run: machine, process, since when.</param>
    /// <exception cref="MigrationException">RunAlreadyActive, with who holds it.</exception>
    Task<IRunHold> HoldAsync(string holder, CancellationToken cancellationToken);
}

/// <summary>A checkpoint as it was read.</summary>
/// <param name="Version">An ETag, or what stands for one on disk.</param>
public sealed record CheckpointText(ReadOnlyMemory<byte> Text, string Version);

/// <summary>Disposing it lets go.</summary>
public interface IRunHold : IAsyncDisposable
{
    /// <summary>
    /// Cancelled if the hold is lost (its lease could not be renewed): then another run may have begun, and this one must write nothing
    /// more.
    /// </summary>
    CancellationToken Lost { get; }
}
