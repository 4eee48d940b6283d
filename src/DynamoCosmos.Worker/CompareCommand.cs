using DynamoCosmos.Comparison;

namespace DynamoCosmos.Worker;

/// <summary>Compares every item of a source with the documents of a container.</summary>
internal sealed class CompareCommand : Command
{
    private ComparisonSession? _session;

    internal CompareCommand() : base("compare", "Compares every item of an export or a table with the documents of a container.")
    {
        Option[] own = [Sample, Repair, MaxThroughput, AllowRejected, MaxDifferences, TtlTolerance, RetryTimeout];
        foreach (Option option in Common.Concat(Target).Concat(own)) Options.Add(option);
        SetAction((given, _) => WorkerRun.RunAsync(Name, given, RunAsync));
    }

    private async Task<ExitCode> RunAsync(WorkerRun run, CancellationToken stop)
    {
        run.Follow(() => Volatile.Read(ref _session)?.Progress);
        ComparisonRequest request = RequestOf(run.Settings, await run.Settings.FindOriginAsync(run.Clouds, stop));
        ComparisonSession session = await ComparisonSession.OpenAsync(request, run.Clouds, stop);
        await using (session)
        {
            Volatile.Write(ref _session, session);
            if (session.Notice is string notice) await run.Events.WarningAsync(notice, stop);
            ComparisonResult result = await session.RunAsync((difference, _) => run.Events.WriteAsync("difference", difference), stop);
            run.Put("comparison", result);
            if (result.GetFailure() is not MigrationException failure) return ExitCode.Done;
            await run.FailAsync(failure);
            return ExitCode.Different;
        }
    }

    private static ComparisonRequest RequestOf(Settings settings, ItemOrigin origin)
    {
        ComparisonOptions standard = new();
        return new()
        {
            Origin = origin,
            Account = settings.Account,
            DatabaseName = settings.Database,
            Routes = settings.ReadRoutes(),
            Options = standard with
            {
                MaxThroughput = settings.Get(MaxThroughput) ?? standard.MaxThroughput,
                AllowRejected = settings.Get(AllowRejected) ?? standard.AllowRejected,
                MaxDifferences = settings.GetInt(MaxDifferences) ?? standard.MaxDifferences,
                TtlTolerance = settings.Get(TtlTolerance) ?? standard.TtlTolerance,
                RetryTimeout = settings.Get(RetryTimeout) ?? standard.RetryTimeout,
            },
            Repair = settings.Get(Repair),
            Sample = settings.GetInt(Sample),
        };
    }
}
