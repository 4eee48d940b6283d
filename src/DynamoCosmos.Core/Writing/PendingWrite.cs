using DynamoCosmos.Ports;

namespace DynamoCosmos.Writing;

/// <summary>
/// One write on its way through a <see cref="WritePipeline"/>, from its first try to its receipt. A derived class says what the receipt
/// means, and may be used again after it.
/// </summary>
internal abstract class PendingWrite
{
    private readonly Action _onAnswered;
    private ItemWrite _write;
    private WritePipeline? _pipeline;
    private Task<WriteAnswer>? _answer;

    protected PendingWrite() => _onAnswered = () => _pipeline!.TakeAnswer(this);

    // By reference, since it is read several times for each try.
    internal ref readonly ItemWrite Write => ref _write;

    /// <summary>What it takes of the gate's room while it is under way. It does not change until the receipt.</summary>
    internal abstract int Bytes { get; }

    /// <summary>Tries begun.</summary>
    internal int Tries { get; private set; }

    /// <summary>Time stamp of the first answer that had to be retried; 0 while there is none.</summary>
    internal long FailingSince { get; set; }

    /// <summary>
    /// An earlier try may have been carried out, although no answer said so: the next one may then find its own document.
    /// </summary>
    internal bool MayBeWritten { get; set; }

    /// <summary>What its tries cost so far, in hundredths of a request unit.</summary>
    internal long CentiRequestUnits { get; set; }

    /// <summary>Set by <see cref="WriteLanes"/>.</summary>
    internal int Lane { get; set; }

    /// <summary>The next write of its lane; of <see cref="WriteLanes"/>, which reads and sets it under a lock.</summary>
    internal PendingWrite? NextInLane { get; set; }

    /// <summary>Called once, on any thread. Throws only what ends the run.</summary>
    internal abstract void Take(in WriteReceipt receipt);

    /// <summary>
    /// A request that was given up on its way may still read the document: its memory must not be used for another one.
    /// </summary>
    internal virtual void AbandonMemory()
    {
    }

    /// <summary>The receipt was taken, and nothing is left open: the instance may take another write.</summary>
    internal virtual void Recycle()
    {
    }

    /// <summary>Called before each try.</summary>
    private protected virtual void Prepare()
    {
    }

    /// <summary>One try. Its answer goes to the pipeline.</summary>
    internal void Try(WritePipeline pipeline, IItemSink sink, CancellationToken cancellationToken)
    {
        _pipeline = pipeline;
        Tries++;
        try
        {
            Prepare();
            _answer = sink.WriteAsync(_write, cancellationToken);
        }
        catch (Exception error)
        {
            _answer = Task.FromException<WriteAnswer>(error);
        }
        _answer.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_onAnswered);
    }

    /// <summary>Of a try that has ended: its answer, or its exception thrown.</summary>
    internal WriteAnswer GetAnswer()
    {
        Task<WriteAnswer> answer = _answer!;
        _answer = null;
        return answer.GetAwaiter().GetResult();
    }

    private protected void SetWrite(in ItemWrite write) => _write = write;

    private protected void Reset()
    {
        _write = default;
        Tries = 0;
        FailingSince = 0;
        MayBeWritten = false;
        CentiRequestUnits = 0;
    }
}
