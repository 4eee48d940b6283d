using System.Buffers;
using System.Buffers.Text;
using System.Text;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items.Conditions;

/// <summary>A value of an item, or of a condition, while it is compared.</summary>
internal readonly ref struct ConditionValue
{
    private readonly DynamoNumber _number;

    /// <param name="text">The string, the number's digits, base64; for other types the JSON that the document would have.</param>
    /// <param name="elementTags">The types of a list's elements.</param>
    internal ConditionValue(byte tag, ReadOnlySpan<byte> text, ReadOnlySpan<byte> elementTags)
    {
        Tag = tag;
        Text = text;
        ElementTags = elementTags;
        if (tag == TypeTag.Number) _ = DynamoNumber.Parse(text, out _number);
    }

    private ConditionValue(DynamoNumber number)
    {
        Tag = TypeTag.Number;
        _number = number;
    }

    /// <summary>Zero if there is no value.</summary>
    internal byte Tag { get; }

    internal ReadOnlySpan<byte> Text { get; }

    internal ReadOnlySpan<byte> ElementTags { get; }

    internal int? Size => Tag switch
    {
        TypeTag.String => Encoding.UTF8.GetCharCount(Text),
        TypeTag.Binary => Base64.GetMaxDecodedFromUtf8Length(Text.Length) - (Text.Length - Text.TrimEnd((byte)'=').Length),
        TypeTag.Map or TypeTag.List or TypeTag.StringSet or TypeTag.NumberSet or TypeTag.BinarySet => CanonicalJson.Count(Text),
        _ => null,
    };

    internal static ConditionValue Of(int number)
    {
        Span<byte> text = stackalloc byte[12];
        number.TryFormat(text, out int length, default, System.Globalization.CultureInfo.InvariantCulture);
        _ = DynamoNumber.Parse(text[..length], out DynamoNumber parsed);
        return new(parsed);
    }

    internal bool EqualTo(ConditionValue other)
    {
        if (Tag != other.Tag) return false;
        return Tag switch
        {
            TypeTag.Number => _number.CompareTo(other._number) == 0,
            // Null has one value; a set is sorted already.
            TypeTag.Null => true,
            TypeTag.Map or TypeTag.List => CanonicalJson.AreEqual(Text, other.Text),
            TypeTag.String or TypeTag.Binary or TypeTag.Bool or TypeTag.StringSet or TypeTag.NumberSet or TypeTag.BinarySet =>
                Text.SequenceEqual(other.Text),
            _ => false,
        };
    }

    /// <summary>Null where there is no order between the two.</summary>
    internal int? CompareTo(ConditionValue other)
    {
        if (Tag != other.Tag) return null;
        return Tag switch
        {
            TypeTag.Number => _number.CompareTo(other._number),
            TypeTag.String => Text.SequenceCompareTo(other.Text),
            TypeTag.Binary => CompareBytes(other.Text),
            _ => null,
        };
    }

    internal bool BeginsWith(ConditionValue beginning)
    {
        if (Tag != beginning.Tag) return false;
        if (Tag == TypeTag.String) return Text.StartsWith(beginning.Text);
        return Tag == TypeTag.Binary && Decoded(Text).AsSpan().StartsWith(Decoded(beginning.Text));
    }

    internal bool Holds(ConditionValue part)
    {
        switch (Tag)
        {
            case TypeTag.String:
                return part.Tag == TypeTag.String && Text.IndexOf(part.Text) >= 0;
            case TypeTag.Binary:
                return part.Tag == TypeTag.Binary && Decoded(Text).AsSpan().IndexOf(Decoded(part.Text)) >= 0;
            case TypeTag.StringSet or TypeTag.NumberSet or TypeTag.BinarySet:
                byte elements = Tag == TypeTag.StringSet ? TypeTag.String : Tag == TypeTag.NumberSet ? TypeTag.Number : TypeTag.Binary;
                return part.Tag == elements && HoldsElement(part);
            case TypeTag.List:
                return HoldsElement(part);
            default:
                return false;
        }
    }

    private bool HoldsElement(ConditionValue part)
    {
        int index = 0;
        foreach (Range range in CanonicalJson.Elements(Text))
        {
            ReadOnlySpan<byte> element = Text[range];
            if (Tag == TypeTag.List && ElementTags[index++] != part.Tag) continue;
            if (new ConditionValue(part.Tag, element[0] == '"' ? Unescaped(element[1..^1]) : element, default).EqualTo(part)) return true;
        }
        return false;
    }

    private static ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> canonical)
    {
        byte[] text = new byte[canonical.Length];
        return text.AsSpan(0, JsonText.Unescape(canonical, text));
    }

    private int CompareBytes(ReadOnlySpan<byte> other) => Decoded(Text).AsSpan().SequenceCompareTo(Decoded(other));

    private static byte[] Decoded(ReadOnlySpan<byte> base64)
    {
        byte[] bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        OperationStatus status = Base64.DecodeFromUtf8(base64, bytes, out _, out int length);
        System.Diagnostics.Debug.Assert(status == OperationStatus.Done);
        return bytes[..length];
    }
}
