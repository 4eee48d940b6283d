using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sessions;

/// <summary>
/// Where a migration's items come from: an export, a table's scan, a pipeline. It says what is to be read and how to get at it; opening it
/// gives the items.
/// </summary>
public abstract record ItemOrigin
{
    // Only Core knows what can be read.
    private protected ItemOrigin()
    {
    }

    /// <summary>For plans and messages, without secrets: an ARN, or an address.</summary>
    public abstract string Name { get; }

    /// <summary>As far as it is known before anything is opened; only an export's own record is exact.</summary>
    public virtual long? ItemCount => null;

    /// <summary>
    /// Whether opening it again gives the items again. What came down a pipeline is gone: its import has no checkpoint, and its comparison
    /// keeps the items.
    /// </summary>
    internal virtual bool IsRepeatable => true;

    /// <summary>A user named the table's keys: a sort key may have been left out.</summary>
    internal virtual bool AreKeysGiven => false;

    /// <summary>The folder that a run's own files lie in, unless its settings name others.</summary>
    /// <exception cref="MigrationException">There is nothing to read yet.</exception>
    internal abstract Uri GetRunFolder();

    /// <summary>The folder of the history that it shares with other exports of its table; null where it has none.</summary>
    internal virtual Uri? GetHistoryFolder() => null;

    /// <exception cref="MigrationException">It is damaged or not to be had, or nothing tells the table's keys.</exception>
    /// <param name="clouds">Owned by the caller, who keeps them until the source has been read.</param>
    internal abstract Task<IItemSource> OpenAsync(CloudConnections clouds, CancellationToken cancellationToken);
}
