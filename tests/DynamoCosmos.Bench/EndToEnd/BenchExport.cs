using DynamoCosmos.Exports;
using DynamoCosmos.Sessions;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>A generated export on disk for as long as it is needed, and its documents once somebody asks for them.</summary>
internal sealed class BenchExport : IDisposable
{
    // Null for one that is somebody else's.
    private readonly string? _root;
    private ReadyDocument[]? _documents;

    internal BenchExport(int items)
    {
        _root = Directory.CreateTempSubdirectory("dynamocosmos-bench-").FullName;
        Items = items;
        Folder = ExportFolderWriter.Write(_root, items);
    }

    private BenchExport(string folder, int items) => (Folder, Items) = (folder, items);

    internal int Items { get; }

    /// <summary>The export's own folder.</summary>
    internal string Folder { get; }

    /// <summary>One that was generated before, and stays.</summary>
    internal static async Task<BenchExport> OpenAsync(string folder)
    {
        await using ExportSource source = new(await OpenedExport.OpenAsync(LocalExportStore.Open(ExportStores.LocationOf(folder)),
            needsManifest: true, default), SampleItems.Keys);
        return new(folder, (int)source.ItemCount!.Value);
    }

    internal async Task<ReadyDocument[]> ReadDocumentsAsync() => _documents ??= await ReadyDocument.ReadAsync(Folder);

    public void Dispose()
    {
        if (_root is not null) Directory.Delete(_root, recursive: true);
    }
}
