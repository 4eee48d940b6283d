namespace DynamoCosmos.Exports;

/// <summary>A file for as long as it is open.</summary>
internal static class TemporaryFile
{
    private const int BufferBytes = 128 * 1024;

    internal static string Folder => Path.GetTempPath();

    /// <param name="content">For whoever looks at what a process has open.</param>
    /// <param name="folder">In place of the system's own.</param>
    /// <exception cref="IOException">There is no room, or no right to it.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    internal static FileStream Open(string content, string? folder = null)
    {
        string path = Path.Combine(folder ?? Folder, $"dynamocosmos-{content}-{Guid.NewGuid():N}.gz");
        FileStream file = new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, BufferBytes,
            FileOptions.Asynchronous | FileOptions.SequentialScan);
        // Its name goes at once and its bytes with the handle, so that a run that is killed leaves nothing behind.
        File.Delete(path);
        return file;
    }
}
