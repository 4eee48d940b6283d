using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace DynamoCosmos.Sandbox.Aws.Exports;

/// <summary>One data file on its way: lines in, gzip out, hashed as it is stored.</summary>
public sealed class DataFileWriter : IDisposable
{
    private static readonly byte[] s_emptyGzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly HashedStream _stored;
    private readonly bool _isIon;
    private readonly int _linesPerMember;
    private readonly Action<long, string, string> _completed;
    private readonly IonText _ion = new();
    private GZipStream? _gzip;
    private long _lines;

    internal DataFileWriter(Stream stored, bool isIon, int linesPerMember, Action<long, string, string> completed)
    {
        _stored = new(stored);
        _isIon = isIon;
        _linesPerMember = linesPerMember;
        _completed = completed;
    }

    /// <summary>An item as its typed JSON map, written in the export's format.</summary>
    public void WriteItem(ReadOnlySpan<byte> json)
    {
        if (_isIon)
        {
            WriteLine(_ion.Record("{Item:"u8, json));
            return;
        }
        GZipStream gzip = Begin();
        gzip.Write("{\"Item\":"u8);
        gzip.Write(json);
        gzip.Write("}\n"u8);
    }

    /// <summary>A change of an incremental export.</summary>
    public void WriteChange(long writeTimestampMicros, ReadOnlySpan<byte> keys, ReadOnlySpan<byte> newImage, ReadOnlySpan<byte> oldImage)
    {
        using MemoryStream line = new();
        line.Write(_isIon ? "$ion_1_0 {Record:{Metadata:{WriteTimestampMicros:"u8 : "{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\""u8);
        line.Write(Encoding.ASCII.GetBytes($"{writeTimestampMicros}"));
        line.Write(_isIon ? ".}"u8 : "\"}}"u8);
        WritePart(line, "Keys"u8, keys);
        WritePart(line, "NewImage"u8, newImage);
        WritePart(line, "OldImage"u8, oldImage);
        line.Write(_isIon ? "}}"u8 : "}"u8);
        WriteLine(line.GetBuffer().AsSpan(0, (int)line.Length));
    }

    /// <summary>A line just as it is, which need not be an item at all.</summary>
    public void WriteLine(ReadOnlySpan<byte> line)
    {
        GZipStream gzip = Begin();
        gzip.Write(line);
        gzip.Write("\n"u8);
    }

    public void Dispose()
    {
        // An empty file is a gzip file too, but a GZipStream that nothing was written to writes nothing.
        if (_lines == 0) _stored.Write(s_emptyGzip);
        EndMember();
        byte[] md5 = _stored.Complete();
        _completed(_lines, Convert.ToBase64String(md5), Convert.ToHexStringLower(MD5.HashData(md5)) + "-1");
    }

    private void WritePart(MemoryStream line, ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return;
        line.Write(_isIon ? ","u8 : ",\""u8);
        line.Write(name);
        line.Write(_isIon ? ":"u8 : "\":"u8);
        line.Write(_isIon ? _ion.Map(json) : json);
    }

    private GZipStream Begin()
    {
        if (_linesPerMember > 0 && _lines % _linesPerMember == 0) EndMember();
        _lines++;
        return _gzip ??= new(_stored, CompressionLevel.Fastest, leaveOpen: true);
    }

    private void EndMember()
    {
        _gzip?.Dispose();
        _gzip = null;
    }

    /// <summary>Passes on and hashes.</summary>
    private sealed class HashedStream(Stream inner) : Stream
    {
        private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        internal byte[] Complete()
        {
            inner.Dispose();
            byte[] hash = _md5.GetHashAndReset();
            _md5.Dispose();
            return hash;
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _md5.AppendData(buffer);
            inner.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
