using DynamoCosmos.Basics;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Azure.Copying;

/// <summary>
/// What there is to copy, and what of it is there already. The export was opened, and so its manifests proved, before a file is moved. A
/// full export's data folder is its own, so both sides are listed once; incremental exports share one, so their files are asked for one by
/// one.
/// </summary>
internal sealed class CopyInventory
{
    private readonly OpenedExport _export;
    private readonly ExportFolder _source;
    private readonly LakeTarget _target;
    private readonly CopyPaths _paths;
    private readonly bool _hasFileSystem;
    private Dictionary<string, StoredFile>? _sourceFiles;
    private Dictionary<string, StoredFile>? _targetFiles;

    private CopyInventory(OpenedExport export, LakeTarget target, CopyPaths paths, bool hasFileSystem)
    {
        _export = export;
        _source = export.Folder;
        _target = target;
        _paths = paths;
        _hasFileSystem = hasFileSystem;
        Manifest = export.Manifest!;
    }

    internal ExportManifest Manifest { get; }

    /// <summary>Data files of the manifest.</summary>
    internal IReadOnlyList<DataFile> Files => _export.Files;

    /// <summary>Of them, at the source; null where that may not be listed or was not worth it.</summary>
    internal long? Bytes { get; private set; }

    /// <summary>Of them, in the lake with the same length and MD5; null where they were not asked for yet.</summary>
    internal long? FilesThere { get; private set; }

    internal long? BytesThere { get; private set; }

    internal bool HasFileSystem => _hasFileSystem;

    internal static async Task<CopyInventory> TakeAsync(OpenedExport export, LakeTarget target, CopyPaths paths,
        CancellationToken cancellationToken)
    {
        bool hasFileSystem = await target.HasFileSystemAsync(cancellationToken).ConfigureAwait(false);
        CopyInventory inventory = new(export, target, paths, hasFileSystem);
        if (!inventory.Manifest.IsIncremental) await inventory.ListAsync(cancellationToken).ConfigureAwait(false);
        inventory.Count();
        return inventory;
    }

    internal async Task<StoredFile?> FindSourceAsync(string key, CancellationToken cancellationToken) =>
        _sourceFiles is not null
            ? _sourceFiles.GetValueOrDefault(key) : await _source.Store.FindAsync(key, cancellationToken).ConfigureAwait(false);

    internal async Task<StoredFile?> FindTargetAsync(string key, CancellationToken cancellationToken) =>
        !_hasFileSystem ? null
        : _targetFiles is not null ? _targetFiles.GetValueOrDefault(key)
        : await _target.Store.FindAsync(key, cancellationToken).ConfigureAwait(false);

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        string folder = _source.Path + "data/";
        try
        {
            _sourceFiles = await ListAsync(_source.Store, folder, cancellationToken).ConfigureAwait(false);
        }
        catch (MigrationException error) when (error.Kind == FailureKind.PermissionDenied)
        {
            // To read files is enough; then each is asked for on its own, and the bytes are not known beforehand.
            _sourceFiles = null;
        }
        _targetFiles =
            _hasFileSystem ? await ListAsync(_target.Store, _paths.TargetKey(folder), cancellationToken).ConfigureAwait(false) : [];
    }

    private void Count()
    {
        long bytes = 0, filesThere = 0, bytesThere = 0;
        foreach (DataFile file in _export.Files)
        {
            if (_sourceFiles?.GetValueOrDefault(file.Key) is not { } found) continue;
            bytes += found.Length;
            if (_targetFiles?.GetValueOrDefault(_paths.TargetKey(file.Key)) is not { } there || there.Length != found.Length
                || there.ContentMd5 != file.Md5) continue;
            filesThere++;
            bytesThere += there.Length;
        }
        if (_sourceFiles is null) return;
        (Bytes, FilesThere, BytesThere) = (bytes, filesThere, bytesThere);
    }

    private static async Task<Dictionary<string, StoredFile>> ListAsync(IExportStore store, string folder,
        CancellationToken cancellationToken)
    {
        Dictionary<string, StoredFile> files = new(StringComparer.Ordinal);
        await foreach (StoredFile file in store.ListAsync(folder, cancellationToken).ConfigureAwait(false)) files[file.Key] = file;
        return files;
    }
}
