using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items;

/// <summary>
/// Transcodes one top-level value of Ion text straight into a document, by the same writing core as <see cref="TypedJsonReader"/>: the same
/// item makes the same bytes. It reads what an export can hold in any notation that Ion text has for it, and refuses the rest of Ion by
/// name. A null pointer means that the record was refused and why has been noted.
/// </summary>
internal unsafe ref partial struct IonReader
{
    /// <summary>
    /// A bare one-letter name takes two bytes with its colon, and four in JSON. Control characters in strings see to their own room.
    /// </summary>
    internal const int Expansion = 2;

    /// <summary>The same where each value stands in an object of its own with its type.</summary>
    internal const int TypedExpansion = 12;

    private readonly DocumentBuffer _into;
    private readonly ConversionPlan _plan;
    private readonly byte* _start;
    private readonly byte* _end;
    private readonly bool _isTyped;
    private readonly int _expansion;
    private byte* _base;
    private byte* _output;
    private byte _tag;
    private int _maxDepth;
    private RecordMembers _members;
    private bool _isRecord;
    private int _bodyAt;
    private string? _what;
    private byte* _whereAt;

    /// <param name="isTyped">For <see cref="ReadTyped"/>.</param>
    internal IonReader(DocumentBuffer into, ConversionPlan plan, byte* start, int length, bool isTyped = false)
    {
        _into = into;
        _plan = plan;
        _start = start;
        _end = start + length;
        _isTyped = isTyped;
        _expansion = isTyped ? TypedExpansion : Expansion;
        _maxDepth = TypedJsonReader.MaxDepth;
    }

    /// <summary>How binary Ion 1.0 begins.</summary>
    internal static ReadOnlySpan<byte> BinaryMark => [0xE0, 0x01, 0x00, 0xEA];

    private byte* ReadMembers(byte* p, int depth)
    {
        NameTable names = _into.Names;
        uint scope = names.OpenScope();
        NameRules? rules = _into.TakeChildren();
        if (depth == 0) _into.TopScope = scope;
        int mapAt = OutputAt(_output);
        p = SkipBlank(p);
        if (p == null) return null;
        if (*p == '}') return depth > 0 ? Write("{}"u8, p + 1) : p + 1;
        while (true)
        {
            // Every property brings its comma; the first one of a nested map becomes the brace.
            byte* nameAt = p;
            int propertyAt = OutputAt(_output);
            byte* text = _output + 2;
            _output[0] = (byte)',';
            _output[1] = (byte)'"';
            int length = CopyIdentifier(p, text);
            uint hash;
            if (length > 0)
            {
                hash = NameHash.Of(p, length);
                p += length;
                _output = text + length;
            }
            else
            {
                _output = text;
                p = ReadName(p);
                if (p == null) return null;
                text = _base + propertyAt + 2;
                length = (int)(_output - text);
                hash = NameHash.Of(text, length);
            }
            NameRule? rule = rules is null ? null : rules.Find(hash, text, length);
            int place = rule is null ? propertyAt + 2 : _into.PlaceOf(rule, text, length);
            if (depth == 0) _into.SetAttribute(place, length);
            if (!names.Add(scope, hash, place, length, _into)) return Fail("A name stands twice in one map", nameAt);
            if (*p != ':')
            {
                p = SkipBlank(p);
                if (p == null) return null;
                if (*p != ':') return Fail(p == _end ? TooEarly : "':' is expected", p);
            }
            _output[0] = (byte)'"';
            _output[1] = (byte)':';
            _output += 2;
            p++;
            p = rule is null ? ReadValue(p, depth) : ReadSpecial(p, rule, propertyAt, depth);
            if (p == null) return null;
            if (*p != ',')
            {
                p = SkipBlank(p);
                if (p == null) return null;
                if (*p != ',') break;
            }
            p++;
            if (*p is <= (byte)' ' or (byte)'/')
            {
                p = SkipBlank(p);
                if (p == null) return null;
            }
            // Ion allows a comma behind the last field.
            if (*p == '}') break;
        }
        if (*p != '}') return Fail(p == _end ? TooEarly : "A comma or the end of a struct is expected", p);
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

    /// <summary>A field's name, canonical and without quotes.</summary>
    private byte* ReadName(byte* p)
    {
        switch (*p)
        {
            case (byte)'"':
                return ReadShortText(p + 1);
            case (byte)'\'':
                return IsTripleQuote(p) ? ReadLongText(p) : ReadQuotedSymbol(p + 1);
        }
        int length = IdentifierLength(p);
        if (length == 0) return Fail(p == _end ? TooEarly : "A field's name is expected", p);
        ReadOnlySpan<byte> name = new(p, length);
        if (IsSymbolId(name)) return Fail("A name is given by its number in a symbol table, which exports do not have", p);
        if (IsKeyword(name)) return Fail("A keyword needs quotes to be a field's name", p);
        // The room for it is there: the name is in the input.
        name.CopyTo(new Span<byte>(_output, length));
        _output += length;
        return p + length;
    }

    /// <summary>Copies a bare name of less than 32 bytes that is no keyword and no number of a symbol table; zero for any other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CopyIdentifier(byte* from, byte* to)
    {
        Vector256<byte> chunk = Vector256.Load(from);
        chunk.Store(to);
        uint others = OtherThanIdentifier(chunk);
        int length = BitOperations.TrailingZeroCount(others);
        // 32 where none is another; keywords have three to five letters.
        if (length == 32 || *from is (byte)'$' or (>= (byte)'0' and <= (byte)'9')) return 0;
        return length is >= 3 and <= 5 && *from is (byte)'n' or (byte)'t' or (byte)'f' && IsKeyword(new(from, length)) ? 0 : length;
    }

    private static bool IsKeyword(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("null"u8) || word.SequenceEqual("true"u8) || word.SequenceEqual("false"u8) || word.SequenceEqual("nan"u8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint OtherThanIdentifier(Vector256<byte> chunk)
    {
        Vector256<byte> letters =
            Vector256.LessThan((chunk | Vector256.Create((byte)0x20)) - Vector256.Create((byte)'a'), Vector256.Create((byte)26));
        Vector256<byte> digits = Vector256.LessThan(chunk - Vector256.Create((byte)'0'), Vector256.Create((byte)10));
        Vector256<byte> signs = Vector256.Equals(chunk, Vector256.Create((byte)'_')) | Vector256.Equals(chunk, Vector256.Create((byte)'$'));
        return ~(letters | digits | signs).ExtractMostSignificantBits();
    }

    private static int IdentifierLength(byte* p)
    {
        int length = 0;
        while (true)
        {
            uint others = OtherThanIdentifier(Vector256.Load(p + length));
            if (others == 0)
            {
                length += 32;
                continue;
            }
            length += BitOperations.TrailingZeroCount(others);
            return *p is >= (byte)'0' and <= (byte)'9' ? 0 : length;
        }
    }

    private static bool IsSymbolId(ReadOnlySpan<byte> name) =>
        name.Length > 1 && name[0] == '$' && name[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    /// <summary>White space and comments.</summary>
    private byte* SkipBlank(byte* p)
    {
        while (true)
        {
            while (*p is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0x0B or 0x0C) p++;
            if (*p != '/') return p;
            if (p[1] == '/')
            {
                while (p < _end && *p is not ((byte)'\n' or (byte)'\r')) p++;
                continue;
            }
            if (p[1] != '*') return Fail("A slash stands where none belongs", p);
            int length = new ReadOnlySpan<byte>(p + 2, (int)(_end - p - 2)).IndexOf("*/"u8);
            if (length < 0) return Fail("A comment does not end", p);
            p += length + 4;
        }
    }

    private byte* Write(ReadOnlySpan<byte> text, byte* next)
    {
        text.CopyTo(new Span<byte>(_output, text.Length));
        _output += text.Length;
        return next;
    }

    private readonly int OutputAt(byte* output) => (int)(output - _base);

    /// <summary>The most that what is left of the input can come to.</summary>
    private readonly int Room(byte* p) => _expansion * (int)(_end - p) + PinnedBytes.Padding;

    private void Ensure(byte* p)
    {
        _output = _into.Ensure(_output, Room(p));
        _base = _into.At(0);
    }

    private const string TooEarly = "The record ends too early";

    private byte* Fail(string what, byte* p)
    {
        _what = what;
        _whereAt = p;
        return null;
    }
}
