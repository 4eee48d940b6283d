using DynamoCosmos.Import;
using DynamoCosmos.Model;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Worker;

/// <summary>Imports exports or a table. Windows of changes come after full exports, in their order.</summary>
internal sealed class ImportCommand : Command
{
    private readonly List<ImportResult> _results = [];
    private ImportSession? _session;

    internal ImportCommand() : base("import", "Writes every item of exports or of a table to a container. The same line goes on.")
    {
        Option[] own = [MaxInFlight, MaxRejectedItems, RejectedItemPath, CheckpointPath, Restart, AllowGap, StopAfter, RetryTimeout];
        foreach (Option option in Common.Concat(Target).Concat(own)) Options.Add(option);
        SetAction((given, _) => WorkerRun.RunAsync(Name, given, RunAsync));
    }

    private async Task<ExitCode> RunAsync(WorkerRun run, CancellationToken stop)
    {
        run.Follow(() => Volatile.Read(ref _session)?.Progress);
        try
        {
            return await ImportAllAsync(run, stop) ? ExitCode.Done : ExitCode.Incomplete;
        }
        finally
        {
            // Also of a run that failed in its second source: the first one is done.
            run.Put("imports", _results);
        }
    }

    private async Task<bool> ImportAllAsync(WorkerRun run, CancellationToken stop)
    {
        PendingWindows<ImportRequest> windows = new();
        foreach (ItemOrigin origin in await run.Settings.FindOriginsAsync(run.Clouds, stop))
        {
            ImportRequest request = RequestOf(run.Settings, origin);
            bool waits = origin is ExportOrigin { Export: DynamoExport export } && windows.TryAdd(export, request.TargetName, request);
            if (!waits && !await ImportAsync(run, request, stop)) return false;
        }
        // What follows a window that was not applied to its end must wait for it.
        bool allowGap = run.Settings.Get(AllowGap);
        foreach ((_, ImportRequest request) in windows.TakeInOrder(allowGap, static failure => throw failure).SelectMany(static one => one))
            if (!await ImportAsync(run, request, stop)) return false;
        return true;
    }

    private async Task<bool> ImportAsync(WorkerRun run, ImportRequest request, CancellationToken stop)
    {
        ImportSession session = await ImportSession.OpenAsync(request, run.Clouds, run.Events, stop);
        await using (session)
        {
            Volatile.Write(ref _session, session);
            ImportResult result = await session.RunAsync(run.Events, stop);
            _results.Add(result);
            return result.Completed;
        }
    }

    private static ImportRequest RequestOf(Settings settings, ItemOrigin origin)
    {
        ImportOptions standard = new();
        return new()
        {
            Origin = origin,
            Account = settings.Account,
            DatabaseName = settings.Database,
            Routes = settings.ReadRoutes(),
            Options = standard with
            {
                MaxInFlight = settings.GetInt(MaxInFlight),
                MaxRejectedItems = settings.Get(MaxRejectedItems),
                Restart = settings.Get(Restart),
                StopAfter = settings.Get(StopAfter),
                RetryTimeout = settings.Get(RetryTimeout) ?? standard.RetryTimeout,
            },
            AllowGap = settings.Get(AllowGap),
            CheckpointLocation = settings.LocateFile(CheckpointPath),
            RejectionLocation = settings.LocateFile(RejectedItemPath),
            Lake = settings.Lake,
        };
    }
}
