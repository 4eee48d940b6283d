using System.Globalization;
using System.Text;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items;

/// <summary>
/// What the readers of all formats write into: memory, names, numbers, and the attributes that id, partition key and ttl need.
/// </summary>
public sealed unsafe partial class DocumentBuffer
{
    /// <summary>Room in front of the attributes: <c>{"id":"…","ttl":2147483647</c> with an id of quotes only, which JSON doubles.</summary>
    private const int Gap = 2112;

    private const int InitialCapacity = 8 << 10;

    /// <summary>What a buffer may keep from one item to the next.</summary>
    private const int KeptCapacity = 1 << 20;

    /// <summary>Places from here on up to zero stand for the names of rules, places below for texts.</summary>
    private const int RuleNames = -MaxRules;

    internal const int MaxRules = 1 << 16;

    private readonly bool _alwaysMoves;
    private readonly PinnedBytes _input;
    private readonly PinnedBytes _output;
    private readonly PinnedBytes _text;
    private readonly byte[] _exactNumber = new byte[DynamoNumber.MaxLength];
    private int _exactLength;
    private int _textLength;
    private Captured[] _captures = [];
    private int[] _moved = [];
    private int _movedCount;
    private bool _hasCaptures;
    private ConversionPlan _plan = null!;
    private int _attributeAt;
    private int _attributeLength;

    /// <summary>Creates a buffer, which grows with its items.</summary>
    public DocumentBuffer()
        : this(InitialCapacity)
    {
    }

    /// <param name="capacity">For tests: the bytes that it begins with.</param>
    /// <param name="alwaysMoves">For tests: see <see cref="PinnedBytes"/>.</param>
    internal DocumentBuffer(int capacity, bool alwaysMoves = false)
    {
        _alwaysMoves = alwaysMoves;
        _input = new(capacity, alwaysMoves);
        _output = new(capacity, alwaysMoves);
        _text = new(Math.Min(capacity, 1 << 10), alwaysMoves);
        Sets = new(Math.Min(capacity, 1 << 10), alwaysMoves);
    }

    internal NameTable Names { get; } = new();

    internal SetOrder Sets { get; }

    /// <summary>Starts an item: copies the record behind zeros, so that readers find its end without counting.</summary>
    /// <param name="expansion">The most bytes of document that a byte of the record can come to, numbers aside.</param>
    /// <returns>Where the record stands.</returns>
    internal byte* Begin(ConversionPlan plan, ReadOnlySpan<byte> record, int expansion)
    {
        Forget(plan);
        if (record.Length < KeptCapacity / 4)
        {
            _input.Shrink(KeptCapacity);
            _output.Shrink(KeptCapacity);
            _text.Shrink(KeptCapacity);
            foreach (PinnedBytes text in _unpacked) text.Shrink(KeptCapacity);
        }
        _input.Reserve(record.Length, 0);
        _output.Reserve(Gap + expansion * record.Length + PinnedBytes.Padding, 0);
        record.CopyTo(_input.Array);
        new Span<byte>(_input.Start + record.Length, PinnedBytes.Padding).Clear();
        return _input.Start;
    }

    /// <summary>The record that was converted last, behind it zeros. It has been read unless it was refused as too large.</summary>
    internal byte* RecordStart => _input.Start;

    /// <summary>Starts the document of a record, anew if there was another before it in the same record.</summary>
    internal byte* BeginDocument()
    {
        Names.Begin();
        if (_hasCaptures) Array.Clear(_captures);
        _hasCaptures = true;
        _movedCount = 0;
        _textLength = 0;
        _exactLength = 0;
        NumberLosses = 0;
        _later = default;
        _tagCount = 0;
        _unpacking = 0;
        Mode = _plan.Options.NumberMode;
        Children = _plan.Top;
        ListDepth = 0;
        WantsTags = false;
        _bodyAt = Gap;
        return _output.Start + Gap;
    }

    internal int OffsetOf(byte* output) => (int)(output - _output.Start);

    internal byte* At(int offset) => _output.Start + offset;

    /// <summary>
    /// Makes room for so many bytes behind a place; the output may move, and the pointer with it. What stands before the place is kept, and
    /// nothing else: whatever was written has to be before it.
    /// </summary>
    internal byte* Ensure(byte* output, int more)
    {
        int used = OffsetOf(output);
        _output.Reserve(used + more, used);
        return _output.Start + used;
    }

    /// <summary>
    /// A name of this item: in the document or, where the document does not keep it as it was, from its rule or among the texts.
    /// </summary>
    internal ReadOnlySpan<byte> NameAt(int at, int length) =>
        at >= 0 ? _output.Array.AsSpan(at, length) : at >= RuleNames
            ? _plan.Rules[at - RuleNames].Name : _text.Array.AsSpan(RuleNames - 1 - at, length);

    /// <summary>
    /// Where the name of a special attribute stands for good: with its rule, or with the texts if the rule is for many names.
    /// </summary>
    internal int PlaceOf(NameRule rule, byte* name, int length) =>
        rule.Index >= 0 ? RuleNames + rule.Index : KeepText(_output.Array.AsSpan(OffsetOf(name), length));

