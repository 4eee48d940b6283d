using System.Globalization;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sources;

/// <summary>
/// A folder of DynamoDB JSON without a manifest, as <c>aws dynamodb scan</c> and scripts write it: each file in it is a unit, in the order of their names. Nothing
/// tells how many items there should be, so what is missing cannot show.
/// </summary>
public sealed class ItemFolderSource : IItemSource
{
    private static readonly string[] s_suffixes = [".json", ".jsonl", ".ndjson"];

    private readonly ExportFolder _folder;

    private ItemFolderSource(ExportFolder folder, KeyMap keys, int files, ulong hash, int others)
    {
        _folder = folder;
        Keys = keys;
        UnitCount = files;
        Identity = string.Create(CultureInfo.InvariantCulture, $"{folder.Location.GetLeftPart(UriPartial.Path)} ({files} files, {hash:x16})");
        Notice = $"{folder.Location.GetLeftPart(UriPartial.Path)} has no manifest: its {files} files are read as they are, as DynamoDB JSON. " +
            $"How many items there should be nobody tells, so a file that is missing cannot show.{(others > 0 ? $" {others} other files in it are not read." : "")}";
    }

    /// <summary>The place, and which files lie there: with others it is another source.</summary>
    public string Identity { get; }

    public ItemFormat Format => ItemFormat.DynamoDBJson;

    public KeyMap Keys { get; }

    public long? ItemCount => null;

    public int? UnitCount { get; }

    public string? Notice { get; }

    /// <summary>Whether an export's own manifest is there; without one the folder may still hold items.</summary>
    internal static async Task<bool> IsExportAsync(ExportFolder folder, CancellationToken cancellationToken) =>
        await folder.Store.FindAsync(folder.Path + ExportManifest.SummaryFile, cancellationToken).ConfigureAwait(false) is not null;

