using System.Buffers;
using System.Text;
using DynamoCosmos.Items.Conditions;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items;

/// <summary>Attributes that something is done about: captured, renamed, left out, read by other rules.</summary>
public sealed unsafe partial class DocumentBuffer
{
    private readonly List<PinnedBytes> _unpacked = [];
    private int _unpacking;
    private byte[] _tags = new byte[16];
    private int _tagCount, _tagsAt;
    private LaterRejection _later;

    /// <summary>What becomes of numbers at this place of the item.</summary>
    internal NumberMode Mode { get; set; }

    /// <summary>The rules for the names of the next map; whoever reads a map takes them away.</summary>
    internal NameRules? Children { get; set; }

    /// <summary>
    /// How many lists of special attributes are open: what is in a list is no place of its own, so nothing there is captured.
    /// </summary>
    internal int ListDepth { get; set; }

    /// <summary>The next list notes the types of its elements.</summary>
    internal bool WantsTags { get; private set; }

    /// <summary>What a reader does at the beginning of a map or list: the rules are for its names, and for no other's.</summary>
    internal NameRules? TakeChildren()
    {
        NameRules? rules = Children;
        Children = null;
        WantsTags = false;
        return rules;
    }

    /// <summary>Begins a special attribute, whose own name stands behind its comma already.</summary>
    /// <param name="room">The most that what is left of the input can come to.</param>
    internal SpecialAttribute BeginSpecial(NameRule rule, int propertyAt, int room, ref byte* output)
    {
        _exactLength = 0;
        if (rule.IsRenamed)
        {
            // The comma and the quote before the name are written, and have to come along.
            output = Ensure(At(propertyAt + 2), room + rule.OutputName.Length + PinnedBytes.Padding);
            rule.OutputName.CopyTo(new Span<byte>(output, rule.OutputName.Length));
            output += rule.OutputName.Length;
            *output++ = (byte)'"';
            *output++ = (byte)':';
        }
        SpecialAttribute attribute = new()
        {
            PropertyAt = propertyAt,
            ValueAt = OffsetOf(output),
            Mode = Mode,
            NumberLosses = NumberLosses,
            HasLater = _later.Reason != RejectionReason.None
        };
        if (rule.NumberMode is NumberMode mode) Mode = mode;
        Children = rule.Children;
        WantsTags = rule.KeepsValue && ListDepth == 0;
        if (WantsTags) _tagsAt = _tagCount;
        return attribute;
    }

    internal void EndSpecial(NameRule rule, in SpecialAttribute attribute, byte tag, int room, int inputOffset, ref byte* output)
    {
        if (ListDepth == 0 && rule.Index >= 0) Capture(rule, attribute, tag, OffsetOf(output));
        if (rule.UnpacksJson && tag == TypeTag.String && !rule.IsDropped)
        {
            output = Unpack(attribute.ValueAt, rule.Children, room, inputOffset, output);
            if (ListDepth == 0) _captures[rule.Index].End = OffsetOf(output);
        }
        Children = null;
        WantsTags = false;
        Mode = attribute.Mode;
        if (!rule.IsDropped) return;
        output = At(attribute.PropertyAt);
        // What was wrong with it does not matter to the document.
        NumberLosses = attribute.NumberLosses;
        if (!attribute.HasLater) _later = default;
    }

    /// <summary>The rule of a list's element, where this plan tells elements apart.</summary>
    internal NameRule? ElementOf(NameRules? rules, int index) =>
        rules is { HasElements: true } && _plan.Routes is not null ? rules.ElementAt(index) : null;

    /// <summary>Where lists in a list note theirs too, those of the outer one come at its end, in one row.</summary>
    internal void SetTags(List<byte> tags)
    {
        _tagsAt = _tagCount;
        foreach (byte tag in tags) AddTag(tag);
    }

    internal void AddTag(byte tag)
    {
        if (_tagCount == _tags.Length) Array.Resize(ref _tags, 2 * _tagCount);
        _tags[_tagCount++] = tag;
    }

    /// <summary>What a condition looks at.</summary>
    ConditionValue IConditionItem.CapturedValue(NameRule rule)
    {
        ref readonly Captured capture = ref _captures[rule.Index];
        return capture.IsPresent ? new(capture.Tag, Text(capture), _tags.AsSpan(capture.TagsAt, capture.TagCount)) : default;
    }

    /// <summary>At the end of a map: a name that the mapping gave must not be another attribute's.</summary>
    internal void CheckGivenNames(NameRules rules, uint scope, int inputOffset)
    {
        foreach (NameRule rule in rules.GivenNames)
        {
            if (Names.Contains(scope, rule.Name, this) && Names.Contains(scope, rule.OutputName, this) && rules.Keeps(rule.OutputName))
            {
                RejectLater(RejectionReason.NameConflict, $"The attribute '{NameOf(rule.Name)}' cannot be renamed to " +
                    $"'{NameOf(rule.OutputName)}': another attribute has that name", inputOffset);
            }
        }
    }

