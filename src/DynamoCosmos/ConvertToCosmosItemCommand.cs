using System.Buffers;
using System.Collections;
using System.Management.Automation;
using System.Text;
using DynamoCosmos.Dynamo;
using DynamoCosmos.Items;
using DynamoCosmos.Migration;

namespace DynamoCosmos.Commands;

/// <summary>Shows what becomes of one item before any run: typed JSON in, document out.</summary>
[Cmdlet(VerbsData.ConvertTo, "CosmosItem", DefaultParameterSetName = "Keys")]
[OutputType(typeof(string))]
public sealed class ConvertToCosmosItemCommand : AsyncCommand
{
    private readonly Dictionary<ItemFormat, ItemPreview> _previews = [];
    private KeyMap _keys = null!;
    private IReadOnlyList<ItemRoute> _routes = [];
    private IDocumentTransform? _transform;

    /// <summary>A line of a data file: {"Item":{…}}, or the same in Ion; or an object, as Import-CosmosItems takes it from the pipeline.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true), AllowEmptyString]
    public PSObject Item { get; set; } = "";

    /// <summary>Where the item does not tell by itself.</summary>
    [Parameter]
    public ExportFormat? Format { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Table")]
    public DynamoTable? Table { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Keys")]
    public KeyAttribute? PartitionKeyAttribute { get; set; }

    [Parameter(ParameterSetName = "Keys")]
    public KeyAttribute? SortKeyAttribute { get; set; }

    [Parameter]
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

    protected override void BeginProcessing()
    {
        KeyMap keys = Table?.Keys ?? new(PartitionKeyAttribute!, SortKeyAttribute);
        _keys = keys with { TtlAttribute = TtlAttribute ?? keys.TtlAttribute };
        _transform = ScriptTransform.Of(Transform, SessionState);
        try
        {
            MigrationMapping mapping = MappingParameters.Read(MyInvocation.BoundParameters, ResolvePath);
            _routes = mapping.GetRoutes(null, null) ?? mapping.GetRoutes("container", null)!;
            ItemRouter router = new(_keys, _routes);
            for (int i = 0; i < router.Containers.Count; i++)
            {
                WriteVerbose($"The {(router.Containers.Count > 1 ? $"container '{router.Containers[i]}'" : "container")}'s partition key is {string.Join(", ", router.GetPartitionKeyPaths(i))}.");
            }
        }
        catch (MigrationException failure)
        {
            ThrowTerminatingError(Errors.From(failure));
        }
    }

    protected override void ProcessRecord()
    {
        try
        {
            ItemFormat format = Format is ExportFormat given ? (given == ExportFormat.Ion ? ItemFormat.Ion : ItemFormat.DynamoDBJson) : ItemObjectWriter.FormatOf(Item);
            Convert(TextOf(Item, format), PreviewOf(format));
        }
        catch (NotAnItemException error)
        {
            WriteError(Errors.NotAnItem(Item, error));
        }
        catch (OperationCanceledException) when (Stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (ItemPreview preview in _previews.Values) preview.Dispose();
        }
        base.Dispose(disposing);
    }

    private ReadOnlySpan<byte> TextOf(PSObject item, ItemFormat format)
    {
        // Half a surrogate pair, which only a string of .NET can hold, becomes U+FFFD here; in a data file it is invalid UTF-8 and a rejection.
        if (item.BaseObject is string line) return Encoding.UTF8.GetBytes(line);
        ArrayBufferWriter<byte> text = new();
        using ItemObjectWriter writer = new(_keys.PartitionKey.Name, format);
        writer.Write(item, text);
        return text.WrittenSpan;
    }

    private ItemPreview PreviewOf(ItemFormat format)
    {
        if (!_previews.TryGetValue(format, out ItemPreview? preview)) _previews.Add(format, preview = new(new(_keys, _routes, format), _transform));
        return preview;
    }

    private void Convert(ReadOnlySpan<byte> record, ItemPreview preview)
    {
        switch (preview.Convert(record, WriteTime.ToUnixTimeSeconds(), Stop))
        {
            case ConversionOutcome.Document when preview.Documents.Count == 0:
                WriteWarning($"The script returns nothing for the item '{preview.Id}': an import leaves it out.");
                break;
            case ConversionOutcome.Document:
                if (preview.NumberLosses > 0) WriteWarning($"{preview.NumberLosses} numbers of the item '{preview.Id}' lose digits as doubles.");
                if (preview.Container is string container) WriteVerbose($"The item '{preview.Id}' goes to the container '{container}'.");
                foreach (ReadOnlyMemory<byte> document in preview.Documents) WriteObject(Encoding.UTF8.GetString(document.Span));
                break;
            case ConversionOutcome.Expired:
                WriteWarning($"The item '{preview.Id}' has expired: an import skips it, unless -ExpiredItem Keep says otherwise.");
                break;
            case ConversionOutcome.Filtered:
                WriteWarning($"The item '{preview.Id}' is filtered: an import leaves it out.");
                break;
            case ConversionOutcome.Delete:
                WriteWarning($"The record says that the item is gone: an import deletes the document '{preview.Id}'.");
                break;
            default:
                WriteError(Errors.From(ItemErrors.Rejected(preview.Reason, preview.Detail, Item.BaseObject)));
                break;
        }
    }
}
