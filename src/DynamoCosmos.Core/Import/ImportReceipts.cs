using System.Buffers;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Import;

/// <summary>
/// Turns the receipt of a write into a tally, a rejection or a settled segment. A write that was left open never leaves its segment, which
/// therefore never counts as settled in this run, and the checkpoint does not claim its lines.
/// </summary>
/// <param name="mayRepeat">An earlier run may have written documents that this one writes again.</param>
/// <param name="settle">A segment's last write has ended.</param>
/// <param name="rejected">A rejection of so many bytes was noted in a segment.</param>
internal sealed class ImportReceipts(
    IItemSink sink, ItemRouter router, bool mayRepeat, Action<Segment> settle, Action<Segment, int> rejected)
{
    internal void Take(ImportWrite write, in WriteReceipt receipt)
    {
        if (receipt.Outcome == WriteOutcome.LeftOpen) return;
        Segment segment = write.Segment;
        ref readonly ItemWrite written = ref write.Write;
        Tally tally = segment.TallyOf(written.Container);
        tally.AddCharge(receipt.CentiRequestUnits);
        if (receipt.Outcome == WriteOutcome.Refused)
        {
            Reject(write, receipt);
        }
        else
        {
            tally.AddDone(written.Kind);
            if (HasReplaced(written, receipt)) tally.AddReplaced();
        }
        if (segment.Leave()) settle(segment);
    }

    /// <summary>Whether a document of something else was there. A write that may be its own second one does not tell.</summary>
    private bool HasReplaced(in ItemWrite write, in WriteReceipt receipt) =>
        write.Kind == WriteKind.Upsert && receipt.Answer.Status == 200 && !receipt.MayBeWritten && !mayRepeat && !sink.TryTakeRepeat();

    /// <summary>Notes a rejection in its segment, and tells of it.</summary>
    /// <param name="write">Writes the line of the file of rejected items.</param>
    internal void Reject(Segment segment, int container, Action<IBufferWriter<byte>> write) =>
        rejected(segment, segment.Reject(container, write));

    private void Reject(ImportWrite write, WriteReceipt receipt)
    {
        Segment segment = write.Segment;
        ItemWrite refused = write.Write;
        Reject(segment, refused.Container, into => RejectionLines.Write(
            into, router, segment.Unit.Unit.Name, write.Line, segment.Unit.Import, RejectionReason.Refused,
            router.NameOf(refused.Container), refused.Id, refused.PartitionKey, receipt.Answer,
            receipt.Answer.Message ?? receipt.Rule!.Why, write.Record, isCut: false));
    }
}
