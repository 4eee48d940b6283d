using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoCosmos.Basics;
using DynamoCosmos.Model;

namespace DynamoCosmos.Aws;

/// <summary>Native exports: starts them, finds them again, waits for them.</summary>
public sealed class TableExport
{
    // An export that failed keeps its token for 8 hours; so many failures of the same request in that time are enough.
    private const int MaxFailedBefore = 20;

    private static readonly TimeSpan s_recoveryPatience = TimeSpan.FromMinutes(15), s_recoveryPoll = TimeSpan.FromSeconds(2);

    private readonly AwsClients _clients;
    private readonly DynamoTables _tables;
    private readonly ExportRecords _records;
    private readonly TimeProvider _time;

    /// <exception cref="MigrationException">What a client's creation can end in: AwsKeyIncomplete, AwsProfileNotFound,
    /// AwsProfileNotUsable.</exception>
    public TableExport(AwsSettings settings, AwsConnections aws, TimeProvider? time = null)
    {
        _clients = aws.Get(settings);
        _tables = new(settings, aws);
        _records = new(_clients);
        _time = time ?? TimeProvider.System;
    }

    /// <summary>The region that an ARN names; null where it names none.</summary>
    public static string? RegionOf(string arn) => TableName.RegionOf(arn);

    /// <summary>
    /// Starts an export, or finds the one that the same request started before (within 8 hours, or while it runs). Point-in-time recovery
    /// is switched on first where the request says so.
    /// </summary>
    /// <exception cref="MigrationException">
    /// PointInTimeRecoveryOff, DynamoExportConflict, DynamoExportTimeInvalid, DynamoExportWindowInvalid, DynamoExportLimitExceeded,
    /// AwsAccessDenied…
    /// </exception>
    public async Task<DynamoExport> StartAsync(DynamoTable table, ExportRequest request, IRunMessages messages,
        CancellationToken cancellationToken)
    {
        CheckWindow(table, request);
        if (!table.PointInTimeRecovery) table =
            await EnableRecoveryAsync(table, request, messages, cancellationToken).ConfigureAwait(false);
        DateTimeOffset asked = _time.GetUtcNow();
        if (await _records.FindRunningAsync(table, request, MaxFailedBefore, messages, cancellationToken)
            .ConfigureAwait(false) is DynamoExport running)
        {
            await messages.VerboseAsync($"The same export of '{table.TableName}' has been running since {running.StartTime:u}: " +
                $"{running.ExportArn}", cancellationToken).ConfigureAwait(false);
            return running;
        }
        for (int attempt = 0; ; attempt++)
        {
            DynamoExport export = await AskAsync(table, request, request.TokenFor(table, attempt), cancellationToken).ConfigureAwait(false);
            // A new export is never FAILED at once: this one failed earlier, under the same token.
            bool isOldFailure = export.ExportStatus == "FAILED" && request.ClientToken is null && attempt < MaxFailedBefore;
            if (isOldFailure)
            {
                await messages.VerboseAsync($"The export {export.ExportArn} failed before; asking for another.", cancellationToken)
                    .ConfigureAwait(false);
                continue;
            }
            if (export.ExportStatus == "COMPLETED" && request.IsIncremental)
            {
                // The changes of a window that is over stay the same, so this surprises nobody.
                await messages.VerboseAsync($"The same window of '{table.TableName}' was exported already, at " +
                    $"{export.StartTime?.UtcDateTime:HH:mm} UTC; that export is used again.", cancellationToken).ConfigureAwait(false);
            }
            else if (export.ExportStatus == "COMPLETED")
            {
                await messages.WarningAsync(
                    $"The same request exported '{table.TableName}' already, at {export.StartTime?.UtcDateTime:HH:mm} UTC; that export " +
                        "is used again. " +
                    $"For the table as it is now, give {Setting.ExportTime} or another {Setting.ClientToken}.", cancellationToken)
                        .ConfigureAwait(false);
            }
            return export;
        }
    }

