using System.Runtime.CompilerServices;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sources;

/// <summary>The items of an export, wherever it lies: each data file of its manifest is a unit, in the manifest's order.</summary>
public sealed class ExportSource : IItemSource
{
    private readonly OpenedExport _export;
    private readonly ExportManifest _manifest;

    /// <param name="export">One with a manifest.</param>
    public ExportSource(OpenedExport export, KeyMap keys)
    {
        _export = export;
        _manifest = export.Manifest ?? throw new ArgumentException("It has no manifest.", nameof(export));
        Keys = keys;
    }

    /// <summary>The export's ARN: the same export is the same source wherever it was copied to.</summary>
    public string Identity => _manifest.ExportArn;

    public ItemFormat Format => _manifest.Format;

    public ExportSpan? Span => _manifest.Span;

    public KeyMap Keys { get; }

    public long? ItemCount => _manifest.ItemCount;

    public int? UnitCount => _export.Files.Count;

    /// <summary>
    /// The table's keys, for an export that was found by its manifest, which does not name them. Where a type is not given either, it is
    /// that of the first item: every item of a table has its keys, of one type.
    /// </summary>
    /// <exception cref="MigrationException">KeyAttributeNotInExport, and the store's own.</exception>
    public static async Task<KeyMap> ReadKeysAsync(OpenedExport export, KeyName partitionKey, KeyName? sortKey, string? ttlAttribute,
        CancellationToken cancellationToken)
    {
        if (KeyTypes.AreKnown(partitionKey, sortKey)) return new(partitionKey.WithType(default), sortKey?.WithType(default), ttlAttribute);
        ItemFormat format = export.Manifest!.Format;
        foreach (DataFile file in export.Files.Where(static file => file.ItemCount > 0))
        {
            ItemReader reader = await new Unit(export.Folder, file, format).OpenUnprovedAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                if (await KeyTypes.TryReadAsync(reader, file.S3Key, format, partitionKey, sortKey, ttlAttribute,
                    cancellationToken).ConfigureAwait(false) is KeyMap keys) return keys;
            }
        }
        // Not a single item: then any type will do.
        return new(partitionKey.WithType(KeyType.S), sortKey?.WithType(KeyType.S), ttlAttribute);
    }

    public async IAsyncEnumerable<IItemUnit> ReadUnitsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (DataFile file in _export.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new Unit(_export.Folder, file, Format);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Unit(ExportFolder folder, DataFile file, ItemFormat format) : IItemUnit
    {
        public string Name => file.S3Key;

        public long? ItemCount => file.ItemCount;

        public long? Bytes => null;

        public async Task<ItemReader> OpenAsync(CancellationToken cancellationToken) =>
            new DataFileReader(await ProvedFile.OpenAsync(folder.Store, file.Key, Claims, cancellationToken).ConfigureAwait(false), Claims);

        public async Task<ItemReader> OpenUnprovedAsync(CancellationToken cancellationToken)
        {
            OpenedFile opened = await folder.Store.TryOpenReadAsync(file.Key, cancellationToken).ConfigureAwait(false)
                ?? throw ExportErrors.DataFileMissing(Claims.Address);
            return new DataFileReader(opened.Content, Claims);
        }

        private DataFileClaims Claims => new(StoreKeys.Combine(folder.Store.Root, file.Key), file.ItemCount, file.Md5, format);
    }
}

/// <summary>A key attribute as a user names it; a type that is not given can be told from the first item.</summary>
public sealed record KeyName(string Name, KeyType? Type = null)
{
    /// <summary>Reads <c>pk</c> or <c>pk:N</c>.</summary>
    public static KeyName Parse(string text)
    {
        KeyAttribute key = KeyAttribute.Parse(text);
        return new(key.Name, key.Name == text ? null : key.Type);
    }

    public static KeyName? Of(KeyAttribute? key) => key is null ? null : new(key.Name, key.Type);

    public override string ToString() => Type is null ? Name : $"{Name} ({Type})";

    /// <param name="type">Where none was given.</param>
    public KeyAttribute WithType(KeyType type) => new(Name, Type ?? type);
}
