using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;
using DynamoCosmos.Ports;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Sessions;

/// <summary>An export, wherever it lies, with the table's keys from wherever they are known.</summary>
public sealed record ExportOrigin : ItemOrigin
{
    /// <summary>With its location.</summary>
    public required DynamoExport Export { get; init; }

    /// <summary>Where the export does not name it: an export found by its manifest does not.</summary>
    public KeyName? PartitionKey { get; init; }

    public KeyName? SortKey { get; init; }

    /// <summary>In place of the export's own; empty for none.</summary>
    public string? TtlAttribute { get; init; }

    /// <summary>For an export in S3.</summary>
    public AwsSettings Aws { get; init; } = new();

    /// <summary>For an export in a lake; its account key is the storage account's.</summary>
    public AzureSettings Lake { get; init; } = new();

    public override string Name => Export.ExportArn ?? Export.Location?.GetLeftPart(UriPartial.Path) ?? Export.TableName ?? "the export";

    public override long? ItemCount => Export.ItemCount;

    /// <summary>The same origin with what the export's manifest tells: how many items it has, and which part of its table's history it holds.</summary>
    /// <exception cref="MigrationException">What is wrong with the manifests or with the store.</exception>
    public async Task<ExportOrigin> ReadExportAsync(CancellationToken cancellationToken) =>
        this with { Export = await ExportFinding.ReadAsync(GetLocation(), Aws, Lake, cancellationToken).ConfigureAwait(false) };

    internal override bool AreKeysGiven => PartitionKey is not null;

    /// <summary>Beside the data, so that another machine finds them. S3 is only read.</summary>
    internal override Uri GetRunFolder()
    {
        Uri location = GetLocation();
        return location.Scheme == "s3" ? LocalRunFolder.Of(location.Host, location.AbsolutePath.Trim('/')) : location;
    }

    /// <summary>The folder that the exports of a table lie in side by side: <c>AWSDynamoDB/</c>.</summary>
    internal override Uri? GetHistoryFolder()
    {
        Uri location = GetLocation();
        string path = location.AbsolutePath.Trim('/');
        string parent = path[..(path.LastIndexOf('/') + 1)];
        if (location.Scheme == "s3") return LocalRunFolder.Of(location.Host, parent.Trim('/'));
        // An export that is a disk's or a file system's own root has nothing beside it; a lake's first segment, or an emulator's second, is the file system.
        int least = location.IsFile ? 1 : 2;
        return parent.Count(static character => character == '/') < least ? location : new(location, "../");
    }

    internal override async Task<IItemSource> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await OpenFilesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MigrationException error) when (error.ErrorId == "ExportManifestMissing" && Export.ExportStatus != "COMPLETED")
        {
            // It may have been completed since it told its status; without a manifest it has not.
            throw OriginErrors.ExportHasNoLocation(Name, Export.ExportStatus);
        }
    }

    private async Task<IItemSource> OpenFilesAsync(CancellationToken cancellationToken)
    {
        bool isExport = await IsExportAsync(cancellationToken).ConfigureAwait(false);
        return await OpenAsync(isExport, await ReadKeysAsync(isExport, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>For whoever takes the items as they are, whichever of their attributes are keys.</summary>
    internal async Task<IItemSource> OpenAnyAsync(CancellationToken cancellationToken) =>
        await OpenAsync(await IsExportAsync(cancellationToken).ConfigureAwait(false), Export.Keys ?? new(new("-", KeyType.S)), cancellationToken).ConfigureAwait(false);

    private async Task<IItemSource> OpenAsync(bool isExport, KeyMap keys, CancellationToken cancellationToken) => isExport
        ? await ExportSource.OpenAsync(OpenFolder(), keys, cancellationToken).ConfigureAwait(false)
        : await ItemFolderSource.OpenAsync(OpenFolder(), keys, cancellationToken).ConfigureAwait(false);

    private Uri GetLocation() => Export.Location ?? throw OriginErrors.ExportHasNoLocation(Export.ExportArn ?? Export.TableName, Export.ExportStatus);

    internal ExportFolder OpenFolder() => ExportStores.Open(GetLocation(), Aws, Lake);

    /// <summary>An export that is known by its ARN has a manifest, or is not complete; for a mere place it has to be looked for.</summary>
    private async Task<bool> IsExportAsync(CancellationToken cancellationToken)
    {
        if (Export.ExportArn is not null) return true;
        ExportFolder folder = OpenFolder();
        await using (folder.ConfigureAwait(false)) return await ItemFolderSource.IsExportAsync(folder, cancellationToken).ConfigureAwait(false);
    }

    private async Task<KeyMap> ReadKeysAsync(bool isExport, CancellationToken cancellationToken)
    {
        string? ttl = TtlAttribute ?? Export.TtlAttribute;
        if (ttl is "") ttl = null;
        if (PartitionKey is null) return Export.Keys is KeyMap known ? known with { TtlAttribute = ttl } : throw OriginErrors.KeysUnknown(Name);
        ExportFolder folder = OpenFolder();
        await using (folder.ConfigureAwait(false))
        {
            return isExport
                ? await ExportSource.ReadKeysAsync(folder, PartitionKey, SortKey, ttl, cancellationToken).ConfigureAwait(false)
                : await ItemFolderSource.ReadKeysAsync(folder, PartitionKey, SortKey, ttl, cancellationToken).ConfigureAwait(false);
        }
    }
}
