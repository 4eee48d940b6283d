using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items.Statistics;

/// <summary>
/// Walks a record of typed DynamoDB JSON and notes in an <see cref="AttributeTree"/> what stands where, without making anything of it. The
/// record has been read by <see cref="TypedJsonReader"/> before, so that nothing in it needs to be proved again, and ends in zeros.
/// </summary>
internal unsafe ref struct TypedJsonWalk
{
    // What DynamoDB adds for a map or list, and for each of its elements ("DynamoDB item sizes and formats").
    private const int NestBytes = 3;
    private const int ElementBytes = 1;

    private readonly AttributeTree _tree;
    private readonly ReadOnlySpan<byte> _id;
    private readonly Span<byte> _scratch;
    private int _bytes;
    private int _levels;
    private int _length;

    /// <param name="id">Of the record's document.</param>
    /// <param name="scratch">At least as long as the record.</param>
    internal TypedJsonWalk(AttributeTree tree, ReadOnlySpan<byte> id, Span<byte> scratch)
    {
        _tree = tree;
        _id = id;
        _scratch = scratch;
    }

    /// <summary>The number that the TTL attribute holds; null where it is absent or holds no number.</summary>
    internal long? TtlSeconds { get; private set; }

    /// <summary>Numbers of this record that no double keeps.</summary>
    internal int NumberLosses { get; private set; }

    /// <summary>
    /// Notes the item of a full export's record, or the new image of a change; returns its bytes as DynamoDB counts them.
    /// </summary>
    internal int Walk(byte* record)
    {
        byte* p = Skip(record) + 1;
        while (true)
        {
            p = Skip(p);
            byte* end = StringEnd(p + 1);
            ReadOnlySpan<byte> member = Plain(p + 1, end, isName: false);
            byte* value = Skip(Skip(end + 1) + 1);
            if (member.SequenceEqual("Item"u8) || member.SequenceEqual("NewImage"u8))
            {
                Members(value + 1, _tree.Root, 0);
                return _bytes;
            }
            p = Skip(Past(value));
            if (*p != ',') return 0;
            p++;
        }
    }

    private byte* Members(byte* p, AttributeNode? map, int depth)
    {
        AttributeNode? before = null;
        int deepest = 0;
        p = Skip(p);
        if (*p == '}')
        {
            _levels = 1;
            return p + 1;
        }
        while (true)
        {
            byte* name = p + 1;
            byte* end = StringEnd(name);
            int start = _bytes;
            _bytes += _length + (depth > 0 ? ElementBytes : 0);
            AttributeNode? child = map is null ? null : _tree.Child(map, before, Plain(name, end, isName: true));
            p = Value(Skip(Skip(end + 1) + 1), child, start, depth);
            deepest = Math.Max(deepest, _levels);
            before = child ?? before;
            p = Skip(p);
            if (*p == '}') break;
            p = Skip(p + 1);
        }
        _levels = deepest + 1;
        return p + 1;
    }

    /// <param name="start">What had been counted before the value's name.</param>
    private byte* Value(byte* p, AttributeNode? node, int start, int depth)
    {
        byte* tag = Skip(p + 1) + 1;
        byte* end = StringEnd(tag);
        int type = TypeOf(Plain(tag, end, isName: false));
        p = Skip(Skip(end + 1) + 1);
        _levels = 0;
        switch (type)
        {
            case 0:
                p = Text(p, node, depth);
                break;
            case 1:
                p = Number(p, node, depth);
                break;
            case 2:
                p = Binary(p);
                break;
            case 3 or 4:
                p += *p == 'f' ? 5 : 4;
                _bytes++;
                break;
            case 5:
                _bytes += NestBytes;
                p = Members(p + 1, node, depth + 1);
                break;
            case 6:
                _bytes += NestBytes;
                p = List(p + 1, node, depth + 1);
                break;
            default:
                p = Set(p + 1, node, type, depth);
                break;
        }
        if (node is null) _tree.Unlisted++;
        else Note(node, type, _bytes - start);
        return Skip(p) + 1;
    }

    private readonly void Note(AttributeNode node, int type, int bytes)
    {
        node.Types[type]++;
        node.Bytes += bytes;
        if (bytes > node.MaxBytes) node.MaxBytes = bytes;
        if (_levels > node.Depth) node.Depth = _levels;
    }

    private byte* Text(byte* p, AttributeNode? node, int depth)
    {
        byte* end = StringEnd(p + 1);
        _bytes += _length;
        if (depth == 0 && node == _tree.Id && Plain(p + 1, end, isName: false).SequenceEqual(_id)) _tree.IdsKept++;
        return end + 1;
    }

    private byte* Number(byte* p, AttributeNode? node, int depth)
    {
        byte* end = StringEnd(p + 1);
        // One byte for two digits, and one more: approximately, as AWS says itself.
        _bytes += (_length + 1) / 2 + 1;
        bool isTtl = depth == 0 && node is not null && node == _tree.Ttl;
        // Fifteen digits and fewer pass through a double unchanged.
        if (_length <= 15 && !isTtl) return end + 1;
        ReadOnlySpan<byte> text = Plain(p + 1, end, isName: false);
        if (isTtl) TtlSeconds = Seconds(text);
        if (_length <= 15 || DynamoNumber.Parse(text, out DynamoNumber number) is not null || number.FitsDouble()) return end + 1;
        NumberLosses++;
        if (node is not null) node.NumberLosses++;
        return end + 1;
    }

    private byte* Binary(byte* p)
    {
        byte* end = StringEnd(p + 1);
        ReadOnlySpan<byte> text = Plain(p + 1, end, isName: false);
        int padding = text.EndsWith("=="u8) ? 2 : text.EndsWith("="u8) ? 1 : 0;
        _bytes += text.Length / 4 * 3 - padding;
        return end + 1;
    }

    private byte* List(byte* p, AttributeNode? node, int depth)
    {
        AttributeNode? elements = node is null ? null : _tree.Elements(node);
        int deepest = 0;
        p = Skip(p);
        while (*p != ']')
        {
            int start = _bytes;
            _bytes += ElementBytes;
            p = Skip(Value(p, elements, start, depth));
            deepest = Math.Max(deepest, _levels);
            if (*p == ',') p = Skip(p + 1);
        }
        _levels = deepest + 1;
        return p + 1;
    }

    private byte* Set(byte* p, AttributeNode? node, int type, int depth)
    {
        p = Skip(p);
        while (*p != ']')
        {
            p = Skip(type switch { 7 => Text(p, null, depth), 8 => Number(p, node, depth + 1), _ => Binary(p) });
            if (*p == ',') p = Skip(p + 1);
        }
        return p + 1;
    }

    /// <summary>
    /// The closing quote; leaves the length of what stands before it, in UTF-8 and without escapes, in <see cref="_length"/>.
    /// </summary>
    private byte* StringEnd(byte* start)
    {
        byte* p = start;
        int shorter = 0;
        while (true)
        {
            Vector256<byte> chunk = Vector256.Load(p);
            uint stops = (Vector256.Equals(chunk, Vector256.Create((byte)'"')) | Vector256.Equals(chunk, Vector256.Create((byte)'\\')))
                .ExtractMostSignificantBits();
            if (stops == 0)
            {
                p += 32;
                continue;
            }
            p += BitOperations.TrailingZeroCount(stops);
            if (*p == '"')
            {
                _length = (int)(p - start) - shorter;
                return p;
            }
            shorter += Saved(p);
            p += 2;
        }
    }

    /// <summary>
    /// By how many bytes an escape is longer than what it stands for. Each half of a surrogate pair stands for two bytes of four.
    /// </summary>
    private static int Saved(byte* escape)
    {
        if (escape[1] != 'u') return 1;
        bool parsed = Utf8Parser.TryParse(new ReadOnlySpan<byte>(escape + 2, 4), out ushort unit, out _, 'x');
        System.Diagnostics.Debug.Assert(parsed);
        return unit < 0x80 ? 5 : unit < 0x800 || unit is >= 0xD800 and <= 0xDFFF ? 4 : 3;
    }

    /// <summary>
    /// A string without escapes as it stands; else from the scratch memory: a name as canonical text, any other as what it stands for.
    /// </summary>
    private readonly ReadOnlySpan<byte> Plain(byte* start, byte* end, bool isName)
    {
        ReadOnlySpan<byte> text = new(start, (int)(end - start));
        return text.Length == _length ? text : Unescape(start, end, isName);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly ReadOnlySpan<byte> Unescape(byte* p, byte* end, bool isName)
    {
        fixed (byte* scratch = _scratch)
        {
            byte* to = scratch;
            while (p < end)
            {
                if (*p != '\\') *to++ = *p++;
                else JsonText.CopyEscape(ref p, ref to);
            }
            int length = (int)(to - scratch);
            return _scratch[..(isName ? length : JsonText.Unescape(_scratch[..length], _scratch))];
        }
    }

    private static int TypeOf(ReadOnlySpan<byte> tag) => tag[0] switch
    {
        (byte)'S' => tag.Length == 1 ? 0 : 7,
        (byte)'N' => tag.Length switch { 1 => 1, 2 => 8, _ => 4 },
        (byte)'B' => tag.Length switch { 1 => 2, 2 => 9, _ => 3 },
        (byte)'M' => 5,
        _ => 6,
    };

    private static long Seconds(ReadOnlySpan<byte> text)
    {
        if (Utf8Parser.TryParse(text, out long seconds, out int read) && read == text.Length) return seconds;
        return DynamoNumber.Parse(text, out DynamoNumber number) is null ? number.Floor() : 0;
    }

    /// <summary>Steps over a value that does not matter, to behind it.</summary>
    private byte* Past(byte* p)
    {
        int open = 0;
        do
        {
            if (*p == '"') p = StringEnd(p + 1);
            else if (*p is (byte)'{' or (byte)'[') open++;
            else if (*p is (byte)'}' or (byte)']') open--;
            p++;
        }
        while (open > 0);
        return p;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Skip(byte* p)
    {
        while (*p is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') p++;
        return p;
    }
}
