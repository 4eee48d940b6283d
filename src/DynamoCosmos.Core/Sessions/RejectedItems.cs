using System.Runtime.CompilerServices;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Ports;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Sessions;

/// <summary>Reads what imports rejected, from wherever they wrote it.</summary>
public static class RejectedItems
{
    private const int ChunkBytes = 256 * 1024;

    // A rejection holds a line of at most 8 MiB, of which each byte can take six in JSON.
    private const int MaxLineBytes = 64 * 1024 * 1024;

    /// <summary>
    /// In the file's order, with memory for one at a time. A run may go on writing meanwhile: what it adds is not waited for, so that items
    /// which are imported again while they are read come to an end.
    /// </summary>
    /// <param name="location">A file:// URL, or the https URL of a blob.</param>
    /// <exception cref="MigrationException">RejectionFileMissing, RejectionFileDamaged, and the store's own.</exception>
    public static async IAsyncEnumerable<RejectedItem> ReadAsync(Uri location, AzureSettings lake, CloudConnections clouds,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IRejectionFile file = RunFiles.OpenRejections(location, lake, clouds);
        await using (file.ConfigureAwait(false))
        {
            Stream stream = await file.OpenReadAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                using LineBuffer lines = new(ChunkBytes, MaxLineBytes, tail: 0);
                long left = await file.GetLengthAsync(cancellationToken).ConfigureAwait(false);
                for (int count = 1; count > 0; left -= count)
                {
                    Memory<byte> room = lines.GetRoom();
                    count = await stream.ReadAsync(left < room.Length ? room[..(int)left] : room, cancellationToken).ConfigureAwait(false);
                    if (count > 0) lines.Add(count);
                    else lines.End();
                    while (Next(lines, file.Location) is RejectedItem item) yield return item;
                }
            }
        }
    }

    private static RejectedItem? Next(LineBuffer lines, string location)
    {
        if (!lines.TryRead(out ItemRecord record)) return null;
        try
        {
            return record.IsTooLong ? throw new FormatException("the line is too long") : RejectionLines.Read(record.Text);
        }
        catch (FormatException error)
        {
            throw RunFileErrors.RejectionFileDamaged(location, record.Line, error);
        }
    }
}
