using System.Management.Automation;
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
            ItemFeed feed = new();
            if (TryRequest(() => Request(new PipelineOrigin(feed, GetPartitionKey(), GetSortKey(), TtlAttribute ?? Target?.TtlAttribute))) is not ImportRequest request || !ShouldImport(request, "all items"))
            {
                _isDeclined = true;
                return;
            }
            _pipeline = new(feed, ((PipelineOrigin)request.Origin).PartitionKey.Name, Begin((output, stop) => ImportAsync(request, output, stop), Progress));
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

    protected override void Dispose(bool disposing)
    {
        if (disposing) _pipeline?.Dispose();
        base.Dispose(disposing);
    }
}
