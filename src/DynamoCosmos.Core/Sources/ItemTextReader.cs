using System.Buffers;
using System.IO.Compression;
using DynamoCosmos.Exports;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sources;

/// <summary>
/// Reads the items of a file that no manifest tells of, plain or gzip. Its records are counted, not its lines: an item can take many, or
/// share one.
/// </summary>
internal sealed class ItemTextReader : ItemReader
{
    private readonly Uri _address;
    private readonly Stream _text;
    private readonly ItemText _items;
    private readonly int _tail;
    private readonly Action<bool>? _ended;
    private byte[] _buffer;
    private int _at;
    private int _end;
    private long _count;
    private bool _isBegun;
    private bool _isEnded;

    /// <param name="stored">Owned from here on.</param>
    /// <param name="ended">Called at the end of the file: whether its scan goes on elsewhere.</param>
    internal ItemTextReader(Stream stored, Uri address, bool isGzip, ReaderOptions? options = null, Action<bool>? ended = null)
    {
        _ended = ended;
        options ??= new();
        _address = address;
        _text = isGzip ? new GZipStream(new ProvedStream(stored), CompressionMode.Decompress) : stored;
        // What the proof of whole gzip puts at the end is no text.
        _tail = isGzip ? ProvedStream.Mark.Length : 0;
        _items = new(options.MaxLineBytes);
        _buffer = ArrayPool<byte>.Shared.Rent(options.ChunkBytes + _tail);
    }

    public override async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        while (TextEnd <= _at)
        {
            if (_isEnded) return false;
            _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
            _end -= _at;
            _at = 0;
            int count = await ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (count == 0) End();
            else Add(count);
        }
        return true;
    }

    public override bool TryRead(out ItemRecord record)
    {
        ReadOnlySpan<byte> text = _buffer.AsSpan(_at, Math.Max(0, TextEnd - _at));
        bool isFound;
        try
        {
            isFound = _items.TryRead(ref text);
        }
        catch (FormatException error)
        {
            throw ExportErrors.ItemFileNotRecognized(_address, _count + 1, error);
        }
        catch (PageCountException error)
        {
            throw ExportErrors.PageCountMismatch(_address, error.Page, error.Expected, error.Actual);
        }
        _at = Math.Max(_at, TextEnd) - text.Length;
        record = isFound ? new(_items.Record, ++_count, _items.IsTooLong) : default;
        // Only a manifest tells which window a change belongs to, and so what it may be applied to.
        if (isFound && record.Text.StartsWith("{\"Item\":{\"Metadata\":{\"WriteTimestampMicros\":"u8))
        {
            throw ExportErrors.ChangesWithoutManifest(_address);
        }
        return isFound;
    }

    public override async ValueTask DisposeAsync()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        _at = _end = 0;
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        _items.Dispose();
        await _text.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The item that was read last is one of a scan's answer.</summary>
    internal bool IsInPage => _items.IsInPage;

    private int TextEnd => _isEnded ? _end : _end - _tail;

    private async ValueTask<int> ReadAsync(Memory<byte> room, CancellationToken cancellationToken)
    {
        try
        {
            return await _text.ReadAsync(room, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException error)
        {
            throw ExportErrors.DataFileDamaged(_address, _count + 1, error);
        }
    }

    private void Add(int count)
    {
        _end += count;
        if (_isBegun || _end < 3) return;
        _isBegun = true;
        if (_buffer.AsSpan(0, 3).SequenceEqual("\uFEFF"u8)) _at = 3;
    }

    private void End()
    {
        if (!_buffer.AsSpan(0, _end).SequenceEqual(_tail == 0 ? default : ProvedStream.Mark)) throw ExportErrors.DataFileDamaged(_address,
            _count + 1);
        if (!_items.IsBetween) throw ExportErrors.ItemFileIncomplete(_address, _count);
        _end = 0;
        _isEnded = true;
        _ended?.Invoke(_items.IsOpen);
    }
}
