using DynamoCosmos.Ports;

namespace DynamoCosmos.Import.Checkpoints;

/// <summary>Rejections in a file on disk.</summary>
internal sealed class LocalRejectionFile(string path) : IRejectionFile
{
    public string Location { get; } = Path.GetFullPath(path);

    public Task<IAsyncDisposable> HoldAsync(string holder, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<IAsyncDisposable>(LockFile.Take(Location, holder));
        }
        catch (LockedException locked)
        {
            throw RunFileErrors.RejectionFileShared(Location,
                $"another run writes to it{(locked.Holder is null ? "" : $" ({locked.Holder})")}.");
        }
        catch (Exception error) when (LockFile.IsNotWritable(error))
        {
            throw RunFileErrors.RejectionFileNotWritable(Location, error.Message, error);
        }
    }

    public Task<long> GetLengthAsync(CancellationToken cancellationToken)
    {
        FileInfo file = new(Location);
        return Task.FromResult(file.Exists ? file.Length : 0);
    }

    public async Task AppendAsync(long position, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        if (position == 0 && lines.IsEmpty && !File.Exists(Location)) return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Location)!);
            FileStream stream = new(Location, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 0, FileOptions.Asynchronous);
            await using (stream.ConfigureAwait(false))
            {
                if (stream.Length < position)
                {
                    throw RunFileErrors.RejectionFileNotWritable(Location,
                        $"it has {stream.Length} bytes where the checkpoint knows of {position}; it was cut, or another file lies in " +
                            "its place.");
                }
                stream.SetLength(position);
                stream.Position = position;
                await stream.WriteAsync(lines, cancellationToken).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }
        }
        catch (Exception error) when (LockFile.IsNotWritable(error))
        {
            throw RunFileErrors.RejectionFileNotWritable(Location, error.Message, error);
        }
    }

    public Task<Stream> OpenReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A run may go on meanwhile, and cut and append.
            return Task.FromResult<Stream>(
                new FileStream(Location, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024,
                FileOptions.Asynchronous | FileOptions.SequentialScan));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw RunFileErrors.RejectionFileMissing(Location);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
