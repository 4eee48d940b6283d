using System.Buffers;
using System.Collections;
using System.Management.Automation;
using System.Security;
using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Mappings;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;
using DynamoCosmos.Objects;
using DynamoCosmos.Parameters;
using DynamoCosmos.Sources;
using DynamoCosmos.Transforms;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>
/// Shows what becomes of items before any run: typed JSON in, documents out. Of items given one by one, or of all that a source has.
/// </summary>
[Cmdlet(VerbsData.ConvertTo, "CosmosItem", DefaultParameterSetName = "Keys")]
[OutputType(typeof(string))]
public sealed partial class ConvertToCosmosItemCommand : CloudSignInCommand
{
    private readonly Dictionary<ItemFormat, ItemPreview> _previews = [];
    private IReadOnlyList<ItemRoute> _routes = [];
    private IDocumentTransform? _transform;
    private KeyMap? _keys;

    /// <summary>
    /// A line of a data file: {"Item":{…}}, or the same in Ion; or an object, as Import-CosmosItems takes it from the pipeline.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Keys", ValueFromPipeline = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Table", ValueFromPipeline = true), AllowEmptyString, ItemObject]
    public PSObject? Item { get; set; }

    /// <summary>Where the item does not tell by itself.</summary>
    [Parameter(ParameterSetName = "Keys"), Parameter(ParameterSetName = "Table")]
    public ExportFormat? Format { get; set; }

    /// <summary>Whose items they are; with no item given, it is scanned.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Table")]
    [Parameter(Mandatory = true, ParameterSetName = "Scan", ValueFromPipeline = true),
        ModuleObject(typeof(DynamoTable), Or = [typeof(object)])]
    public DynamoTable? Table { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Export", ValueFromPipeline = true),
        ModuleObject(typeof(DynamoExport), Or = [typeof(object)])]
    public DynamoExport? Export { get; set; }

