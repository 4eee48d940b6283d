using System.Buffers.Binary;
using System.Text.Json;

namespace DynamoCosmos.Comparison;

/// <summary>
/// One component of a partition key in the form that Cosmos DB hashes (partition key version 2): a byte for its type, then the value.
/// Reused from document to document.
/// </summary>
internal sealed class PartitionKeyBytes
{
    /// <summary>The place of a key is a number below 2 to the power of this: the hash's two highest bits are always 0.</summary>
    internal const int PlaceBits = 62;

    private const byte Undefined = 0x00, Null = 0x01, False = 0x02, True = 0x03, Number = 0x05, Text = 0x08, EndOfText = 0xFF;

    private byte[] _bytes = new byte[64];
    private int _length;

    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>The first 64 bits of the hash, which decide the physical partition.</summary>
    internal ulong Place => Murmur3.Hash(Bytes).High & (ulong.MaxValue >> (64 - PlaceBits));

    internal void SetUndefined()
    {
        _bytes[0] = Undefined;
        _length = 1;
    }

    /// <summary>Takes the value that the reader stands on. An object or array counts as none, as the service has it.</summary>
    internal void Set(ref Utf8JsonReader reader)
    {
        SetUndefined();
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                _bytes[0] = Null;
                break;
            case JsonTokenType.False:
                _bytes[0] = False;
                break;
            case JsonTokenType.True:
                _bytes[0] = True;
                break;
            case JsonTokenType.Number:
                _bytes[0] = Number;
                BinaryPrimitives.WriteDoubleLittleEndian(_bytes.AsSpan(1), reader.GetDouble());
                _length = 1 + sizeof(double);
                break;
            case JsonTokenType.String:
                if (_bytes.Length < reader.ValueSpan.Length + 2) _bytes = new byte[reader.ValueSpan.Length * 2];
                _bytes[0] = Text;
                _length = 1 + reader.CopyString(_bytes.AsSpan(1));
                _bytes[_length++] = EndOfText;
                break;
        }
    }
}
