using System.Management.Automation;
using System.Security;
using DynamoCosmos.Import;
using DynamoCosmos.Model;
using DynamoCosmos.Objects;
using DynamoCosmos.Parameters;
using DynamoCosmos.Ports;
using DynamoCosmos.Sessions;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>
/// Converts every item of an export or a table and writes it to a container; goes on where an earlier run of the same line ended.
/// </summary>
[Cmdlet(VerbsData.Import, "CosmosItems", SupportsShouldProcess = true, DefaultParameterSetName = "Target")]
[Alias("Import-CosmosItem")]
[OutputType(typeof(ImportResult))]
public sealed class ImportCosmosItemsCommand : MigrationCommand
{
    private readonly PendingWindows<ImportRequest> _windows = new();
    private ImportSession? _session;

    [Parameter, ValidateRange(1, 100_000)]
    public int? MaxInFlight { get; set; }

    [Parameter, ValidateRange(0, long.MaxValue)]
    public long? MaxRejectedItems { get; set; }

    [Parameter, ValidateNotNullOrEmpty]
    public string? RejectedItemPath { get; set; }

    [Parameter(ParameterSetName = "Target"), Parameter(ParameterSetName = "Export"), Parameter(ParameterSetName = "Table"),
        Parameter(ParameterSetName = "Location"), ValidateNotNullOrEmpty]
    public string? CheckpointPath { get; set; }

    [Parameter(ParameterSetName = "Target"), Parameter(ParameterSetName = "Export"), Parameter(ParameterSetName = "Table"),
        Parameter(ParameterSetName = "Location")]
    public SwitchParameter Restart { get; set; }

    [Parameter(ParameterSetName = "Target"), Parameter(ParameterSetName = "Export"), Parameter(ParameterSetName = "Location")]
    public SwitchParameter AllowGap { get; set; }

    [Parameter(ParameterSetName = "Target"), Parameter(ParameterSetName = "Export"), Parameter(ParameterSetName = "Table"),
        Parameter(ParameterSetName = "Location"), Seconds]
    public TimeSpan? StopAfter { get; set; }

    [Parameter, Seconds]
    public TimeSpan RetryTimeout { get; set; } = new ImportOptions().RetryTimeout;

    protected override void ProcessRecord()
    {
        if (InputObject is null) ImportSource();
        else TakeItem(InputObject, Request, request => ShouldImport(request)
            ? Begin((output, stop) => ImportAsync(request, output, stop), () => Progress(request)) : null);
    }

    private void ImportSource()
    {
        ItemOrigin? origin = GetOrigin();
        // Read now, so that the plan can be told in numbers; the import goes on with what was read.
        if (origin is ExportOrigin { ItemCount: null } export && Location is not null)
            origin = Await((output, stop) => Plans.TryAsync(output, () => export.ReadExportAsync(Clouds, stop), stop));
        if (origin is null || TryRequest(() => Request(origin)) is not ImportRequest request) return;
        bool waits = request.Origin is ExportOrigin { Export: DynamoExport given } && _windows.TryAdd(given, request.TargetName, request);
        if (!waits) Import(request);
    }

    protected override void EndProcessing()
    {
        FinishItems("imported");
        foreach (IReadOnlyList<(DynamoExport Export, ImportRequest Request)> windows in _windows.TakeInOrder(AllowGap, failure =>
            WriteError(Errors.From(failure))))
        {
            // What follows a window that was not applied to its end must wait for it.
            int done = 0;
            while (done < windows.Count
                && Import(windows[done].Request, windows.Count == 1 ? null : $"window {done + 1} of {windows.Count}")) done++;
            if (done < windows.Count - 1) WriteWarning($"{windows.Count - done - 1} later windows of {windows[0].Export.TableName} were " +
                "not applied: each has to follow the one before.");
        }
    }

