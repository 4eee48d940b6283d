using System.Management.Automation;
using System.Security;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Dynamo;
using DynamoCosmos.Items;
using DynamoCosmos.Migration;

namespace DynamoCosmos.Commands;

/// <summary>For cmdlets that hold an export against a container: which export, which container, and the conversion between them.</summary>
public abstract class MigrationCommand : CloudCommand
{
    /// <summary>Of New-CosmosMigrationContainer.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Target", ValueFromPipeline = true)]
    public CosmosTarget? Target { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Export", ValueFromPipeline = true)]
    public DynamoExport? Export { get; set; }

    /// <summary>The export's own folder: s3://…, an https URL of a lake, abfss://…, or a folder on disk.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Location"), Alias("PSPath"), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(LocationCompleter))]
    public string? Location { get; set; }

    [Parameter(ParameterSetName = "Export"), Parameter(ParameterSetName = "Location"), ArgumentCompleter(typeof(CosmosAccountCompleter))]
    public string? AccountName { get; set; }

    [Parameter]
    public Uri? AccountEndpoint { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Export"), Parameter(Mandatory = true, ParameterSetName = "Location"), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(DatabaseCompleter))]
    public string DatabaseName { get; set; } = "";

    [Parameter(Mandatory = true, ParameterSetName = "Export"), Parameter(Mandatory = true, ParameterSetName = "Location"), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ContainerCompleter))]
    public string ContainerName { get; set; } = "";

    [Parameter]
    public SecureString? StorageAccountKey { get; set; }

    [Parameter]
    public KeyName? PartitionKeyAttribute { get; set; }

    [Parameter]
    public KeyName? SortKeyAttribute { get; set; }

    [Parameter, AllowEmptyString]
    public string? TtlAttribute { get; set; }

    [Parameter]
    public NumberMode NumberMode { get; set; }

    [Parameter]
    public IdSource IdFrom { get; set; }

    [Parameter]
    public string? IdAttribute { get; set; }

    [Parameter]
    public SwitchParameter Hierarchical { get; set; }

    [Parameter]
    public string[]? PartitionKeyPath { get; set; }

    [Parameter]
    public ExpiredItemAction ExpiredItem { get; set; }

    /// <summary>Default: Direct for accounts in Azure, Gateway for any other endpoint.</summary>
    [Parameter]
    public CosmosConnectionMode? ConnectionMode { get; set; }

    /// <exception cref="PipelineStoppedException">NoExport has been written.</exception>
    protected DynamoExport GetExport()
    {
        if ((Export ?? Target?.Export) is DynamoExport given) return given;
        if (Location is null) ThrowTerminatingError(Errors.NoExport(Target!));
        return new() { ExportStatus = "COMPLETED", Location = ExportStores.IsAddress(Location!) ? new(Location!) : ExportStores.LocationOf(ResolvePath(Location!)) };
    }

    protected CosmosSettings GetAccount() =>
        CosmosSettings.Create(Target?.AccountName ?? AccountName, AccountEndpoint ?? Target?.AccountEndpoint, GetAzureSettings(), ConnectionMode);

    /// <summary>The storage account has a key of its own.</summary>
    protected AzureSettings GetLakeSettings() => GetAzureSettings() with { AccountKey = Secret.From(StorageAccountKey) };

    /// <summary>What is to be read, with what it takes to get at it.</summary>
    protected ItemOrigin GetOrigin(DynamoExport export)
    {
        // What the export knows of its table counts before what the container was made for.
        CosmosTarget? madeFor = export.PartitionKey is null ? Target : null;
        return new ExportOrigin
        {
            Export = export,
            PartitionKey = PartitionKeyAttribute ?? madeFor?.PartitionKeyAttribute,
            SortKey = SortKeyAttribute ?? madeFor?.SortKeyAttribute,
            TtlAttribute = TtlAttribute ?? madeFor?.TtlAttribute,
            Aws = GetAwsSettings(export.Region, export.EndpointUrl),
            Lake = GetLakeSettings(),
        };
    }

    protected ConversionOptions GetConversion() => new()
    {
        NumberMode = NumberMode,
        IdFrom = IdFrom,
        IdAttribute = IdAttribute,
        Hierarchical = Hierarchical,
        PartitionKeyPaths = PartitionKeyPath ?? Target?.PartitionKeyPath,
        ExpiredItem = ExpiredItem,
    };
}
