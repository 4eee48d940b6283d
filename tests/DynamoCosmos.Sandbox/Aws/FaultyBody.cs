namespace DynamoCosmos.Sandbox.Aws;

/// <summary>An answer's body on its way through a fault.</summary>
internal sealed class FaultyBody(HttpContext context, Stream inner, AwsFault fault) : Stream
{
    private long _position;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position == 0 && fault.Kind == AwsFaultKind.ShortBody && context.Response.ContentLength > fault.AtByte)
            context.Response.ContentLength = fault.AtByte;
        long offset = fault.AtByte - _position;
        bool isHere = offset >= 0 && offset < buffer.Length;
        _position += buffer.Length;
        switch (fault.Kind)
        {
            case AwsFaultKind.FlipByte when isHere:
                byte[] flipped = buffer.ToArray();
                flipped[offset] ^= 1;
                await inner.WriteAsync(flipped, cancellationToken);
                break;
            case AwsFaultKind.CutBody when isHere:
                await inner.WriteAsync(buffer[..(int)offset], cancellationToken);
                await inner.FlushAsync(cancellationToken);
                context.Abort();
                throw new IOException("The connection was reset, as the fault asks for.");
            case AwsFaultKind.ShortBody when offset < buffer.Length:
                if (offset > 0) await inner.WriteAsync(buffer[..(int)offset], cancellationToken);
                break;
            default:
                await inner.WriteAsync(buffer, cancellationToken);
                break;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
