using System.Globalization;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Import.Checkpoints;

/// <summary>
/// A checkpoint on disk. While a run goes on a <see cref="LockFile"/> keeps it to that run.
/// </summary>
internal sealed class LocalCheckpointFile(string path) : ICheckpointFile
{
    public string Location { get; } = Path.GetFullPath(path);

    public async Task<CheckpointText?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            byte[] text = await File.ReadAllBytesAsync(Location, cancellationToken).ConfigureAwait(false);
            return new(text, Version());
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RunFileErrors.CheckpointNotReadable(Location, error.Message, error);
        }
    }

    public async Task<string> WriteAsync(ReadOnlyMemory<byte> text, string? version, CancellationToken cancellationToken)
    {
        string next = Location + ".next";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Location)!);
            if (Version() != (version ?? "")) throw RunFileErrors.CheckpointChanged(Location);
            FileStream stream = new(next, FileMode.Create, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(text, cancellationToken).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }
            File.Move(next, Location, overwrite: true);
            return Version();
        }
        catch (Exception error) when (LockFile.IsNotWritable(error))
        {
            throw RunFileErrors.CheckpointNotWritable(Location, error.Message, error);
        }
    }

    public Task<IRunHold> HoldAsync(string holder, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<IRunHold>(new Hold(LockFile.Take(Location, holder)));
        }
        catch (LockedException locked)
        {
            throw RunFileErrors.RunAlreadyActive(Location, locked.Holder);
        }
        catch (Exception error) when (LockFile.IsNotWritable(error))
        {
            throw RunFileErrors.CheckpointNotWritable(Location, error.Message, error);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // Good enough as a version: whoever writes here holds the lock, so this only notices a hand that edits or removes the file in mid-run.
    private string Version()
    {
        FileInfo file = new(Location);
        return file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.Length}-{file.LastWriteTimeUtc.Ticks}") : "";
    }

    private sealed class Hold(LockFile held) : IRunHold
    {
        public CancellationToken Lost => CancellationToken.None;

        public ValueTask DisposeAsync() => held.DisposeAsync();
    }
}
