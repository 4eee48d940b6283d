using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>
/// The place of a partition key in the hash space, version 2: per component a hash of 128 bits, its bytes reversed and its top two bits
/// cleared. A hierarchical key is the components' hashes one after another, and a prefix of it sorts before all that it is a prefix of.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EffectivePartitionKey : IEquatable<EffectivePartitionKey>
{
    internal const int MostComponents = 3;

    private UInt128 _first, _second, _third;

    internal int Count { get; private set; }

    /// <summary>The first 64 bits, which decide the range.</summary>
    internal readonly ulong Position => (ulong)(_first >> 64);

    internal readonly bool StartsWith(in EffectivePartitionKey prefix) =>
        (prefix.Count < 1 || prefix._first == _first) && (prefix.Count < 2 || prefix._second == _second)
            && (prefix.Count < 3 || prefix._third == _third);

    public readonly bool Equals(EffectivePartitionKey other) => Count == other.Count && StartsWith(other);

    public override readonly bool Equals(object? obj) => obj is EffectivePartitionKey other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(_first, _second, _third);

    public override readonly string ToString() =>
        (Count > 0 ? _first.ToString("X32") : "") + (Count > 1 ? _second.ToString("X32") : "") + (Count > 2 ? _third.ToString("X32") : "");

    internal readonly void CopyTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt128BigEndian(target, _first);
        BinaryPrimitives.WriteUInt128BigEndian(target[16..], _second);
        BinaryPrimitives.WriteUInt128BigEndian(target[32..], _third);
    }

    internal void AddUndefined() => Add([0x00]);

    /// <summary>One key of several keys of at most one component each; an empty one is an undefined component.</summary>
    internal static EffectivePartitionKey Join(in EffectivePartitionKey a, in EffectivePartitionKey b, in EffectivePartitionKey c,
        int count)
    {
        EffectivePartitionKey undefined = default;
        undefined.AddUndefined();
        return new()
        {
            _first = a.Count > 0 ? a._first : undefined._first,
            _second = count < 2 ? default : b.Count > 0 ? b._first : undefined._first,
            _third = count < 3 ? default : c.Count > 0 ? c._first : undefined._first,
            Count = count,
        };
    }

    /// <summary>Adds the value that the reader stands on; an object or array counts as undefined, as the service has it.</summary>
    internal void Add(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                AddString(ref reader);
                break;
            case JsonTokenType.Number:
                Span<byte> number = stackalloc byte[9];
                number[0] = 0x05;
                BinaryPrimitives.WriteDoubleLittleEndian(number[1..], reader.GetDouble());
                Add(number);
                break;
            case JsonTokenType.True:
                Add([0x03]);
                break;
            case JsonTokenType.False:
                Add([0x02]);
                break;
            case JsonTokenType.Null:
                Add([0x01]);
                break;
            default:
                AddUndefined();
                break;
        }
    }

    private void AddString(ref Utf8JsonReader reader)
    {
        int length = reader.ValueSpan.Length;
        Span<byte> text = length <= 1022 ? stackalloc byte[1024] : new byte[length + 2];
        text[0] = 0x08;
        int written = reader.CopyString(text[1..]);
        text[written + 1] = 0xFF;
        Add(text[..(written + 2)]);
    }

    private void Add(ReadOnlySpan<byte> component)
    {
        (ulong low, ulong high) = Murmur3.Hash(component);
        // The sixteen little-endian bytes, reversed, read as one big-endian number: the high half comes first.
        UInt128 hash = new UInt128(high, low) & new UInt128(0x3FFFFFFFFFFFFFFF, ulong.MaxValue);
        switch (Count++)
        {
            case 0:
                _first = hash;
                break;
            case 1:
                _second = hash;
                break;
            default:
                _third = hash;
                break;
        }
    }

    /// <summary>Reads what stands in the partition key header or in a batch: <c>["a",1,{}]</c>.</summary>
    /// <returns>Null for text that is no partition key.</returns>
    internal static EffectivePartitionKey? Parse(ReadOnlySpan<byte> json, out bool isTooLong)
    {
        isTooLong = false;
        EffectivePartitionKey key = default;
        Utf8JsonReader reader = new(json);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) return null;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (key.Count == MostComponents || reader.TokenType == JsonTokenType.StartArray) return null;
                isTooLong |= IsTooLong(ref reader);
                key.Add(ref reader);
                if (reader.TokenType == JsonTokenType.StartObject
                    && (!reader.Read() || reader.TokenType != JsonTokenType.EndObject)) return null;
            }
            return reader.TokenType == JsonTokenType.EndArray ? key : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A value over 2,048 UTF-8 bytes, the service's limit.</summary>
    internal static bool IsTooLong(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length <= 2048) return false;
        byte[] text = new byte[reader.ValueSpan.Length];
        return reader.CopyString(text) > 2048;
    }
}
