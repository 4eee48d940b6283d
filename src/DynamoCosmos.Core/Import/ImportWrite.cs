using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Ports;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Import;

/// <summary>A write of an import: what its receipt is counted for.</summary>
internal sealed class ImportWrite(WritePool<ImportWrite> pool, ImportReceipts receipts) : BufferedWrite
{
    internal Segment Segment { get; private set; } = null!;

    internal long Line { get; private set; }

    internal void Set(Segment segment, long line, in ItemWrite write, ReadOnlySpan<byte> document, ReadOnlySpan<byte> record)
    {
        Segment = segment;
        Line = line;
        Set(write, document, record);
    }

    internal override void Take(in WriteReceipt receipt) => receipts.Take(this, receipt);

    private protected override void Return()
    {
        Segment = null!;
        pool.Return(this);
    }
}
