namespace DynamoCosmos.Import.Checkpoints;

/// <summary>
/// Keeps a file to one run, as long as that lives. Two files lie beside it meanwhile: <c>.lock</c>, which the system lets go of when its
/// process dies, and
/// <c>.holder</c>, which only tells a second run whom it waits for.
/// </summary>
internal sealed class LockFile : IAsyncDisposable
{
    private readonly FileStream _held;
    private readonly string _holderPath;

    private LockFile(FileStream held, string holderPath) => (_held, _holderPath) = (held, holderPath);

    /// <param name="path">Of the file that is kept; its folder is made where it is not there.</param>
    /// <exception cref="LockedException">Another run has it.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it.</exception>
    internal static LockFile Take(string path, string holder)
    {
        string holderPath = path + ".holder";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        FileStream held;
        try
        {
            held = new(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (IsHeld(error))
        {
            throw new LockedException(ReadHolder(holderPath), error);
        }
        try
        {
            File.WriteAllText(holderPath, holder);
        }
        catch
        {
            held.Dispose();
            throw;
        }
        return new(held, holderPath);
    }

    /// <summary>
    /// For <c>catch … when</c>: what a place throws that cannot be written. The runtime makes an argument's error of a file that would get
    /// too large.
    /// </summary>
    internal static bool IsNotWritable(Exception error) =>
        error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    public async ValueTask DisposeAsync()
    {
        // The lock file itself stays: to remove it would let a third run lock a new file of this name while a second still opens the old
        // one.
        try
        {
            File.Delete(_holderPath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A disk that has become read-only keeps the holder's name, which counts for nothing without the lock.
        }
        await _held.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// EWOULDBLOCK of Linux and macOS, and the sharing and lock violations of Windows; a full or read-only disk is none of them.
    /// </summary>
    private static bool IsHeld(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020) or unchecked((int)0x80070021);

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
}

/// <summary>The file is another run's.</summary>
/// <param name="holder">Who has it; null where that cannot be told.</param>
internal sealed class LockedException(string? holder, Exception inner) : Exception("The file is another run's.", inner)
{
    internal string? Holder { get; } = holder;
}
