using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoCosmos.Basics;
using DynamoCosmos.Model;
using ExportFormat = DynamoCosmos.Model.ExportFormat;
using ExportType = DynamoCosmos.Model.ExportType;

namespace DynamoCosmos.Aws;

/// <summary>AWS's records of exports, and the calls that make and read them.</summary>
internal sealed class ExportRecords(AwsClients clients)
{
    /// <summary>What an export takes from its table.</summary>
    internal static DynamoExport Frame(DynamoTable table) => new()
    {
        ExportStatus = "",
        TableArn = table.TableArn,
        TableName = table.TableName,
        PartitionKey = table.PartitionKey,
        SortKey = table.SortKey,
        TtlAttribute = table.TtlAttribute,
    };

    internal async Task<DynamoExport> StartAsync(DynamoTable table, ExportRequest request, string token,
        CancellationToken cancellationToken)
    {
        ExportTableToPointInTimeRequest ask = new()
        {
            TableArn = table.TableArn,
            ClientToken = token,
            S3Bucket = request.S3Bucket,
            S3Prefix = request.TrimmedPrefix,
            S3BucketOwner = request.S3BucketOwner,
            ExportFormat =
                request.Format == ExportFormat.Ion ? Amazon.DynamoDBv2.ExportFormat.ION : Amazon.DynamoDBv2.ExportFormat.DYNAMODB_JSON,
        };
        if (request.ExportTime is DateTimeOffset time) ask.ExportTime = time.UtcDateTime;
        if (request.KmsKeyId is not null) (ask.S3SseAlgorithm, ask.S3SseKmsKeyId) = (S3SseAlgorithm.KMS, request.KmsKeyId);
        if (request.IsIncremental)
        {
            ask.ExportType = Amazon.DynamoDBv2.ExportType.INCREMENTAL_EXPORT;
            ask.IncrementalExportSpecification = new()
            {
                ExportFromTime = request.FromTime!.Value.UtcDateTime,
                ExportToTime = request.ToTime!.Value.UtcDateTime,
                ExportViewType = request.WithOldImages ? ExportViewType.NEW_AND_OLD_IMAGES : ExportViewType.NEW_IMAGE,
            };
        }
        try
        {
            ExportTableToPointInTimeResponse answer =
                await clients.Dynamo.ExportTableToPointInTimeAsync(ask, cancellationToken).ConfigureAwait(false);
            return Read(answer.ExportDescription, Frame(table));
        }
        catch (InvalidExportTimeException error)
        {
            throw DynamoErrors.ExportTimeInvalid(table.TableName, table, error);
        }
        catch (Exception error) when (AwsFailure.IsKnown(error))
        {
            throw AwsFailure.Translate(error, Ask("dynamodb:ExportTableToPointInTime", table.TableName));
        }
    }

    /// <param name="frame">What is known from the table; null where nothing is.</param>
    internal async Task<(DynamoExport Export, string? FailureCode, string? FailureMessage)> DescribeAsync(string arn, DynamoExport? frame,
        CancellationToken cancellationToken)
    {
        ExportDescription found = await DescribeRawAsync(arn, cancellationToken).ConfigureAwait(false);
        return (Read(found, frame), found.FailureCode, found.FailureMessage);
    }

    /// <summary>
    /// The export that runs already under a token of this request. AWS finds it itself for 8 hours; an export can take longer. Whoever may
    /// not list exports goes without.
    /// </summary>
    internal async Task<DynamoExport?> FindRunningAsync(DynamoTable table, ExportRequest request, int attempts, IRunMessages messages,
        CancellationToken cancellationToken)
    {
        List<ExportSummary> summaries;
        try
        {
            summaries = await ListAsync(table, cancellationToken).ConfigureAwait(false);
        }
        catch (MigrationException error) when (error.ErrorId == FailureCode.AwsAccessDenied)
        {
            await messages.VerboseAsync($"Running exports of '{table.TableName}' are not looked for: {error.Message}", cancellationToken)
                .ConfigureAwait(false);
            return null;
        }
        HashSet<string> tokens = [.. Enumerable.Range(0, attempts + 1).Select(attempt => request.TokenFor(table, attempt))];
        foreach (ExportSummary summary in summaries.Where(static summary => summary.ExportStatus == ExportStatus.IN_PROGRESS))
        {
            ExportDescription found = await DescribeRawAsync(summary.ExportArn, cancellationToken).ConfigureAwait(false);
            if (found.ExportStatus == ExportStatus.IN_PROGRESS && tokens.Contains(found.ClientToken ?? "")
                && request.ClientToken is null) return Read(found, Frame(table));
        }
        return null;
    }