    /// <summary>The export's own folder: s3://…, an https URL of a lake, abfss://…, or a folder on disk.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Location", ValueFromPipelineByPropertyName = true), Alias("PSPath"),
        ValidateNotNullOrEmpty, ArgumentCompleter(typeof(LocationCompleter))]
    public string? Location { get; set; }

    /// <summary>So many items of all that is read.</summary>
    [Parameter(ParameterSetName = "Export"), Parameter(ParameterSetName = "Scan"), Parameter(ParameterSetName = "Location"),
        ValidateRange(0, long.MaxValue)]
    public long First { get; set; } = long.MaxValue;

    [Parameter(Mandatory = true, ParameterSetName = "Keys"), Parameter(ParameterSetName = "Export"),
        Parameter(ParameterSetName = "Location")]
    public KeyName? PartitionKeyAttribute { get; set; }

    [Parameter(ParameterSetName = "Keys"), Parameter(ParameterSetName = "Export"), Parameter(ParameterSetName = "Location")]
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

    [Parameter, ValidateNotNullOrEmpty]
    public string? DefaultContainer { get; set; }

    /// <summary>JSON or PSD1.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? MappingPath { get; set; }

    /// <summary>Called for the converted document, in a runspace of its own.</summary>
    [Parameter, ValidateNotNull]
    public ScriptBlock? Transform { get; set; }

    /// <summary>The moment of the write, from which ttl counts.</summary>
    [Parameter]
    public DateTimeOffset WriteTime { get; set; } = DateTimeOffset.UtcNow;

    /// <summary>Of a scan: units a second.</summary>
    [Parameter(ParameterSetName = "Scan"), ValidateRange(1, 10_000_000)]
    public int? MaxReadCapacity { get; set; }

    /// <summary>Of a scan: of the table's provisioned capacity.</summary>
    [Parameter(ParameterSetName = "Scan"), ValidateRange(1, 100)]
    public int? ReadCapacityPercent { get; set; }

    [Parameter(ParameterSetName = "Scan")]
    public SwitchParameter ConsistentRead { get; set; }

    // In all sets: $PSDefaultParameterValues['*:StorageAccountKey'] must not choose one.
    [Parameter]
    public SecureString? StorageAccountKey { get; set; }

    protected override void BeginProcessing()
    {
        _left = First;
        _transform = ScriptTransform.Of(Transform, SessionState);
        OrThrow(() =>
        {
            MigrationMapping mapping = MappingParameters.Read(MyInvocation.BoundParameters, ResolvePath);
            _routes = mapping.GetRoutes(null, null) ?? mapping.GetRoutes("container", null)!;
        });
    }

    protected override void ProcessRecord()
    {
        if (ParameterSetName is not ("Keys" or "Table")) ShowSource();
        else foreach (PSObject item in PipelineItems.Unroll(Item!, this)) ShowItem(item);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (ItemPreview preview in _previews.Values) preview.Dispose();
        }
        base.Dispose(disposing);
    }

    private void ShowItem(PSObject item)
    {
        if (_keys is null) OrThrow(OpenKeys);
        try
        {
            SerializedObjects.RequireItem(item);
            ItemFormat format = Format is ExportFormat given
                ? (given == ExportFormat.Ion ? ItemFormat.Ion : ItemFormat.DynamoDBJson) : ItemObjectWriter.FormatOf(item);
            ItemPreview preview = PreviewOf(format);
            Write(PreviewedItem.Of(preview, preview.Convert(TextOf(item, format), WriteTime.ToUnixTimeSeconds(), Stop), "",
                item.BaseObject));
        }
        catch (NotAnItemException error)
        {
            WriteError(Errors.NotAnItem(item, error));
        }
        catch (OperationCanceledException) when (Stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Those of all items that are given one by one.</summary>
    private void OpenKeys()
    {
        KeyMap keys = Table?.Keys ?? new(PartitionKeyAttribute!.WithType(KeyType.S), SortKeyAttribute?.WithType(KeyType.S));
        string? ttl = TtlAttribute ?? keys.TtlAttribute;
        keys = keys with { TtlAttribute = ttl is "" ? null : ttl };
        foreach (string path in PathsOf(new(keys, _routes))) WriteVerbose(path);
        _keys = keys;
    }

    private static IEnumerable<string> PathsOf(ItemRouter router) => router.Containers.Select((name, i) =>
        $"The {(router.Containers.Count > 1 ? $"container '{name}'" : "container")}'s partition key is " +
            $"{string.Join(", ", router.GetPartitionKeyPaths(i))}.");

    private ReadOnlySpan<byte> TextOf(PSObject item, ItemFormat format)
    {
        // A text of a given format is a line of a data file. All others are read as Import-CosmosItems reads them.
        if ((Format is not null || format == ItemFormat.Ion)
            && DeserializedObjects.Unwrap(item) is string line) return Encoding.UTF8.GetBytes(line);
        ArrayBufferWriter<byte> text = new();
        using ItemObjectWriter writer = new(_keys!.PartitionKey.Name, format);
        writer.Write(item, text);
        return text.WrittenSpan;
    }

    private ItemPreview PreviewOf(ItemFormat format)
    {
        if (!_previews.TryGetValue(format, out ItemPreview? preview)) _previews.Add(format,
            preview = new(new(_keys!, _routes, format), _transform));
        return preview;
    }

    private void Write(PreviewedItem item)
    {
        if (item.Refusal is not null) WriteError(Errors.From(item.Refusal));
        if (item.Warning is not null) WriteWarning(item.Warning);
        if (item.Verbose is not null) WriteVerbose(item.Verbose);
        WriteObject(item.Documents, enumerateCollection: true);
    }

    private void OrThrow(Action action)
    {
        try
        {
            action();
        }
        catch (MigrationException failure)
        {
            ThrowTerminatingError(Errors.From(failure));
        }
    }
}
