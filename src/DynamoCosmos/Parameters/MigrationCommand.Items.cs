using System.Management.Automation;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Objects;
using DynamoCosmos.Sessions;
using DynamoCosmos.Sources;
using DynamoCosmos.Work;

namespace DynamoCosmos.Parameters;

/// <content>Items that come down the pipeline one by one.</content>
public abstract partial class MigrationCommand
{
    private PipelineItems? _items;
    private bool _isDeclined;
    private bool _hasCome;

    /// <summary>An item: a hashtable, an object with properties, or JSON.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Item", ValueFromPipeline = true)]
    [Parameter(Mandatory = true, ParameterSetName = "ItemToTarget", ValueFromPipeline = true), ItemObject]
    public PSObject? InputObject { get; set; }

    /// <summary>The first item begins the work, which goes on beside the pipeline until its end.</summary>
    /// <param name="begin">Null where it is declined.</param>
    private protected void TakeItem<TRequest>(PSObject item, Func<ItemOrigin, TRequest> request, Func<TRequest, CommandWork?> begin)
        where TRequest : MigrationEnds
    {
        _hasCome = true;
        foreach (PSObject one in PipelineItems.Unroll(item, this)) TakeOne(one, request, begin);
    }

    private void TakeOne<TRequest>(PSObject item, Func<ItemOrigin, TRequest> request, Func<TRequest, CommandWork?> begin)
        where TRequest : MigrationEnds
    {
        if (_isDeclined) return;
        try
        {
            // One that is no item at all begins nothing.
            SerializedObjects.RequireItem(item);
            if (_items is null && !TryBegin(item, request, begin)) return;
            _items!.Add(item);
        }
        catch (NotAnItemException error)
        {
            WriteError(Errors.NotAnItem(item, error));
        }
    }

    private bool TryBegin<TRequest>(PSObject first, Func<ItemOrigin, TRequest> request, Func<TRequest, CommandWork?> begin)
        where TRequest : MigrationEnds
    {
        TRequest? given = TryRequest(() => request(GetOrigin(first)));
        _isDeclined = true;
        if (given is null || begin(given) is not CommandWork work) return false;
        _items = new((PipelineOrigin)given.Origin, work);
        _isDeclined = false;
        return true;
    }

    /// <summary>No item follows: waits until the work is done.</summary>
    /// <param name="done">What was not done where nothing came: compared, imported.</param>
    private protected void FinishItems(string done)
    {
        _items?.Finish();
        if (MyInvocation.ExpectingInput && !_hasCome) WriteWarning($"Nothing came down the pipeline that could be {done}.");
    }

    /// <param name="first">An item that another import rejected knows its table; what is given beside it counts more.</param>
    private PipelineOrigin GetOrigin(PSObject first)
    {
        KeyMap? known = (first.BaseObject as RejectedItem)?.TableKeys;
        bool isKnown = GetPartitionKey() is null && known is not null;
        return new(
            new(), isKnown
                ? KeyName.Of(known!.PartitionKey) : GetPartitionKey(), isKnown ? GetSortKey() ?? KeyName.Of(known!.SortKey) : GetSortKey(),
            TtlAttribute ?? Target?.TtlAttribute ?? known?.TtlAttribute)
        {
            Format = ItemObjectWriter.FormatOf(first),
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _items?.Dispose();
        base.Dispose(disposing);
    }
}