    internal void SetAttribute(int at, int length)
    {
        _attributeAt = at;
        _attributeLength = length;
    }

    /// <summary>Keeps a text until the item is done; returns its place.</summary>
    internal int KeepText(ReadOnlySpan<byte> text)
    {
        _text.Reserve(_textLength + text.Length, _textLength);
        text.CopyTo(_text.Array.AsSpan(_textLength));
        _textLength += text.Length;
        return RuleNames - 1 - (_textLength - text.Length);
    }

    /// <summary>
    /// Writes a number by the rules of the options; what is wrong with it, if it is not one. The text may stand where the output goes.
    /// </summary>
    internal string? WriteNumber(scoped ReadOnlySpan<byte> text, int inputLeft, int inputOffset, ref byte* output)
    {
        if (DynamoNumber.Parse(text, out DynamoNumber number) is string wrong) return wrong;
        WriteNumber(ref number, inputLeft, inputOffset, ref output);
        return null;
    }

    private void WriteNumber(ref DynamoNumber number, int inputLeft, int inputOffset, ref byte* output)
    {
        output = Ensure(output, inputLeft + DynamoNumber.MaxLength + PinnedBytes.Padding);
        NumberMode mode = Mode;
        bool fits = mode != NumberMode.String && number.FitsDouble();
        if (!fits && mode == NumberMode.Double)
        {
            NumberLosses++;
            fixed (byte* exact = _exactNumber) _exactLength = number.Write(exact);
            number = number.Round();
            fits = true;
        }
        if (!fits && mode == NumberMode.Reject) RejectLater(RejectionReason.NumberLoss, "A double cannot keep all digits of a number",
            inputOffset);
        if (!fits) *output++ = (byte)'"';
        output += number.Write(output);
        if (!fits) *output++ = (byte)'"';
    }

    /// <summary>Writes a JSON number, which may have more digits or another range than DynamoDB's.</summary>
    internal void WriteJsonNumber(scoped ReadOnlySpan<byte> text, int inputLeft, int inputOffset, ref byte* output)
    {
        if (DynamoNumber.Parse(text, out DynamoNumber number, DynamoNumber.MaxDoubleExponent) is null)
        {
            WriteNumber(ref number, inputLeft, inputOffset, ref output);
            return;
        }
        output = Ensure(output, inputLeft + text.Length + DynamoNumber.MaxLength + PinnedBytes.Padding);
        if (Mode == NumberMode.Reject) RejectLater(RejectionReason.NumberLoss, "A double cannot keep all digits of a number", inputOffset);
        double nearest = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (Mode == NumberMode.Double && double.IsFinite(nearest))
        {
            NumberLosses++;
            nearest.TryFormat(new Span<byte>(output, DynamoNumber.MaxLength), out int length, default, CultureInfo.InvariantCulture);
            output += length;
            return;
        }
        *output++ = (byte)'"';
        text.CopyTo(new Span<byte>(output, text.Length));
        output += text.Length;
        *output++ = (byte)'"';
    }

    internal ConversionOutcome Reject(RejectionReason reason, string what, int offset = -1)
    {
        Detail = $"{what}{(_attributeLength > 0 ? $", in attribute '{AttributeName()}'" : "")}{(offset >= 0 ? $", {PlaceIn(offset)}" : "")}.";
        Reason = reason;
        return Outcome = ConversionOutcome.Rejected;
    }

    internal ConversionOutcome RejectUnread(ConversionPlan plan, RejectionReason reason, string what)
    {
        Forget(plan);
        return Reject(reason, what);
    }

    private void Forget(ConversionPlan plan)
    {
        Outcome = ConversionOutcome.Rejected;
        Reason = RejectionReason.None;
        Detail = "";
        _start = _end = 0;
        _idLength = 0;
        _textLength = 0;
        SetAttribute(0, 0);
        PartitionKeyCount = 0;
        Route = ItemRouter.NoContainer;
        NumberLosses = 0;
        _hasCaptures = false;
        if (ReferenceEquals(_plan, plan))
        {
            Array.Clear(_captures);
            return;
        }
        _plan = plan;
        _captures = new Captured[plan.Rules.Length];
        _moved = new int[plan.Rules.Length];
    }

    // A record of JSON is a line; one of Ion may be several.
    private string PlaceIn(int offset)
    {
        if (_plan.Format != ItemFormat.Ion) return $"at byte {offset}";
        ReadOnlySpan<byte> before = _input.Array.AsSpan(0, offset);
        int column = 1;
        foreach (byte b in before[(before.LastIndexOf((byte)'\n') + 1)..]) column += (b & 0xC0) == 0x80 ? 0 : 1;
        return $"at line {before.Count((byte)'\n') + 1}, column {column}";
    }

    private string AttributeName()
    {
        ReadOnlySpan<byte> name = NameAt(_attributeAt, _attributeLength);
        byte[] text = new byte[name.Length];
        return Encoding.UTF8.GetString(text, 0, JsonText.Unescape(name, text));
    }
}
