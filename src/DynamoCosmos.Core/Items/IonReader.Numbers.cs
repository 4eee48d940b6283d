using System.Globalization;
using System.Numerics;
using System.Runtime.Intrinsics;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Items;

/// <summary>Numbers, in every notation of Ion.</summary>
internal unsafe ref partial struct IonReader
{
    private byte* ReadNumber(byte* p)
    {
        // Most are short: 42. and 12.5 are canonical but for a point at the end.
        Vector256<byte> chunk = Vector256.Load(p);
        Vector256<byte> digits = Vector256.LessThan(chunk - Vector256.Create((byte)'0'), Vector256.Create((byte)10));
        Vector256<byte> signs = Vector256.Equals(chunk, Vector256.Create((byte)'.')) | Vector256.Equals(chunk, Vector256.Create((byte)'-'));
        int length = BitOperations.TrailingZeroCount(~(digits | signs).ExtractMostSignificantBits());
        if (length is > 0 and < 20 && IsStop(p + length) && _into.Mode != NumberMode.String)
        {
            int canonical = p[length - 1] == '.' ? length - 1 : length;
            if (canonical is > 0 and <= 17 && TypedJsonReader.IsCanonical(chunk, p, canonical))
            {
                chunk.Store(_output);
                _output += canonical;
                return p + length;
            }
        }
        return ReadAnyNumber(p);
    }

    // A number ends only before one of these, or a comment.
    private static bool IsStop(byte* p) =>
        *p is 0 or (byte)',' or (byte)'}' or (byte)']' or (byte)'{' or (byte)'[' or (byte)'(' or (byte)')' or (byte)'"' or (byte)'\''
        or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0x0B or 0x0C
        || (*p == '/' && p[1] is (byte)'/' or (byte)'*');

    /// <summary>Decimals and whole numbers in every notation of Ion: 1d-3, 1_000., 0xFF, 0b101.</summary>
    private byte* ReadAnyNumber(byte* p)
    {
        byte* start = p;
        byte* o = _output;
        if (*p == '-') *o++ = *p++;
        if (*p == '0' && (p[1] | 0x20) is 'x' or 'b') return ReadRadix(start, p + 2, (p[1] | 0x20) == 'x' ? 16u : 2u);
        if (*p == 'i') return Fail("A float stands here, which DynamoDB does not have", start);
        byte* whole = p;
        if (!CopyDigits(ref p, ref o)) return Fail("A number is expected", start);
        if (*whole == '0' && p > whole + 1) return Fail("A number begins with a zero that does not belong", start);
        if (*p == '.')
        {
            *o++ = *p++;
            if (*p is >= (byte)'0' and <= (byte)'9' && !CopyDigits(ref p, ref o)) return Fail(NotANumber, start);
        }
        if ((*p | 0x20) == 'd')
        {
            p++;
            *o++ = (byte)'E';
            if (*p is (byte)'+' or (byte)'-') *o++ = *p++;
            if (!CopyDigits(ref p, ref o)) return Fail(NotANumber, start);
        }
        if ((*p | 0x20) == 'e') return Fail("A float stands here, which DynamoDB does not have", start);
        if (*p is (byte)'-' or (byte)'T') return Fail("A timestamp stands here, which DynamoDB does not have", start);
        if (!IsStop(p)) return Fail(NotANumber, start);
        return WriteNumber(new(_output, (int)(o - _output)), start, p);
    }

    private byte* WriteNumber(scoped ReadOnlySpan<byte> text, byte* start, byte* next)
    {
        string? wrong = _into.WriteNumber(text, Room(next), (int)(start - _start), ref _output);
        _base = _into.At(0);
        return wrong is null ? next : Fail($"A number {wrong}", start);
    }

    private const string NotANumber = "A number has a notation that Ion does not";

    /// <summary>Digits with single underscores between them, which are left out.</summary>
    private static bool CopyDigits(ref byte* p, ref byte* o)
    {
        if (*p is < (byte)'0' or > (byte)'9') return false;
        while (true)
        {
            *o++ = *p++;
            if (*p == '_' && p[1] is >= (byte)'0' and <= (byte)'9') p++;
            if (*p is < (byte)'0' or > (byte)'9') return *p != '_';
        }
    }

    private byte* ReadRadix(byte* start, byte* p, uint radix)
    {
        // 126 bits hold all of DynamoDB's 38 digits.
        UInt128 value = 0;
        byte* first = p;
        while (true)
        {
            uint digit = Digit(*p);
            if (digit >= radix) break;
            if (value >> 123 != 0) return Fail("A number has more than 38 significant digits", start);
            value = value * radix + digit;
            p++;
            if (*p == '_' && Digit(p[1]) < radix) p++;
        }
        if (p == first || !IsStop(p)) return Fail(NotANumber, start);
        Span<byte> text = stackalloc byte[40];
        text[0] = (byte)'-';
        bool isNegative = *start == '-';
        value.TryFormat(text[1..], out int length, default, CultureInfo.InvariantCulture);
        return WriteNumber(isNegative ? text[..(length + 1)] : text.Slice(1, length), start, p);
    }

    private static uint Digit(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => (uint)(c - '0'),
        >= (byte)'a' and <= (byte)'f' => (uint)(c - 'a' + 10),
        >= (byte)'A' and <= (byte)'F' => (uint)(c - 'A' + 10),
        _ => uint.MaxValue,
    };
}