    /// <param name="turn">Which of several windows it is.</param>
    /// <returns>Whether what comes after it may go on.</returns>
    private bool Import(ImportRequest request, string? turn = null)
    {
        // That of the object before is over.
        Volatile.Write(ref _session, null);
        if (!ShouldImport(request)) return true;
        return Await((output, stop) => Plans.TryAsync(output, () => ImportAsync(request, output, stop), stop), () =>
            Progress(request, turn)) is { Completed: true };
    }

    private bool ShouldImport(ImportRequest request)
    {
        ImportPlan plan = request.Plan;
        string items = plan.Items is long count ? $"{Units.Count(count)} items" : "all items";
        return ShouldProcess(plan.Target, $"Import {items} of {plan.Source}{(plan.IsAnew ? ", anew" : "")}");
    }

    private async Task<ImportResult> ImportAsync(ImportRequest request, CommandOutput output, CancellationToken stop)
    {
        ImportSession session = await ImportSession.OpenAsync(request, Clouds, output, stop);
        await using (session)
        {
            Volatile.Write(ref _session, session);
            ImportResult result = await session.RunAsync(output, stop);
            if (result.WasComplete) await output.WarningAsync("An earlier run has finished this import; nothing was written. -Restart " +
                "imports it anew.", stop);
            else if (!result.Completed) await output.WarningAsync("The import stopped after the given time. Run the same line again to " +
                "go on.", stop);
            if (request.Transform is not null
                && result is { Filtered: > 0, Written: 0, Deleted: 0 }) await output.WarningAsync(
                Plans.LeftOut(result.Filtered, "Nothing was written"), stop);
            if (result.Rejected > 0) await output.WarningAsync($"{Units.Count(result.Rejected)} items were rejected; see why with " +
                $"Get-CosmosRejectedItem {result.RejectedItemPath}", stop);
            await output.WriteAsync(result, stop);
            return result;
        }
    }

    private ImportRequest Request(ItemOrigin origin) => new()
    {
        Origin = origin,
        Account = GetAccount(),
        DatabaseName = Target?.DatabaseName ?? DatabaseName,
        Routes = GetRoutes(),
        Transform = GetTransform(),
        Options = new()
        {
            MaxInFlight = MaxInFlight,
            MaxRejectedItems = MaxRejectedItems,
            Restart = Restart,
            StopAfter = StopAfter,
            RetryTimeout = RetryTimeout,
        },
        AllowGap = AllowGap,
        CheckpointLocation = CheckpointPath is null ? null : LocateFile(CheckpointPath),
        RejectionLocation = RejectedItemPath is null ? null : LocateFile(RejectedItemPath),
        Lake = GetLakeSettings(),
    };

    private Uri LocateFile(string path) => ExportStores.IsAddress(path) ? new(path) : ExportStores.LocationOfFile(ResolvePath(path));

    private ProgressRecord? Progress(ImportRequest request, string? turn = null)
    {
        if (Volatile.Read(ref _session)?.Progress is not ImportProgress at) return null;
        string total = at.Total is long all ? $" of {Units.Count(all)}" : "";
        string throttled = at.ThrottledShare >= 0.001 ? $", {Units.Percent(at.ThrottledShare)} throttled" : "";
        ProgressRecord items = new(2, $"Importing items into {request.TargetName}",
            $"{Units.Count(at.Done)}{total} items, {Units.Count(at.ItemsPerSecond)}/s, {Units.Count(at.RequestUnitsPerSecond)} " +
            $"RU/s{throttled}")
        {
            PercentComplete = at.Total is > 0 ? (int)Math.Min(100, 100 * at.Done / at.Total.Value) : -1,
            SecondsRemaining = at.TimeLeft is TimeSpan left ? (int)Math.Min(int.MaxValue, left.TotalSeconds) : -1,
            CurrentOperation = at.UnitsTotal is int units ? $"data file {at.UnitsDone} of {units}" : null,
        };
        return turn is null ? items : new NestedProgress(1, $"Applying the changes of {request.Origin.Name}", turn, [items]);
    }
}
