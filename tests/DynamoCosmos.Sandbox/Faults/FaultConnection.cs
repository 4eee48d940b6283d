using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace DynamoCosmos.Sandbox.Faults;

/// <summary>A client's connection, and the proxy's own one to the service behind it.</summary>
internal sealed class FaultConnection(FaultProxy proxy, Socket client, X509Certificate2? certificate)
{
    private Socket? _upstream;
    private Stream? _upstreamStream;
    private WireReader? _upstreamReader;

    /// <summary>Closes it so that the client hears of it at once: RST instead of FIN.</summary>
    internal void Reset()
    {
        try
        {
            client.LingerState = new(true, 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It is closed already, which is all that is wanted.
        }
        client.Dispose();
        _upstream?.Dispose();
    }

    internal async Task ServeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using Stream stream = await OpenAsync(new NetworkStream(client, ownsSocket: true), cancellationToken);
            WireReader reader = new(stream);
            while (await reader.ReadHeadAsync(cancellationToken) is byte[] head)
            {
                if (!await ExchangeAsync(stream, reader, new(head), cancellationToken)) break;
            }
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or OperationCanceledException
            or System.Security.Authentication.AuthenticationException)
        {
            // One side has gone; the other is told by the same means.
            Reset();
        }
        finally
        {
            client.Dispose();
            _upstream?.Dispose();
        }
    }

    /// <returns>True if the connection can take another request.</returns>
    private async Task<bool> ExchangeAsync(Stream stream, WireReader reader, MessageHead head, CancellationToken cancellationToken)
    {
        string method = head.FirstLine[0], path = head.FirstLine[1].Split('?')[0];
        (ProxiedRequest request, IReadOnlyList<Fault> faults) = proxy.Ask(method, path, head.Headers);
        foreach (Fault.Delay delay in faults.OfType<Fault.Delay>()) await Task.Delay(delay.Time, cancellationToken);
        if (faults.OfType<Fault.ResetBefore>().Any())
        {
            Record(request, 0, faults);
            Reset();
            return false;
        }
        if (head.Headers.ContainsKey("Expect")) await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancellationToken);
        byte[] body = await ReadBodyAsync(reader, head, cancellationToken);
        if (faults.OfType<Fault.Answer>().FirstOrDefault() is { } instead)
        {
            Record(request, instead.With.Status, faults);
            await AnswerAsync(stream, instead.With, method, cancellationToken);
            return !head.Closes;
        }

        MessageHead answer = await AskUpstreamAsync(head, body, cancellationToken);
        int status = int.Parse(answer.FirstLine[1], CultureInfo.InvariantCulture);
        bool hasBody = method != "HEAD" && status is not (204 or 304);
        if (faults.Any(f => f is Fault.ResetAfter or Fault.AnswerAfter))
        {
            await PassAnswerBodyAsync(Stream.Null, answer, hasBody, [], cancellationToken);
            if (faults.OfType<Fault.AnswerAfter>().FirstOrDefault() is { } after)
            {
                Record(request, after.With.Status, faults);
                await AnswerAsync(stream, after.With, method, cancellationToken);
                return !head.Closes;
            }
            Record(request, 0, faults);
            Reset();
            return false;
        }
        Record(request, status, faults);
        await stream.WriteAsync(Skewed(answer, faults), cancellationToken);
        bool isWhole = await PassAnswerBodyAsync(stream, answer, hasBody, faults, cancellationToken);
        await stream.FlushAsync(cancellationToken);
        return isWhole && !head.Closes && !answer.Closes;
    }

    private void Record(ProxiedRequest request, int status, IReadOnlyList<Fault> faults) =>
        proxy.Record(new(request.Number, request.Method, request.Path, status, [.. faults.Select(f => f.Name)]));

    // Buffered, because a request that was passed on in part could not be kept from the service any more. What requests hold is bounded by
    // what services take.
    private static async Task<byte[]> ReadBodyAsync(WireReader reader, MessageHead head, CancellationToken cancellationToken)
    {
        using MemoryStream body = new();
        BodyCopy copy = new(reader, body, [], null);
        if (head.IsChunked) await copy.PassChunkedAsync(cancellationToken);
        else await copy.PassCountedAsync(head.Length ?? 0, cancellationToken);
        return body.ToArray();
    }

    private async Task<bool> PassAnswerBodyAsync(Stream to, MessageHead answer, bool hasBody, IReadOnlyList<Fault> faults,
        CancellationToken cancellationToken)
    {
        if (!hasBody) return true;
        BodyCopy copy = new(_upstreamReader!, to, faults, answer.Length);
        return answer.IsChunked
            ? await copy.PassChunkedAsync(cancellationToken) : await copy.PassCountedAsync(answer.Length ?? 0, cancellationToken);
    }

    private async Task<MessageHead> AskUpstreamAsync(MessageHead head, byte[] body, CancellationToken cancellationToken)
    {
        if (_upstreamStream is null) await ConnectAsync(cancellationToken);
        await _upstreamStream!.WriteAsync(WithoutExpect(head), cancellationToken);
        await _upstreamStream.WriteAsync(body, cancellationToken);
        await _upstreamStream.FlushAsync(cancellationToken);
        // Never asked twice: what looks like an idle connection that was closed may be a request that was carried out.
        return new(await _upstreamReader!.ReadHeadAsync(cancellationToken) ?? throw new EndOfStreamException());
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        _upstream = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await _upstream.ConnectAsync(proxy.Upstream.Host, proxy.Upstream.Port, cancellationToken);
        _upstreamStream = new NetworkStream(_upstream, ownsSocket: true);
        if (proxy.Upstream.Scheme == "https")
        {
            // It is one of our own stand-ins on the loopback.
            SslStream secure = new(_upstreamStream, false, (_, _, _, _) => true);
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = proxy.Upstream.Host },
                cancellationToken);
            _upstreamStream = secure;
        }
        _upstreamReader = new(_upstreamStream);
    }

    private async Task<Stream> OpenAsync(NetworkStream plain, CancellationToken cancellationToken)
    {
        if (certificate is null) return plain;
        SslStream secure = new(plain);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancellationToken);
        return secure;
    }

    private static byte[] WithoutExpect(MessageHead head) =>
        head.Headers.ContainsKey("Expect") ? WithoutLine(head.Bytes, "Expect") : head.Bytes;

    private static byte[] Skewed(MessageHead answer, IReadOnlyList<Fault> faults)
    {
        if (faults.OfType<Fault.SkewDate>().FirstOrDefault() is not { } skew
            || !answer.Headers.TryGetValue("Date", out string? date)) return answer.Bytes;
        DateTimeOffset shifted = DateTimeOffset.Parse(date, CultureInfo.InvariantCulture) + skew.By;
        return Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(answer.Bytes)
            .Replace(date, shifted.ToString("R", CultureInfo.InvariantCulture)));
    }

    private static byte[] WithoutLine(byte[] head, string name) =>
        Encoding.Latin1.GetBytes(
            string.Join("\r\n", Encoding.Latin1.GetString(head).Split("\r\n")
            .Where(l => !l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))));

    private static async Task AnswerAsync(Stream stream, ServiceAnswer answer, string method, CancellationToken cancellationToken)
    {
        byte[] body = Encoding.UTF8.GetBytes(answer.Body);
        StringBuilder head = new($"HTTP/1.1 {answer.Status} Injected\r\nDate: {DateTimeOffset.UtcNow:R}\r\nContent-Type: " +
            $"{answer.ContentType}\r\nContent-Length: {body.Length}\r\n");
        foreach ((string name, string value) in answer.Headers) head.Append($"{name}: {value}\r\n");
        head.Append("\r\n");
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.ToString()), cancellationToken);
        if (method != "HEAD") await stream.WriteAsync(body, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }
}
