using DynamoCosmos.Basics;

namespace DynamoCosmos.Exports;

/// <summary>
/// An export as it was found: its manifests are read and proved once, and everything that follows (a plan, an import, a comparison, a copy)
/// works with what was read then. A folder of items without a manifest is opened as the list of its files. It holds no connection, so
/// nothing has to be disposed.
/// </summary>
public sealed class OpenedExport
{
    private OpenedExport(ExportFolder folder) => Folder = folder;

    /// <summary>The export's own folder, from which its data files are read.</summary>
    public ExportFolder Folder { get; }

    /// <summary>Null for a folder of items without a manifest.</summary>
    public ExportManifest? Manifest { get; private init; }

    /// <summary>The data files in the manifest's order; none where there is no manifest.</summary>
    public IReadOnlyList<DataFile> Files { get; private init; } = [];

    /// <summary>Where there is no manifest: the files of items in the order of their names.</summary>
    internal IReadOnlyList<StoredFile> ItemFiles { get; private init; } = [];

    /// <summary>Where there is no manifest: how many other files lie beside those of items.</summary>
    internal int OtherFiles { get; private init; }

    /// <summary>Reads and proves both manifests. No data file is opened.</summary>
    /// <param name="needsManifest">A folder of items without a manifest will not do.</param>
    /// <exception cref="MigrationException">ExportManifestMissing, ExportManifestDamaged, ExportManifestMd5Mismatch,
    /// ManifestItemCountMismatch, and the store's own.</exception>
    public static async Task<OpenedExport> OpenAsync(ExportFolder folder, bool needsManifest, CancellationToken cancellationToken)
    {
        ExportManifest? manifest = await ExportManifest.TryReadAsync(folder, cancellationToken).ConfigureAwait(false);
        if (manifest is null)
        {
            if (needsManifest) throw ExportErrors.ManifestMissing(folder.Location, ExportManifest.SummaryFile);
            (List<StoredFile> items, int others) = await ItemFolder.ListAsync(folder, cancellationToken).ConfigureAwait(false);
            return new(folder) { ItemFiles = items, OtherFiles = others };
        }
        // Some 500 bytes a file, of which the largest tables have some 10,000.
        List<DataFile> files = [];
        await foreach (DataFile file in manifest.ReadFilesAsync(folder, cancellationToken).ConfigureAwait(false)) files.Add(file);
        return new(folder) { Manifest = manifest, Files = files };
    }
}
