using System.Collections.Concurrent;
using DynamoCosmos.Aws;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Model;

namespace DynamoCosmos.Sessions;

/// <summary>A table to be exported, and the requests for it: one for its state, or one for each window of its changes.</summary>
public sealed record TableExportPlan(DynamoTable Table, IReadOnlyList<ExportRequest> Requests)
{
    /// <param name="request">An incremental one is split into windows that DynamoDB takes.</param>
    /// <exception cref="MigrationException">The window is none that DynamoDB takes.</exception>
    public static TableExportPlan Of(DynamoTable table, ExportRequest request, DateTimeOffset now) =>
        new(table, request.IsIncremental ? ExportWindows.Split(table, request, now) : [request]);
}

/// <summary>An export that is under way.</summary>
/// <param name="Table">The table's place among the plans, from 0.</param>
/// <param name="Window">From 1.</param>
/// <param name="Status">Null while it is being asked for.</param>
public sealed record TableExportState(int Table, int Window, int Windows, string? Status, DateTimeOffset? StartTime);

/// <summary>Exports several tables to S3 by DynamoDB's own export, side by side. The windows of one table come in their order.</summary>
/// <param name="clouds">Owned by the caller, who keeps them until the exports have ended.</param>
public sealed class TableExports(IReadOnlyList<TableExportPlan> plans, Func<DynamoTable, AwsSettings> aws, CloudConnections clouds)
{
    private readonly ConcurrentDictionary<int, TableExportState> _underWay = new();
    private int _ended;

    /// <summary>Null does not wait for AWS to end the exports.</summary>
    public TimeSpan? PollInterval { get; init; } = TimeSpan.FromSeconds(15);

    public IReadOnlyList<TableExportPlan> Plans => plans;

    /// <summary>Tables whose exports have ended, well or not.</summary>
    public int Ended => Volatile.Read(ref _ended);

    // Its own ToArray is a moment's; LINQ's would copy while tables come and go, and fail.
    public IReadOnlyList<TableExportState> UnderWay =>
        [.. _underWay.ToArray().Select(static pair => pair.Value).OrderBy(static state => state.Table)];

    /// <param name="found">Gets each export once it has ended, or was started where nobody waits.</param>
    /// <param name="failed">Gets what a table's exports ended in; the other tables go on.</param>
    public Task RunAsync(
        IRunMessages messages, Func<DynamoExport, CancellationToken, ValueTask> found,
        Func<MigrationException, CancellationToken, ValueTask> failed, CancellationToken cancellationToken) =>
        Task.WhenAll(plans.Select((plan, index) => ExportAsync(index, plan, messages, found, failed, cancellationToken)));

    private async Task ExportAsync(
        int index, TableExportPlan plan, IRunMessages messages, Func<DynamoExport, CancellationToken, ValueTask> found,
        Func<MigrationException, CancellationToken, ValueTask> failed, CancellationToken cancellationToken)
    {
        try
        {
            TableExport exports = new(aws(plan.Table), clouds.Aws);
            List<DynamoExport> started = [];
            foreach (ExportRequest request in plan.Requests)
            {
                _underWay[index] = new(index, started.Count + 1, plan.Requests.Count, null, null);
                DynamoExport export = await exports.StartAsync(plan.Table, request, messages, cancellationToken).ConfigureAwait(false);
                string told = $"{export.ExportArn} is {export.ExportStatus} and goes to {export.Location}";
                await messages.VerboseAsync(told, cancellationToken).ConfigureAwait(false);
                started.Add(export);
            }
            // In their order, and none after one that failed: a receiver may rely on it.
            for (int i = 0; i < started.Count; i++)
            {
                DynamoExport export = started[i];
                _underWay[index] = new(index, i + 1, started.Count, export.ExportStatus, export.StartTime);
                if (PollInterval is TimeSpan interval)
                    export = await exports.WaitAsync(export, interval, cancellationToken).ConfigureAwait(false);
                await found(export, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (MigrationException failure)
        {
            await failed(failure, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _underWay.TryRemove(index, out _);
            Interlocked.Increment(ref _ended);
        }
    }
}