    internal async Task<List<ExportSummary>> ListAsync(DynamoTable table, CancellationToken cancellationToken)
    {
        List<ExportSummary> summaries = [];
        string? next = null;
        do
        {
            try
            {
                ListExportsResponse page = await clients.Dynamo.ListExportsAsync(new() { TableArn = table.TableArn, NextToken = next },
                    cancellationToken).ConfigureAwait(false);
                summaries.AddRange(page.ExportSummaries ?? []);
                next = page.NextToken;
            }
            catch (Exception error) when (AwsFailure.IsKnown(error))
            {
                throw AwsFailure.Translate(error, Ask("dynamodb:ListExports", table.TableName));
            }
        }
        while (next is not null);
        return summaries;
    }

    internal async Task EnableRecoveryAsync(string table, CancellationToken cancellationToken)
    {
        UpdateContinuousBackupsRequest ask =
            new() { TableName = table, PointInTimeRecoverySpecification = new() { PointInTimeRecoveryEnabled = true } };
        try
        {
            await clients.Dynamo.UpdateContinuousBackupsAsync(ask, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (AwsFailure.IsKnown(error))
        {
            throw AwsFailure.Translate(error, Ask("dynamodb:UpdateContinuousBackups", table));
        }
    }

    private async Task<ExportDescription> DescribeRawAsync(string arn, CancellationToken cancellationToken)
    {
        try
        {
            return (await clients.Dynamo.DescribeExportAsync(new() { ExportArn = arn }, cancellationToken)
                .ConfigureAwait(false)).ExportDescription;
        }
        catch (Exception error) when (AwsFailure.IsKnown(error))
        {
            throw AwsFailure.Translate(error, Ask("dynamodb:DescribeExport", arn));
        }
    }

    private DynamoExport Read(ExportDescription export, DynamoExport? frame)
    {
        string prefix = export.S3Prefix is { Length: > 0 } given ? given + "/" : "";
        bool isIncremental = export.ExportType == Amazon.DynamoDBv2.ExportType.INCREMENTAL_EXPORT;
        // The manifest's key, once there is one, is AWS's own word for where the export lies; until then its id tells.
        string folder = export.ExportManifest is { Length: > 0 } manifest
            ? manifest[..(manifest.LastIndexOf('/') + 1)] : $"{prefix}AWSDynamoDB/{TableName.ExportIdOf(export.ExportArn)}/";
        return (frame ?? new() { ExportStatus = "", TableArn = export.TableArn, TableName = TableName.Of(export.TableArn) }) with
        {
            ExportArn = export.ExportArn,
            ExportStatus = export.ExportStatus,
            ExportFormat = export.ExportFormat == Amazon.DynamoDBv2.ExportFormat.ION ? ExportFormat.Ion : ExportFormat.DynamoDBJson,
            ExportType = isIncremental ? ExportType.Incremental : ExportType.Full,
            ExportTime = isIncremental ? null : TableDescriptions.Time(export.ExportTime),
            ExportFromTime = TableDescriptions.Time(export.IncrementalExportSpecification?.ExportFromTime),
            ExportToTime = TableDescriptions.Time(export.IncrementalExportSpecification?.ExportToTime),
            OutputView = export.IncrementalExportSpecification?.ExportViewType?.Value,
            StartTime = TableDescriptions.Time(export.StartTime),
            EndTime = TableDescriptions.Time(export.EndTime),
            S3Bucket = export.S3Bucket,
            S3Prefix = export.S3Prefix,
            S3BucketOwner = export.S3BucketOwner,
            ItemCount = export.ExportStatus == ExportStatus.COMPLETED ? export.ItemCount : null,
            BilledSizeBytes = export.ExportStatus == ExportStatus.COMPLETED ? export.BilledSizeBytes : null,
            Location = S3Location.Of(export.S3Bucket, folder),
            Region = clients.Region,
            EndpointUrl = clients.Settings.EndpointUrl,
        };
    }

    private AwsAsk Ask(string action, string resource) => new(action, resource, clients.Region, clients.Settings.EndpointUrl);
}
