using System.Management.Automation;
using System.Security;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Cosmos.Throughput;
using DynamoCosmos.Model;
using DynamoCosmos.Objects;
using DynamoCosmos.Parameters;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>Sets manual or autoscale throughput, changes between the two, or provides for a load of known size.</summary>
[Cmdlet(VerbsCommon.Set, "CosmosThroughput", SupportsShouldProcess = true, DefaultParameterSetName = "Manual")]
[OutputType(typeof(CosmosThroughput), typeof(CosmosTarget))]
public sealed class SetCosmosThroughputCommand : CosmosAccountCommand
{
    /// <summary>An endpoint names the account as well.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true), ArgumentCompleter(typeof(CosmosAccountCompleter))]
    public override string AccountName { get; set; } = "";

    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true), ValidateNotNullOrEmpty,
        ArgumentCompleter(typeof(DatabaseCompleter))]
    public string DatabaseName { get; set; } = "";

    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true), ArgumentCompleter(typeof(ContainerCompleter))]
    public string? ContainerName { get; set; }

    /// <summary>Passed on, with its new throughput, for the stage that comes next.</summary>
    [Parameter(ValueFromPipeline = true),
        ModuleObject(typeof(CosmosTarget), OrProperty = ["DatabaseName", "SizeBytes", "BilledSizeBytes", "TableSizeBytes"])]
    public CosmosTarget? Target { get; set; }

    /// <summary>RU/s.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Manual"), ValidateRange(1, int.MaxValue)]
    public int Throughput { get; set; }

    /// <summary>RU/s.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Autoscale"), ValidateRange(1, int.MaxValue)]
    public int AutoscaleMaxThroughput { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Mode")]
    public ThroughputMode Mode { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Load")]
    public SwitchParameter ForLoad { get; set; }

    /// <summary>The size of what is to be loaded: an export and a table bring theirs.</summary>
    [Parameter(ParameterSetName = "Load", ValueFromPipelineByPropertyName = true), Alias("BilledSizeBytes", "TableSizeBytes"),
        ValidateRange(0, long.MaxValue)]
    public long? SizeBytes { get; set; }

    /// <summary>A container that was made for an export brings it.</summary>
    [Parameter(ParameterSetName = "Load", ValueFromPipelineByPropertyName = true), ModuleObject(typeof(DynamoExport))]
    public DynamoExport? Export { get; set; }

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
        try
        {
            CosmosSettings settings = CosmosSettings.Create(AccountName, AccountEndpoint, GetAzureSettings());
            ThroughputTarget target = new(AccountOf(settings), DatabaseName, ContainerName is "" ? null : ContainerName, AccountEndpoint);
            ThroughputControl control = new(settings.Azure, Clouds);
            CosmosThroughput? result = Carry(stop => control.PlanAsync(target, request, stop), () => Describe(control.Pending));
            if (result is not null && Target is null) WriteObject(result);
            // With -WhatIf nothing has changed, but the stages after this one have their own plans to tell.
            if (Target is not null) WriteObject(result is null ? Target : Changed(Target, result));
        }
        catch (MigrationException failure)
        {
            WriteError(Errors.From(failure));
        }
    }

    private static CosmosTarget Changed(CosmosTarget target, CosmosThroughput now) => target with
    {
        Throughput = now.Mode == ThroughputMode.Manual ? now.Throughput : null,
        AutoscaleMaxThroughput = now.AutoscaleMaxThroughput,
    };

    private ThroughputRequest ForSize()
    {
        if ((SizeBytes ?? Export?.BilledSizeBytes) is not { } bytes)
        {
            ThrowTerminatingError(Errors.LoadSizeMissing());
            throw new PipelineStoppedException();
        }
        LoadThroughput load = LoadThroughput.For(bytes);
        WriteVerbose($"{Units.Bytes(bytes)} need {load.PhysicalPartitions} physical partition(s), which serve {load.RaiseTo} RU/s.");
        return new(null, load.RaiseTo);
    }

    private static ProgressRecord? Describe(CosmosThroughput? pending) => pending is null
        ? null
        : new(1, "Changing throughput", $"{pending.DatabaseName}{(pending.ContainerName is null ? "" : "/" + pending.ContainerName)}: " +
            "partitions are being split; this can take hours and goes on without this command.");
}
