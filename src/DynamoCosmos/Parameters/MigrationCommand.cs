using System.Collections;
using System.Management.Automation;
using System.Security;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Mappings;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;
using DynamoCosmos.Sessions;
using DynamoCosmos.Sources;
using DynamoCosmos.Transforms;
using DynamoCosmos.Work;

namespace DynamoCosmos.Parameters;

/// <summary>For cmdlets that hold an export against a container: which export, which container, and the conversion between them.</summary>
public abstract partial class MigrationCommand : CloudCommand
{
    /// <summary>Of New-CosmosMigrationContainer.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Target", ValueFromPipeline = true)]
    [Parameter(Mandatory = true, ParameterSetName = "ItemToTarget"), ModuleObject(typeof(CosmosTarget), Or = [typeof(object)])]
    public CosmosTarget? Target { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Export", ValueFromPipeline = true),
        ModuleObject(typeof(DynamoExport), Or = [typeof(object)])]
    public DynamoExport? Export { get; set; }

    /// <summary>Is scanned.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Table", ValueFromPipeline = true),
        ModuleObject(typeof(DynamoTable), Or = [typeof(object)])]
    public DynamoTable? Table { get; set; }

    /// <summary>The export's own folder: s3://…, an https URL of a lake, abfss://…, or a folder on disk.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Location", ValueFromPipelineByPropertyName = true), Alias("PSPath"),
        ValidateNotNullOrEmpty, ArgumentCompleter(typeof(LocationCompleter))]
    public string? Location { get; set; }

    [Parameter(ParameterSetName = "Export", Position = 0), Parameter(ParameterSetName = "Table", Position = 0),
        Parameter(ParameterSetName = "Location", Position = 0), Parameter(ParameterSetName = "Item", Position = 0),
        ArgumentCompleter(typeof(CosmosAccountCompleter))]
    public string? AccountName { get; set; }

    [Parameter]
    public Uri? AccountEndpoint { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Export", Position = 1),
        Parameter(Mandatory = true, ParameterSetName = "Table", Position = 1),
        Parameter(Mandatory = true, ParameterSetName = "Location", Position = 1)]
    [Parameter(Mandatory = true, ParameterSetName = "Item", Position = 1)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(DatabaseCompleter))]
    public string DatabaseName { get; set; } = "";

    /// <summary>Unless routes name the containers.</summary>
    [Parameter(ParameterSetName = "Export", Position = 2), Parameter(ParameterSetName = "Table", Position = 2),
        Parameter(ParameterSetName = "Location", Position = 2)]
    [Parameter(ParameterSetName = "Item", Position = 2)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ContainerCompleter))]
    public string? ContainerName { get; set; }

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

    /// <summary>Paths; wildcards in the last name.</summary>
    [Parameter]
    public string[]? ExcludeAttribute { get; set; }

    [Parameter]
    public string[]? IncludeAttribute { get; set; }

    /// <summary>From a path to its new last name.</summary>
    [Parameter]
    public Hashtable? RenameAttribute { get; set; }

    [Parameter]
    public Hashtable? AddProperty { get; set; }

    [Parameter]
    public string[]? StringAttribute { get; set; }

    /// <summary>From a path to a number mode.</summary>
    [Parameter]
    public Hashtable? AttributeNumberMode { get; set; }

    [Parameter]
    public string[]? UnpackJsonAttribute { get; set; }

    /// <summary>In the words of DynamoDB's condition expressions.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Where { get; set; }

    /// <summary>Each with Container and Where, and any other word of a mapping.</summary>
    [Parameter]
    public Hashtable[]? Route { get; set; }

    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ContainerCompleter))]
    public string? DefaultContainer { get; set; }

    /// <summary>JSON or PSD1.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? MappingPath { get; set; }

    /// <summary>Called for each converted document, in runspaces of its own.</summary>
    [Parameter, ValidateNotNull]
    public ScriptBlock? Transform { get; set; }

    /// <summary>Of a scan: units a second.</summary>
    [Parameter(ParameterSetName = "Table"), Parameter(ParameterSetName = "Target"), ValidateRange(1, 10_000_000)]
    public int? MaxReadCapacity { get; set; }

    /// <summary>Of a scan: of the table's provisioned capacity.</summary>
    [Parameter(ParameterSetName = "Table"), Parameter(ParameterSetName = "Target"), ValidateRange(1, 100)]
    public int? ReadCapacityPercent { get; set; }

    [Parameter(ParameterSetName = "Table"), Parameter(ParameterSetName = "Target")]
    public SwitchParameter ConsistentRead { get; set; }

    /// <summary>Default: Direct for accounts in Azure, Gateway for any other endpoint.</summary>
    [Parameter]
    public CosmosConnectionMode? ConnectionMode { get; set; }

    /// <summary>What is to be read, with what it takes to get at it.</summary>
    /// <exception cref="PipelineStoppedException">NoExport has been written.</exception>
    protected ItemOrigin GetOrigin()
    {
        _hasCome = true;
        DynamoTable? table = Table ?? (Target?.Export is null ? Target?.Table : null);
        return table is null ? OriginOf(GetExport()) : OriginOf(table);
    }

    // Items of the pipeline are of the table that the container was made for, unless told otherwise.
    protected KeyName? GetPartitionKey() => PartitionKeyAttribute ?? Target?.PartitionKeyAttribute;

    protected KeyName? GetSortKey() => SortKeyAttribute ?? (PartitionKeyAttribute is null ? Target?.SortKeyAttribute : null);

    private DynamoExport GetExport()
    {
        if ((Export ?? Target?.Export) is DynamoExport given) return given;
        if (Location is null) ThrowTerminatingError(Errors.NoExport(Target!));
        return ExportAt(Location!);
    }

    protected CosmosSettings GetAccount() =>
        CosmosSettings.Create(Target?.AccountName ?? AccountName, AccountEndpoint
            ?? Target?.AccountEndpoint, GetAzureSettings(), ConnectionMode);

    /// <summary>The storage account has a key of its own.</summary>
    protected AzureSettings GetLakeSettings() => GetAzureSettings() with { AccountKey = Secret.From(StorageAccountKey) };

    /// <summary>Which container takes which items, and how they are converted.</summary>
    /// <exception cref="MigrationException">The settings cannot be understood, or name no container.</exception>
    protected IReadOnlyList<ItemRoute> GetRoutes()
    {
        MigrationMapping mapping = MappingParameters.Read(MyInvocation.BoundParameters, ResolvePath, Target?.PartitionKeyPath);
        // As New-CosmosMigrationContainer names it where nothing else does.
        return mapping.GetRoutes(ContainerName, Target?.ContainerName)
            ?? ((Export?.TableName ?? Table?.TableName) is string table ? mapping.GetRoutes(table, null) : null)
            ?? throw CosmosErrors.ContainerNameMissing();
    }

    /// <summary>What becomes of the converted documents; null leaves them as they are.</summary>
    protected IDocumentTransform? GetTransform() => ScriptTransform.Of(Transform, SessionState);

    /// <summary>Null after an error about the settings has been written.</summary>
    protected TRequest? TryRequest<TRequest>(Func<TRequest> request)
        where TRequest : MigrationEnds
    {
        try
        {
            return request();
        }
        catch (MigrationException failure)
        {
            WriteError(Errors.From(failure));
            return null;
        }
    }

    private ExportOrigin OriginOf(DynamoExport export)
    {
        // What the export knows of its table counts before what the container was made for.
        CosmosTarget? madeFor = export.PartitionKey is null ? Target : null;
        return OriginOf(export, StorageAccountKey) with
        {
            PartitionKey = PartitionKeyAttribute ?? madeFor?.PartitionKeyAttribute,
            SortKey = SortKeyAttribute ?? madeFor?.SortKeyAttribute,
            TtlAttribute = TtlAttribute ?? madeFor?.TtlAttribute,
        };
    }

    private TableOrigin OriginOf(DynamoTable table) => new()
    {
        Table = table,
        TtlAttribute = TtlAttribute ?? Target?.TtlAttribute,
        Scan = new() { MaxReadCapacity = MaxReadCapacity, ReadCapacityPercent = ReadCapacityPercent, ConsistentRead = ConsistentRead },
        Aws = GetAwsSettings(table.Region, table.EndpointUrl),
    };
}
