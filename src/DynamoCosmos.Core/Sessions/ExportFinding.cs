using System.Runtime.CompilerServices;
using DynamoCosmos.Aws;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Model;

namespace DynamoCosmos.Sessions;

/// <summary>Finds exports: in AWS's records, or where their files lie.</summary>
public static class ExportFinding
{
    /// <summary>A table's exports of the last 90 days, the newest first.</summary>
    /// <exception cref="MigrationException">DynamoTableNotFound, AwsAccessDenied and all that keeps from reaching AWS.</exception>
    public static async IAsyncEnumerable<DynamoExport> ListAsync(string tableNameOrArn, AwsSettings aws, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using TableExport exports = new(aws);
        await foreach (DynamoExport export in exports.ListAsync(tableNameOrArn, cancellationToken).ConfigureAwait(false)) yield return export;
    }

    /// <summary>One export by its ARN, with its table's keys if the table is still there.</summary>
    /// <param name="aws">Its region, where it names none, is the one of the ARN.</param>
    /// <exception cref="MigrationException">DynamoExportNotFound, DynamoExportArnInvalid, AwsAccessDenied…</exception>
    public static async Task<DynamoExport> FindAsync(string exportArn, AwsSettings aws, CancellationToken cancellationToken)
    {
        using TableExport exports = new(aws with { Region = aws.Region ?? TableExport.RegionOf(exportArn) });
        return await exports.FindAsync(exportArn, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The export that lies at a place, from its manifests; no data file is opened. A folder of items without a manifest gives its place alone, and no ARN.
    /// </summary>
    /// <param name="lake">For a place in a lake; its account key is the storage account's.</param>
    /// <exception cref="MigrationException">What is wrong with the manifests or with the store.</exception>
    public static async Task<DynamoExport> ReadAsync(Uri location, AwsSettings aws, AzureSettings lake, CancellationToken cancellationToken)
    {
        ExportFolder folder = ExportStores.Open(location, aws, lake);
        await using (folder.ConfigureAwait(false)) return await ExportReading.ReadAsync(folder, aws, cancellationToken).ConfigureAwait(false);
    }
}
