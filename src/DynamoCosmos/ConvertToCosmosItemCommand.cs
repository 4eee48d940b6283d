using System.Buffers;
using System.Collections;
using System.Management.Automation;
using System.Text;
using DynamoCosmos.Dynamo;
using DynamoCosmos.Items;

namespace DynamoCosmos.Commands;

/// <summary>Shows what becomes of one item before any run: typed JSON in, document out.</summary>
[Cmdlet(VerbsData.ConvertTo, "CosmosItem", DefaultParameterSetName = "Keys")]
[OutputType(typeof(string))]
public sealed class ConvertToCosmosItemCommand : PSCmdlet
{
    private readonly DocumentBuffer _buffer = new();
    private ItemRouter _router = null!;

    /// <summary>A line of a data file: {"Item":{…}}, or the same in Ion; or an object, as Import-CosmosItems takes it from the pipeline.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true), AllowEmptyString]
    public PSObject Item { get; set; } = "";

    [Parameter]
    public ExportFormat Format { get; set; }

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

    /// <summary>The moment of the write, from which ttl counts.</summary>
    [Parameter]
    public DateTimeOffset WriteTime { get; set; } = DateTimeOffset.UtcNow;

    protected override void BeginProcessing()
    {
        KeyMap keys = Table?.Keys ?? new(PartitionKeyAttribute!, SortKeyAttribute);
        try
        {
            MigrationMapping mapping = MappingParameters.Read(MyInvocation.BoundParameters, SessionState.Path.GetUnresolvedProviderPathFromPSPath);
            IReadOnlyList<ItemRoute> routes = mapping.GetRoutes(null, null) ?? mapping.GetRoutes("container", null)!;
            _router = new(keys with { TtlAttribute = TtlAttribute ?? keys.TtlAttribute }, routes, RecordFormat);
        }
        catch (MigrationException failure)
        {
            ThrowTerminatingError(Errors.From(failure));
        }
        for (int i = 0; i < _router.Containers.Count; i++) WriteVerbose($"The {Describe(i)}'s partition key is {string.Join(", ", _router.GetPartitionKeyPaths(i))}.");
    }

    protected override void ProcessRecord()
    {
        try
        {
            Convert(TextOf(Item));
        }
        catch (NotAnItemException error)
        {
            WriteError(Errors.NotAnItem(Item, error));
        }
    }

    private ReadOnlySpan<byte> TextOf(PSObject item)
    {
        // Half a surrogate pair, which only a string of .NET can hold, becomes U+FFFD here; in a data file it is invalid UTF-8 and a rejection.
        if (item.BaseObject is string line) return Encoding.UTF8.GetBytes(line);
        ArrayBufferWriter<byte> text = new();
        using ItemObjectWriter writer = new((Table?.Keys.PartitionKey ?? PartitionKeyAttribute!).Name, RecordFormat);
        writer.Write(item, text);
        return text.WrittenSpan;
    }

    private void Convert(ReadOnlySpan<byte> record)
    {
        switch (_router.Convert(record, WriteTime.ToUnixTimeSeconds(), _buffer, out int container))
        {
            case ConversionOutcome.Document:
                if (_buffer.NumberLosses > 0) WriteWarning($"{_buffer.NumberLosses} numbers of the item '{_buffer.Id}' lose digits as doubles.");
                if (_router.Containers.Count > 1) WriteVerbose($"The item '{_buffer.Id}' goes to the {Describe(container)}.");
                WriteObject(Encoding.UTF8.GetString(_buffer.Document.Span));
                break;
            case ConversionOutcome.Expired:
                WriteWarning($"The item '{_buffer.Id}' has expired: an import skips it, unless -ExpiredItem Keep says otherwise.");
                break;
            case ConversionOutcome.Filtered:
                WriteWarning($"The item '{_buffer.Id}' is filtered: an import leaves it out.");
                break;
            case ConversionOutcome.Delete:
                WriteWarning($"The record says that the item is gone: an import deletes the document '{_buffer.Id}'.");
                break;
            default:
                WriteError(Errors.From(ItemErrors.Rejected(_buffer.Reason, _buffer.Detail, Item.BaseObject)));
                break;
        }
    }

    private ItemFormat RecordFormat => Format == ExportFormat.Ion ? ItemFormat.Ion : ItemFormat.DynamoDBJson;

    private string Describe(int container) => _router.Containers.Count > 1 ? $"container '{_router.Containers[container]}'" : "container";
}
