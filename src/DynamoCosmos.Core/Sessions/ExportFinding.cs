using DynamoCosmos.Aws;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Model;

namespace DynamoCosmos.Sessions;

/// <summary>Finds exports: in AWS's records, or where their files lie.</summary>
public static class ExportFinding
{
    /// <summary>A table's exports of the last 90 days, the newest first.</summary>
    /// <exception cref="MigrationException">DynamoTableNotFound, AwsAccessDenied and all that keeps from reaching AWS.</exception>
    public static IAsyncEnumerable<DynamoExport> ListAsync(string tableNameOrArn, AwsSettings aws, CloudConnections clouds,
        CancellationToken cancellationToken) =>
        new TableExport(aws, clouds.Aws).ListAsync(tableNameOrArn, cancellationToken);

    /// <summary>One export by its ARN, with its table's keys if the table is still there.</summary>
    /// <param name="aws">Its region, where it names none, is the one of the ARN.</param>
    /// <exception cref="MigrationException">DynamoExportNotFound, DynamoExportArnInvalid, AwsAccessDenied…</exception>
    public static Task<DynamoExport> FindAsync(string exportArn, AwsSettings aws, CloudConnections clouds,
        CancellationToken cancellationToken) =>
        new TableExport(aws with { Region = aws.Region ?? TableExport.RegionOf(exportArn) }, clouds.Aws).FindAsync(exportArn,
            cancellationToken);

    /// <summary>How an export is now: by its ARN, or at its place where it has none. What was known of the table's keys stays.</summary>
    /// <exception cref="MigrationException">As <see cref="FindAsync"/> and <see cref="ReadAsync"/>; ExportHasNoLocation.</exception>
    public static async Task<DynamoExport> RefreshAsync(
        DynamoExport export, AwsSettings aws, AzureSettings lake, CloudConnections clouds, CancellationToken cancellationToken)
    {
        if (export.ExportArn is string arn) return await FindAsync(arn, aws, clouds, cancellationToken).ConfigureAwait(false);
        Uri location = export.Location ?? throw OriginErrors.ExportHasNoLocation(export.TableName, export.ExportStatus);
        DynamoExport read = await ReadAsync(location, aws, lake, clouds, cancellationToken).ConfigureAwait(false);
        return read with { PartitionKey = export.PartitionKey, SortKey = export.SortKey, TtlAttribute = export.TtlAttribute };
    }

    /// <summary>The names and ARNs of tables that are given, and of those that fit a pattern.</summary>
    /// <param name="isWanted">Null where none of the names is a pattern.</param>
    /// <exception cref="MigrationException">AwsAccessDenied and all that keeps from reaching AWS.</exception>
    public static async Task<IReadOnlyList<string>> FindTablesAsync(
        IReadOnlyList<string> names, Func<string, bool>? isWanted, AwsSettings aws, CloudConnections clouds,
            CancellationToken cancellationToken)
    {
        List<string> found = [];
        DynamoTables tables = new(aws, clouds.Aws);
        await foreach (string name in tables.FindNamesAsync(names, isWanted, cancellationToken).ConfigureAwait(false)) found.Add(name);
        return found;
    }

    /// <summary>
    /// The export that lies at a place, from its manifests; no data file is opened. A folder of items without a manifest gives its place
    /// alone, and no ARN.
    /// </summary>
    /// <param name="lake">For a place in a lake; its account key is the storage account's.</param>
    /// <exception cref="MigrationException">What is wrong with the manifests or with the store.</exception>
    public static async Task<DynamoExport> ReadAsync(
        Uri location, AwsSettings aws, AzureSettings lake, CloudConnections clouds, CancellationToken cancellationToken)
    {
        ExportOrigin origin = new() { Export = new() { ExportStatus = "COMPLETED", Location = location }, Aws = aws, Lake = lake };
        return (await origin.ReadExportAsync(clouds, cancellationToken).ConfigureAwait(false)).Export;
    }
}
