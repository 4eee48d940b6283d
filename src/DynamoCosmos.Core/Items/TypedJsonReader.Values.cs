using System.Numerics;
using System.Runtime.Intrinsics;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items;

/// <summary>The values of typed JSON other than a short string.</summary>
internal unsafe ref partial struct TypedJsonReader
{
    /// <summary>From behind the opening quote to behind the closing one.</summary>
    private byte* ReadNumber(byte* p)
    {
        // Most numbers are short and canonical already: up to 15 digits, which any double keeps. Those are copied as they stand.
        if (_into.Mode != NumberMode.String)
        {
            Vector256<byte> chunk = Vector256.Load(p);
            uint quotes = Vector256.Equals(chunk, Vector256.Create((byte)'"')).ExtractMostSignificantBits();
            int length = BitOperations.TrailingZeroCount(quotes);
            if (length is > 0 and <= 17 && IsCanonical(chunk, p, length))
            {
                chunk.Store(_output);
                _output += length;
                return p + length + 1;
            }
        }
        // The output serves as scratch: the number's text is never shorter than nothing, and never read again after it is parsed.
        byte* o = _output;
        byte* end = CopyString(p, o);
        if (end == null) return null;
        ReadOnlySpan<byte> text = new(o, (int)(_output - o));
        _output = o;
        string? wrong = _into.WriteNumber(text, InputLeft(end), (int)(p - _start), ref _output);
        _base = _into.At(0);
        return wrong is null ? end + 1 : Fail($"A number {wrong}", p);
    }

    internal static bool IsCanonical(Vector256<byte> chunk, byte* text, int length)
    {
        uint inside = (1u << length) - 1;
        uint digits =
            Vector256.LessThan(chunk - Vector256.Create((byte)'0'), Vector256.Create((byte)10)).ExtractMostSignificantBits() & inside;
        if (BitOperations.PopCount(digits) > 15) return false;
        uint others = inside & ~digits;
        if (others == 0) return text[0] != '0' || length == 1;
        int first = 0;
        if (text[0] == '-')
        {
            others &= ~1u;
            first = 1;
            if (others == 0) return length > 1 && text[1] != '0';
        }
        int point = BitOperations.TrailingZeroCount(others);
        return (others & others - 1) == 0 && text[point] == '.' && point > first && point < length - 1 && text[length - 1] != '0'
            && (text[first] != '0' || point == first + 1);
    }

    /// <summary>Any value in any notation that JSON has for it.</summary>
    private byte* ReadAnyValue(byte* p, int depth)
    {
        byte* start = SkipSpace(p);
        if (*start != '{') return Fail("A typed value such as {\"S\":\"…\"} is expected", start);
        p = SkipSpace(start + 1);
        if (*p != '"') return Fail(*p == '}' ? "A value has no type" : "A type in quotes is expected", p);
        byte tag = ReadTag(p + 1, out byte* end);
        if (end == null) return null;
        if (tag == 0) return Fail("A value has a type that DynamoDB does not have", p);
        p = Expect(end + 1, (byte)':');
        if (p == null) return null;
        p = tag switch
        {
            TypeTag.String => *p == '"' ? ReadString(p + 1) : Fail("An S is not a string", p),
            TypeTag.Number => *p == '"' ? ReadNumber(p + 1) : Fail("An N is not a string", p),
            TypeTag.Binary => *p == '"' ? ReadBinary(p + 1) : Fail("A B is not a string", p),
            TypeTag.Bool => ReadBool(p),
            TypeTag.Null => Literal(p, "true"u8) ? Write("null"u8, p + 4) : Fail("A NULL is not true", p),
            TypeTag.Map => *p != '{' ? Fail("An M is not an object", p) : depth == MaxDepth ? TooDeep(p) : ReadMembers(p + 1, depth + 1),
            TypeTag.List => *p != '[' ? Fail("An L is not an array", p) : depth == MaxDepth ? TooDeep(p) : ReadList(p + 1, depth + 1),
            _ => *p == '[' ? ReadSet(p + 1, tag) : Fail("A set is not an array", p),
        };
        return Close(p, tag);
    }

    private byte ReadTag(byte* p, out byte* end)
    {
        // Written to the output as scratch: escapes are allowed even here.
        byte* o = _output;
        end = CopyString(p, o);
        if (end == null) return 0;
        ReadOnlySpan<byte> tag = new(o, (int)(_output - o));
        _output = o;
        return tag.Length switch
        {
            1 when tag[0] is TypeTag.String or TypeTag.Number or TypeTag.Binary or TypeTag.Map or TypeTag.List => tag[0],
            2 when tag.SequenceEqual("SS"u8) => TypeTag.StringSet,
            2 when tag.SequenceEqual("NS"u8) => TypeTag.NumberSet,
            2 when tag.SequenceEqual("BS"u8) => TypeTag.BinarySet,
            4 when tag.SequenceEqual("BOOL"u8) => TypeTag.Bool,
            4 when tag.SequenceEqual("NULL"u8) => TypeTag.Null,
            _ => 0,
        };
    }

    // An element that a condition names is a place of its own, like an attribute.
    private byte* ReadElement(byte* p, NameRule rule, int depth)
    {
        _into.ListDepth--;
        p = ReadSpecial(p, rule, OutputAt(_output), depth);
        _into.ListDepth++;
        return p;
    }

    private byte* ReadList(byte* p, int depth)
    {
        int listAt = OutputAt(_output);
        if (*p <= ' ') p = SkipSpace(p);
        if (*p == ']') return Write("[]"u8, p + 1);
        bool wantsTags = _into.WantsTags;
        NameRules? rules = _into.TakeChildren();
        if (rules is not null) _into.ListDepth++;
        List<byte>? tags = wantsTags && rules is { HasElements: true } ? [] : null;
        for (int i = 0; ; i++)
        {
            *_output++ = (byte)',';
            _into.Children = rules;
            p = _into.ElementOf(rules, i) is NameRule element ? ReadElement(p, element, depth) : ReadValue(p, depth);
            if (p == null) return null;
            if (tags is not null) tags.Add(_tag);
            else if (wantsTags) _into.AddTag(_tag);
            if (*p <= ' ') p = SkipSpace(p);
            if (*p != ',') break;
            p++;
            if (*p <= ' ') p = SkipSpace(p);
        }
        if (*p != ']') return Fail(p == _end ? "The line ends too early" : "A comma or the end of a list is expected", p);
        if (rules is not null) _into.ListDepth--;
        if (tags is not null) _into.SetTags(tags);
        _into.Children = null;
        _base[listAt] = (byte)'[';
        *_output++ = (byte)']';
        return p + 1;
    }

    private byte* ReadSet(byte* p, byte tag)
    {
        int setAt = OutputAt(_output);
        p = SkipSpace(p);
        if (*p == ']') return Write("[]"u8, p + 1);
        _into.Sets.Begin();
        while (true)
        {
            *_output++ = (byte)',';
            int elementAt = OutputAt(_output);
            if (*p != '"') return Fail("An element of a set is not a string", p);
            p = tag switch
            {
                TypeTag.StringSet => ReadString(p + 1),
                TypeTag.NumberSet => ReadNumber(p + 1),
                _ => ReadBinary(p + 1),
            };
            if (p == null) return null;
            _into.Sets.Add(elementAt - setAt, OutputAt(_output) - elementAt);
            p = SkipSpace(p);
            if (*p == ']') break;
            if (*p != ',') return Fail("A comma or the end of a set is expected", p);
            p = SkipSpace(p + 1);
        }
        _into.Sets.Sort(_base + setAt, tag == TypeTag.NumberSet);
        _base[setAt] = (byte)'[';
        *_output++ = (byte)']';
        return p + 1;
    }

    private byte* ReadBool(byte* p)
    {
        if (Literal(p, "true"u8)) return Write("true"u8, p + 4);
        return Literal(p, "false"u8) ? Write("false"u8, p + 5) : Fail("A BOOL is neither true nor false", p);
    }

    private byte* Write(ReadOnlySpan<byte> text, byte* next)
    {
        text.CopyTo(new Span<byte>(_output, text.Length));
        _output += text.Length;
        return next;
    }

    private byte* TooDeep(byte* p) => Fail("Maps and lists are nested deeper than DynamoDB's 32 levels", p);

    private static bool Literal(byte* p, ReadOnlySpan<byte> word) => new ReadOnlySpan<byte>(p, word.Length).SequenceEqual(word);
}
