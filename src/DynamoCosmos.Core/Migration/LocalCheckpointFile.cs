using System.Globalization;

namespace DynamoCosmos.Migration;

/// <summary>
/// A checkpoint on disk. Two files lie beside it while a run goes on: <c>.lock</c>, which the system lets go of when its process dies, and
/// <c>.holder</c>, which only tells a second run whom it waits for.
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
        catch (UnauthorizedAccessException error)
        {
            throw MigrationErrors.CheckpointNotReadable(Location, error.Message, error);
        }
    }

    public async Task<string> WriteAsync(ReadOnlyMemory<byte> text, string? version, CancellationToken cancellationToken)
    {
        string next = Location + ".next";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Location)!);
            if (Version() != (version ?? "")) throw MigrationErrors.CheckpointChanged(Location);
            FileStream stream = new(next, FileMode.Create, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(text, cancellationToken).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }
            File.Move(next, Location, overwrite: true);
            return Version();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw MigrationErrors.CheckpointNotWritable(Location, error.Message, error);
        }
    }

    public Task<IRunHold> HoldAsync(string holder, CancellationToken cancellationToken)
    {
        string holderPath = Location + ".holder";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Location)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw MigrationErrors.CheckpointNotWritable(Location, error.Message, error);
        }
        FileStream held;
        try
        {
            held = new(Location + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException error)
        {
            throw MigrationErrors.CheckpointNotWritable(Location, error.Message, error);
        }
        catch (IOException)
        {
            throw MigrationErrors.RunAlreadyActive(Location, ReadHolder(holderPath));
        }
        Hold hold = new(held, holderPath);
        File.WriteAllText(holderPath, holder);
        return Task.FromResult<IRunHold>(hold);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // Good enough as a version: whoever writes here holds the lock, so this only notices a hand that edits or removes the file in mid-run.
    private string Version()
    {
        FileInfo file = new(Location);
        return file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.Length}-{file.LastWriteTimeUtc.Ticks}") : "";
    }

    private static string? ReadHolder(string path)
    {
        try
        {
            return File.ReadAllText(path) is { Length: > 0 } holder ? holder : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The holder has just begun or just ended; that the file is held is what counts.
            return null;
        }
    }

    private sealed class Hold(FileStream held, string holderPath) : IRunHold
    {
        public CancellationToken Lost => CancellationToken.None;

        public async ValueTask DisposeAsync()
        {
            // The lock file itself stays: to remove it would let a third run lock a new file of this name while a second still opens the old one.
            File.Delete(holderPath);
            await held.DisposeAsync().ConfigureAwait(false);
        }
    }
}
