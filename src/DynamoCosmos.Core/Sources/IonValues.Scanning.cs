using System.Buffers;

namespace DynamoCosmos.Sources;

/// <summary>
/// What each place of Ion text means for where a value ends. A step says <c>More</c> where the bytes that tell have not come yet.
/// </summary>
internal sealed partial class IonValues
{
    private static ReadOnlySpan<byte> Marker => RecordStarts.Marker;

    /// <summary>White space, comments and version markers before the value.</summary>
    private Step ScanBlank(ReadOnlySpan<byte> text, bool isEnded)
    {
        ReadOnlySpan<byte> rest = text[_at..];
        switch (rest[0])
        {
            case (byte)'\n':
                return Step.Ended;
            case (byte)' ' or (byte)'\t' or (byte)'\r' or 0x0B or 0x0C:
                _at++;
                return Step.On;
            case (byte)'/':
                if (rest.Length < 2 && !isEnded) return Step.More;
                if (EnterComment(rest)) return Step.On;
                break;
            case (byte)'$':
                if (rest.Length <= Marker.Length && !isEnded && Marker.StartsWith(rest)) return Step.More;
                if (RecordStarts.IsMarker(rest))
                {
                    _at += Marker.Length;
                    return Step.On;
                }
                break;
        }
        _content = _noted = _at;
        return Step.On;
    }

    private Step ScanStructure(ReadOnlySpan<byte> window, ReadOnlySpan<byte> text, bool isEnded)
    {
        if (!Skip(window, s_structure)) return Step.On;
        ReadOnlySpan<byte> rest = text[_at..];
        switch (rest[0])
        {
            case (byte)'{':
                if (rest.Length < 2 && !isEnded) return Step.More;
                if (rest.StartsWith("{{"u8)) return Enter(Place.Binary, 2);
                _depth++;
                break;
            case (byte)'[':
                _depth++;
                break;
            case (byte)'}' or (byte)']':
                if (_depth > 0) _depth--;
                break;
            case (byte)'"':
                return Enter(Place.Text, 1);
            case (byte)'\'':
                if (rest.Length < 3 && !isEnded && "'''"u8.StartsWith(rest)) return Step.More;
                return rest.StartsWith("'''"u8) ? Enter(Place.LongText, 3) : Enter(Place.Symbol, 1);
            case (byte)'/':
                if (rest.Length < 2 && !isEnded) return Step.More;
                Note(text);
                if (EnterComment(rest)) return Step.On;
                break;
            case (byte)'\n':
                if (_depth == 0) return Step.Ended;
                Note(text);
                return ScanLineEnd(text, isEnded, isInText: false);
        }
        _at++;
        return Step.On;
    }

    /// <summary>A text or symbol in single quotes or double ones, which goes over no line's end that is not escaped.</summary>
    private Step ScanQuoted(ReadOnlySpan<byte> window, SearchValues<byte> stops, byte quote)
    {
        if (!Skip(window, stops)) return Step.On;
        // Outside of all brackets it is a line of something else.
        if (window[_at] == '\n') return _depth == 0 ? Step.Ended : Step.Failed;
        if (window[_at] == '\\') return ScanEscape(window);
        return Leave(1, quote);
    }

    private Step ScanLongText(ReadOnlySpan<byte> window, ReadOnlySpan<byte> text, bool isEnded)
    {
        if (!Skip(window, s_quoted)) return Step.On;
        ReadOnlySpan<byte> rest = text[_at..];
        if (rest[0] == '\n') return ScanLineEnd(text, isEnded, isInText: true);
        if (rest[0] == '\\') return ScanEscape(window);
        if (rest.StartsWith("'''"u8)) return Leave(3, (byte)'\'');
        if ("'''"u8.StartsWith(rest) && !isEnded) return Step.More;
        _at++;
        return Step.On;
    }

    private Step ScanEscape(ReadOnlySpan<byte> window)
    {
        ReadOnlySpan<byte> rest = window[_at..];
        if (rest.Length < 2 || (rest.Length < 3 && rest[1] == '\r')) return Step.More;
        _at += rest[1] == '\r' && rest[2] == '\n' ? 3 : 2;
        return Step.On;
    }

    private Step ScanBinary(ReadOnlySpan<byte> window, ReadOnlySpan<byte> text, bool isEnded)
    {
        if (!Skip(window, s_binary)) return Step.On;
        ReadOnlySpan<byte> rest = text[_at..];
        if (rest[0] == '\n') return ScanLineEnd(text, isEnded, isInText: false);
        if (rest.Length < 2) return Step.More;
        if (rest[1] == '}') return Leave(2, (byte)'}');
        _at++;
        return Step.On;
    }

    private Step ScanLineComment(ReadOnlySpan<byte> window)
    {
        int length = window[_at..].IndexOfAny((byte)'\n', (byte)'\r');
        _at = length < 0 ? window.Length : _at + length;
        return length < 0 ? Step.On : Leave(0, _last);
    }

    private Step ScanComment(ReadOnlySpan<byte> window, ReadOnlySpan<byte> text, bool isEnded)
    {
        if (!Skip(window, s_comment)) return Step.On;
        ReadOnlySpan<byte> rest = text[_at..];
        if (rest[0] == '\n') return ScanLineEnd(text, isEnded, isInText: true);
        if (rest.Length < 2) return Step.More;
        if (rest[1] == '/') return Leave(2, _last);
        _at++;
        return Step.On;
    }

    /// <summary>A line that begins a record cannot stand within a value: then the value is damaged.</summary>
    private Step ScanLineEnd(ReadOnlySpan<byte> text, bool isEnded, bool isInText)
    {
        if (!isInText || IsStrict)
        {
            RecordStart start = RecordStarts.At(text[(_at + 1)..], isEnded);
            if (start == RecordStart.Unknown) return Step.More;
            // An element of a list may look like a record of its own.
            bool mayBeElement = start == RecordStart.Struct && _place == Place.Structure && _last is (byte)'[' or (byte)',' or (byte)':';
            if (start != RecordStart.No && (isInText || !mayBeElement)) return Step.Failed;
        }
        _at++;
        return Step.On;
    }

    /// <summary>To the next of these bytes; false if there is none.</summary>
    private bool Skip(ReadOnlySpan<byte> window, SearchValues<byte> stops)
    {
        int length = window[_at..].IndexOfAny(stops);
        _at = length < 0 ? window.Length : _at + length;
        return length >= 0;
    }

    private bool EnterComment(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 2 || rest[1] is not ((byte)'/' or (byte)'*')) return false;
        Enter(rest[1] == '/' ? Place.LineComment : Place.Comment, 2);
        return true;
    }

    private Step Enter(Place place, int length)
    {
        _place = place;
        _at += length;
        return Step.On;
    }

    private Step Leave(int length, byte last)
    {
        _place = Place.Structure;
        _at += length;
        _noted = _at;
        _last = last;
        return Step.On;
    }

    /// <summary>Keeps the last byte before here that is no white space and no comment.</summary>
    private void Note(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> passed = text[_noted.._at].TrimEnd(" \t\r\n\v\f"u8);
        if (!passed.IsEmpty) _last = passed[^1];
        _noted = _at;
    }
}
