using DynamoCosmos.Basics;

namespace DynamoCosmos.Ports;

/// <summary>
/// Where rejections are kept, as NDJSON. It only grows, but for one thing: what lies beyond the length that the checkpoint knows was
/// written by a run that died before it could claim it, will be found again, and is overwritten.
/// </summary>
public interface IRejectionFile : IAsyncDisposable
{
    /// <summary>Where it is, without secrets.</summary>
    string Location { get; }

    /// <summary>
    /// Takes the file for one run, before anything else is asked of it. A store whose writes are conditional may leave it to them to find
    /// out a second writer.
    /// </summary>
    /// <param name="holder">Who takes it, for the message to a second run.</param>
    /// <returns>Disposing it lets go.</returns>
    /// <exception cref="MigrationException">RejectionFileShared: another run has it.</exception>
    Task<IAsyncDisposable> HoldAsync(string holder, CancellationToken cancellationToken);

    /// <summary>0 where there is none yet.</summary>
    Task<long> GetLengthAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes the file exactly <paramref name="position"/> bytes long, then adds the lines; durable when it returns. Positions are only ever
    /// the end of an earlier append (so a store that keeps blocks cuts between two of them), and one call holds at most about 4 MiB but for
    /// a single longer line. No lines cuts the file only; position 0 without lines leaves an empty file or none.
    /// </summary>
    /// <exception cref="MigrationException">RejectionFileNotWritable, or RejectionFileShared: another run wrote to it
    /// meanwhile.</exception>
    Task AppendAsync(long position, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken);

    /// <summary>From the beginning; forward-only.</summary>
    /// <exception cref="MigrationException">RejectionFileMissing.</exception>
    Task<Stream> OpenReadAsync(CancellationToken cancellationToken);
}
