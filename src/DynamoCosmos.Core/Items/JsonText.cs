using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace DynamoCosmos.Items;

/// <summary>
/// Canonical JSON string content: only <c>"</c>, <c>\</c> and control characters are escaped, the last in the short form where there is one, else as
/// <c>\u00xx</c> in lower case. Equal texts have equal canonical bytes, whatever escapes they arrived with.
/// </summary>
internal static class JsonText
{
    /// <summary>What ends a run of bytes that can be copied as they stand.</summary>
    internal static readonly SearchValues<byte> s_special = SearchValues.Create(
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\"\\"u8);

    /// <summary>The most bytes that one code point takes: <c>\u001f</c>.</summary>
    internal const int MaxEscaped = 6;

    /// <summary>Reads one escape at <paramref name="at"/> (behind its backslash), a surrogate pair being one; false for what JSON does not know.</summary>
    internal static bool TryReadEscape(ReadOnlySpan<byte> text, ref int at, out Rune rune)
    {
        rune = default;
        if (at >= text.Length) return false;
        byte kind = text[at++];
        int simple = kind switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' => kind,
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            _ => -1,
        };
        if (simple >= 0)
        {
            rune = new(simple);
            return true;
        }
        if (kind != 'u' || !TryReadHex(text, ref at, out int first)) return false;
        if (Rune.TryCreate(first, out rune)) return true;
        if (!char.IsHighSurrogate((char)first) || at + 1 >= text.Length || text[at] != '\\' || text[at + 1] != 'u') return false;
        at += 2;
        return TryReadHex(text, ref at, out int second) && Rune.TryCreate((char)first, (char)second, out rune);
    }

    /// <summary>Writes one code point canonically; the room is the caller's (<see cref="MaxEscaped"/>).</summary>
    internal static int WriteRune(Rune rune, Span<byte> into)
    {
        if (rune.Value >= 0x20 && rune.Value is not ('"' or '\\')) return rune.EncodeToUtf8(into);
        into[0] = (byte)'\\';
        byte letter = rune.Value switch
        {
            '"' => (byte)'"',
            '\\' => (byte)'\\',
            '\b' => (byte)'b',
            '\f' => (byte)'f',
            '\n' => (byte)'n',
            '\r' => (byte)'r',
            '\t' => (byte)'t',
            _ => (byte)'u',
        };
        into[1] = letter;
        if (letter != 'u') return 2;
        "00"u8.CopyTo(into[2..]);
        into[4] = (byte)('0' + (rune.Value >> 4));
        into[5] = "0123456789abcdef"u8[rune.Value & 15];
        return MaxEscaped;
    }

    /// <summary>Canonical content as the text it stands for. The room needed is at most the content's length.</summary>
    internal static int Decode(ReadOnlySpan<byte> content, Span<byte> into)
    {
        int written = 0;
        while (true)
        {
            int run = content.IndexOf((byte)'\\');
            if (run < 0)
            {
                content.CopyTo(into[written..]);
                return written + content.Length;
            }
            content[..run].CopyTo(into[written..]);
            written += run;
            int at = run + 1;
            if (!TryReadEscape(content, ref at, out Rune rune)) throw new InvalidOperationException("Canonical text holds an escape that is none.");
            written += rune.EncodeToUtf8(into[written..]);
            content = content[at..];
        }
    }

    /// <summary>Orders two canonical contents by the UTF-8 bytes that they stand for.</summary>
    internal static int CompareDecoded(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int common = left.CommonPrefixLength(right);
        // An escape may have begun before the bytes part ways: step back to its backslash.
        int from = Math.Max(0, common - MaxEscaped);
        if (left[from..].IndexOf((byte)'\\') < 0 && right[from..].IndexOf((byte)'\\') < 0) return left[common..].SequenceCompareTo(right[common..]);
        return CompareStepwise(left, right);
    }

    private static int CompareStepwise(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int l = 0, r = 0;
        while (l < left.Length && r < right.Length)
        {
            int difference = NextByte(left, ref l) - NextByte(right, ref r);
            if (difference != 0) return difference;
        }
        return (left.Length - l) - (right.Length - r);
    }

    // Every escape of canonical content stands for one ASCII character.
    private static int NextByte(ReadOnlySpan<byte> content, ref int at)
    {
        if (content[at] != '\\') return content[at++];
        at++;
        return TryReadEscape(content, ref at, out Rune rune) ? rune.Value : throw new InvalidOperationException("Canonical text holds an escape that is none.");
    }

    private static bool TryReadHex(ReadOnlySpan<byte> text, ref int at, out int value)
    {
        value = 0;
        if (at + 4 > text.Length) return false;
        if (!Utf8Parser.TryParse(text.Slice(at, 4), out ushort parsed, out int consumed, 'x') || consumed != 4) return false;
        value = parsed;
        at += 4;
        return true;
    }
}
