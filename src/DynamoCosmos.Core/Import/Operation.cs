using System.Buffers;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Import;

/// <summary>
/// One write from its conversion until it is settled, with its own copy of the document and of the line it came from. Reused: an import makes as many
/// of these as it has in flight.
/// </summary>
internal sealed class Operation
{
    // What a reused operation may keep for the next document. Larger ones go back to the shared pool, or 2 MB documents would stay in memory as many times as there are operations.
    private const int KeptBytes = 16 * 1024;

    private readonly OperationPool _pool;
    private readonly Action<Operation> _settle;
    private byte[] _buffer = [];
    private int _documentLength;
    private int _lineLength;
    private bool _isForsaken;
    private Task<WriteAnswer>? _answer;

    /// <param name="settle">Called once for every answer, on whatever thread it comes.</param>
    internal Operation(OperationPool pool, Action<Operation> settle)
    {
        _pool = pool;
        _settle = settle;
        OnAnswered = () => _settle(this);
    }

    /// <summary>The next in the pool's list.</summary>
    internal Operation? Next { get; set; }

    internal Segment Segment { get; private set; } = null!;

    internal long Line { get; private set; }

    internal ItemWrite Write { get; private set; }

    /// <summary>The record as it stands in its unit.</summary>
    internal ReadOnlySpan<byte> Text => _buffer.AsSpan(_documentLength, _lineLength);

    internal int Bytes => _documentLength + _lineLength;

    internal int Tries { get; set; }

    /// <summary>Time stamp of the first answer that had to be retried; 0 while there is none.</summary>
    internal long FailingSince { get; set; }

    /// <summary>An earlier try may have been carried out, although no answer said so: the next one may then find its own document.</summary>
    internal bool MayBeWritten { get; set; }

    private Action OnAnswered { get; }

    internal void Set(Segment segment, long line, int container, WriteKind kind, string id, IReadOnlyList<object?> partitionKey, ReadOnlySpan<byte> document, ReadOnlySpan<byte> text)
    {
        Segment = segment;
        Line = line;
        _documentLength = document.Length;
        _lineLength = text.Length;
        if (_buffer.Length < Bytes)
        {
            GiveBack();
            _buffer = ArrayPool<byte>.Shared.Rent(Bytes);
        }
        document.CopyTo(_buffer);
        text.CopyTo(_buffer.AsSpan(_documentLength));
        Write = new(kind, id, partitionKey, _buffer.AsMemory(0, _documentLength), container);
    }

    internal void Begin(IItemSink sink, CancellationToken cancellationToken)
    {
        Tries++;
        try
        {
            _answer = sink.WriteAsync(Write, cancellationToken);
        }
        catch (Exception error)
        {
            _answer = Task.FromException<WriteAnswer>(error);
        }
        _answer.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(OnAnswered);
    }

    /// <summary>Of a task that has ended: its answer, or its exception thrown.</summary>
    internal WriteAnswer GetAnswer()
    {
        Task<WriteAnswer> answer = _answer!;
        _answer = null;
        return answer.GetAwaiter().GetResult();
    }

    /// <summary>
    /// Something may still be reading the document: a request that was given up on its way. Its memory is left to the garbage collector, since a
    /// reused buffer would send another item's bytes.
    /// </summary>
    internal void Forsake() => _isForsaken = true;

    /// <summary>Settled: ready for another document.</summary>
    internal void Return()
    {
        if (_isForsaken) _buffer = [];
        else if (_buffer.Length > KeptBytes) GiveBack();
        _isForsaken = false;
        Write = default;
        Segment = null!;
        Tries = 0;
        FailingSince = 0;
        MayBeWritten = false;
        _pool.Return(this);
    }

    private void GiveBack()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}

/// <summary>
/// The operations of one reader. Only that reader takes; anyone returns. Returned ones gather in a list of their own that the reader takes as a whole,
/// so neither side waits for the other.
/// </summary>
internal sealed class OperationPool(Action<Operation> settle)
{
    private Operation? _free;
    private Operation? _returned;

    internal Operation Take()
    {
        Operation? operation = _free ?? Interlocked.Exchange(ref _returned, null);
        if (operation is null) return new(this, settle);
        _free = operation.Next;
        operation.Next = null;
        return operation;
    }

    internal void Return(Operation operation)
    {
        Operation? head;
        do
        {
            head = Volatile.Read(ref _returned);
            operation.Next = head;
        }
        while (Interlocked.CompareExchange(ref _returned, operation, head) != head);
    }
}
