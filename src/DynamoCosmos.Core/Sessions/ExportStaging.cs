using DynamoCosmos.Aws;
using DynamoCosmos.Azure.Copying;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Exports;
using DynamoCosmos.Model;

namespace DynamoCosmos.Sessions;

/// <summary>
/// Brings exports into one place of a lake. What it learns about the account (whether it can fetch files itself) holds for all of them.
/// </summary>
public sealed class ExportStaging
{
    private readonly AzureSettings _azure;
    private readonly CopyOptions _options;
    private readonly CloudConnections _clouds;
    private readonly LakeTarget _target;

    /// <param name="destination">The folder below which exports lie as they do in the bucket.</param>
    public ExportStaging(LakeLocation destination, AzureSettings azure, CopyOptions options, CloudConnections clouds)
    {
        Destination = destination;
        _azure = azure;
        _options = options;
        _clouds = clouds;
        _target = new(destination, azure, options, clouds.Azure);
    }

    /// <summary>Reads and proves the export's manifest and looks what is there already; writes nothing.</summary>
    /// <exception cref="MigrationException">CopyExportNotCompleted, CopySourceUnknown, and what is wrong with the manifest or with either
    /// side.</exception>
    public async Task<ExportCopy> OpenAsync(DynamoExport export, AwsSettings aws, CancellationToken cancellationToken)
    {
        if (export.ExportStatus != "COMPLETED") throw CopyErrors.CopyExportNotCompleted(export.ExportArn
            ?? export.TableName, export.ExportStatus);
        Uri location = export.Location ?? throw CopyErrors.CopySourceUnknown(export.ExportArn ?? export.TableName);
        return await ExportCopy.OpenAsync(await ReadAsync(location, aws, cancellationToken).ConfigureAwait(false), _target, _options,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same for an export that is known by its place only. Its manifest does not name the table's keys.</summary>
    public async Task<(DynamoExport Export, ExportCopy Copy)> OpenAsync(Uri location, AwsSettings aws, CancellationToken cancellationToken)
    {
        OpenedExport opened = await ReadAsync(location, aws, cancellationToken).ConfigureAwait(false);
        return (ExportReading.Describe(opened, aws), await ExportCopy.OpenAsync(opened, _target, _options,
            cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The folder that exports are copied below.</summary>
    public LakeLocation Destination { get; }

    /// <summary>The same export, at its new place.</summary>
    public static DynamoExport Staged(DynamoExport export, CopyResult result) => export with { Location = result.Location, Copy = result };

    private Task<OpenedExport> ReadAsync(Uri location, AwsSettings aws, CancellationToken cancellationToken) =>
        OpenedExport.OpenAsync(ExportStores.Open(location, aws, _azure, _clouds), needsManifest: true, cancellationToken);
}
