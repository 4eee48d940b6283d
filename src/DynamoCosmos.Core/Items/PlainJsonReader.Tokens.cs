using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items;

/// <summary>Strings, numbers, words.</summary>
internal unsafe ref partial struct PlainJsonReader
{
    private const string TooEarly = "The text ends too early";

    /// <summary>From the opening quote to behind the closing one.</summary>
    private byte* ReadString(byte* p, byte* o)
    {
        *o++ = (byte)'"';
        p++;
        while (true)
        {
            nint run = JsonText.CopyRun(p, o);
            p += run;
            o += run;
            if (*p == '"')
            {
                *o = (byte)'"';
                _output = o + 1;
                return p + 1;
            }
            if (*p != '\\') return Fail(p == _end ? TooEarly : "A control character stands in a string", p);
            if (!JsonText.CopyEscape(ref p, ref o)) return Fail("A string has an escape that JSON does not allow, or half a surrogate pair",
                p);
        }
    }

    private byte* ReadNumber(byte* p)
    {
        byte* end = p;
        if (*end == '-') end++;
        if (*end == '0') end++;
        else if (!SkipDigits(ref end)) return Fail(p == _end ? TooEarly : "A JSON value is expected", p);
        if (*end == '.')
        {
            end++;
            if (!SkipDigits(ref end)) return Fail("A number is not JSON's", p);
        }
        if (*end is (byte)'e' or (byte)'E')
        {
            end++;
            if (*end is (byte)'+' or (byte)'-') end++;
            if (!SkipDigits(ref end)) return Fail("A number is not JSON's", p);
        }
        _into.WriteJsonNumber(new(p, (int)(end - p)), Room(end), (int)(p - _start), ref _output);
        _base = _into.At(0);
        return end;
    }

    private static bool SkipDigits(ref byte* p)
    {
        byte* start = p;
        while (*p is >= (byte)'0' and <= (byte)'9') p++;
        return p > start;
    }

    private byte* Typed(byte* p, byte tag)
    {
        _tag = tag;
        return p;
    }

    private byte* Write(ReadOnlySpan<byte> text, byte* next)
    {
        text.CopyTo(new Span<byte>(_output, text.Length));
        _output += text.Length;
        return next;
    }

    private static bool Literal(byte* p, ReadOnlySpan<byte> word) => new ReadOnlySpan<byte>(p, word.Length).SequenceEqual(word);

    private static byte* SkipSpace(byte* p)
    {
        while (*p is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') p++;
        return p;
    }

    private readonly int OutputAt(byte* output) => (int)(output - _base);

    private readonly int Room(byte* p) => (int)(_end - p) + _roomBehind + PinnedBytes.Padding;

    private byte* Fail(string what, byte* p)
    {
        _what = what;
        _whereAt = p;
        return null;
    }
}
