using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items;

/// <summary>Strings and quoted symbols, written as the inside of a canonical JSON string.</summary>
internal unsafe ref partial struct IonReader
{
    private static bool IsTripleQuote(byte* p) => p[1] == '\'' && p[2] == '\'';

    /// <summary>From behind the opening quote to behind the closing one.</summary>
    private byte* ReadShortText(byte* p)
    {
        byte* start = p;
        while (true)
        {
            nint run = JsonText.CopyChunk(p, _output);
            p += run;
            _output += run;
            if (run == 32) continue;
            if (*p == '"') return p + 1;
            p = ReadSpecialCharacter(p, start, isLong: false);
            if (p == null) return null;
        }
    }

    /// <summary>
    /// From the opening quotes to behind the last closing ones: segments with nothing but blank between them are one text.
    /// </summary>
    private byte* ReadLongText(byte* p)
    {
        while (true)
        {
            byte* start = p;
            p += 3;
            while (*p != '\'' || !IsTripleQuote(p))
            {
                if (*p >= 0x20 && *p != '\\' && *p != '"') *_output++ = *p++;
                else
                {
                    p = ReadSpecialCharacter(p, start, isLong: true);
                    if (p == null) return null;
                }
            }
            p += 3;
            byte* next = SkipBlank(p);
            if (next == null) return null;
            if (*next != '\'' || !IsTripleQuote(next)) return p;
            p = next;
        }
    }

    private byte* ReadQuotedSymbol(byte* p)
    {
        byte* start = p;
        while (*p != '\'')
        {
            if (*p >= 0x20 && *p != '\\' && *p != '"') *_output++ = *p++;
            else
            {
                p = ReadSpecialCharacter(p, start, isLong: false);
                if (p == null) return null;
            }
        }
        return p + 1;
    }

    /// <summary>An escape, a control character, or a quote that means nothing here but needs an escape in JSON.</summary>
    private byte* ReadSpecialCharacter(byte* p, byte* start, bool isLong)
    {
        switch (*p)
        {
            case (byte)'"':
                return WriteRune('"', p + 1);
            case (byte)'\\':
                return ReadEscape(p);
            case (byte)'\t' or 0x0B or 0x0C:
                return WriteRune(*p, p + 1);
            case (byte)'\n' when isLong:
                return WriteRune('\n', p + 1);
            case (byte)'\r' when isLong:
                // However a line ends in the text, the value has \n.
                return WriteRune('\n', p[1] == '\n' ? p + 2 : p + 1);
            default:
                return p == _end ? Fail("The record ends within a text", start) : Fail("A control character stands in a text", p);
        }
    }

    private byte* ReadEscape(byte* p)
    {
        switch (p[1])
        {
            case (byte)'0': return WriteRune(0, p + 2);
            case (byte)'a': return WriteRune(7, p + 2);
            case (byte)'b': return WriteRune(8, p + 2);
            case (byte)'t': return WriteRune(9, p + 2);
            case (byte)'n': return WriteRune(10, p + 2);
            case (byte)'v': return WriteRune(11, p + 2);
            case (byte)'f': return WriteRune(12, p + 2);
            case (byte)'r': return WriteRune(13, p + 2);
            case (byte)'"' or (byte)'\'' or (byte)'?' or (byte)'\\' or (byte)'/': return WriteRune(p[1], p + 2);
            // A line's end behind a backslash is no part of the text.
            case (byte)'\n': return p + 2;
            case (byte)'\r': return p[2] == '\n' ? p + 3 : p + 2;
            case (byte)'x': return WriteHex(p, 2);
            case (byte)'u': return WriteHex(p, 4);
            case (byte)'U': return WriteHex(p, 8);
            default: return Fail("A text has an escape that Ion does not know", p);
        }
    }

    private byte* WriteHex(byte* p, int digits)
    {
        long rune = Hex(p + 2, digits);
        byte* next = p + 2 + digits;
        if (rune is >= 0xD800 and <= 0xDBFF && digits == 4 && next[0] == '\\' && next[1] == 'u')
        {
            long second = Hex(next + 2, 4);
            if (second is >= 0xDC00 and <= 0xDFFF) return WriteRune((uint)(0x10000 + ((rune - 0xD800) << 10) + second - 0xDC00), next + 6);
        }
        if (rune is < 0 or > 0x10FFFF
            or (>= 0xD800 and <= 0xDFFF)) return Fail("A text has an escape that is no character, or half a surrogate pair", p);
        return WriteRune((uint)rune, next);
    }

    // Digits are looked at one by one: the zero at the end of the input stops it.
    private static long Hex(byte* p, int digits)
    {
        long value = 0;
        for (int i = 0; i < digits; i++)
        {
            uint digit = Digit(p[i]);
            if (digit > 15) return -1;
            value = value << 4 | digit;
        }
        return value;
    }

    private byte* WriteRune(uint rune, byte* next)
    {
        // One byte of input may come to six here.
        _output = JsonText.Write(_output, rune);
        Ensure(next);
        return next;
    }
}
