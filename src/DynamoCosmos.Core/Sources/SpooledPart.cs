using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using DynamoCosmos.Exports;
using DynamoCosmos.Ports;
using Microsoft.Win32.SafeHandles;

namespace DynamoCosmos.Sources;

/// <summary>
/// Some of the records that a <see cref="SpooledSource"/> keeps. It has the name of the unit that they came from, as its other parts do: a
/// record's line, which is that of the unit, tells them apart.
/// </summary>
internal sealed class SpooledPart(SafeFileHandle file, string unit, long from, long length, long items) : IItemUnit
{
    public string Name => unit;

    public long? ItemCount => items;

    public long? Bytes => length;

    public Task<ItemReader> OpenAsync(CancellationToken cancellationToken) =>
        Task.FromResult<ItemReader>(new Reader(new GZipStream(new FilePart(file, from, length), CompressionMode.Decompress)));

    private sealed class Reader(Stream text) : ItemReader
    {
        private byte[] _buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
        private int _at, _end;

        public override async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
        {
            while (!SpooledRecord.IsWhole(Unread))
            {
                MakeRoom();
                int count = await ReadAsync(cancellationToken).ConfigureAwait(false);
                if (count == 0) return false;
                _end += count;
            }
            return true;
        }

        public override bool TryRead(out ItemRecord record)
        {
            record = default;
            if (!SpooledRecord.IsWhole(Unread)) return false;
            record = SpooledRecord.Read(Unread, out int length);
            _at += length;
            return true;
        }

        public override async ValueTask DisposeAsync()
        {
            byte[] buffer = _buffer;
            _buffer = [];
            _at = _end = 0;
            if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
            await text.DisposeAsync().ConfigureAwait(false);
        }

        private ReadOnlySpan<byte> Unread => _buffer.AsSpan(_at, _end - _at);

        private void MakeRoom()
        {
            byte[] buffer = _buffer;
            int needed = SpooledRecord.LengthOf(Unread);
            if (needed > buffer.Length) _buffer = ArrayPool<byte>.Shared.Rent(needed);
            buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
            (_at, _end) = (0, _end - _at);
            if (buffer != _buffer) ArrayPool<byte>.Shared.Return(buffer);
        }

        private async ValueTask<int> ReadAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await text.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or InvalidDataException)
            {
                throw ExportErrors.ItemsNotKept(TemporaryFile.Folder, error);
            }
        }
    }

    /// <summary>Several parts of one file are read at once, so none moves the file's own position.</summary>
    private sealed class FilePart(SafeFileHandle file, long from, long length) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _read; set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int most = (int)Math.Min(buffer.Length, length - _read);
            int count = await RandomAccess.ReadAsync(file, buffer[..most], from + _read, cancellationToken).ConfigureAwait(false);
            _read += count;
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = RandomAccess.Read(file, buffer.AsSpan(offset, (int)Math.Min(count, length - _read)), from + _read);
            _read += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

/// <summary>
/// A record as a spool has it: its length, its line, its text. A line end would not tell where it ends, since a pipeline's text may hold
/// some.
/// </summary>
internal static class SpooledRecord
{
    private const int HeadBytes = sizeof(int) + sizeof(long);

    internal static void Write(in ItemRecord record, Stream into)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        // Below zero for one that is cut.
        BinaryPrimitives.WriteInt32LittleEndian(head, record.IsTooLong ? ~record.Text.Length : record.Text.Length);
        BinaryPrimitives.WriteInt64LittleEndian(head[sizeof(int)..], record.Line);
        into.Write(head);
        into.Write(record.Text);
    }

    /// <summary>Of the record that begins here; of its head alone as long as that is not there.</summary>
    internal static int LengthOf(ReadOnlySpan<byte> from)
    {
        if (from.Length < HeadBytes) return HeadBytes;
        int length = BinaryPrimitives.ReadInt32LittleEndian(from);
        return HeadBytes + (length < 0 ? ~length : length);
    }

    internal static bool IsWhole(ReadOnlySpan<byte> from) => from.Length >= HeadBytes && from.Length >= LengthOf(from);

    internal static ItemRecord Read(ReadOnlySpan<byte> from, out int length)
    {
        length = LengthOf(from);
        return new(from[HeadBytes..length], BinaryPrimitives.ReadInt64LittleEndian(from[sizeof(int)..]),
            BinaryPrimitives.ReadInt32LittleEndian(from) < 0);
    }
}
