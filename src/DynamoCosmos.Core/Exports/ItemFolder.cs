using DynamoCosmos.Basics;

namespace DynamoCosmos.Exports;

/// <summary>A folder of DynamoDB JSON without a manifest: which of its files hold items.</summary>
internal static class ItemFolder
{
    private static readonly string[] s_suffixes = [".json", ".jsonl", ".ndjson"];

    internal static bool IsGzip(string key) => key.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Lists the files of the folder itself. No file is opened.</summary>
    /// <returns>The files of items, and how many others there are.</returns>
    /// <exception cref="MigrationException">ExportManifestMissing: there are no files of items, or it is an export that is not
    /// complete.</exception>
    internal static async Task<(List<StoredFile> Items, int Others)> ListAsync(ExportFolder folder, CancellationToken cancellationToken)
    {
        List<StoredFile> items = [];
        int others = 0;
        await foreach (StoredFile file in folder.Store.ListAsync(folder.Path, cancellationToken).ConfigureAwait(false))
        {
            string name = file.Key[folder.Path.Length..];
            // One that holds exports, or an export that is still being written or copied, is no folder of items.
            bool isOfExport = name == "_started" || name.StartsWith("manifest-", StringComparison.Ordinal)
                || name.StartsWith("AWSDynamoDB/", StringComparison.Ordinal);
            if (isOfExport) throw ExportErrors.ManifestMissing(folder.Location, ExportManifest.SummaryFile);
            if (name.Contains('/')) continue;
            if (IsOfItems(file.Key)) items.Add(file);
            else others++;
        }
        return items.Count > 0 ? (items, others) : throw ExportErrors.ManifestMissing(folder.Location, ExportManifest.SummaryFile);
    }

    private static bool IsOfItems(string key)
    {
        string name = IsGzip(key) ? key[..^3] : key;
        return s_suffixes.Any(suffix => name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
    }
}
