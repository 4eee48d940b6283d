using DynamoCosmos.Ports;

namespace DynamoCosmos.Sources;

/// <summary>Values of Ion text as records: each bears the number of the line that it begins on.</summary>
internal sealed partial class LineBuffer
{
    private readonly IonValues? _values = isIon ? new(maxLine) : null;
    private bool _isBegun;

    // Of the text at _start, from 0; of a value that is skipped, its own, and how many bytes of it are kept.
    private long _line, _skippedLine;
    private int _skippedKept;

    private bool TryReadValue(IonValues values, out ItemRecord record)
    {
        while (_hasLine)
        {
            if (_isSkipping)
            {
                if (!TryEndSkippingValue(out int next)) break;
                record = new(_buffer.AsSpan(0, _skippedKept), Line = _skippedLine, isTooLong: true);
                _isSkipping = false;
                _start = next;
                return true;
            }
            ReadOnlySpan<byte> text = _buffer.AsSpan(_start, TextEnd - _start);
            if (text.IsEmpty || (!_isBegun && !TryPassMark(ref text)) || !values.TryFind(text, _isEnded, out IonValue value)) break;
            _start += value.Next;
            long line = _line + value.LinesBefore + 1;
            _line += value.Lines;
            text = text[value.Start..value.End].TrimEnd("\r\n"u8);
            if (text.IsEmpty) continue;
            Line = line;
            record = text.Length > maxLine ? new(text[.._kept], line, isTooLong: true) : new(text, line);
            return true;
        }
        _hasLine = false;
        record = default;
        return false;
    }

    /// <summary>A byte order mark; false where its rest has yet to come.</summary>
    private bool TryPassMark(ref ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> mark = "\uFEFF"u8;
        if (text.Length < mark.Length && !_isEnded) return false;
        _isBegun = true;
        if (!text.StartsWith(mark)) return true;
        _start += mark.Length;
        text = text[mark.Length..];
        return true;
    }

    private void BeginSkippingValue(IonValues values, int searched)
    {
        ReadOnlySpan<byte> text = _buffer.AsSpan(0, searched);
        _skippedLine = _line + text[..values.Content].Count((byte)'\n') + 1;
        _skippedKept = Math.Min(_kept, searched - values.Content);
        _line += text.Count((byte)'\n');
        _buffer.AsSpan(values.Content, _skippedKept).CopyTo(_buffer);
        values.Forget();
        _isSkipping = true;
        SkipValue(searched);
    }

    /// <summary>What was looked through makes room; its lines are counted already.</summary>
    private void SkipValue(int searched)
    {
        int length = _end - searched;
        _buffer.AsSpan(searched, length).CopyTo(_buffer.AsSpan(_skippedKept));
        _scanned = _skippedKept;
        _end = _skippedKept + length;
    }

    private bool TryEndSkippingValue(out int next)
    {
        ReadOnlySpan<byte> text = _buffer.AsSpan(_scanned, TextEnd - _scanned);
        bool isFound = IonValues.TryFindRecord(text, _isEnded, out int passed);
        _line += text[..passed].Count((byte)'\n');
        _scanned += passed;
        next = _scanned;
        return isFound || _isEnded;
    }
}
