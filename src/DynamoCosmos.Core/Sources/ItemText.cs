using System.Buffers;

namespace DynamoCosmos.Sources;

/// <summary>
/// Finds the items in JSON that nobody promised a form of: one item a line, with the <c>Item</c> around it or without; an array of items;
/// or what a scan or query answered, one document with all its <c>Items</c>, in one line or many. Fed piece by piece, it holds one item at
/// a time. Each comes out as a record of an export has it, <c>{"Item":{…}}</c> without white space; whether it is one is for the conversion
/// to say.
/// </summary>
internal sealed class ItemText(int maxItem) : IDisposable
{
    /// <summary>As much of an item that is too long is kept as of a line.</summary>
    private const int KeptBytes = LineBuffer.KeptBytes;

    private static readonly SearchValues<byte> s_stringEnds = SearchValues.Create("\"\\\n"u8);

    private byte[] _record = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _length;
    private int _nameAt;
    private int _depth;
    private Place _place;
    private (int Start, int End) _found;
    private readonly ItemPage _page = new();
    private bool _isInPage;
    private bool _isArrayItem;
    private bool _isString;
    private bool _isEscape;
    private bool _isName;
    private bool _isLine;
    private bool _hasBreak;
    private bool _isTooLong;

    private enum Place
    {
        /// <summary>Between the documents of the file.</summary>
        Outside,

        /// <summary>Between the items of an array.</summary>
        Array,

        /// <summary>In an item, or in what may prove to be a scan's answer.</summary>
        Item,

        /// <summary>In a scan's answer, behind its items.</summary>
        Rest,
    }

    private static ReadOnlySpan<byte> Wrapper => "{\"Item\":"u8;

    /// <summary>The file may end here.</summary>
    internal bool IsBetween => _place == Place.Outside;

    internal bool IsTooLong => _isTooLong;

    internal bool IsInPage => _isInPage;

    /// <summary>The last answer of a scan says that it goes on elsewhere.</summary>
    internal bool IsOpen => _page.IsOpen;

    /// <summary>The item that <see cref="TryRead"/> found, until its next call.</summary>
    internal ReadOnlySpan<byte> Record => _record.AsSpan(_found.Start, _found.End - _found.Start);

