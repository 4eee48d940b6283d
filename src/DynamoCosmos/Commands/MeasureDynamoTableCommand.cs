using System.Management.Automation;
using System.Security;
using DynamoCosmos.Assessment;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;
using DynamoCosmos.Objects;
using DynamoCosmos.Parameters;
using DynamoCosmos.Sessions;
using DynamoCosmos.Sources;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>
/// Reads an export, whole or in part, or a sample of a table, and tells what its migration will meet and what it will take. It writes
/// nothing anywhere.
/// </summary>
[Cmdlet(VerbsDiagnostic.Measure, "DynamoTable", DefaultParameterSetName = "Export")]
[OutputType(typeof(MigrationAssessment))]
public sealed class MeasureDynamoTableCommand : CloudCommand
{
    // A scan takes the table's own capacity; so many items tell most of it.
    private const long SampleOfTable = 100_000;

    private AssessmentSession? _session;

    [Parameter(Mandatory = true, ParameterSetName = "Export", ValueFromPipeline = true),
        ModuleObject(typeof(DynamoExport), Or = [typeof(DynamoTable)], OrProperty = ["Location", "PSPath"])]
    public DynamoExport? Export { get; set; }

    /// <summary>The export's own folder: s3://…, an https URL of a lake, abfss://…, or a folder on disk.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Location", ValueFromPipelineByPropertyName = true), Alias("PSPath"),
        ValidateNotNullOrEmpty, ArgumentCompleter(typeof(LocationCompleter))]
    public string? Location { get; set; }

    /// <summary>To be scanned.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Table", ValueFromPipeline = true),
        ModuleObject(typeof(DynamoTable), Or = [typeof(DynamoExport)], OrProperty = ["Location", "PSPath"])]
    public DynamoTable? Table { get; set; }

    /// <summary>The table that was exported: tells keys, TTL attribute and indexes, which exports do not name.</summary>
    [Parameter(ParameterSetName = "Export"), Parameter(ParameterSetName = "Location"), ModuleObject(typeof(DynamoTable))]
    public DynamoTable? OfTable { get; set; }

    /// <summary>About so many items, spread over the data files.</summary>
    [Parameter, ValidateRange(1, long.MaxValue)]
    public long? Sample { get; set; }

    /// <summary>In which the load is to be done.</summary>
    [Parameter, Seconds, ValidatePositive]
    public TimeSpan Window { get; set; } = TimeSpan.FromHours(1);

    [Parameter, ValidateRange(1, 100)]
    public int RegionCount { get; set; } = 1;

    /// <summary>The region's prices beside those of the price table.</summary>
    [Parameter, ValidateRange(0.01, 100)]
    public double RegionMultiplier { get; set; } = 1;

    [Parameter, ValidateNotNullOrEmpty]
    public string? PriceTablePath { get; set; }

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

    /// <summary>Of a scan: units a second.</summary>
    [Parameter(ParameterSetName = "Table"), ValidateRange(1, 10_000_000)]
    public int? MaxReadCapacity { get; set; }

    /// <summary>Of a scan: of the table's provisioned capacity.</summary>
    [Parameter(ParameterSetName = "Table"), ValidateRange(1, 100)]
    public int? ReadCapacityPercent { get; set; }

    [Parameter(ParameterSetName = "Table")]
    public SwitchParameter ConsistentRead { get; set; }

    protected override void ProcessRecord() => Run(
        async (output, stop) =>
        {
            try
            {
                await MeasureAsync(output, stop);
            }
            catch (MigrationException failure)
            {
                await output.ErrorAsync(failure, stop);
            }
        },
        Progress);

    private async Task MeasureAsync(CommandOutput output, CancellationToken stop)
    {
        await using AssessmentSession session = await AssessmentSession.OpenAsync(Request(), Clouds, stop);
        Volatile.Write(ref _session, session);
        await output.WriteAsync(await session.RunAsync(stop), stop);
    }

    private AssessmentRequest Request() => new()
    {
        Origin = ParameterSetName == "Table" ? OriginOfTable() : OriginOfExport(),
        Conversion = new()
        {
            NumberMode = NumberMode,
            IdFrom = IdFrom,
            IdAttribute = IdAttribute,
            Hierarchical = Hierarchical,
            PartitionKeyPaths = PartitionKeyPath,
            ExpiredItem = ExpiredItem,
        },
        Table = Table ?? OfTable,
        Sample = Sample ?? (ParameterSetName == "Table" ? SampleOfTable : null),
        Wishes = new()
        {
            Window = Window,
            RegionCount = RegionCount,
            RegionMultiplier = RegionMultiplier,
            Prices = PriceTableFile.Read(PriceTablePath is null ? ModulePrices() : ResolvePath(PriceTablePath)),
        },
    };

    private TableOrigin OriginOfTable() => new()
    {
        Table = Table!,
        TtlAttribute = TtlAttribute,
        Scan = new() { MaxReadCapacity = MaxReadCapacity, ReadCapacityPercent = ReadCapacityPercent, ConsistentRead = ConsistentRead },
        Aws = GetAwsSettings(Table!.Region, Table.EndpointUrl),
    };

    private ExportOrigin OriginOfExport()
    {
        DynamoExport export = Export ?? ExportAt(Location!);
        DynamoTable? known = export.PartitionKey is null && PartitionKeyAttribute is null ? OfTable : null;
        return OriginOf(export, StorageAccountKey ?? AccountKey) with
        {
            PartitionKey = PartitionKeyAttribute ?? KeyName.Of(known?.PartitionKey),
            SortKey = SortKeyAttribute ?? KeyName.Of(known?.SortKey),
            TtlAttribute = TtlAttribute ?? known?.TtlAttribute,
        };
    }

    private static string ModulePrices() =>
        Path.Combine(Path.GetDirectoryName(typeof(MeasureDynamoTableCommand).Assembly.Location)!, "DynamoCosmos.prices.json");

    private ProgressRecord? Progress()
    {
        if (Volatile.Read(ref _session) is not AssessmentSession session) return null;
        (long items, long? goal) = session.Progress;
        return new(4, "Assessing items", goal is long all
            ? $"{Units.Count(items)} of {Units.Count(all)} items" : $"{Units.Count(items)} items")
        {
            PercentComplete = goal is > 0 ? (int)Math.Min(100, 100 * items / goal.Value) : -1,
        };
    }
}
