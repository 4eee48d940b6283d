using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items;

/// <summary>Values: what DynamoDB has is transcoded, what only Ion has is refused by name.</summary>
internal unsafe ref partial struct IonReader
{
    private static readonly uint s_true = MemoryMarshal.Read<uint>("true"u8);
    private static readonly uint s_null = MemoryMarshal.Read<uint>("null"u8);

    private byte* ReadValue(byte* p, int depth) => _isTyped ? ReadTagged(p, depth) : ReadBare(p, depth);

    private byte* ReadBare(byte* p, int depth)
    {
        if (*p is <= (byte)' ' or (byte)'/')
        {
            p = SkipBlank(p);
            if (p == null) return null;
        }
        if (*p == '"')
        {
            byte* o = _output;
            *o++ = (byte)'"';
            nint length = JsonText.CopyChunk(p + 1, o);
            if (p[length + 1] != '"') return ReadString(p);
            o += length;
            *o = (byte)'"';
            _output = o + 1;
            _tag = TypeTag.String;
            return p + length + 2;
        }
        switch (*p)
        {
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                return Typed(ReadNumber(p), TypeTag.Number);
            case (byte)'{':
                if (p[1] == '{') return Typed(ReadBlob(p), TypeTag.Binary);
                if (depth == _maxDepth) return TooDeep(p);
                return Typed(ReadMembers(p + 1, depth + 1), TypeTag.Map);
            case (byte)'[':
                if (depth == _maxDepth) return TooDeep(p);
                return Typed(ReadList(p + 1, depth + 1), TypeTag.List);
            case (byte)'\'':
                return IsTripleQuote(p) ? ReadString(p) : ReadAnnotated(p);
            case (byte)'(':
                return Fail("An S-expression stands here, which DynamoDB does not have", p);
            case (byte)'+':
                return Fail("A float stands here, which DynamoDB does not have", p);
            default:
                return ReadWord(p);
        }
    }

    private byte* Typed(byte* p, byte tag)
    {
        _tag = tag;
        return p;
    }

    private byte* ReadString(byte* p)
    {
        *_output++ = (byte)'"';
        p = *p == '"' ? ReadShortText(p + 1) : ReadLongText(p);
        if (p == null) return null;
        *_output++ = (byte)'"';
        _tag = TypeTag.String;
        return p;
    }

    /// <summary>Keywords, and annotations, which begin like symbols.</summary>
    private byte* ReadWord(byte* p)
    {
        if (Unsafe.ReadUnaligned<uint>(p) == s_true && p[4] is (byte)',' or (byte)'}') return Typed(Write("true"u8, p + 4), TypeTag.Bool);
        if (Unsafe.ReadUnaligned<uint>(p) == s_null && p[4] is (byte)',' or (byte)'}') return Typed(Write("null"u8, p + 4), TypeTag.Null);
        int length = IdentifierLength(p);
        if (length == 0) return Fail(p == _end ? TooEarly : "A value is expected", p);
        ReadOnlySpan<byte> word = new(p, length);
        byte* next = p + length;
        if (word.SequenceEqual("true"u8)) return Typed(Write(word, next), TypeTag.Bool);
        if (word.SequenceEqual("false"u8)) return Typed(Write(word, next), TypeTag.Bool);
        if (word.SequenceEqual("null"u8)) return ReadNull(next);
        if (word.SequenceEqual("nan"u8)) return Fail("A float stands here, which DynamoDB does not have", p);
        return ReadAnnotated(p);
    }

    private byte* ReadNull(byte* p)
    {
        if (*p == '.')
        {
            int length = IdentifierLength(p + 1);
            if (!new ReadOnlySpan<byte>(p + 1, length)
                .SequenceEqual("null"u8)) return Fail("A null with another type stands here, which DynamoDB does not have", p);
            p += 1 + length;
        }
        return Typed(Write("null"u8, p), TypeTag.Null);
    }

    private byte* ReadAnnotated(byte* p)
    {
        byte* start = p;
        // As AWS writes it: $dynamodb_SS::[
        if (new ReadOnlySpan<byte>(p, 10).SequenceEqual("$dynamodb_"u8) && new ReadOnlySpan<byte>(p + 11, 4).SequenceEqual("S::["u8))
        {
            byte quick =
                p[10] switch { (byte)'S' => TypeTag.StringSet, (byte)'N' => TypeTag.NumberSet, (byte)'B' => TypeTag.BinarySet, _ => 0 };
            if (quick != 0) return Typed(ReadSet(p + 15, quick), quick);
        }
        int at = OutputAt(_output);
        p = *p == '\'' ? ReadQuotedSymbol(p + 1) : ReadName(p);
        if (p == null) return null;
        ReadOnlySpan<byte> name = new(_base + at, OutputAt(_output) - at);
        byte tag = name.SequenceEqual("$dynamodb_SS"u8) ? TypeTag.StringSet
            : name.SequenceEqual("$dynamodb_NS"u8) ? TypeTag.NumberSet
            : name.SequenceEqual("$dynamodb_BS"u8) ? TypeTag.BinarySet
            : (byte)0;
        _output = _base + at;
        p = SkipBlank(p);
        if (p == null) return null;
        if (p[0] != ':' || p[1] != ':') return Fail("A symbol stands here, which DynamoDB does not have", start);
        if (tag == 0) return Fail("An annotation stands here that exports do not have", start);
        p = SkipBlank(p + 2);
        if (p == null) return null;
        if (*p != '[') return Fail("A set is not a list", p);
        return Typed(ReadSet(p + 1, tag), tag);
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
        p = SkipBlank(p);
        if (p == null) return null;
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
            if (!NextElement(ref p)) break;
        }
        if (rules is not null) _into.ListDepth--;
        if (tags is not null) _into.SetTags(tags);
        _into.Children = null;
        return EndList(p, listAt);
    }

    private byte* ReadSet(byte* p, byte tag)
    {
        int setAt = OutputAt(_output);
        p = SkipBlank(p);
        if (p == null) return null;
        if (*p == ']') return Write("[]"u8, p + 1);
        _into.Sets.Begin();
        while (true)
        {
            *_output++ = (byte)',';
            int elementAt = OutputAt(_output);
            p = ReadElement(p, tag);
            if (p == null) return null;
            _into.Sets.Add(elementAt - setAt, OutputAt(_output) - elementAt);
            if (!NextElement(ref p)) break;
        }
        if (p != null && *p == ']' && !_isTyped) _into.Sets.Sort(_base + setAt, tag == TypeTag.NumberSet);
        return EndList(p, setAt);
    }

    private byte* ReadElement(byte* p, byte tag)
    {
        bool isString = *p == '"' || (*p == '\'' && IsTripleQuote(p));
        bool isNumber = *p is (byte)'-' or (>= (byte)'0' and <= (byte)'9');
        if (tag == TypeTag.StringSet && isString) return ReadString(p);
        if (tag == TypeTag.NumberSet && isNumber) return ReadNumber(p);
        if (tag == TypeTag.BinarySet && p[0] == '{' && p[1] == '{') return ReadBlob(p);
        return Fail(p == _end ? TooEarly : "An element of a set is of another type", p);
    }

    /// <summary>Steps to the next element; false at the end of the list, or with a null pointer.</summary>
    private bool NextElement(ref byte* p)
    {
        p = SkipBlank(p);
        if (p == null || *p != ',') return false;
        p = SkipBlank(p + 1);
        return p != null && *p != ']';
    }

    private byte* EndList(byte* p, int listAt)
    {
        if (p == null) return null;
        if (*p != ']') return Fail(p == _end ? TooEarly : "A comma or the end of a list is expected", p);
        _base[listAt] = (byte)'[';
        *_output++ = (byte)']';
        return p + 1;
    }

    private byte* ReadBlob(byte* p)
    {
        byte* start = p;
        p += 2;
        *_output++ = (byte)'"';
        byte* text = _output;
        while (true)
        {
            while (*p is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0x0B or 0x0C) p++;
            if (*p is (byte)'"' or (byte)'\'') return Fail("A clob stands here, which DynamoDB does not have", start);
            if (*p == '}') break;
            if (p == _end) return Fail(TooEarly, p);
            byte c = *p++;
            if (c < 0x20 || c >= 0x80) return Fail("A binary value is not canonical base64", start);
            *_output++ = c;
        }
        if (p[1] != '}') return Fail("A binary value does not end in }}", p);
        if (!Base64Text.IsCanonical(new(text, (int)(_output - text)))) return Fail("A binary value is not canonical base64", start);
        *_output++ = (byte)'"';
        return p + 2;
    }

    private byte* TooDeep(byte* p) => Fail("Structs and lists are nested deeper than DynamoDB's 32 levels", p);
}
