using System.Runtime.CompilerServices;

namespace DynamoCosmos.Items;

/// <summary>
/// Transcodes one line of typed DynamoDB JSON straight into a document, in one pass. The compact notation of AWS is met by word compares and vector copies;
/// whatever else JSON allows goes the slower way to the same bytes. A null pointer means that the line was refused and why has been noted.
/// </summary>
internal unsafe ref partial struct TypedJsonReader
{
    /// <summary>Maps and lists within one attribute. DynamoDB allows 32 levels.</summary>
    internal const int MaxDepth = 32;

    private readonly DocumentBuffer _into;
    private readonly ConversionPlan _plan;
    private readonly byte* _start;
    private readonly byte* _end;
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
        return ReadMembers(p, 0);
    }

    private byte* ReadMembers(byte* p, int depth)
    {
        NameTable names = _into.Names;
        uint scope = names.OpenScope();
        if (depth == 0) _into.TopScope = scope;
        byte* o = _output;
        int mapAt = _into.OffsetOf(o);
        p = SkipSpace(p);
        if (*p == '}')
        {
            if (depth > 0)
            {
                o[0] = (byte)'{';
                o[1] = (byte)'}';
                _output = o + 2;
            }
            return p + 1;
        }
        while (true)
        {
            if (*p != '"') return Fail("A name in quotes is expected", p);
            // Every property brings its comma; the first one of a nested map becomes the brace.
            o[0] = (byte)',';
            o[1] = (byte)'"';
            byte* name = p + 1;
            byte* text = o + 2;
            nint length = JsonText.CopyChunk(name, text);
            uint hash;
            if (name[length] == '"')
            {
                hash = NameTable.Hash(name, length);
                p = name + length + 1;
                o = text + length;
            }
            else
            {
                p = CopyString(name, text);
                if (p == null) return null;
                p++;
                o = _output;
                length = (nint)(o - text);
                hash = NameTable.Hash(text, length);
            }
            NameRule? rule = null;
            int textAt = _into.OffsetOf(text);
            if (depth == 0)
            {
                rule = _plan.Find(hash, new(text, (int)length));
                if (rule is not null) textAt = ~_into.KeepText(new(text, (int)length));
                _into.SetAttribute(textAt, (int)length);
            }
            if (!names.Add(scope, hash, textAt, (int)length, _into)) return Fail("A name stands twice in one map", name);
            p = *p == ':' ? p + 1 : Expect(p, (byte)':');
            if (p == null) return null;
            if (rule is null)
            {
                o[0] = (byte)'"';
                o[1] = (byte)':';
                _output = o + 2;
                p = ReadValue(p, depth);
                if (p == null) return null;
            }
            else
            {
                p = ReadSpecial(p, rule, _into.OffsetOf(text) - 2);
                if (p == null) return null;
            }
            o = _output;
            if (*p == ',') p++;
            else
            {
                if (*p != '}')
                {
                    p = SkipSpace(p);
                    if (*p == ',')
                    {
                        p++;
                        goto Next;
                    }
                    if (*p != '}') return Fail("A comma or the end of a map is expected", p);
                }
                if (depth > 0)
                {
                    *_into.At(mapAt) = (byte)'{';
                    *o++ = (byte)'}';
                    _output = o;
                }
                return p + 1;
            }
        Next:
            if (*p <= ' ') p = SkipSpace(p);
        }
    }

    private byte* ReadSpecial(byte* p, NameRule rule, int propertyAt)
    {
        _output = _into.WriteName(rule, _into.At(propertyAt), InputLeft(p));
        int valueAt = _into.OffsetOf(_output);
        p = ReadValue(p, 0);
        if (p != null) _into.Keep(rule, _tag, propertyAt, valueAt, _into.OffsetOf(_output));
        return p;
    }

    /// <summary>Reads <c>{"S":"…"}</c> and its like, and leaves the type in <see cref="_tag"/>.</summary>
    private byte* ReadValue(byte* p, int depth)
    {
        // {"S":" with any one letter in place of the S
        const ulong Mask = 0x0000_FFFF_FF00_FFFF;
        if ((Unsafe.ReadUnaligned<ulong>(p) & Mask) != s_shortTag) return ReadAnyValue(p, depth);
        byte tag = p[2];
        byte* value = p + 6;
        switch (tag)
        {
            case TypeTag.String:
                value = ReadString(value);
                break;
            case TypeTag.Number:
                value = ReadNumber(value);
                break;
            case TypeTag.Binary:
                value = ReadBinary(value);
                break;
            default:
                return ReadAnyValue(p, depth);
        }
        if (value == null) return null;
        _tag = tag;
        return *value == '}' ? value + 1 : Expect(value, (byte)'}');
    }

    private static readonly ulong s_shortTag = BitConverter.ToUInt64([.. "{\""u8, 0, .. "\":\""u8, 0, 0]);

    /// <summary>From behind the opening quote to behind the closing one.</summary>
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

    private byte* ReadBinary(byte* p)
    {
        int at = _into.OffsetOf(_output);
        byte* end = ReadString(p);
        if (end == null) return null;
        byte* text = _into.At(at) + 1;
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
            if (!JsonText.CopyEscape(ref p, ref o)) return Fail("A string has an escape that JSON does not allow, or half a surrogate pair", p);
        }
    }

    private byte* Expect(byte* p, byte character)
    {
        p = SkipSpace(p);
        if (*p == character) return SkipSpace(p + 1);
        return Fail(p == _end ? "The line ends too early" : $"'{(char)character}' is expected", p);
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
