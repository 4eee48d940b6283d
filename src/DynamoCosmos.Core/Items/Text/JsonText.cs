using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DynamoCosmos.Items.Text;

/// <summary>
/// JSON strings over raw memory. Input ends with a zero and padding, output has room for as much as the input, so nothing here counts
/// bytes: a zero is a control character, and those end every run. What is written is canonical: of two equal strings, the same bytes.
/// </summary>
internal static unsafe class JsonText
{
    /// <summary>
    /// Copies up to the next quote, backslash or control character, and at most 32 bytes; more may be written than are counted.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint CopyChunk(byte* from, byte* to)
    {
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<byte> chunk = Vector256.Load(from);
            chunk.Store(to);
            Vector256<byte> stops =
                Vector256.Equals(chunk, Vector256.Create((byte)'"')) | Vector256.Equals(chunk, Vector256.Create((byte)'\\'))
                | Vector256.Equals(Vector256.Min(chunk, Vector256.Create((byte)0x1F)), chunk);
            uint mask = stops.ExtractMostSignificantBits();
            return mask == 0 ? 32 : BitOperations.TrailingZeroCount(mask);
        }
        uint low = CopyHalf(from, to);
        uint high = CopyHalf(from + 16, to + 16);
        uint both = low | high << 16;
        return both == 0 ? 32 : BitOperations.TrailingZeroCount(both);
    }

    /// <summary>Copies up to the next quote, backslash or control character.</summary>
    internal static nint CopyRun(byte* from, byte* to)
    {
        nint done = 0;
        while (true)
        {
            nint chunk = CopyChunk(from + done, to + done);
            done += chunk;
            if (chunk < 32) return done;
        }
    }

    /// <summary>
    /// Copies the escape at <paramref name="from"/> as canonical text and steps over it; false for one that JSON does not have, and for
    /// half a surrogate pair.
    /// </summary>
    internal static bool CopyEscape(ref byte* from, ref byte* to)
    {
        byte letter = from[1];
        switch (letter)
        {
            case (byte)'"' or (byte)'\\' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                to[0] = (byte)'\\';
                to[1] = letter;
                to += 2;
                from += 2;
                return true;
            case (byte)'/':
                *to++ = (byte)'/';
                from += 2;
                return true;
            case (byte)'u':
                return CopyHexEscape(ref from, ref to);
            default:
                return false;
        }
    }

    /// <summary>Writes a character as canonical text.</summary>
    internal static byte* Write(byte* to, uint rune)
    {
        if (rune < 0x80) return WriteAscii(to, (byte)rune);
        if (rune < 0x800)
        {
            to[0] = (byte)(0xC0 | rune >> 6);
            to[1] = (byte)(0x80 | rune & 0x3F);
            return to + 2;
        }
        if (rune < 0x10000)
        {
            to[0] = (byte)(0xE0 | rune >> 12);
            to[1] = (byte)(0x80 | rune >> 6 & 0x3F);
            to[2] = (byte)(0x80 | rune & 0x3F);
            return to + 3;
        }
        to[0] = (byte)(0xF0 | rune >> 18);
        to[1] = (byte)(0x80 | rune >> 12 & 0x3F);
        to[2] = (byte)(0x80 | rune >> 6 & 0x3F);
        to[3] = (byte)(0x80 | rune & 0x3F);
        return to + 4;
    }

    /// <summary>Undoes canonical escapes; the result is never longer.</summary>
    internal static int Unescape(ReadOnlySpan<byte> canonical, Span<byte> into)
    {
        int length = 0;
        while (true)
        {
            int run = canonical.IndexOf((byte)'\\');
            if (run < 0) run = canonical.Length;
            canonical[..run].CopyTo(into[length..]);
            length += run;
            if (run == canonical.Length) return length;
            canonical = canonical[run..];
            into[length++] = EscapedByte(canonical, out int taken);
            canonical = canonical[taken..];
        }
    }

    /// <summary>Compares two canonical strings by the bytes of what they stand for.</summary>
    internal static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        while (left.Length > 0 && right.Length > 0)
        {
            byte a = NextByte(ref left);
            byte b = NextByte(ref right);
            if (a != b) return a - b;
        }
        return left.Length - right.Length;
    }

    private static byte NextByte(ref ReadOnlySpan<byte> canonical)
    {
        int taken = 1;
        byte next = canonical[0] == '\\' ? EscapedByte(canonical, out taken) : canonical[0];
        canonical = canonical[taken..];
        return next;
    }

    private static byte EscapedByte(ReadOnlySpan<byte> escape, out int taken)
    {
        taken = 2;
        switch (escape[1])
        {
            case (byte)'b': return 8;
            case (byte)'t': return 9;
            case (byte)'n': return 10;
            case (byte)'f': return 12;
            case (byte)'r': return 13;
            case (byte)'u':
                taken = 6;
                return (byte)(HexDigit(escape[4]) << 4 | HexDigit(escape[5]));
            default: return escape[1];
        }
    }

    private static byte* WriteAscii(byte* to, byte value)
    {
        if (value >= 0x20 && value != '"' && value != '\\')
        {
            *to = value;
            return to + 1;
        }
        to[0] = (byte)'\\';
        to[1] = value switch { 8 => (byte)'b', 9 => (byte)'t', 10 => (byte)'n', 12 => (byte)'f', 13 => (byte)'r', _ => value };
        if (to[1] >= 0x20) return to + 2;
        to[1] = (byte)'u';
        to[2] = to[3] = (byte)'0';
        to[4] = (byte)('0' + (value >> 4));
        to[5] = "0123456789abcdef"u8[value & 15];
        return to + 6;
    }

    private static bool CopyHexEscape(ref byte* from, ref byte* to)
    {
        int unit = HexUnit(from + 2);
        if (unit < 0) return false;
        uint rune = (uint)unit;
        int length = 6;
        if (unit is >= 0xD800 and <= 0xDFFF)
        {
            if (unit >= 0xDC00 || from[6] != '\\' || from[7] != 'u') return false;
            int second = HexUnit(from + 8);
            if (second is < 0xDC00 or > 0xDFFF) return false;
            rune = 0x10000 + ((rune - 0xD800) << 10) + (uint)(second - 0xDC00);
            length = 12;
        }
        from += length;
        to = Write(to, rune);
        return true;
    }

    // Digits are looked at one by one: the zero at the end of the input stops it.
    private static int HexUnit(byte* digits)
    {
        int value = 0;
        for (int i = 0; i < 4; i++)
        {
            int digit = HexDigit(digits[i]);
            if (digit < 0) return -1;
            value = value << 4 | digit;
        }
        return value;
    }

    private static int HexDigit(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    private static uint CopyHalf(byte* from, byte* to)
    {
        Vector128<byte> chunk = Vector128.Load(from);
        chunk.Store(to);
        Vector128<byte> stops = Vector128.Equals(chunk, Vector128.Create((byte)'"')) | Vector128.Equals(chunk, Vector128.Create((byte)'\\'))
            | Vector128.Equals(Vector128.Min(chunk, Vector128.Create((byte)0x1F)), chunk);
        return stops.ExtractMostSignificantBits();
    }
}
