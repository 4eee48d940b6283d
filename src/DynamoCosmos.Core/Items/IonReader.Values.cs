using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DynamoCosmos.Items;

/// <summary>Values: what DynamoDB has is transcoded, what only Ion has is refused by name.</summary>
internal unsafe ref partial struct IonReader
{
    private static readonly uint s_true = MemoryMarshal.Read<uint>("true"u8);
    private static readonly uint s_null = MemoryMarshal.Read<uint>("null"u8);

    private byte* ReadValue(byte* p, int depth)
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
            if (!new ReadOnlySpan<byte>(p + 1, length).SequenceEqual("null"u8)) return Fail("A null with another type stands here, which DynamoDB does not have", p);
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
            byte quick = p[10] switch { (byte)'S' => TypeTag.StringSet, (byte)'N' => TypeTag.NumberSet, (byte)'B' => TypeTag.BinarySet, _ => 0 };
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

    private byte* ReadList(byte* p, int depth)
    {
        int listAt = OutputAt(_output);
        p = SkipBlank(p);
        if (p == null) return null;
        if (*p == ']') return Write("[]"u8, p + 1);
        bool wantsTags = _into.WantsTags;
        NameRules? rules = _into.TakeChildren();
        if (rules is not null) _into.ListDepth++;
        while (true)
        {
            *_output++ = (byte)',';
            _into.Children = rules;
            p = ReadValue(p, depth);
            if (p == null) return null;
            if (wantsTags) _into.AddTag(_tag);
            if (!NextElement(ref p)) break;
        }
        if (rules is not null) _into.ListDepth--;
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
        if (p != null && *p == ']') _into.Sets.Sort(_base + setAt, tag == TypeTag.NumberSet);
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
    private static bool IsStop(byte* p) => *p is 0 or (byte)',' or (byte)'}' or (byte)']' or (byte)'{' or (byte)'[' or (byte)'(' or (byte)')' or (byte)'"' or (byte)'\''
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
