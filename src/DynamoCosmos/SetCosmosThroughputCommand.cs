using System.Management.Automation;
using System.Security;
using DynamoCosmos.Azure;
using DynamoCosmos.Dynamo;

namespace DynamoCosmos.Commands;

/// <summary>Sets manual or autoscale throughput, changes between the two, or provides for a load of known size.</summary>
[Cmdlet(VerbsCommon.Set, "CosmosThroughput", SupportsShouldProcess = true, DefaultParameterSetName = "Manual")]
[OutputType(typeof(CosmosThroughput))]
public sealed class SetCosmosThroughputCommand : CosmosAccountCommand
{
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true), ValidateNotNullOrEmpty]
    public string DatabaseName { get; set; } = "";

    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    public string? ContainerName { get; set; }

    /// <summary>RU/s.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Manual"), ValidateRange(1, int.MaxValue)]
    public int Throughput { get; set; }

    /// <summary>RU/s.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Autoscale"), ValidateRange(1, int.MaxValue)]
    public int AutoscaleMaxThroughput { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Mode")]
    public ThroughputMode Mode { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "ExportLoad")]
    [Parameter(Mandatory = true, ParameterSetName = "TableLoad")]
    public SwitchParameter ForLoad { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "ExportLoad", ValueFromPipeline = true)]
    public DynamoExport? Export { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "TableLoad", ValueFromPipeline = true)]
    public DynamoTable? Table { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public Uri? AccountEndpoint { get; set; }

    [Parameter]
    public SecureString? AccountKey { get; set; }

    protected override AzureSettings GetAzureSettings() => base.GetAzureSettings() with { AccountKey = Secret.From(AccountKey) };

    protected override void ProcessRecord()
    {
        ThroughputRequest request = ParameterSetName switch
        {
            "Manual" => new(ThroughputMode.Manual, Throughput),
            "Autoscale" => new(ThroughputMode.Autoscale, AutoscaleMaxThroughput),
            "Mode" => new(Mode, null),
            _ => ForSize(),
        };
        ThroughputTarget target = new(Account, DatabaseName, ContainerName, AccountEndpoint);
        ThroughputControl control = new(GetAzureSettings());
        try
        {
            CosmosThroughput? result = Carry(stop => control.PlanAsync(target, request, stop), () => Describe(control.Pending));
            if (result is not null) WriteObject(result);
        }
        finally
        {
            Run((_, _) => control.DisposeAsync().AsTask());
        }
    }

    private ThroughputRequest ForSize()
    {
        long bytes = Export?.BilledSizeBytes ?? Table?.TableSizeBytes ?? 0;
        LoadThroughput load = LoadThroughput.For(bytes);
        WriteVerbose($"{Units.Bytes(bytes)} need {load.PhysicalPartitions} physical partition(s), which serve {load.RaiseTo} RU/s.");
        return new(null, load.RaiseTo);
    }

    private static ProgressRecord? Describe(CosmosThroughput? pending) => pending is null
        ? null
        : new(1, "Changing throughput", $"{pending.DatabaseName}{(pending.ContainerName is null ? "" : "/" + pending.ContainerName)}: partitions are being split; this can take hours and goes on without this command.");
}
