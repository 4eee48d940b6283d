using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace DynamoCosmos.Sources;

/// <summary>
/// The bytes of a data file on their way to the decompressor: their MD5 is taken, and at their end followed by one more gzip member of our
/// own. .NET's GZipStream takes a file that was cut for one that ended, and leaves unread what follows the last member; but it only comes
/// to
/// <see cref="Mark"/> if every member before was whole, checksum and length included.
/// </summary>
internal sealed class ProvedStream(Stream source) : Stream
{
    private const int BufferBytes = 128 * 1024;

    // A gzip member ends with CRC-32 and length, little endian.
    private static readonly byte[] s_member =
        [.. (byte[])[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1, 16, 0, 0xEF, 0xFF], .. Mark, .. Crc32.Hash(Mark), (byte)Mark.Length, 0, 0, 0];

    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _start;
    private int _end;
    private bool _isEnded;

    /// <summary>What the decompressed text ends with if the file is whole.</summary>
    internal static ReadOnlySpan<byte> Mark => "\u0001end of file ok\u0002"u8;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Of everything read; once.</summary>
    internal string GetMd5() => Convert.ToBase64String(_md5.GetHashAndReset());

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start == _end && !_isEnded) await FillAsync(cancellationToken).ConfigureAwait(false);
        int count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsMemory(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        Dispose(true);
        await source.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        byte[] buffer = _buffer;
        _buffer = [];
        _start = _end = 0;
        _isEnded = true;
        if (buffer.Length == 0) return;
        ArrayPool<byte>.Shared.Return(buffer);
        _md5.Dispose();
        if (disposing) source.Dispose();
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        int count = await source.ReadAsync(_buffer.AsMemory(0, BufferBytes), cancellationToken).ConfigureAwait(false);
        _start = 0;
        _end = count;
        if (count > 0)
        {
            _md5.AppendData(_buffer, 0, count);
            return;
        }
        _isEnded = true;
        s_member.CopyTo(_buffer, 0);
        _end = s_member.Length;
    }
}
