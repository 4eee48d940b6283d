using System.Buffers;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sources;

/// <summary>
/// Cuts a stream of text into lines, over one pooled buffer that grows to the longest line allowed and shrinks again. Of a longer line it
/// keeps the beginning and lets the rest pass through. The last <c>tail</c> bytes are held back until the end is known, since they may not
/// be text. Ion text is cut into values in place of lines.
/// </summary>
internal sealed partial class LineBuffer(int chunk, int maxLine, int tail, bool isIon = false) : IDisposable
{
    /// <summary>What is kept of a line that is too long: enough to see in a rejection which item it was.</summary>
    internal const int KeptBytes = 64 * 1024;

    private readonly int _kept = Math.Min(KeptBytes, maxLine);
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(chunk + tail);
    private int _start;
    private int _end;
    private int _scanned;
    private bool _hasLine;
    private bool _isSkipping;
    private bool _isEnded;

    /// <summary>Of the record that was read last; of a value of many lines the first.</summary>
    internal long Line { get; private set; }

    /// <summary>Whether <see cref="TryRead"/> may have something; if not, more has to be added.</summary>
    internal bool HasLine => _hasLine;

    /// <summary>The bytes held back, once everything has been added; shorter if less came.</summary>
    internal ReadOnlySpan<byte> Tail => _buffer.AsSpan(Math.Max(_start, _end - tail), Math.Min(tail, _end - _start));

    /// <summary>What has been added and not been read, the tail included.</summary>
    internal ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Room for more, at least a quarter of a chunk. What was handed out before is no longer valid.</summary>
    internal Memory<byte> GetRoom()
    {
        if (_isSkipping) Skip();
        else if (_start > 0) Compact();
        if (_buffer.Length - _end < chunk / 4)
        {
            if (!_isSkipping && _end - tail > maxLine + 1)
            {
                if (_values is null) BeginSkipping();
                else if (_values.Searched is int searched) BeginSkippingValue(_values, searched);
            }
            if (_buffer.Length - _end < chunk / 4) Resize(Math.Max(_end + chunk, Math.Min(_buffer.Length * 2, maxLine + tail + chunk)));
        }
        return _buffer.AsMemory(_end);
    }

    internal void Add(int count)
    {
        _end += count;
        Scan();
    }

    /// <summary>Everything has been added and the tail has been looked at: it is dropped, and the rest is the last line.</summary>
    internal void End()
    {
        _end = Math.Max(_start, _end - tail);
        _isEnded = true;
        _hasLine = _isSkipping || _start < _end;
    }

    internal bool TryRead(out ItemRecord record)
    {
        if (_values is not null) return TryReadValue(_values, out record);
        while (_hasLine)
        {
            if (_isSkipping)
            {
                if (!TryEndSkipping(out int next)) break;
                _isSkipping = false;
                record = new(_buffer.AsSpan(0, _kept), ++Line, isTooLong: true);
                MoveTo(next);
                return true;
            }
            if (!TryCut(out ReadOnlySpan<byte> text)) break;
            Line++;
            if (Line == 1 && text.StartsWith("\uFEFF"u8)) text = text[3..];
            if (text.EndsWith("\r"u8)) text = text[..^1];
            // A blank line holds no item; it only counts as a line.
            if (text.IsEmpty) continue;
            record = text.Length > maxLine ? new(text[.._kept], Line, isTooLong: true) : new(text, Line);
            return true;
        }
        _hasLine = false;
        record = default;
        return false;
    }

    public void Dispose()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        _start = _end = _scanned = 0;
        _hasLine = false;
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private int TextEnd => _isEnded ? _end : Math.Max(_start, _end - tail);

    private bool TryCut(out ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> rest = _buffer.AsSpan(_start, TextEnd - _start);
        int length = rest.IndexOf((byte)'\n');
        if (length < 0 && !(_isEnded && rest.Length > 0))
        {
            text = default;
            return false;
        }
        text = length < 0 ? rest : rest[..length];
        MoveTo(length < 0 ? TextEnd : _start + length + 1);
        return true;
    }

    private void MoveTo(int start)
    {
        _start = start;
        _scanned = Math.Max(_scanned, start);
    }

    private void Scan()
    {
        int end = TextEnd;
        if (_values is not null)
        {
            _hasLine = end > (_isSkipping ? _scanned : _start);
            return;
        }
        if (_hasLine || end <= _scanned) return;
        _hasLine = _buffer.AsSpan(_scanned, end - _scanned).Contains((byte)'\n');
        if (!_hasLine) _scanned = end;
    }

    private void Compact()
    {
        int length = _end - _start;
        if (_buffer.Length > 2 * (chunk + tail) && length < chunk / 2)
        {
            byte[] smaller = ArrayPool<byte>.Shared.Rent(chunk + tail);
            _buffer.AsSpan(_start, length).CopyTo(smaller);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = smaller;
        }
        else
        {
            _buffer.AsSpan(_start, length).CopyTo(_buffer);
        }
        _scanned = Math.Max(0, _scanned - _start);
        _end = length;
        _start = 0;
    }

    private void Resize(int length)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(length);
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    // The beginning stays at the front of the buffer; everything behind it is room that is read over and over.
    private void BeginSkipping()
    {
        _isSkipping = true;
        Skip();
    }

    private void Skip()
    {
        if (_values is not null)
        {
            SkipValue(_scanned);
            return;
        }
        int held = Math.Min(tail, _end - _kept);
        _buffer.AsSpan(_end - held, held).CopyTo(_buffer.AsSpan(_kept));
        _end = _kept + held;
        _scanned = _kept;
    }

    private bool TryEndSkipping(out int next)
    {
        int length = _buffer.AsSpan(_kept, TextEnd - _kept).IndexOf((byte)'\n');
        next = length < 0 ? TextEnd : _kept + length + 1;
        return length >= 0 || _isEnded;
    }
}
