namespace DynamoCosmos.Exports;

/// <summary>A place that an export is written to. A file is there whole or not at all.</summary>
internal interface IExportTarget
{
    /// <summary>Ends in a slash; keys are below it.</summary>
    Uri Root { get; }

    /// <param name="content">Can be read again from its beginning; is read to its end.</param>
    Task PutAsync(string key, Stream content, CancellationToken cancellationToken);
}

/// <summary>A folder on disk.</summary>
internal sealed class LocalExportTarget(string folder) : IExportTarget
{
    public Uri Root { get; } = StoreKeys.OfFolder(folder);

    public async Task PutAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        string path = Path.Combine(Path.GetFullPath(folder), key.Replace('/', Path.DirectorySeparatorChar)), partial = path + ".partial";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            FileStream file = new(partial, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false)) await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
            File.Move(partial, path);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw ExportErrors.FileNotWritable(StoreKeys.Combine(Root, key), error);
        }
    }
}
