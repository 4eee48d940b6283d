using System.Management.Automation;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Migration;

namespace DynamoCosmos.Commands;

/// <summary>Holds every item of an export or a table against the documents of a container: differences as they are found, the summary last, and an error if there were any.</summary>
[Cmdlet(VerbsData.Compare, "CosmosMigration", SupportsShouldProcess = true, DefaultParameterSetName = "Target")]
[OutputType(typeof(DocumentDifference), typeof(ComparisonResult))]
public sealed class CompareCosmosMigrationCommand : MigrationCommand
{
    private ComparisonSession? _session;

    [Parameter(Mandatory = true, ParameterSetName = "Target", ValueFromPipeline = true)]
    public override CosmosTarget? Target { get; set; }

    [Parameter(ParameterSetName = "Export"), Parameter(ParameterSetName = "Table"), Parameter(ParameterSetName = "Location"), ArgumentCompleter(typeof(CosmosAccountCompleter))]
    public override string? AccountName { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Export"), Parameter(Mandatory = true, ParameterSetName = "Table"), Parameter(Mandatory = true, ParameterSetName = "Location")]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(DatabaseCompleter))]
    public override string DatabaseName { get; set; } = "";

    [Parameter(ParameterSetName = "Export"), Parameter(ParameterSetName = "Table"), Parameter(ParameterSetName = "Location")]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ContainerCompleter))]
    public override string? ContainerName { get; set; }

    /// <summary>Looks up so many items, drawn by chance, in place of comparing everything.</summary>
    [Parameter, ValidateRange(1, 1_000_000)]
    public int? Sample { get; set; }

    [Parameter]
    public SwitchParameter Repair { get; set; }

    /// <summary>Request units a second; 0 for no limit.</summary>
    [Parameter, ValidateRange(0, 10_000_000)]
    public int MaxThroughput { get; set; }

    [Parameter, ValidateRange(1, 100_000_000)]
    public int MaxDifferences { get; set; } = new ComparisonOptions().MaxDifferences;

    [Parameter, Seconds]
    public TimeSpan TtlTolerance { get; set; } = new ComparisonOptions().TtlTolerance;

    [Parameter, Seconds]
    public TimeSpan RetryTimeout { get; set; } = new ComparisonOptions().RetryTimeout;

    protected override void ProcessRecord()
    {
        if (TryRequest(() => Request(GetOrigin())) is not ComparisonRequest request) return;
        // Reading needs no leave; only -Repair changes anything.
        string action = "Compare and write missing and different documents again";
        if (Repair && !ShouldProcess(request.TargetName, action)) return;
        Run((output, stop) => CompareAsync(request, output, stop), Progress);
    }

    private async Task CompareAsync(ComparisonRequest request, CommandOutput output, CancellationToken stop)
    {
        ComparisonSession session = await ComparisonSession.OpenAsync(request, stop);
        await using (session)
        {
            Volatile.Write(ref _session, session);
            if (session.Notice is string notice) await output.WarningAsync(notice, stop);
            ComparisonResult result = await session.RunAsync((difference, cancel) => output.WriteAsync(difference, cancel), stop);
            if (result.Rejected > 0) await output.WarningAsync($"{Units.Count(result.Rejected)} items cannot be converted, or have no route, with these settings and were not looked for; the import rejected them too.", stop);
            await output.WriteAsync(result, stop);
            if (result.GetFailure() is MigrationException failure) await output.ErrorAsync(failure, stop);
        }
    }

    private ComparisonRequest Request(ItemOrigin origin) => new()
    {
        Origin = origin,
        Account = GetAccount(),
        DatabaseName = Target?.DatabaseName ?? DatabaseName,
        Routes = GetRoutes(),
        Options = new()
        {
            MaxThroughput = MaxThroughput,
            MaxDifferences = MaxDifferences,
            TtlTolerance = TtlTolerance,
            RetryTimeout = RetryTimeout,
        },
        Repair = Repair,
        Sample = Sample,
    };

    private ProgressRecord? Progress()
    {
        if (Volatile.Read(ref _session)?.Progress is not ComparisonProgress at) return null;
        string total = at.TotalItems is long all ? $" of {Units.Count(all)}" : "";
        string found = at.Differences > 0 ? $", {Units.Count(at.Differences)} differences" : "";
        return new(3, at.Stage == ComparisonStage.Reading ? "Reading both sides" : "Looking closer at what differs",
            $"{Units.Count(at.SourceItems)}{total} items, {Units.Count(at.TargetDocuments)} documents, {Units.Count(at.RequestCharge)} RU{found}")
        {
            PercentComplete = at.TotalItems is > 0 ? (int)Math.Min(100, 100 * at.SourceItems / at.TotalItems.Value) : -1,
        };
    }
}
