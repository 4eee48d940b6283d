using System.Buffers;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Items;

/// <summary>
/// Writes records of Ion as the same records in typed DynamoDB JSON, for whoever takes items apart: one reader of one format is enough
/// then. Numbers get their canonical text, as DynamoDB has it. Not for two threads at once.
/// </summary>
public sealed class IonTranscoder
{
    // Keys have no meaning here.
    private static readonly ConversionPlan s_plan = new(new(new("-", KeyType.S)), new ConversionOptions(), ItemFormat.Ion);

    private readonly DocumentBuffer _buffer;

    /// <summary>Creates a transcoder with memory of its own.</summary>
    public IonTranscoder()
        : this(new())
    {
    }

    internal IonTranscoder(DocumentBuffer buffer) => _buffer = buffer;

    /// <summary>Why the last record was refused.</summary>
    public string Detail => _buffer.Detail;

    /// <returns>False for a record that no export has; what was written of it by then means nothing.</returns>
    public bool TryTranscode(ReadOnlySpan<byte> record, IBufferWriter<byte> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        return TryTranscode(record, into, withMetadata: false);
    }

    /// <summary>The same, with what a change says of itself.</summary>
    internal bool TryTranscodeWithMetadata(ReadOnlySpan<byte> record, IBufferWriter<byte> into) =>
        TryTranscode(record, into, withMetadata: true);

    private bool TryTranscode(ReadOnlySpan<byte> record, IBufferWriter<byte> into, bool withMetadata)
    {
        unsafe
        {
            byte* start = ItemConverter.Begin(s_plan, record, IonReader.TypedExpansion, _buffer);
            return start != null && new IonReader(_buffer, s_plan, start, record.Length, isTyped: true).ReadTyped(into, withMetadata);
        }
    }
}
