using System.Buffers;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Writing;

/// <summary>
/// A write with its own copy of the document and of the record that it was made of. Reused: there are as many of these as writes are in
/// flight.
/// </summary>
internal abstract class BufferedWrite : PendingWrite
{
    // What a reused write may keep for the next document. Larger buffers go back to the shared pool, or 2 MB documents would stay in memory
    // as many times as there are writes.
    private const int KeptBytes = 16 * 1024;

    private byte[] _buffer = [];
    private int _documentLength;
    private int _recordLength;
    private bool _isAbandoned;

    /// <summary>The next in the list of a <see cref="WritePool{TWrite}"/>.</summary>
    internal BufferedWrite? NextInPool { get; set; }

    /// <summary>The record that the document was made of, as it stands in its source.</summary>
    internal ReadOnlySpan<byte> Record => _buffer.AsSpan(_documentLength, _recordLength);

    internal sealed override int Bytes => _documentLength + _recordLength;

    internal sealed override void AbandonMemory() => _isAbandoned = true;

    internal sealed override void Recycle()
    {
        if (_isAbandoned) _buffer = [];
        else if (_buffer.Length > KeptBytes) GiveBack();
        _isAbandoned = false;
        Reset();
        Return();
    }

    /// <param name="write">Without its document.</param>
    private protected void Set(in ItemWrite write, ReadOnlySpan<byte> document, ReadOnlySpan<byte> record)
    {
        _documentLength = document.Length;
        _recordLength = record.Length;
        if (_buffer.Length < Bytes)
        {
            GiveBack();
            _buffer = ArrayPool<byte>.Shared.Rent(Bytes);
        }
        document.CopyTo(_buffer);
        record.CopyTo(_buffer.AsSpan(_documentLength));
        SetWrite(write with { Document = _buffer.AsMemory(0, _documentLength) });
    }

    /// <summary>Gives the instance back to its pool.</summary>
    private protected abstract void Return();

    private void GiveBack()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}

/// <summary>
/// The writes of one reader. Only that reader takes; anyone returns. Returned ones gather in a list of their own that the reader takes as a
/// whole, so neither side waits for the other.
/// </summary>
internal sealed class WritePool<TWrite>(Func<WritePool<TWrite>, TWrite> create)
    where TWrite : BufferedWrite
{
    private BufferedWrite? _free;
    private BufferedWrite? _returned;

    internal TWrite Take()
    {
        BufferedWrite? write = _free ?? Interlocked.Exchange(ref _returned, null);
        if (write is null) return create(this);
        _free = write.NextInPool;
        write.NextInPool = null;
        return (TWrite)write;
    }

    internal void Return(TWrite write)
    {
        BufferedWrite? head;
        do
        {
            head = Volatile.Read(ref _returned);
            write.NextInPool = head;
        }
        while (Interlocked.CompareExchange(ref _returned, write, head) != head);
    }
}
