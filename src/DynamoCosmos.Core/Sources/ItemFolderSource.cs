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
/// A folder of DynamoDB JSON without a manifest, as <c>aws dynamodb scan</c> and scripts write it: each file in it is a unit, in the order
/// of their names. Nothing tells how many items there should be, so what is missing cannot show.
/// </summary>
public sealed class ItemFolderSource : IItemSource
{
    private readonly ExportFolder _folder;
    private readonly IReadOnlyList<StoredFile> _files;

    /// <param name="export">One without a manifest.</param>
    public ItemFolderSource(OpenedExport export, KeyMap keys)
    {
        _folder = export.Folder;
        _files = export.ItemFiles;
        Keys = keys;
        string place = _folder.Location.GetLeftPart(UriPartial.Path);
        Identity = string.Create(CultureInfo.InvariantCulture, $"{place} ({_files.Count} files, {HashOf(_folder, _files):x16})");
        string others = export.OtherFiles > 0 ? $" {export.OtherFiles} other files in it are not read." : "";
        Notice = $"{place} has no manifest: its {_files.Count} files are read as they are, as DynamoDB JSON. " +
            $"How many items there should be nobody tells, so a file that is missing cannot show.{others}";
    }

    /// <summary>The place, and which files lie there: with others it is another source.</summary>
    public string Identity { get; }

    public ItemFormat Format => ItemFormat.DynamoDBJson;

    public KeyMap Keys { get; }

    public long? ItemCount => null;

    public int? UnitCount => _files.Count;

    public string Notice { get; }

    /// <inheritdoc cref="ExportSource.ReadKeysAsync"/>
    public static async Task<KeyMap> ReadKeysAsync(OpenedExport export, KeyName partitionKey, KeyName? sortKey, string? ttlAttribute,
        CancellationToken cancellationToken)
    {
        if (KeyTypes.AreKnown(partitionKey, sortKey)) return new(partitionKey.WithType(default), sortKey?.WithType(default), ttlAttribute);
        foreach (StoredFile file in export.ItemFiles)
        {
            Unit unit = new(export.Folder, file, isAlone: false);
            ItemReader reader = await unit.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                if (await KeyTypes.TryReadAsync(reader, unit.Name, ItemFormat.DynamoDBJson, partitionKey, sortKey, ttlAttribute,
                    cancellationToken).ConfigureAwait(false) is KeyMap keys) return keys;
            }
        }
        // Not a single item: then any type will do.
        return new(partitionKey.WithType(KeyType.S), sortKey?.WithType(KeyType.S), ttlAttribute);
    }

    public async IAsyncEnumerable<IItemUnit> ReadUnitsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<Unit> units = [.. _files.Select(file => new Unit(_folder, file, _files.Count == 1))];
        foreach (Unit unit in units)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return unit;
        }
        // A single file tells it by itself, at its end.
        if (units.Count > 1) await ProveWholeAsync(units, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// A scan's answers may lie in one file each, and all but the last say that more follows. Where the last one is missing, all files say
    /// so: one that does not is looked for from the end, where it will be.
    /// </summary>
    private static async Task ProveWholeAsync(List<Unit> units, CancellationToken cancellationToken)
    {
        for (int i = units.Count - 1; i >= 0; i--)
        {
            if (!await units[i].IsOpenAtItsEndAsync(cancellationToken).ConfigureAwait(false)) return;
        }
        throw ExportErrors.ScanIncomplete(units[^1].Address, units.Count);
    }

    /// <summary>Tells which files they are: of their names and lengths.</summary>
    private static ulong HashOf(ExportFolder folder, IReadOnlyList<StoredFile> files)
    {
        XxHash3 hash = new();
        foreach (StoredFile file in files) hash.Append(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{file.Key[folder.Path.Length..]}\n{file.Length}\n")));
        return hash.GetCurrentHashAsUInt64();
    }

    /// <param name="isAlone">No other file can hold the rest of its scan.</param>
    private sealed class Unit(ExportFolder folder, StoredFile file, bool isAlone) : IItemUnit
    {
        internal Uri Address => StoreKeys.Combine(folder.Store.Root, file.Key);

        public string Name => file.Key[folder.Path.Length..];

        public long? ItemCount => null;

        public long? Bytes => file.Length;

        public async Task<ItemReader> OpenAsync(CancellationToken cancellationToken) =>
            await OpenAsync(isAlone ? RequireEnd : null, cancellationToken).ConfigureAwait(false);

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
            new(await folder.Store.OpenReadAsync(file, cancellationToken).ConfigureAwait(false), Address, ItemFolder.IsGzip(file.Key),
                ended: ended);

        private void RequireEnd(bool isOpen)
        {
            if (isOpen) throw ExportErrors.ScanIncomplete(Address, 1);
        }
    }
}
