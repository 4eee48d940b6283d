using System.Collections;
using System.Management.Automation;
using DynamoCosmos.Objects;
using DynamoCosmos.Sessions;
using DynamoCosmos.Work;

namespace DynamoCosmos.Parameters;

/// <summary>
/// Work that takes its items from the pipeline: it runs beside the pipeline thread, which only writes each object's text.
/// </summary>
internal sealed class PipelineItems(PipelineOrigin origin, CommandWork work) : IDisposable
{
    // Of a pipeline that gives little, what it gave is on its way after this time.
    private const long FlushMilliseconds = 1_000;

    private readonly ItemObjectWriter _writer = new(origin.PartitionKey.Name, origin.Format);
    private long _flushAt = Environment.TickCount64 + FlushMilliseconds;
    private bool _isOver;

    /// <summary>A list that is given as an argument is its elements, as it would be in the pipeline.</summary>
    internal static IEnumerable<PSObject> Unroll(PSObject given, PSCmdlet cmdlet)
    {
        if (cmdlet.MyInvocation.ExpectingInput || given.BaseObject is not IList list || list is byte[]) return [given];
        return list.Cast<object?>().OfType<object>().Select(PSObject.AsPSObject);
    }

    /// <exception cref="NotAnItemException">The object is none; the work goes on with the next.</exception>
    internal void Add(PSObject item)
    {
        if (_isOver) return;
        Write(item);
        if (!origin.Feed.EndItem() && Environment.TickCount64 < _flushAt) return;
        _flushAt = Environment.TickCount64 + FlushMilliseconds;
        // The work has ended before the pipeline did: what ended it is thrown here.
        if (!work.PumpUntil(origin.Feed.FlushAsync(work.Token))) Finish();
    }

    /// <summary>No item follows: waits until all are settled.</summary>
    internal void Finish()
    {
        if (_isOver) return;
        _isOver = true;
        work.PumpUntil(origin.Feed.CompleteAsync(work.Token));
        work.Finish();
    }

    public void Dispose()
    {
        work.Dispose();
        _writer.Dispose();
    }

    private void Write(PSObject item)
    {
        try
        {
            _writer.Write(item, origin.Feed.Text);
        }
        catch (NotAnItemException)
        {
            origin.Feed.DropItem();
            throw;
        }
    }
}
