using System.Management.Automation;
using DynamoCosmos.Basics;
using DynamoCosmos.Comparison;
using DynamoCosmos.Objects;
using DynamoCosmos.Parameters;
using DynamoCosmos.Sessions;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>
/// Holds every item of a source against the documents of a container: differences as they are found, the summary last, and an error if
/// there were any.
/// </summary>
[Cmdlet(VerbsData.Compare, "CosmosMigration", SupportsShouldProcess = true, DefaultParameterSetName = "Target")]
[OutputType(typeof(DocumentDifference), typeof(ComparisonResult))]
public sealed class CompareCosmosMigrationCommand : MigrationCommand
{
    private ComparisonSession? _session;

    /// <summary>Looks up so many items, drawn by chance, in place of comparing everything.</summary>
    [Parameter, ValidateRange(1, 1_000_000)]
    public int? Sample { get; set; }

    [Parameter]
    public SwitchParameter Repair { get; set; }

    /// <summary>Request units a second; 0 for no limit.</summary>
    [Parameter, ValidateRange(0, 10_000_000)]
    public int MaxThroughput { get; set; }

    /// <summary>Rejected items that do not fail the comparison.</summary>
    [Parameter, ValidateRange(0, long.MaxValue)]
    public long AllowRejected { get; set; }

    [Parameter, ValidateRange(1, 100_000_000)]
    public int MaxDifferences { get; set; } = new ComparisonOptions().MaxDifferences;

    [Parameter, Seconds]
    public TimeSpan TtlTolerance { get; set; } = new ComparisonOptions().TtlTolerance;

    [Parameter, Seconds]
    public TimeSpan RetryTimeout { get; set; } = new ComparisonOptions().RetryTimeout;

    protected override void ProcessRecord()
    {
        if (InputObject is not null) TakeItem(InputObject, Request, request => ShouldCompare(request)
            ? Begin((output, stop) => CompareAsync(request, output, stop), Progress) : null);
        else if (TryRequest(() => Request(GetOrigin())) is ComparisonRequest request
            && ShouldCompare(request)) Run((output, stop) => CompareAsync(request, output, stop), Progress);
    }

    protected override void EndProcessing() => FinishItems("compared");

    /// <summary>Reading needs no leave; only -Repair changes anything.</summary>
    private bool ShouldCompare(ComparisonRequest request) =>
        !Repair || ShouldProcess(request.TargetName, "Compare and write missing and different documents again");

    private async Task CompareAsync(ComparisonRequest request, CommandOutput output, CancellationToken stop)
    {
        ComparisonSession session = await ComparisonSession.OpenAsync(request, Clouds, stop);
        await using (session)
        {
            Volatile.Write(ref _session, session);
            if (session.Notice is string notice) await output.WarningAsync(notice, stop);
            ComparisonResult result = await session.RunAsync((difference, cancel) => output.WriteAsync(difference, cancel), stop);
            string? warning = request.Transform is not null && result is { Skipped: > 0, Matched: 0, Missing: 0, Different: 0 }
                ? Plans.LeftOut(result.Skipped, "Nothing was compared") : Warn(result);
            if (warning is not null) await output.WarningAsync(warning, stop);
            await output.WriteAsync(result, stop);
            if (result.GetFailure() is MigrationException failure) await output.ErrorAsync(failure, stop);
        }
    }

    /// <summary>What a comparison that passed did not prove; null where it proved everything.</summary>
    private static string? Warn(ComparisonResult result)
    {
        if (!result.Passed) return null;
        if (result.SourceItems == 0) return "The source holds no items, so nothing was compared.";
        if (result.Rejected > 0)
            return $"{Units.Count(result.Rejected)} items are rejected with these settings, so no document was looked for (such as " +
                $"{result.RejectedExample}). -AllowRejected {result.AllowedRejected} lets the comparison pass.";
        return result.Matched + result.Repaired > 0 ? null
            : $"No document was compared: of {Units.Count(result.SourceItems)} items {Units.Count(result.Expired)} are expired and " +
                $"{Units.Count(result.Skipped)} skipped. See whether -TtlAttribute and the mapping's Where are what you mean.";
    }

    private ComparisonRequest Request(ItemOrigin origin) => new()
    {
        Origin = origin,
        Account = GetAccount(),
        DatabaseName = Target?.DatabaseName ?? DatabaseName,
        Routes = GetRoutes(),
        Transform = GetTransform(),
        Options = new()
        {
            MaxThroughput = MaxThroughput,
            AllowRejected = AllowRejected,
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
        string stage = at.Stage switch
        {
            ComparisonStage.TakingItems => "Taking the pipeline's items",
            ComparisonStage.Reading => "Reading both sides",
            _ => "Looking closer at what differs",
        };
        return new(3, stage, $"{Units.Count(at.SourceItems)}{total} items, {Units.Count(at.TargetDocuments)} documents, " +
            $"{Units.Count(at.RequestCharge)} RU{found}")
        {
            PercentComplete = at.TotalItems is > 0 ? (int)Math.Min(100, 100 * at.SourceItems / at.TotalItems.Value) : -1,
        };
    }
}