    /// <summary>Reads on to the end of the next item.</summary>
    /// <param name="text">What is left of the piece; what was read is cut off.</param>
    /// <exception cref="FormatException">Something stands where an item, an array or an answer should.</exception>
    internal bool TryRead(ref ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            bool isDone = _isString ? ReadString(ref text) : ReadToken(ref text);
            if (isDone) return true;
        }
        return false;
    }

    public void Dispose()
    {
        byte[] record = _record;
        _record = [];
        if (record.Length > 0) ArrayPool<byte>.Shared.Return(record);
    }

    private bool ReadString(ref ReadOnlySpan<byte> text)
    {
        if (_isEscape)
        {
            _isEscape = false;
            Append(text[..1]);
            text = text[1..];
            return false;
        }
        int end = text.IndexOfAny(s_stringEnds);
        Append(end < 0 ? text : text[..end]);
        text = end < 0 ? default : text[end..];
        if (end < 0) return false;
        // No string goes over the end of a line. The item is damaged, and those behind it need not be.
        if (text[0] == '\n') return EndDamaged();
        Append(text[..1]);
        _isEscape = text[0] == '\\';
        _isString = _isEscape;
        text = text[1..];
        return false;
    }

    private bool ReadToken(ref ReadOnlySpan<byte> text)
    {
        byte token = text[0];
        text = text[1..];
        if (token is (byte)' ' or (byte)'\t' or (byte)'\r') return false;
        if (token == '\n') return EndLine();
        switch (_place)
        {
            case Place.Outside:
                if (token == '[') Enter(Place.Array);
                else if (token == '{') Begin();
                else throw new FormatException($"'{(char)token}' stands where an item should begin");
                return false;
            case Place.Array:
                if (token == '{') Begin();
                else if (token == ']') EnterBehindItems();
                else if (token != ',') throw new FormatException($"'{(char)token}' stands where an item should begin");
                return false;
            case Place.Item:
                return ReadInItem(token);
            default:
                ReadInRest(token);
                return false;
        }
    }

    private bool ReadInItem(byte token)
    {
        if (token == '[' && _depth == 1 && !_isArrayItem && IsItems())
        {
            _page.Begin(_record.AsSpan(Wrapper.Length, _length - Wrapper.Length));
            _isInPage = true;
            Enter(Place.Array);
            return false;
        }
        Append([token]);
        switch (token)
        {
            case (byte)'"':
                _isString = true;
                if (_depth == 1 && _isName) _nameAt = _length;
                break;
            case (byte)':':
                if (_depth == 1) _isName = false;
                break;
            case (byte)',':
                if (_depth == 1) _isName = true;
                break;
            case (byte)'{' or (byte)'[':
                _depth++;
                break;
            case (byte)'}' or (byte)']':
                if (--_depth == 0) return End();
                break;
        }
        return false;
    }

    private void ReadInRest(byte token)
    {
        if (token == '[' && _depth == 1
            && _record.AsSpan(0, _length)
            .EndsWith("\"Items\":"u8)) throw new FormatException("a second list of Items stands in one answer");
        Append([token]);
        if (token == '"') _isString = true;
        else if (token is (byte)'{' or (byte)'[') _depth++;
        else if (token is (byte)'}' or (byte)']' && --_depth == 0)
        {
            _isInPage = false;
            _page.End(_record.AsSpan(0, _length));
            Enter(Place.Outside);
        }
    }

    private void EnterBehindItems()
    {
        Enter(_isInPage ? Place.Rest : Place.Outside);
        if (!_isInPage) return;
        ItemPage.Start.CopyTo(_record);
        _length = ItemPage.Start.Length;
    }

    /// <summary>
    /// Whether the member whose value begins is a list called Items: an attribute's value is always a map, so no item has one.
    /// </summary>
    private bool IsItems() => !_isName && _record.AsSpan(_nameAt, _length - _nameAt).SequenceEqual("Items\":"u8);

    private void Enter(Place place)
    {
        _place = place;
        // Behind its items, an answer's own brace is what is left to be closed.
        _depth = place == Place.Rest ? 1 : 0;
        _isString = false;
        _length = 0;
        _isTooLong = false;
    }

    private void Begin()
    {
        _isArrayItem = _place == Place.Array;
        Enter(Place.Item);
        Wrapper.CopyTo(_record);
        _length = Wrapper.Length;
        _depth = 1;
        _isName = true;
        _hasBreak = false;
        Append("{"u8);
    }

    private bool EndLine()
    {
        if (_place != Place.Item) return false;
        if (_isLine && !_isArrayItem) return EndDamaged();
        _hasBreak = true;
        return false;
    }

    private bool EndDamaged()
    {
        if (_place == Place.Item) return End();
        _isString = false;
        return false;
    }

    private bool End()
    {
        // A first item on a line of its own tells that the file has one a line; then a line's end ends an item, sound or not.
        _isLine |= !_isArrayItem && !_hasBreak;
        _page.Count(_isInPage);
        int length = _length;
        bool isTooLong = _isTooLong;
        Enter(_isArrayItem ? Place.Array : Place.Outside);
        _isTooLong = isTooLong;
        bool isWrapped = _record.AsSpan(Wrapper.Length, length - Wrapper.Length).StartsWith("{\"Item\":{"u8);
        // There is always room for one more.
        if (!isWrapped) _record[length] = (byte)'}';
        _found = isWrapped ? (Wrapper.Length, length) : (0, length + 1);
        return true;
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        if (_isTooLong) return;
        if (_length + text.Length > maxItem)
        {
            _isTooLong = true;
            _length = Math.Min(_length, KeptBytes);
            return;
        }
        if (_length + text.Length + 1 > _record.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _record.Length, _length + text.Length + 1));
            _record.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_record);
            _record = larger;
        }
        text.CopyTo(_record.AsSpan(_length));
        _length += text.Length;
    }
}
