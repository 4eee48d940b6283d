using System.Runtime.CompilerServices;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items;

/// <summary>
/// Transcodes one line of typed DynamoDB JSON straight into a document, in one pass. The compact notation of AWS is met by word compares
/// and vector copies; whatever else JSON allows goes the slower way to the same bytes. A null pointer means that the line was refused and
/// why has been noted.
/// </summary>
internal unsafe ref partial struct TypedJsonReader
{
    /// <summary>Maps and lists within one attribute. DynamoDB allows 32 levels.</summary>
    internal const int MaxDepth = 32;

    /// <summary>Canonical text is never longer than what it is made of; numbers see to their own room.</summary>
    internal const int Expansion = 1;

    // Six bytes of {"S":", and the same without the letter.
    private const ulong SixBytes = 0x0000_FFFF_FFFF_FFFF;
    private const ulong AroundLetter = 0x0000_FFFF_FF00_FFFF;

    private static readonly ulong s_scalar = Word("{\"\0\":\""u8);
    private static readonly ulong s_map = Word("{\"M\":{"u8);
    private static readonly ulong s_list = Word("{\"L\":["u8);
    private static readonly ulong s_bool = Word("{\"BOOL\":"u8);
    private static readonly ulong s_null = Word("{\"NULL\":"u8);
    private static readonly ulong s_stringSet = Word("{\"SS\":[\""u8);
    private static readonly uint s_true = (uint)Word("true"u8);

    private readonly DocumentBuffer _into;
    private readonly ConversionPlan _plan;
    private readonly byte* _start;
    private readonly byte* _end;
    private byte* _base;
    private byte* _output;
    private byte _tag;
    private string? _what;
    private byte* _whereAt;

    internal TypedJsonReader(DocumentBuffer into, ConversionPlan plan, byte* start, int length)
    {
        _into = into;
        _plan = plan;
        _start = start;
        _end = start + length;
    }

    /// <summary>Reads the map of an item from behind its brace to behind its end.</summary>
    private byte* ReadItem(byte* p)
    {
        _output = _into.BeginDocument();
        _base = _into.At(0);
        return ReadMembers(p, 0);
    }

    private byte* ReadMembers(byte* p, int depth)
    {
        NameTable names = _into.Names;
        uint scope = names.OpenScope();
        NameRules? rules = _into.TakeChildren();
        if (depth == 0) _into.TopScope = scope;
        int mapAt = OutputAt(_output);
        if (*p <= ' ') p = SkipSpace(p);
        if (*p == '}') return depth > 0 ? Write("{}"u8, p + 1) : p + 1;
        while (true)
        {
            if (*p != '"') return Fail("A name in quotes is expected", p);
            // Every property brings its comma; the first one of a nested map becomes the brace.
            byte* o = _output;
            o[0] = (byte)',';
            o[1] = (byte)'"';
            byte* name = p + 1;
            byte* text = o + 2;
            nint length = JsonText.CopyChunk(name, text);
            uint hash;
            p = name + length;
            o = text + length;
            if (*p == '"') hash = NameHash.Of(name, length);
            else
            {
                p = CopyString(p, o);
                if (p == null) return null;
                o = _output;
                length = (nint)(o - text);
                hash = NameHash.Of(text, length);
            }
            p = p[1] == ':' ? p + 2 : Expect(p + 1, (byte)':');
            if (p == null) return null;
            int textAt = OutputAt(text);
            if (rules is null)
            {
                if (!names.Add(scope, hash, textAt, (int)length, _into)) return Fail("A name stands twice in one map", name);
                o[0] = (byte)'"';
                o[1] = (byte)':';
                _output = o + 2;
                p = ReadValue(p, depth);
            }
            else
            {
                NameRule? rule = rules.Find(hash, text, length);
                int place = rule is null ? textAt : _into.PlaceOf(rule, text, (int)length);
                if (depth == 0) _into.SetAttribute(place, (int)length);
                if (!names.Add(scope, hash, place, (int)length, _into)) return Fail("A name stands twice in one map", name);
                o[0] = (byte)'"';
                o[1] = (byte)':';
                _output = o + 2;
                p = rule is null ? ReadValue(p, depth) : ReadSpecial(p, rule, textAt - 2, depth);
            }
            if (p == null) return null;
            if (*p <= ' ') p = SkipSpace(p);
            if (*p != ',') break;
            p++;
            if (*p <= ' ') p = SkipSpace(p);
        }
        if (*p != '}') return Fail(p == _end ? "The line ends too early" : "A comma or the end of a map is expected", p);
        if (rules is not null) _into.CheckGivenNames(rules, scope, (int)(p - _start));
        if (depth > 0)
        {
            // Should all have been left out, there is no comma to become the brace.
            if (OutputAt(_output) == mapAt) _output++;
            _base[mapAt] = (byte)'{';
            *_output++ = (byte)'}';
        }
        return p + 1;
    }

    private byte* ReadSpecial(byte* p, NameRule rule, int propertyAt, int depth)
    {
        DocumentBuffer.SpecialAttribute attribute = _into.BeginSpecial(rule, propertyAt, InputLeft(p), ref _output);
        _base = _into.At(0);
        byte* end = ReadValue(p, depth);
        if (end == null) return null;
        _into.EndSpecial(rule, attribute, _tag, InputLeft(end), (int)(p - _start), ref _output);
        _base = _into.At(0);
        return end;
    }

    /// <summary>
    /// Reads <c>{"S":"…"}</c> and its like, and leaves the type in <see cref="_tag"/>. The notation of AWS is met here; any other, behind
    /// <see cref="ReadAnyValue"/>.
    /// </summary>
    private byte* ReadValue(byte* p, int depth)
    {
        ulong head = Unsafe.ReadUnaligned<ulong>(p);
        if ((head & AroundLetter) == s_scalar)
        {
            byte tag = p[2];
            byte* end;
            if (tag == TypeTag.String) end = ReadString(p + 6);
            else if (tag == TypeTag.Number) end = ReadNumber(p + 6);
            else if (tag == TypeTag.Binary) end = ReadBinary(p + 6);
            else return ReadAnyValue(p, depth);
            if (end == null) return null;
            _tag = tag;
            return *end == '}' ? end + 1 : Close(end);
        }
        if ((head & SixBytes) == s_map && depth < MaxDepth) return Close(ReadMembers(p + 6, depth + 1), TypeTag.Map);
        if ((head & SixBytes) == s_list && depth < MaxDepth) return Close(ReadList(p + 6, depth + 1), TypeTag.List);
        if (head == s_bool && p[8] > ' ') return Close(ReadBool(p + 8), TypeTag.Bool);
        if (head == s_null && Unsafe.ReadUnaligned<uint>(p + 8) == s_true) return Close(Write("null"u8, p + 12), TypeTag.Null);
        if (head == s_stringSet) return Close(ReadSet(p + 7, TypeTag.StringSet), TypeTag.StringSet);
        return ReadAnyValue(p, depth);
    }

    /// <summary>From behind the opening quote to behind the closing one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* ReadString(byte* p)
    {
        byte* o = _output;
        *o++ = (byte)'"';
        nint length = JsonText.CopyChunk(p, o);
        p += length;
        o += length;
        if (*p != '"')
        {
            p = CopyString(p, o);
            if (p == null) return null;
            o = _output;
        }
        *o = (byte)'"';
        _output = o + 1;
        return p + 1;
    }

    private byte* Close(byte* p, byte tag)
    {
        if (p == null) return null;
        _tag = tag;
        return *p == '}' ? p + 1 : Close(p);
    }

    private byte* Close(byte* p)
    {
        p = SkipSpace(p);
        return *p == '}'
            ? p + 1 : Fail(p == _end ? "The line ends too early" : *p == ',' ? "A value has more than one type" : "'}' is expected", p);
    }

    private byte* ReadBinary(byte* p)
    {
        byte* text = _output + 1;
        byte* end = ReadString(p);
        if (end == null) return null;
        return Base64Text.IsCanonical(new(text, (int)(_output - text) - 1)) ? end : Fail("A binary value is not canonical base64", p);
    }

    /// <summary>Copies a string's inside as canonical text and returns its closing quote.</summary>
    private byte* CopyString(byte* p, byte* o)
    {
        while (true)
        {
            nint run = JsonText.CopyRun(p, o);
            p += run;
            o += run;
            if (*p == '"')
            {
                _output = o;
                return p;
            }
            if (*p != '\\') return Fail(p == _end ? "The line ends within a string" : "A control character stands in a string", p);
            if (!JsonText.CopyEscape(ref p, ref o)) return Fail("A string has an escape that JSON does not allow, or half a surrogate pair",
                p);
        }
    }

    private byte* Expect(byte* p, byte character)
    {
        p = SkipSpace(p);
        if (*p == character) return SkipSpace(p + 1);
        return Fail(p == _end ? "The line ends too early" : $"'{(char)character}' is expected", p);
    }

    private readonly int OutputAt(byte* output) => (int)(output - _base);

    // As the processor reads it from memory, whatever its byte order.
    private static ulong Word(ReadOnlySpan<byte> text)
    {
        Span<byte> word = stackalloc byte[8];
        text.CopyTo(word);
        return Unsafe.ReadUnaligned<ulong>(ref word[0]);
    }

    private static byte* SkipSpace(byte* p)
    {
        while (*p is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') p++;
        return p;
    }

    private readonly int InputLeft(byte* p) => (int)(_end - p) + PinnedBytes.Padding;

    private byte* Fail(string what, byte* p)
    {
        _what = what;
        _whereAt = p;
        return null;
    }
}
