using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Channels;

namespace DynamoCosmos.Sources;

/// <summary>
/// Items that come from outside one by one, such as a pipeline's objects: one thread writes their text, another reads them as a source.
/// They go over in batches, of which a few may wait; whoever writes faster than the import waits then.
/// </summary>
public sealed class ItemFeed
{
    // Large enough that handing over costs nothing beside the items, small enough that a slow pipeline's are soon on their way.
    private const int BatchItems = 256, BatchBytes = 128 * 1024, Waiting = 4;

    private readonly Channel<FeedBatch> _batches =
        Channel.CreateBounded<FeedBatch>(new BoundedChannelOptions(Waiting) { SingleReader = true, SingleWriter = true });
    private readonly ConcurrentQueue<FeedBatch> _used = new();
    private FeedBatch _batch = new();

    /// <summary>
    /// The next item's text goes here: a record as an export in DynamoDB JSON has it. What is not one is rejected as any other record.
    /// </summary>
    public IBufferWriter<byte> Text => _batch.Text;

    /// <summary>What was written since the last call is an item.</summary>
    /// <returns>True where it is time for <see cref="FlushAsync"/>.</returns>
    public bool EndItem()
    {
        _batch.EndItem();
        return _batch.Count >= BatchItems || _batch.Text.WrittenCount >= BatchBytes;
    }

    /// <summary>Forgets what was written since the last item.</summary>
    public void DropItem() => _batch.DropItem();

    /// <summary>Hands over what there is, as soon as there is room.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count == 0) return;
        await _batches.Writer.WriteAsync(_batch, cancellationToken).ConfigureAwait(false);
        _batch = _used.TryDequeue(out FeedBatch? used) ? used : new();
    }

    /// <summary>No item follows.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        _batches.Writer.TryComplete();
    }

    /// <summary>The next batch, which stays the next; null at the end.</summary>
    internal async ValueTask<FeedBatch?> PeekAsync(CancellationToken cancellationToken) =>
        await _batches.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && _batches.Reader.TryPeek(out FeedBatch? batch)
            ? batch : null;

    /// <summary>Null at the end.</summary>
    internal async ValueTask<FeedBatch?> ReadAsync(CancellationToken cancellationToken) =>
        await _batches.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && _batches.Reader.TryRead(out FeedBatch? batch)
            ? batch : null;

    internal void GiveBack(FeedBatch batch)
    {
        batch.Clear();
        if (batch.Text.Capacity <= 4 * BatchBytes) _used.Enqueue(batch);
    }
}

/// <summary>The text of some items, one after the other.</summary>
internal sealed class FeedBatch
{
    private readonly List<int> _ends = [];
    private ArrayBufferWriter<byte> _text = new();

    internal ArrayBufferWriter<byte> Text => _text;

    internal int Count => _ends.Count;

    internal ReadOnlySpan<byte> this[int item] => _text.WrittenSpan[(item == 0 ? 0 : _ends[item - 1]).._ends[item]];

    internal void EndItem() => _ends.Add(_text.WrittenCount);

    internal void DropItem()
    {
        int end = _ends.Count == 0 ? 0 : _ends[^1];
        if (_text.WrittenCount == end) return;
        ArrayBufferWriter<byte> text = new(Math.Max(end, 256));
        text.Write(_text.WrittenSpan[..end]);
        _text = text;
    }

    internal void Clear()
    {
        _ends.Clear();
        _text.ResetWrittenCount();
    }
}
