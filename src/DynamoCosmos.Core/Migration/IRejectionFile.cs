namespace DynamoCosmos.Migration;

/// <summary>
/// Where rejections are kept, as NDJSON. It only grows, but for one thing: what lies beyond the length that the checkpoint knows was written by a
/// run that died before it could claim it, will be found again, and is overwritten.
/// </summary>
public interface IRejectionFile : IAsyncDisposable
{
    /// <summary>Where it is, without secrets.</summary>
    string Location { get; }

    /// <summary>0 where there is none yet.</summary>
    Task<long> GetLengthAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes the file exactly <paramref name="position"/> bytes long, then adds the lines; durable when it returns. Positions are only ever the
    /// end of an earlier append (so a store that keeps blocks cuts between two of them), and one call holds at most about 4 MiB but for a single longer line.
    /// No lines cuts the file only; position 0 without lines leaves an empty file or none.
    /// </summary>
    Task AppendAsync(long position, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken);

    /// <summary>From the beginning; forward-only.</summary>
    /// <exception cref="MigrationException">RejectionFileMissing.</exception>
    Task<Stream> OpenReadAsync(CancellationToken cancellationToken);
}
