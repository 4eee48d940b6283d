using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items;

/// <summary>
/// Puts the elements of a written set in order: strings by their UTF-8 bytes, numbers by their values. Equal elements are equal bytes.
/// </summary>
internal sealed unsafe class SetOrder(int capacity, bool alwaysMoves)
{
    private TextElement[] _texts = new TextElement[16];
    private NumberElement[] _numbers = new NumberElement[16];
    private readonly PinnedBytes _copy = new(capacity, alwaysMoves);
    private int _count;

    internal void Begin() => _count = 0;

    /// <summary>Notes an element by its distance from the set's bracket.</summary>
    internal void Add(int at, int length)
    {
        if (_count == _texts.Length) Array.Resize(ref _texts, 2 * _count);
        _texts[_count++] = new() { At = at, Length = length };
    }

    /// <summary>Sorts <c>[a,b,…</c> in its place.</summary>
    internal void Sort(byte* set, bool areNumbers)
    {
        if (_count < 2) return;
        if (areNumbers) SortNumbers(set);
        else SortTexts(set);
    }

    private void SortTexts(byte* set)
    {
        Span<TextElement> texts = _texts.AsSpan(0, _count);
        int length = texts[^1].At + texts[^1].Length;
        bool isEscaped = new ReadOnlySpan<byte>(set, length).Contains((byte)'\\');
        bool isSorted = true;
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i].Set = set;
            texts[i].IsEscaped = isEscaped;
            isSorted &= i == 0 || texts[i - 1].CompareTo(texts[i]) <= 0;
        }
        if (isSorted) return;
        byte* from = Copy(set, length);
        if (texts.Length <= 8) SortFew(texts);
        else texts.Sort();
        foreach (ref readonly TextElement element in texts) set = Append(set, from, element.At, element.Length);
    }

    private static void SortFew(Span<TextElement> texts)
    {
        for (int i = 1; i < texts.Length; i++)
        {
            TextElement element = texts[i];
            int at = i;
            for (; at > 0 && texts[at - 1].CompareTo(element) > 0; at--) texts[at] = texts[at - 1];
            texts[at] = element;
        }
    }

    private void SortNumbers(byte* set)
    {
        if (_numbers.Length < _count) _numbers = new NumberElement[_texts.Length];
        Span<NumberElement> numbers = _numbers.AsSpan(0, _count);
        bool isSorted = true;
        for (int i = 0; i < numbers.Length; i++)
        {
            (int at, int length) = (_texts[i].At, _texts[i].Length);
            numbers[i] = new(new ReadOnlySpan<byte>(set + at, length), at);
            isSorted &= i == 0 || numbers[i - 1].CompareTo(numbers[i]) <= 0;
        }
        if (isSorted) return;
        numbers.Sort();
        byte* from = Copy(set, _texts[_count - 1].At + _texts[_count - 1].Length);
        foreach (ref readonly NumberElement element in numbers) set = Append(set, from, element.At, element.Length);
    }

    private byte* Copy(byte* set, int length)
    {
        _copy.Reserve(length, 0);
        Buffer.MemoryCopy(set, _copy.Start, length, length);
        return _copy.Start;
    }

    private static byte* Append(byte* set, byte* from, int at, int length)
    {
        // Behind the bracket, or behind the comma that stands where the bracket was for the first.
        Buffer.MemoryCopy(from + at, set + 1, length, length);
        set[length + 1] = (byte)',';
        return set + length + 1;
    }

    private struct TextElement : IComparable<TextElement>
    {
        internal byte* Set;
        internal int At;
        internal int Length;
        internal bool IsEscaped;

        public readonly int CompareTo(TextElement other)
        {
            ReadOnlySpan<byte> left = new(Set + At + 1, Length - 2), right = new(other.Set + other.At + 1, other.Length - 2);
            return IsEscaped ? JsonText.Compare(left, right) : left.SequenceCompareTo(right);
        }
    }

    private readonly struct NumberElement : IComparable<NumberElement>
    {
        // The first 38 digits as one whole number, with the exponent's order before it; both negated for a negative number.
        private readonly Int128 _digits;
        private readonly int _order;
        internal readonly int At;
        internal readonly int Length;

        internal NumberElement(ReadOnlySpan<byte> text, int at)
        {
            At = at;
            Length = text.Length;
            if (text[0] == '"') text = text[1..^1];
            // DynamoDB's greatest numbers round to 1E+126, which is beyond its own range.
            _ = DynamoNumber.Parse(text, out DynamoNumber number, DynamoNumber.MaxDoubleExponent);
            if (number.IsZero) return;
            for (int i = 0; i < DynamoNumber.MaxDigits; i++) _digits = _digits * 10 + (i < number.DigitCount ? number.Digits[i] - '0' : 0);
            _order = number.Exponent + DynamoNumber.MaxDoubleExponent + 1;
            if (!number.IsNegative) return;
            _digits = -_digits;
            _order = -_order;
        }

        public int CompareTo(NumberElement other) =>
            _order != other._order ? _order.CompareTo(other._order) : _digits.CompareTo(other._digits);
    }
}
