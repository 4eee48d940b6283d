using System.Management.Automation;
using DynamoCosmos.Items;
using DynamoCosmos.Migration;

namespace DynamoCosmos.Commands;

/// <content>Items that come down the pipeline one by one.</content>
public sealed partial class ImportCosmosItemsCommand
{
    private PipelineImport? _pipeline;
    private bool _isDeclined;

    /// <summary>An item: a hashtable, an object with properties, or JSON.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Item", ValueFromPipeline = true)]
    [Parameter(Mandatory = true, ParameterSetName = "ItemToTarget", ValueFromPipeline = true), ItemObject]
    public PSObject? InputObject { get; set; }

    /// <summary>The first item begins the import, which goes on beside the pipeline until its end.</summary>
    private void ImportItem(PSObject item)
    {
        if (_isDeclined) return;
        if (_pipeline is null)
        {
            if (TryRequest(() => Request(GetOrigin(item.BaseObject as RejectedItem))) is not ImportRequest request || !ShouldImport(request, "all items"))
            {
                _isDeclined = true;
                return;
            }
            _pipeline = new((PipelineOrigin)request.Origin, Begin((output, stop) => ImportAsync(request, output, stop), () => Progress(request)));
        }
        try
        {
            _pipeline.Add(item);
        }
        catch (NotAnItemException error)
        {
            WriteError(Errors.NotAnItem(item, error));
        }
    }

    /// <param name="first">An item that another import rejected knows its table; what is given beside it counts more.</param>
    private PipelineOrigin GetOrigin(RejectedItem? first)
    {
        KeyMap? known = first?.TableKeys;
        bool isKnown = GetPartitionKey() is null && known is not null;
        return new(
            new(), isKnown ? KeyName.Of(known!.PartitionKey) : GetPartitionKey(), isKnown ? GetSortKey() ?? KeyName.Of(known!.SortKey) : GetSortKey(),
            TtlAttribute ?? Target?.TtlAttribute ?? known?.TtlAttribute)
        {
            Format = first?.Format ?? default,
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _pipeline?.Dispose();
        base.Dispose(disposing);
    }
}
