using System.Globalization;
using System.Text;

namespace DynamoCosmos.Sandbox.Faults;

/// <summary>Passes a body on in the framing that it came in, doing to its content (not to the framing) what the faults say.</summary>
internal sealed class BodyCopy(WireReader from, Stream to, IReadOnlyList<Fault> faults, long? length)
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly long? _cutAt = faults.OfType<Fault.Truncate>().FirstOrDefault() is { } cut ? Within(cut.AfterBytes, length) : null;
    private readonly long? _flipAt =
        faults.OfType<Fault.Flip>().FirstOrDefault() is { } flip ? length > 0 ? flip.AtByte % length : flip.AtByte : null;
    private readonly int? _bytesPerSecond = faults.OfType<Fault.Slow>().FirstOrDefault()?.BytesPerSecond;
    private long _passed;

    /// <returns>False if the body was cut, so that the connection has to go.</returns>
    internal async Task<bool> PassCountedAsync(long count, CancellationToken cancellationToken)
    {
        for (long left = count; left > 0;)
        {
            int read = await from.ReadAsync(_buffer.AsMemory(0, (int)Math.Min(left, Step)), cancellationToken);
            if (read == 0) throw new EndOfStreamException();
            left -= read;
            if (!await PassAsync(_buffer.AsMemory(0, read), cancellationToken)) return false;
        }
        return true;
    }

    internal async Task<bool> PassChunkedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            byte[] line = await from.ReadLineAsync(cancellationToken);
            await to.WriteAsync(line, cancellationToken);
            long size = long.Parse(Encoding.ASCII.GetString(line).Split(';')[0].Trim(), NumberStyles.HexNumber,
                CultureInfo.InvariantCulture);
            if (size == 0) break;
            if (!await PassCountedAsync(size, cancellationToken)) return false;
            await to.WriteAsync(await from.ReadLineAsync(cancellationToken), cancellationToken);
        }
        byte[] trailer;
        do
        {
            trailer = await from.ReadLineAsync(cancellationToken);
            await to.WriteAsync(trailer, cancellationToken);
        }
        while (trailer.Length > 2);
        return true;
    }

    private int Step => _bytesPerSecond is int rate ? Math.Clamp(rate / 10, 1, _buffer.Length) : _buffer.Length;

    private static long Within(long at, long? length) => length is long known && at >= known ? known / 2 : at;

    private async Task<bool> PassAsync(Memory<byte> content, CancellationToken cancellationToken)
    {
        if (_flipAt is long flip && flip >= _passed && flip < _passed + content.Length) content.Span[(int)(flip - _passed)] ^= 0x10;
        bool isCut = _cutAt is long cut && _passed + content.Length > cut;
        if (isCut) content = content[..(int)(_cutAt!.Value - _passed)];
        await to.WriteAsync(content, cancellationToken);
        _passed += content.Length;
        if (_bytesPerSecond is int rate)
        {
            await to.FlushAsync(cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds((double)content.Length / rate), cancellationToken);
        }
        return !isCut;
    }
}
