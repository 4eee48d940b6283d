using System.Management.Automation;
using System.Security;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Cosmos.Containers;
using DynamoCosmos.Model;
using DynamoCosmos.Parameters;
using DynamoCosmos.Sources;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>Makes the database and the container that a table's items go to, or finds them as they have to be.</summary>
[Cmdlet(VerbsCommon.New, "CosmosMigrationContainer", SupportsShouldProcess = true, DefaultParameterSetName = "Keys")]
[OutputType(typeof(CosmosTarget))]
public sealed class NewCosmosMigrationContainerCommand : CosmosAccountCommand
{
    /// <summary>An endpoint names the account as well.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true), ArgumentCompleter(typeof(CosmosAccountCompleter))]
    public override string AccountName { get; set; } = "";

    [Parameter(Mandatory = true, Position = 1), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(DatabaseCompleter))]
    public string DatabaseName { get; set; } = "";

    /// <summary>Default: the table's name.</summary>
    [Parameter(Position = 2), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ContainerCompleter))]
    public string? ContainerName { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Export", ValueFromPipeline = true),
        ModuleObject(typeof(DynamoExport), Or = [typeof(DynamoTable)], OrProperty = ["AccountName"])]
    public DynamoExport? Export { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Table", ValueFromPipeline = true),
        ModuleObject(typeof(DynamoTable), Or = [typeof(DynamoExport)], OrProperty = ["AccountName"])]
    public DynamoTable? Table { get; set; }

    [Parameter(ParameterSetName = "Keys")]
    [Parameter(ParameterSetName = "Export")]
    public KeyName? PartitionKeyAttribute { get; set; }

    [Parameter(ParameterSetName = "Keys")]
    [Parameter(ParameterSetName = "Export")]
    public KeyName? SortKeyAttribute { get; set; }

    [Parameter]
    public string? TtlAttribute { get; set; }

    [Parameter]
    public SwitchParameter Hierarchical { get; set; }

    [Parameter]
    public string[]? PartitionKeyPath { get; set; }

    /// <summary>RU/s.</summary>
    [Parameter, ValidateRange(1, int.MaxValue)]
    public int? Throughput { get; set; }

    /// <summary>RU/s.</summary>
    [Parameter, ValidateRange(1, int.MaxValue)]
    public int? AutoscaleMaxThroughput { get; set; }

    /// <summary>JSON, or the path of a file that holds it.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? IndexingPolicy { get; set; }

    [Parameter]
    public SwitchParameter DeferIndexing { get; set; }

    [Parameter]
    public Uri? AccountEndpoint { get; set; }

    [Parameter]
    public SecureString? AccountKey { get; set; }

    protected override AzureSettings GetAzureSettings() => base.GetAzureSettings() with { AccountKey = Secret.From(AccountKey) };

    protected override void ProcessRecord()
    {
        try
        {
            ContainerRequest request = GetRequest();
            CosmosSettings settings = CosmosSettings.Create(AccountName, AccountEndpoint, GetAzureSettings());
            CosmosContainers containers = new(settings, AccountOf(settings), Clouds);
            CosmosTarget? target = Carry((messages, stop) => containers.PlanAsync(request, messages, stop));
            if (target is not null) WriteObject(target);
        }
        catch (MigrationException failure)
        {
            WriteError(Errors.From(failure));
        }
    }

    private ContainerRequest GetRequest() => new()
    {
        DatabaseName = DatabaseName,
        ContainerName = ContainerName ?? Export?.TableName ?? Table?.TableName ?? throw CosmosErrors.ContainerNameMissing(),
        PartitionKey = PartitionKeyAttribute ?? KeyName.Of(Export?.PartitionKey ?? Table?.PartitionKey),
        SortKey = SortKeyAttribute ?? (PartitionKeyAttribute is null ? KeyName.Of(Export?.SortKey ?? Table?.SortKey) : null),
        TtlAttribute = TtlAttribute ?? Export?.TtlAttribute ?? Table?.TtlAttribute,
        Hierarchical = Hierarchical,
        PartitionKeyPath = PartitionKeyPath,
        Throughput = Throughput,
        AutoscaleMaxThroughput = AutoscaleMaxThroughput,
        IndexingPolicy = IndexingPolicy is null ? null : IndexPolicy.Load(IndexingPolicy, ResolvePath),
        DeferIndexing = DeferIndexing,
        Export = Export,
        Table = Table,
        ItemCount = Export?.ItemCount ?? Table?.ItemCount,
        SizeBytes = Export?.BilledSizeBytes ?? Table?.TableSizeBytes,
    };
}
