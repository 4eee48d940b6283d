using System.Text;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items;

/// <summary>
/// Reads JSON that is not typed: documents as they are, and texts that a mapping unpacks. It writes the same canonical text as the other
/// readers, numbers by the same rules. A null pointer means that the text was refused and why has been noted.
/// </summary>
internal unsafe ref partial struct PlainJsonReader
{
    internal const int Expansion = 1;

    /// <summary>Half of what Cosmos DB allows, so that a text unpacked deep in an item still fits.</summary>
    internal const int MaxDepth = 64;

    private readonly DocumentBuffer _into;
    private readonly byte* _start;
    private readonly byte* _end;
    private readonly int _roomBehind;
    private byte* _base;
    private byte* _output;
    private byte _tag;
    private string? _what;
    private byte* _whereAt;

    /// <param name="roomBehind">The output needs it for what is read after this text.</param>
    internal PlainJsonReader(DocumentBuffer into, byte* start, int length, int roomBehind = 0)
    {
        _into = into;
        _start = start;
        _end = start + length;
        _roomBehind = roomBehind;
    }

    /// <summary>One JSON value that is known to be valid, in canonical text.</summary>
    internal static byte[] Canonicalize(string json)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        DocumentBuffer scratch = new();
        byte* start = scratch.Begin(new(new(new("-", KeyType.S)), new ConversionOptions(), ItemFormat.Json), text, Expansion);
        byte* output = scratch.BeginDocument();
        scratch.TakeChildren();
        int from = scratch.OffsetOf(output);
        PlainJsonReader reader = new(scratch, start, text.Length);
        output = reader.ReadText(output, depth: 1);
        if (output == null) throw new System.Text.Json.JsonException(reader._what);
        return new ReadOnlySpan<byte>(scratch.At(from), scratch.OffsetOf(output) - from).ToArray();
    }

    /// <summary>Reads a record that is a document already.</summary>
    internal ConversionOutcome Read(long now)
    {
        _output = _into.BeginDocument();
        _base = _into.At(0);
        byte* p = SkipSpace(_start);
        if (p == _end) p = Fail("The record is empty", p);
        else p = *p == '{' ? ReadMembers(p + 1, 0) : Fail("The record is not a JSON object", p);
        if (p != null) p = SkipSpace(p);
        if (p != null && p != _end) p = Fail("Something stands behind the record", p);
        if (p != null) return _into.Complete(_output, now);
        _into.Reject(RejectionReason.MalformedItem, _what!, (int)(_whereAt - _start));
        _into.MakeIdIfKnown();
        return ConversionOutcome.Rejected;
    }

    /// <summary>Reads the whole text as one value; where the output ends, or null.</summary>
    internal byte* ReadText(byte* output, int depth)
    {
        _output = output;
        _base = _into.At(0);
        byte* p = ReadValue(SkipSpace(_start), depth);
        if (p == null) return null;
        if (SkipSpace(p) == _end) return _output;
        return Fail("something stands behind the value", p);
    }

    internal readonly string What => _what!;

    private byte* ReadMembers(byte* p, int depth)
    {
        if (depth == MaxDepth) return Fail("Objects and arrays are nested too deep", p);
        NameTable names = _into.Names;
        uint scope = names.OpenScope();
        NameRules? rules = _into.TakeChildren();
        if (depth == 0) _into.TopScope = scope;
        int mapAt = OutputAt(_output);
        p = SkipSpace(p);
        if (*p == '}') return depth > 0 ? Write("{}"u8, p + 1) : p + 1;
        while (true)
        {
            if (*p != '"') return Fail("A name in quotes is expected", p);
            byte* name = p;
            int propertyAt = OutputAt(_output);
            _output[0] = (byte)',';
            p = ReadString(p, _output + 1);
            if (p == null) return null;
            byte* text = _base + propertyAt + 2;
            int length = (int)(_output - text) - 1;
            uint hash = NameHash.Of(text, length);
            NameRule? rule = rules is null ? null : rules.Find(hash, text, length);
            int place = rule is null ? propertyAt + 2 : _into.PlaceOf(rule, text, length);
            if (depth == 0) _into.SetAttribute(place, length);
            if (!names.Add(scope, hash, place, length, _into)) return Fail("A name stands twice in one object", name);
            p = SkipSpace(p);
            if (*p != ':') return Fail(p == _end ? TooEarly : "':' is expected", p);
            *_output++ = (byte)':';
            p = SkipSpace(p + 1);
            p = rule is null ? ReadValue(p, depth) : ReadSpecial(p, rule, propertyAt, depth);
            if (p == null) return null;
            p = SkipSpace(p);
            if (*p != ',') break;
            p = SkipSpace(p + 1);
        }
        if (*p != '}') return Fail(p == _end ? TooEarly : "A comma or the end of an object is expected", p);
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
        DocumentBuffer.SpecialAttribute attribute = _into.BeginSpecial(rule, propertyAt, Room(p), ref _output);
        _base = _into.At(0);
        byte* end = ReadValue(p, depth);
        if (end == null) return null;
        _into.EndSpecial(rule, attribute, _tag, Room(end), (int)(p - _start), ref _output);
        _base = _into.At(0);
        return end;
    }

    private byte* ReadValue(byte* p, int depth)
    {
        switch (*p)
        {
            case (byte)'"':
                return Typed(ReadString(p, _output), TypeTag.String);
            case (byte)'{':
                return Typed(ReadMembers(p + 1, depth + 1), TypeTag.Map);
            case (byte)'[':
                return Typed(ReadList(p + 1, depth + 1), TypeTag.List);
            case (byte)'t' when Literal(p, "true"u8):
                return Typed(Write("true"u8, p + 4), TypeTag.Bool);
            case (byte)'f' when Literal(p, "false"u8):
                return Typed(Write("false"u8, p + 5), TypeTag.Bool);
            case (byte)'n' when Literal(p, "null"u8):
                return Typed(Write("null"u8, p + 4), TypeTag.Null);
            default:
                return Typed(ReadNumber(p), TypeTag.Number);
        }
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
        if (depth == MaxDepth) return Fail("Objects and arrays are nested too deep", p);
        int listAt = OutputAt(_output);
        bool wantsTags = _into.WantsTags;
        NameRules? rules = _into.TakeChildren();
        p = SkipSpace(p);
        if (*p == ']') return Write("[]"u8, p + 1);
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
            p = SkipSpace(p);
            if (*p != ',') break;
            p = SkipSpace(p + 1);
        }
        if (*p != ']') return Fail(p == _end ? TooEarly : "A comma or the end of an array is expected", p);
        if (rules is not null) _into.ListDepth--;
        if (tags is not null) _into.SetTags(tags);
        _into.Children = null;
        _base[listAt] = (byte)'[';
        *_output++ = (byte)']';
        return p + 1;
    }
}
