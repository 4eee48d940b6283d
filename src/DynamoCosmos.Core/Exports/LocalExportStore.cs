using System.Runtime.CompilerServices;

namespace DynamoCosmos.Exports;

/// <summary>A folder on disk. Links inside it are followed: whoever put the files there may lay them out as they like.</summary>
internal sealed class LocalExportStore : IExportStore
{
    private const int BufferBytes = 128 * 1024;

    private readonly string _folder;

    /// <param name="folder">Need not be there; then no file is found in it.</param>
    internal LocalExportStore(string folder)
    {
        _folder = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
        Root = StoreKeys.OfFolder(_folder);
    }

    public Uri Root { get; }

    /// <summary>The store is the folder above the export's own, because incremental exports keep their data there.</summary>
    internal static ExportFolder Open(Uri location)
    {
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(location.LocalPath));
        return Path.GetDirectoryName(folder) is string parent
            ? new(new LocalExportStore(parent), Path.GetFileName(folder) + '/')
            : new(new LocalExportStore(folder), "");
    }

    public Task<StoredFile?> FindAsync(string key, CancellationToken cancellationToken)
    {
        FileInfo file = new(PathOf(key));
        return Task.FromResult(file.Exists ? Describe(key, file) : null);
    }

    public Task<Stream> OpenReadAsync(StoredFile file, CancellationToken cancellationToken)
    {
        string path = PathOf(file.Key);
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: 0 }
                && IsNoFile(path)) throw ExportErrors.NotAFile(StoreKeys.Combine(Root, file.Key));
            FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes,
                FileOptions.Asynchronous | FileOptions.SequentialScan);
            if (Describe(file.Key, new(path)).ETag == file.ETag) return Task.FromResult<Stream>(stream);
            stream.Dispose();
            throw ExportErrors.FileChanged(StoreKeys.Combine(Root, file.Key));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw ExportErrors.FileMissing(StoreKeys.Combine(Root, file.Key));
        }
        catch (UnauthorizedAccessException error)
        {
            throw ExportErrors.FileNotReadable(StoreKeys.Combine(Root, file.Key), error);
        }
    }

    /// <summary>
    /// A named pipe, which has no length: opened to be read it would wait for a writer, perhaps for ever; opened for both it does not.
    /// An empty file that may not be written to is left for its reader to find out about.
    /// </summary>
    private static bool IsNoFile(string path)
    {
        if (OperatingSystem.IsWindows()) return false;
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
            return !stream.CanSeek;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public async IAsyncEnumerable<StoredFile> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        // Only the prefix's folder need be walked. Folders of exports are small enough to sort: some 10,000 files for the largest tables.
        string start = PathOf(prefix[..(prefix.LastIndexOf('/') + 1)]);
        if (!Directory.Exists(start)) yield break;
        List<string> keys = [];
        foreach (string path in Directory.EnumerateFiles(start, "*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string key = Path.GetRelativePath(_folder, path).Replace(Path.DirectorySeparatorChar, '/');
            if (key.StartsWith(prefix, StringComparison.Ordinal)) keys.Add(key);
        }
        keys.Sort(StoreKeys.CompareUtf8);
        foreach (string key in keys)
        {
            FileInfo file = new(PathOf(key));
            if (file.Exists) yield return Describe(key, file);
        }
    }

    private static StoredFile Describe(string key, FileInfo file) =>
        new(key, file.Length, $"{file.Length}-{file.LastWriteTimeUtc.Ticks}", LastModified: new(file.LastWriteTimeUtc));

    private string PathOf(string key) => Path.Combine(_folder, key.Replace('/', Path.DirectorySeparatorChar));
}
