using DynamoCosmos.Ports;

namespace DynamoCosmos.Writing;

/// <summary>A write whose receipt is awaited. The document's memory is the pipeline's for good.</summary>
internal class AwaitedWrite : PendingWrite
{
    private readonly TaskCompletionSource<WriteReceipt> _receipt = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal AwaitedWrite(ItemWrite write)
    {
        SetWrite(write);
        Bytes = write.Document.Length;
    }

    internal override int Bytes { get; }

    /// <summary>What became of the write; never an exception.</summary>
    internal Task<WriteReceipt> Receipt => _receipt.Task;

    internal override void Take(in WriteReceipt receipt) => _receipt.SetResult(receipt);
}
