using DynamoCosmos.Assessment;

namespace DynamoCosmos.Worker;

/// <summary>Tells what the migration of a source meets and takes. It writes nothing anywhere.</summary>
internal sealed class AssessCommand : Command
{
    private AssessmentSession? _session;

    internal AssessCommand() : base("assess", "Reads an export or a table, and tells what its migration meets and takes.")
    {
        Option[] own = [Sample, Window, RegionCount, PriceTablePath];
        foreach (Option option in Common.Concat(own)) Options.Add(option);
        SetAction((given, _) => WorkerRun.RunAsync(Name, given, RunAsync));
    }

    private async Task<ExitCode> RunAsync(WorkerRun run, CancellationToken stop)
    {
        run.Follow(() => Volatile.Read(ref _session)?.Progress is var (items, goal) ? new { Items = items, Goal = goal } : null);
        AssessmentRequest request = RequestOf(run.Settings, await run.Settings.FindOriginAsync(run.Clouds, stop));
        AssessmentSession session = await AssessmentSession.OpenAsync(request, run.Clouds, stop);
        await using (session)
        {
            Volatile.Write(ref _session, session);
            run.Put("assessment", await session.RunAsync(stop));
            return ExitCode.Done;
        }
    }

    private static AssessmentRequest RequestOf(Settings settings, ItemOrigin origin)
    {
        string prices = settings.Get(PriceTablePath) is string own ? Path.GetFullPath(own) : "DynamoCosmos.prices.json";
        LoadWishes standard = new() { Prices = PriceTableFile.Read(Path.Combine(AppContext.BaseDirectory, prices)) };
        return new()
        {
            Origin = origin,
            Conversion = settings.ReadConversion(),
            Table = (origin as TableOrigin)?.Table,
            Sample = settings.Get(Sample),
            Wishes = standard with
            {
                Window = settings.Get(Window) ?? standard.Window,
                RegionCount = settings.GetInt(RegionCount) ?? standard.RegionCount,
            },
        };
    }
}
