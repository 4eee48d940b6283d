using System.Text;

namespace DynamoCosmos.Items;

/// <content>Tokens: space, punctuation, strings, type tags.</content>
internal ref partial struct TypedJsonReader
{
    private enum Member
    {
        Unknown,
        Item,
        Keys,
        NewImage,
        OldImage,
        Metadata,
    }

    private static class Tag
    {
        internal const int Bool = 'B' << 8 | 'O';
        internal const int Null = 'N' << 8 | 'U';
        internal const int StringSet = 'S' << 8 | 'S';
        internal const int NumberSet = 'N' << 8 | 'S';
        internal const int BinarySet = 'B' << 8 | 'S';
    }

    /// <summary>The type with its colon: a letter, a <see cref="Tag"/>, or 0.</summary>
    private int ReadTag()
    {
        ReadOnlySpan<byte> rest = _line[_at..];
        int tag = 0, length = 0;
        if (rest.Length > 4 && rest[0] == '"')
        {
            if (rest[2] == '"') (tag, length) = (rest[1], 3);
            else if (rest[3] == '"' && rest[2] == 'S') (tag, length) = (rest[1] << 8 | 'S', 4);
            else if (rest.StartsWith("\"BOOL\""u8)) (tag, length) = (Tag.Bool, 6);
            else if (rest.StartsWith("\"NULL\""u8)) (tag, length) = (Tag.Null, 6);
        }
        if (length == 0)
        {
            // White space before the type is JSON too, if nobody writes it.
            int before = _at;
            SkipSpace();
            return _at > before ? ReadTag() : 0;
        }
        _at += length;
        return Expect((byte)':') ? tag : 0;
    }

    private Member ReadMember()
    {
        SkipSpace();
        ReadOnlySpan<byte> rest = _line[_at..];
        (Member member, int length) = rest.StartsWith("\"Item\""u8) ? (Member.Item, 6)
            : rest.StartsWith("\"Keys\""u8) ? (Member.Keys, 6)
            : rest.StartsWith("\"NewImage\""u8) ? (Member.NewImage, 10)
            : rest.StartsWith("\"OldImage\""u8) ? (Member.OldImage, 10)
            : rest.StartsWith("\"Metadata\""u8) ? (Member.Metadata, 10)
            : (Member.Unknown, 0);
        _at += length;
        return Expect((byte)':') ? member : Member.Unknown;
    }

    /// <summary>Copies a string with its quotes, canonically escaped.</summary>
    private bool ReadString()
    {
        if (!Expect((byte)'"')) return Malformed("A string was expected.");
        _document.Append((byte)'"');
        while (true)
        {
            ReadOnlySpan<byte> rest = _line[_at..];
            int run = rest.IndexOfAny(JsonText.s_special);
            if (run < 0) return Malformed("A string does not end.");
            _document.Append(rest[..run]);
            _at += run + 1;
            switch (rest[run])
            {
                case (byte)'"':
                    _document.Append((byte)'"');
                    return true;
                case (byte)'\\':
                    if (!JsonText.TryReadEscape(_line, ref _at, out Rune rune)) return Malformed("A string holds an escape that JSON does not know, or half a surrogate pair.");
                    _document.AppendRune(rune);
                    break;
                default:
                    return Malformed("A string holds a control character that is not escaped.");
            }
        }
    }

    private bool ReadNumber(bool isElement)
    {
        if (!Expect((byte)'"')) return Malformed("The value of a number is a string of its digits.");
        int end = _line[_at..].IndexOf((byte)'"');
        if (end < 0) return Malformed("A number does not end.");
        ReadOnlySpan<byte> text = _line.Slice(_at, end);
        if (text.IndexOf((byte)'\\') >= 0) return Malformed("A number holds an escape.");
        _at += end + 1;
        return isElement ? _document.WriteSetNumber(text) : _document.WriteNumber(text);
    }

    private bool Expect(byte token)
    {
        if (_at < _line.Length && _line[_at] == token)
        {
            _at++;
            return true;
        }
        return ExpectAfterSpace(token);
    }

    private bool ExpectAfterSpace(byte token)
    {
        SkipSpace();
        if (_at >= _line.Length || _line[_at] != token) return false;
        _at++;
        return true;
    }

    private bool TakeIf(byte token) => Expect(token);

    private void SkipSpace()
    {
        while (_at < _line.Length && _line[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') _at++;
    }
}
