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
    private ItemConverter _converter = null!;

    /// <summary>A line of a data file: {"Item":{…}}, or the same in Ion.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true), AllowEmptyString]
    public string Item { get; set; } = "";

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

    /// <summary>The moment of the write, from which ttl counts.</summary>
    [Parameter]
    public DateTimeOffset WriteTime { get; set; } = DateTimeOffset.UtcNow;

    protected override void BeginProcessing()
    {
        KeyMap keys = Table?.Keys ?? new(PartitionKeyAttribute!, SortKeyAttribute);
        try
        {
            _converter = new(keys with { TtlAttribute = TtlAttribute ?? keys.TtlAttribute }, new()
            {
                NumberMode = NumberMode,
                IdFrom = IdFrom,
                IdAttribute = IdAttribute,
                Hierarchical = Hierarchical,
                PartitionKeyPaths = PartitionKeyPath,
                ExpiredItem = ExpiredItem,
            }, Format == ExportFormat.Ion ? ItemFormat.Ion : ItemFormat.DynamoDBJson);
        }
        catch (MigrationException failure)
        {
            ThrowTerminatingError(Errors.From(failure));
        }
        WriteVerbose($"The container's partition key is {string.Join(", ", _converter.PartitionKeyPaths)}.");
    }

    protected override void ProcessRecord()
    {
        // Half a surrogate pair, which only a string of .NET can hold, becomes U+FFFD here; in a data file it is invalid UTF-8 and a rejection.
        switch (_converter.Convert(Encoding.UTF8.GetBytes(Item), WriteTime.ToUnixTimeSeconds(), _buffer))
        {
            case ConversionOutcome.Document:
                if (_buffer.NumberLosses > 0) WriteWarning($"{_buffer.NumberLosses} numbers of the item '{_buffer.Id}' lose digits as doubles.");
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
                WriteError(Errors.From(ItemErrors.Rejected(_buffer.Reason, _buffer.Detail, Item)));
                break;
        }
    }
}
