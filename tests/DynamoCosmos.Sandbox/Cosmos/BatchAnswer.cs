using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>Writes the results of a batch, one HybridRow record for each operation.</summary>
internal sealed class BatchAnswer
{
    private readonly ArrayBufferWriter<byte> _target = new(16 * 1024);

    internal ReadOnlyMemory<byte> Written => _target.WrittenMemory;

    private static ReadOnlySpan<byte> SegmentHead => [0x81, 0xF0, 0xD8, 0xFF, 0x7F, 0x01, 0x0A, 0x00, 0x00, 0x00];

    internal void Start()
    {
        _target.ResetWrittenCount();
        _target.Write(SegmentHead);
    }

    /// <param name="lsn">Makes the ETag; 0 for none.</param>
    internal void Add(int status, int subStatus, double charge, long lsn = 0, TimeSpan retryAfter = default,
        ReadOnlySpan<byte> body = default)
    {
        const int head = 13, longest = 160;
        Span<byte> record = _target.GetSpan(head + longest + body.Length);
        Span<byte> row = record[head..];
        byte present = (byte)(0x03 | (lsn > 0 ? 0x04 : 0) | (body.IsEmpty ? 0 : 0x08));
        ReadOnlySpan<byte> rowHead = [0x81, 0x71, 0x54, 0xE1, 0x7F, present];
        rowHead.CopyTo(row);
        BinaryPrimitives.WriteInt32LittleEndian(row[6..], status);
        BinaryPrimitives.WriteInt32LittleEndian(row[10..], subStatus);
        int at = 14;
        if (lsn > 0)
        {
            row[at++] = 38;
            "\"00000000-0000-0000-0000-"u8.CopyTo(row[at..]);
            lsn.TryFormat(row[(at + 25)..], out _, "x12");
            row[at + 37] = (byte)'"';
            at += 38;
        }
        if (!body.IsEmpty)
        {
            uint left = (uint)body.Length;
            for (; left >= 0x80; left >>= 7) row[at++] = (byte)(left | 0x80);
            row[at++] = (byte)left;
            body.CopyTo(row[at..]);
            at += body.Length;
        }
        if (retryAfter > TimeSpan.Zero)
        {
            row[at++] = 0x0B;
            row[at++] = 0x05;
            BinaryPrimitives.WriteUInt32LittleEndian(row[at..], (uint)Math.Max(1, retryAfter.TotalMilliseconds));
            at += 4;
        }
        row[at++] = 0x10;
        row[at++] = 0x06;
        BinaryPrimitives.WriteDoubleLittleEndian(row[at..], charge);
        at += 8;
        ReadOnlySpan<byte> recordHead = [0x81, 0xF1, 0xD8, 0xFF, 0x7F];
        recordHead.CopyTo(record);
        BinaryPrimitives.WriteInt32LittleEndian(record[5..], at);
        BinaryPrimitives.WriteUInt32LittleEndian(record[9..], Crc32.HashToUInt32(row[..at]));
        _target.Advance(head + at);
    }
}