    /// <summary>For what does not end the reading: the first such thing is the reason, if nothing graver comes up.</summary>
    internal void RejectLater(RejectionReason reason, string what, int inputOffset)
    {
        if (_later.Reason != RejectionReason.None) return;
        // A name in the document may move; any other stands where it does for good.
        int place = _attributeAt >= 0 ? KeepText(NameAt(_attributeAt, _attributeLength)) : _attributeAt;
        _later = new() { Reason = reason, What = what, AttributeAt = place, AttributeLength = _attributeLength, InputOffset = inputOffset };
    }

    private ConversionOutcome RejectNow()
    {
        SetAttribute(_later.AttributeAt, _later.AttributeLength);
        return Reject(_later.Reason, _later.What!, _later.InputOffset);
    }

    /// <summary>Puts the JSON that a string holds in the string's place. What is no JSON stays the string.</summary>
    private byte* Unpack(int valueAt, NameRules? children, int room, int inputOffset, byte* output)
    {
        int length = OffsetOf(output) - valueAt - 2;
        // A text in a text is unpacked while the outer one is being read, so each has memory of its own.
        if (_unpacking == _unpacked.Count) _unpacked.Add(new(Math.Min(_output.Capacity, 1 << 8), _alwaysMoves));
        PinnedBytes text = _unpacked[_unpacking++];
        text.Reserve(length, 0);
        length = JsonText.Unescape(_output.Array.AsSpan(valueAt + 1, length), text.Array);
        new Span<byte>(text.Start + length, PinnedBytes.Padding).Clear();
        Children = children;
        int listDepth = ListDepth;
        PlainJsonReader reader = new(this, text.Start, length, room);
        int stringEnd = OffsetOf(output);
        output = reader.ReadText(Ensure(At(valueAt), length + room + PinnedBytes.Padding), depth: 1);
        _unpacking--;
        if (output != null) return output;
        ListDepth = listDepth;
        RejectLater(RejectionReason.NotJson, $"The attribute does not hold JSON: {reader.What}", inputOffset);
        return WriteString(new(text.Start, length), Ensure(At(valueAt), stringEnd - valueAt + room));
    }

    private static byte* WriteString(ReadOnlySpan<byte> text, byte* output)
    {
        *output++ = (byte)'"';
        while (Rune.DecodeFromUtf8(text, out Rune rune, out int length) == OperationStatus.Done)
        {
            output = JsonText.Write(output, (uint)rune.Value);
            text = text[length..];
        }
        *output++ = (byte)'"';
        return output;
    }

    private void Capture(NameRule rule, in SpecialAttribute attribute, byte tag, int end)
    {
        ref Captured capture = ref _captures[rule.Index];
        capture = new()
        {
            IsPresent = true,
            IsInDocument = !rule.IsDropped,
            Tag = tag,
            PropertyAt = attribute.PropertyAt,
            ValueAt = attribute.ValueAt,
            End = end
        };
        if (rule.MovesOn && !rule.IsDropped) _moved[_movedCount++] = rule.Index;
        bool isScalar = tag is TypeTag.String or TypeTag.Number or TypeTag.Binary;
        if (!(isScalar ? rule.KeepsText || rule.KeepsValue : rule.KeepsValue)) return;
        ReadOnlySpan<byte> value = _output.Array.AsSpan(attribute.ValueAt, end - attribute.ValueAt);
        if (isScalar && value[0] == '"') value = value[1..^1];
        if (tag == TypeTag.Number && _exactLength > 0) value = _exactNumber.AsSpan(0, _exactLength);
        _text.Reserve(_textLength + value.Length, _textLength);
        Span<byte> kept = _text.Array.AsSpan(_textLength);
        capture.TextAt = _textLength;
        capture.TextLength = isScalar ? JsonText.Unescape(value, kept) : Copy(value, kept);
        _textLength += capture.TextLength;
        if (tag != TypeTag.List || !rule.KeepsValue) return;
        capture.TagsAt = _tagsAt;
        capture.TagCount = _tagCount - _tagsAt;
    }

    private static int Copy(ReadOnlySpan<byte> from, Span<byte> to)
    {
        from.CopyTo(to);
        return from.Length;
    }

    internal struct SpecialAttribute
    {
        internal int PropertyAt;
        internal int ValueAt;
        internal NumberMode Mode;
        internal int NumberLosses;
        internal bool HasLater;
    }

    private struct LaterRejection
    {
        internal RejectionReason Reason;
        internal string? What;
        internal int AttributeAt;
        internal int AttributeLength;
        internal int InputOffset;
    }

    /// <summary>A special attribute of the current item. Offsets are the document's.</summary>
    private struct Captured
    {
        internal bool IsPresent;
        internal bool IsInDocument;
        internal byte Tag;
        internal int PropertyAt;
        internal int ValueAt;
        internal int End;
        internal int TextAt;
        internal int TextLength;
        internal int TagsAt;
        internal int TagCount;
        internal int MovesBy;
    }
}
