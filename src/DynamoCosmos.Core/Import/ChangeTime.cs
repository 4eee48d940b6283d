using System.Buffers;
using System.Text.Json;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Import;

/// <summary>
/// Reads when a change was written, which a record of an incremental export says in its Metadata. Not for two threads at once.
/// </summary>
internal sealed class ChangeTime(ItemFormat format)
{
    private readonly IonTranscoder? _ion = format == ItemFormat.Ion ? new() : null;
    private readonly ArrayBufferWriter<byte> _typed = new();

    /// <summary>Microseconds since 1970; null for a record that does not tell.</summary>
    /// <param name="record">One that a conversion has accepted.</param>
    internal long? Read(ReadOnlySpan<byte> record)
    {
        if (_ion is null) return Find(record);
        _typed.ResetWrittenCount();
        return _ion.TryTranscodeWithMetadata(record, _typed) ? Find(_typed.WrittenSpan) : null;
    }

    private static long? Find(ReadOnlySpan<byte> record)
    {
        // Two levels of JSON for each of DynamoDB's, and the record's own.
        Utf8JsonReader reader = new(record, new JsonReaderOptions { MaxDepth = 256 });
        if (!Enter(ref reader, "Metadata"u8) || !Enter(ref reader, "WriteTimestampMicros"u8) || !Enter(ref reader, "N"u8)) return null;
        if (reader.TokenType != JsonTokenType.String) return null;
        return DynamoNumber.Parse(reader.ValueSpan, out DynamoNumber number) is null ? number.Floor() : null;
    }

    /// <summary>Steps to the value of a member of the object that comes next, or that the reader is at.</summary>
    private static bool Enter(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType == JsonTokenType.None) reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isFound = reader.ValueTextEquals(name);
            reader.Read();
            if (isFound) return true;
            reader.Skip();
        }
        return false;
    }
}