    /// <param name="folder">Owned by the source from here on, also if this fails.</param>
    /// <exception cref="MigrationException">ExportManifestMissing: there are no files of items either, or it is an export that is not complete.</exception>
    public static async Task<ItemFolderSource> OpenAsync(ExportFolder folder, KeyMap keys, CancellationToken cancellationToken)
    {
        try
        {
            (int files, ulong hash, int others) = await CheckAsync(folder, cancellationToken).ConfigureAwait(false);
            return new(folder, keys, files, hash, others);
        }
        catch
        {
            await folder.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Looks through the folder's list; no file is opened.</summary>
    /// <returns>How many files of items, which (their names and lengths), and how many others.</returns>
    internal static async Task<(int Files, ulong Hash, int Others)> CheckAsync(ExportFolder folder, CancellationToken cancellationToken)
    {
        XxHash3 hash = new();
        int files = 0, others = 0;
        await foreach (StoredFile file in ListAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            if (!IsOfItems(file.Key))
            {
                others++;
                continue;
            }
            files++;
            hash.Append(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file.Key[folder.Path.Length..]}\n{file.Length}\n")));
        }
        return files > 0 ? (files, hash.GetCurrentHashAsUInt64(), others) : throw ExportErrors.ManifestMissing(folder.Location, ExportManifest.SummaryFile);
    }

    /// <inheritdoc cref="ExportSource.ReadKeysAsync"/>
    public static async Task<KeyMap> ReadKeysAsync(ExportFolder folder, KeyName partitionKey, KeyName? sortKey, string? ttlAttribute, CancellationToken cancellationToken)
    {
        if (KeyTypes.AreKnown(partitionKey, sortKey)) return new(partitionKey.WithType(default), sortKey?.WithType(default), ttlAttribute);
        await foreach (StoredFile file in ListAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            if (!IsOfItems(file.Key)) continue;
            Unit unit = new(folder, file, isAlone: false);
            ItemReader reader = await unit.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                if (await KeyTypes.TryReadAsync(reader, unit.Name, ItemFormat.DynamoDBJson, partitionKey, sortKey, ttlAttribute, cancellationToken).ConfigureAwait(false) is KeyMap keys) return keys;
            }
        }
        // Not a single item: then any type will do.
        return new(partitionKey.WithType(KeyType.S), sortKey?.WithType(KeyType.S), ttlAttribute);
    }

    public async IAsyncEnumerable<IItemUnit> ReadUnitsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<Unit> units = [];
        await foreach (StoredFile file in ListAsync(_folder, cancellationToken).ConfigureAwait(false))
        {
            if (!IsOfItems(file.Key)) continue;
            Unit unit = new(_folder, file, UnitCount == 1);
            units.Add(unit);
            yield return unit;
        }
        // A single file tells it by itself, at its end.
        if (units.Count > 1) await ProveWholeAsync(units, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    /// <summary>
    /// A scan's answers may lie in one file each, and all but the last say that more follows. Where the last one is missing, all files say so: one that does not is
    /// looked for from the end, where it will be.
    /// </summary>
    private static async Task ProveWholeAsync(List<Unit> units, CancellationToken cancellationToken)
    {
        for (int i = units.Count - 1; i >= 0; i--)
        {
            if (!await units[i].IsOpenAtItsEndAsync(cancellationToken).ConfigureAwait(false)) return;
        }
        throw ExportErrors.ScanIncomplete(units[^1].Address, units.Count);
    }

    /// <summary>The files of the folder itself. One that holds exports, or an export that is still being written or copied, is none of items.</summary>
    private static async IAsyncEnumerable<StoredFile> ListAsync(ExportFolder folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (StoredFile file in folder.Store.ListAsync(folder.Path, cancellationToken).ConfigureAwait(false))
        {
            string name = file.Key[folder.Path.Length..];
            bool isOfExport = name == "_started" || name.StartsWith("manifest-", StringComparison.Ordinal) || name.StartsWith("AWSDynamoDB/", StringComparison.Ordinal);
            if (isOfExport) throw ExportErrors.ManifestMissing(folder.Location, ExportManifest.SummaryFile);
            if (!name.Contains('/')) yield return file;
        }
    }

    private static bool IsOfItems(string key)
    {
        string name = IsGzip(key) ? key[..^3] : key;
        return s_suffixes.Any(suffix => name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsGzip(string key) => key.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    /// <param name="isAlone">No other file can hold the rest of its scan.</param>
    private sealed class Unit(ExportFolder folder, StoredFile file, bool isAlone) : IItemUnit
    {
        internal Uri Address => StoreKeys.Combine(folder.Store.Root, file.Key);

        public string Name => file.Key[folder.Path.Length..];

        public long? ItemCount => null;

        public long? Bytes => file.Length;

        public async Task<ItemReader> OpenAsync(CancellationToken cancellationToken) => await OpenAsync(isAlone ? RequireEnd : null, cancellationToken).ConfigureAwait(false);

        /// <summary>Reads to the file's end, or to its first item where that is in no scan's answer.</summary>
        internal async Task<bool> IsOpenAtItsEndAsync(CancellationToken cancellationToken)
        {
            bool isOpen = false;
            ItemTextReader reader = await OpenAsync(end => isOpen = end, cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.FillAsync(cancellationToken).ConfigureAwait(false))
                {
                    while (reader.TryRead(out ItemRecord _))
                    {
                        if (!reader.IsInPage) return false;
                    }
                }
            }
            return isOpen;
        }

        private async Task<ItemTextReader> OpenAsync(Action<bool>? ended, CancellationToken cancellationToken) =>
            new(await folder.Store.OpenReadAsync(file, cancellationToken).ConfigureAwait(false), Address, IsGzip(file.Key), ended: ended);

        private void RequireEnd(bool isOpen)
        {
            if (isOpen) throw ExportErrors.ScanIncomplete(Address, 1);
        }
    }
}
