using DynamoCosmos.Aws;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
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

    /// <summary>What was found where it lies, once that has been read; null before. Whoever opens the origin works with it.</summary>
    public OpenedExport? Opened { get; init; }

    public override string Name => Export.ExportArn ?? Export.Location?.GetLeftPart(UriPartial.Path) ?? Export.TableName ?? "the export";

    public override long? ItemCount => Export.ItemCount;

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
        // An export that is a disk's or a file system's own root has nothing beside it; a lake's first segment, or an emulator's second, is
        // the file system.
        int least = location.IsFile ? 1 : 2;
        return parent.Count(static character => character == '/') < least ? location : new(location, "../");
    }

    /// <summary>
    /// Reads and proves the manifests of an export that is known by its place only, so that a plan can be told in numbers. The run that
    /// follows works with what was read here.
    /// </summary>
    /// <exception cref="MigrationException">It is damaged or not to be had.</exception>
    public async Task<ExportOrigin> ReadExportAsync(CloudConnections clouds, CancellationToken cancellationToken)
    {
        OpenedExport opened = await ReadAsync(clouds, cancellationToken).ConfigureAwait(false);
        return this with { Export = ExportReading.Describe(opened, Aws), Opened = opened };
    }

    internal override async Task<IItemSource> OpenAsync(CloudConnections clouds, CancellationToken cancellationToken)
    {
        // A place where nothing lies is the first thing to say.
        OpenedExport opened = await ReadAsync(clouds, cancellationToken).ConfigureAwait(false);
        KeyMap? known = PartitionKey is null ? Export.Keys ?? throw OriginErrors.KeysUnknown(Name) : null;
        return Open(opened, known is null ? await ReadKeysAsync(opened, cancellationToken).ConfigureAwait(false)
            : known with { TtlAttribute = GetTtl() });
    }

    /// <summary>For whoever takes the items as they are, whichever of their attributes are keys.</summary>
    internal async Task<IItemSource> OpenAnyAsync(CloudConnections clouds, CancellationToken cancellationToken) =>
        Open(await ReadAsync(clouds, cancellationToken).ConfigureAwait(false), Export.Keys ?? new(new("-", KeyType.S)));

    private static IItemSource Open(OpenedExport opened, KeyMap keys) =>
        opened.Manifest is null ? new ItemFolderSource(opened, keys) : new ExportSource(opened, keys);

    private Uri GetLocation() =>
        Export.Location ?? throw OriginErrors.ExportHasNoLocation(Export.ExportArn ?? Export.TableName, Export.ExportStatus);

    private string? GetTtl() => (TtlAttribute ?? Export.TtlAttribute) is { Length: > 0 } ttl ? ttl : null;

    private async Task<OpenedExport> ReadAsync(CloudConnections clouds, CancellationToken cancellationToken)
    {
        if (Opened is not null) return Opened;
        try
        {
            // An export that is known by its ARN has a manifest, or is not complete; a mere place may be a folder of items.
            return await OpenedExport.OpenAsync(ExportStores.Open(GetLocation(), Aws, Lake, clouds),
                needsManifest: Export.ExportArn is not null, cancellationToken).ConfigureAwait(false);
        }
        catch (MigrationException error) when (error.ErrorId == FailureCode.ExportManifestMissing && Export.ExportStatus != "COMPLETED")
        {
            // It may have been completed since it told its status; without a manifest it has not.
            throw OriginErrors.ExportHasNoLocation(Name, Export.ExportStatus);
        }
    }

    private Task<KeyMap> ReadKeysAsync(OpenedExport opened, CancellationToken cancellationToken) => opened.Manifest is null
        ? ItemFolderSource.ReadKeysAsync(opened, PartitionKey!, SortKey, GetTtl(), cancellationToken)
        : ExportSource.ReadKeysAsync(opened, PartitionKey!, SortKey, GetTtl(), cancellationToken);
}
