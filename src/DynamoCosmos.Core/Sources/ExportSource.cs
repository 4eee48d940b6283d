using System.Runtime.CompilerServices;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sources;

/// <summary>The items of an export, wherever it lies: each data file of its manifest is a unit, in the manifest's order.</summary>
public sealed class ExportSource : IItemSource
{
    private readonly ExportFolder _folder;
    private readonly ExportManifest _manifest;

    private ExportSource(ExportFolder folder, ExportManifest manifest, KeyMap keys, int files)
    {
        _folder = folder;
        _manifest = manifest;
        Keys = keys;
        UnitCount = files;
    }

    /// <summary>The export's ARN: the same export is the same source wherever it was copied to.</summary>
    public string Identity => _manifest.ExportArn;

    public ItemFormat Format => _manifest.Format;

    public ExportSpan? Span => _manifest.Span;

    public KeyMap Keys { get; }

    public long? ItemCount => _manifest.ItemCount;

    public int? UnitCount { get; }

    /// <summary>
    /// Reads and proves the manifest, the whole list of its data files included: a list that was cut or changed must show before the first item is written.
    /// </summary>
    /// <param name="folder">Owned by the source from here on, also if this fails.</param>
    /// <exception cref="MigrationException">Of <see cref="ExportErrors"/>: the manifest is missing or damaged.</exception>
    public static async Task<ExportSource> OpenAsync(ExportFolder folder, KeyMap keys, CancellationToken cancellationToken)
    {
        try
        {
            ExportManifest manifest = await ExportManifest.ReadAsync(folder, cancellationToken).ConfigureAwait(false);
            int files = 0;
            await foreach (DataFile _ in manifest.ReadFilesAsync(folder, cancellationToken).ConfigureAwait(false)) files++;
            return new(folder, manifest, keys, files);
        }
        catch
        {
            await folder.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// The table's keys, for an export that was found by its manifest, which does not name them. Where a type is not given either, it is that of the
    /// first item: every item of a table has its keys, of one type.
    /// </summary>
    /// <exception cref="MigrationException">KeyAttributeNotInExport, or as <see cref="OpenAsync"/>.</exception>
    public static async Task<KeyMap> ReadKeysAsync(ExportFolder folder, KeyName partitionKey, KeyName? sortKey, string? ttlAttribute, CancellationToken cancellationToken)
    {
        if (KeyTypes.AreKnown(partitionKey, sortKey)) return new(partitionKey.WithType(default), sortKey?.WithType(default), ttlAttribute);
        ExportManifest manifest = await ExportManifest.ReadAsync(folder, cancellationToken).ConfigureAwait(false);
        await foreach (DataFile file in manifest.ReadFilesAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            if (file.ItemCount == 0) continue;
            ItemReader reader = await new Unit(folder, file, manifest.Format).OpenUnprovedAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                if (await KeyTypes.TryReadAsync(reader, file.S3Key, manifest.Format, partitionKey, sortKey, ttlAttribute, cancellationToken).ConfigureAwait(false) is KeyMap keys) return keys;
            }
        }
        // Not a single item: then any type will do.
        return new(partitionKey.WithType(KeyType.S), sortKey?.WithType(KeyType.S), ttlAttribute);
    }

    public async IAsyncEnumerable<IItemUnit> ReadUnitsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (DataFile file in _manifest.ReadFilesAsync(_folder, cancellationToken).ConfigureAwait(false)) yield return new Unit(_folder, file, Format);
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private sealed class Unit(ExportFolder folder, DataFile file, ItemFormat format) : IItemUnit
    {
        public string Name => file.S3Key;

        public long? ItemCount => file.ItemCount;

        public long? Bytes => null;

        public async Task<ItemReader> OpenAsync(CancellationToken cancellationToken)
        {
            StoredFile found = await FindAsync(cancellationToken).ConfigureAwait(false);
            return new DataFileReader(await ProvedFile.OpenAsync(folder.Store, found, Claims, cancellationToken).ConfigureAwait(false), Claims);
        }

        public async Task<ItemReader> OpenUnprovedAsync(CancellationToken cancellationToken)
        {
            StoredFile found = await FindAsync(cancellationToken).ConfigureAwait(false);
            return new DataFileReader(await folder.Store.OpenReadAsync(found, cancellationToken).ConfigureAwait(false), Claims);
        }

        private DataFileClaims Claims => new(StoreKeys.Combine(folder.Store.Root, file.Key), file.ItemCount, file.Md5, format);

        private async Task<StoredFile> FindAsync(CancellationToken cancellationToken) =>
            await folder.Store.FindAsync(file.Key, cancellationToken).ConfigureAwait(false) ?? throw ExportErrors.DataFileMissing(Claims.Address);
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