    /// <summary>Waits until AWS has ended the export.</summary>
    /// <exception cref="MigrationException">DynamoExportFailed with AWS's code and message.</exception>
    public async Task<DynamoExport> WaitAsync(DynamoExport export, TimeSpan pollInterval, CancellationToken cancellationToken)
    {
        while (true)
        {
            (DynamoExport now, string? code, string? message) =
                await _records.DescribeAsync(export.ExportArn!, export, cancellationToken).ConfigureAwait(false);
            switch (now.ExportStatus)
            {
                case "COMPLETED":
                    return now;
                case "FAILED":
                    throw DynamoErrors.ExportFailed(now, code, message);
            }
            await Task.Delay(pollInterval, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One export by its ARN, with its table's keys if the table is still there.</summary>
    /// <exception cref="MigrationException">DynamoExportNotFound, DynamoExportArnInvalid, AwsAccessDenied…</exception>
    public async Task<DynamoExport> FindAsync(string exportArn, CancellationToken cancellationToken)
    {
        if (TableName.ExportIdOf(exportArn) is null) throw DynamoErrors.ExportArnInvalid(exportArn);
        (DynamoExport export, _, _) = await _records.DescribeAsync(exportArn, await KeysOfAsync(TableName.Of(exportArn), cancellationToken)
            .ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return export;
    }

    /// <summary>A table's exports of the last 90 days, the newest first.</summary>
    public async IAsyncEnumerable<DynamoExport> ListAsync(string tableNameOrArn,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DynamoTable table = await _tables.DescribeAsync(tableNameOrArn, cancellationToken).ConfigureAwait(false);
        DynamoExport frame = ExportRecords.Frame(table);
        List<ExportSummary> summaries = await _records.ListAsync(table, cancellationToken).ConfigureAwait(false);
        foreach (ExportSummary summary in summaries.OrderByDescending(static summary => summary.ExportArn, StringComparer.Ordinal))
        {
            (DynamoExport export, _, _) = await _records.DescribeAsync(summary.ExportArn, frame, cancellationToken).ConfigureAwait(false);
            yield return export;
        }
    }

    private static void CheckWindow(DynamoTable table, ExportRequest request)
    {
        if (!request.IsIncremental) return;
        DateTimeOffset from = request.FromTime ?? DateTimeOffset.MinValue, to = request.ToTime ?? DateTimeOffset.MinValue;
        if (to - from < ExportWindows.Shortest
            || to - from > ExportWindows.Longest) throw DynamoErrors.ExportWindowInvalid(table.TableName, from, to);
    }

    private async Task<DynamoExport> AskAsync(DynamoTable table, ExportRequest request, string token, CancellationToken cancellationToken)
    {
        DateTimeOffset deadline = _time.GetUtcNow() + s_recoveryPatience;
        while (true)
        {
            try
            {
                return await _records.StartAsync(table, request, token, cancellationToken).ConfigureAwait(false);
            }
            catch (MigrationException error) when (error.ErrorId == FailureCode.PointInTimeRecoveryOff && table.PointInTimeRecovery
                && request.EnablePointInTimeRecovery && _time.GetUtcNow() < deadline)
            {
                // Switched on a moment ago; not all of the service knows yet.
                await Task.Delay(s_recoveryPoll, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<DynamoTable> EnableRecoveryAsync(DynamoTable table, ExportRequest request, IRunMessages messages,
        CancellationToken cancellationToken)
    {
        if (!request.EnablePointInTimeRecovery) throw DynamoErrors.RecoveryOff(table.TableName);
        await messages.WarningAsync(
            $"Switching on point-in-time recovery of '{table.TableName}': AWS charges for it by the table's size, until it is switched " +
                "off again.", cancellationToken).ConfigureAwait(false);
        await _records.EnableRecoveryAsync(table.TableName, cancellationToken).ConfigureAwait(false);
        DateTimeOffset deadline = _time.GetUtcNow() + s_recoveryPatience;
        while (true)
        {
            PointInTimeRecoveryDescription? recovery =
                await _tables.DescribeRecoveryAsync(table.TableName, cancellationToken).ConfigureAwait(false);
            if (recovery?.PointInTimeRecoveryStatus == PointInTimeRecoveryStatus.ENABLED)
            {
                return table with
                {
                    PointInTimeRecovery = true,
                    EarliestRestorableTime = TableDescriptions.Time(recovery.EarliestRestorableDateTime),
                    LatestRestorableTime = TableDescriptions.Time(recovery.LatestRestorableDateTime),
                };
            }
            if (_time.GetUtcNow() >= deadline) throw DynamoErrors.RecoveryNotReady(table.TableName, s_recoveryPatience);
            await Task.Delay(s_recoveryPoll, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<DynamoExport?> KeysOfAsync(string tableName, CancellationToken cancellationToken)
    {
        try
        {
            return ExportRecords.Frame(await _tables.DescribeAsync(tableName, cancellationToken).ConfigureAwait(false));
        }
        catch (MigrationException error) when (error.ErrorId is FailureCode.DynamoTableNotFound or FailureCode.AwsAccessDenied)
        {
            // An export outlives its table; then its keys must be told where they are needed.
            return null;
        }
    }
}
