using System.Text;

namespace DynamoCosmos.Sandbox.Faults;

/// <summary>Reads HTTP/1.1 off a stream: heads, lines and bytes.</summary>
internal sealed class WireReader(Stream stream)
{
    private const int LongestHead = 64 * 1024;

    private byte[] _buffer = new byte[16 * 1024];
    private int _start, _end;

    /// <summary>The first line and the headers, as they stand, with the empty line; null if the other side has closed instead.</summary>
    internal async Task<byte[]?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int at = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
            if (at >= 0) return Take(at + 4);
            if (_end - _start > LongestHead) throw new InvalidDataException("The head is too long.");
            if (await FillAsync(cancellationToken) > 0) continue;
            return _end == _start ? null : throw new EndOfStreamException();
        }
    }

    /// <summary>A line with its end.</summary>
    internal async Task<byte[]> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int at = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8);
            if (at >= 0) return Take(at + 2);
            if (await FillAsync(cancellationToken) == 0) throw new EndOfStreamException();
        }
    }

    internal async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellationToken)
    {
        if (_end == _start) return await stream.ReadAsync(into, cancellationToken);
        int count = Math.Min(into.Length, _end - _start);
        _buffer.AsMemory(_start, count).CopyTo(into);
        _start += count;
        return count;
    }

    private byte[] Take(int count)
    {
        byte[] taken = _buffer[_start..(_start + count)];
        _start += count;
        return taken;
    }

    private async ValueTask<int> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        int count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count;
        return count;
    }
}

/// <summary>A message's head, taken apart.</summary>
internal sealed class MessageHead
{
    internal MessageHead(byte[] bytes)
    {
        Bytes = bytes;
        string[] lines = Encoding.Latin1.GetString(bytes).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        FirstLine = lines[0].Split(' ', 3);
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':');
            if (colon > 0) headers[line[..colon]] = line[(colon + 1)..].Trim();
        }
        Headers = headers;
    }

    internal byte[] Bytes { get; }

    /// <summary>Method, target, version; or version, status, reason.</summary>
    internal string[] FirstLine { get; }

    internal IReadOnlyDictionary<string, string> Headers { get; }

    internal long? Length => Headers.TryGetValue("Content-Length", out string? length) ? long.Parse(length) : null;

    internal bool IsChunked =>
        Headers.TryGetValue("Transfer-Encoding", out string? coding) && coding.Contains("chunked", StringComparison.OrdinalIgnoreCase);

    internal bool Closes =>
        Headers.TryGetValue("Connection", out string? connection) && connection.Contains("close", StringComparison.OrdinalIgnoreCase);
}
