namespace DynamoCosmos.Items;

/// <summary>
/// Puts the elements of a set in order, in place, once they are written. DynamoDB may return a set in another order each time. Strings go by their UTF-8
/// bytes, numbers by value.
/// </summary>
internal sealed class SetSorter
{
    private readonly Comparison<Element> _byText;
    private readonly Comparison<Element> _byValue;
    private Element[] _elements = new Element[16];
    private byte[] _scratch = new byte[256];
    private byte[] _bytes = [];
    private bool _isNumbers;
    private int _count;

    internal SetSorter()
    {
        _byText = (left, right) => JsonText.CompareDecoded(_bytes.AsSpan(left.Start + 1, left.Length - 2), _bytes.AsSpan(right.Start + 1, right.Length - 2));
        _byValue = static (left, right) => left.Order.CompareTo(right.Order);
    }

    internal void Begin(bool isNumbers)
    {
        _isNumbers = isNumbers;
        _count = 0;
    }

    /// <summary>An element with its quotes, if it has any, as it stands in the document.</summary>
    internal void Add(int start, int length, DecimalOrder order = default)
    {
        if (_count == _elements.Length) Array.Resize(ref _elements, _count * 2);
        _elements[_count++] = new(start, length, order);
    }

    internal void Complete(byte[] bytes)
    {
        if (_count < 2) return;
        _bytes = bytes;
        Comparison<Element> comparison = _isNumbers ? _byValue : _byText;
        Span<Element> elements = _elements.AsSpan(0, _count);
        int from = elements[0].Start;
        int length = elements[^1].Start + elements[^1].Length - from;
        bool isSorted = true;
        for (int i = 1; i < elements.Length && isSorted; i++) isSorted = comparison(elements[i - 1], elements[i]) <= 0;
        if (!isSorted)
        {
            elements.Sort(comparison);
            if (_scratch.Length < length) _scratch = new byte[Math.Max(length, _scratch.Length * 2)];
            bytes.AsSpan(from, length).CopyTo(_scratch);
            int at = from;
            foreach (Element element in elements)
            {
                if (at > from) bytes[at++] = (byte)',';
                _scratch.AsSpan(element.Start - from, element.Length).CopyTo(bytes.AsSpan(at));
                at += element.Length;
            }
        }
        _bytes = [];
    }

    private readonly record struct Element(int Start, int Length, DecimalOrder Order);
}
