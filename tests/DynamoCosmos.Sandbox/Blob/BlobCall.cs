using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>One request as the service reads it: path-style <c>/account/container/blob</c>, names decoded once.</summary>
internal sealed partial class BlobCall
{
    private BlobCall(HttpContext http, string rawPath, string account, string? container, string? blob)
    {
        Http = http;
        RawPath = rawPath;
        Account = account;
        Container = container;
        Blob = blob;
    }

    internal HttpContext Http { get; }

    internal HttpRequest Request => Http.Request;

    internal HttpResponse Response => Http.Response;

    /// <summary>As it came, still encoded: signatures are made over it.</summary>
    internal string RawPath { get; }

    internal string Account { get; }

    internal string? Container { get; }

    internal string? Blob { get; }

    /// <summary>Bytes of the request's body that were read.</summary>
    internal long BytesReceived { get; private set; }

    /// <summary>Bytes that were fetched from a copy's source.</summary>
    internal long BytesFetched { get; private set; }

    /// <summary>Where a fault flips a bit of what passes the wire.</summary>
    internal long? FlipAt { get; set; }

    internal bool IsNoted { get; set; }

    internal static BlobCall Read(HttpContext http)
    {
        string target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        string path = target.Split('?', 2)[0];
        string[] parts = path.Split('/', 4);
        string account = parts.Length > 1 ? parts[1] : "";
        string? container = parts.Length > 2 && parts[2].Length > 0 ? Uri.UnescapeDataString(parts[2]) : null;
        string? blob = parts.Length > 3 && parts[3].Length > 0 ? Uri.UnescapeDataString(parts[3]) : null;
        return new(http, path, account, container, blob);
    }

    internal string? Header(string name) => Request.Headers[name].FirstOrDefault() is { Length: > 0 } value ? value : null;

    internal string? Query(string name) => Request.Query[name].FirstOrDefault() is { Length: > 0 } value ? value : null;

    internal int? IntHeader(string name)
    {
        if (Header(name) is not { } text) return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? value : throw BlobError.InvalidHeader(name);
    }

    internal long? LongHeader(string name)
    {
        if (Header(name) is not { } text) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value : throw BlobError.InvalidHeader(name);
    }

    /// <summary>x-ms-range goes before Range. Null where there is none; To is null for an open end.</summary>
    internal (long From, long? To)? Range(string header)
    {
        string? text = header == "Range" ? Header("x-ms-range") ?? Header("Range") : Header(header);
        if (text is null) return null;
        Match match = RangeForm().Match(text);
        if (!match.Success) throw BlobError.InvalidHeader(header);
        long from = long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        long? to = match.Groups[2].Length == 0 ? null : long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        return to < from ? throw BlobError.InvalidHeader(header) : (from, to);
    }

    internal Dictionary<string, string> Metadata()
    {
        Dictionary<string, string> metadata = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues value) in Request.Headers)
        {
            if (!name.StartsWith("x-ms-meta-", StringComparison.OrdinalIgnoreCase)) continue;
            string key = name["x-ms-meta-".Length..];
            if (!Identifier().IsMatch(key)) throw new BlobError(400, "InvalidMetadata",
                "The specified metadata is invalid. It includes characters that are not permitted.");
            metadata[key] = value.ToString();
        }
        return metadata;
    }

    /// <summary>Reads the body, as long as it says and no longer than the limit, and checks its Content-MD5.</summary>
    internal async Task<BlobContent> ReadBodyAsync(long limit, CancellationToken cancellationToken)
    {
        if (Request.ContentLength is not { } length) throw new BlobError(411, "MissingContentLengthHeader",
            "The Content-Length header was not specified.");
        if (length > limit) throw BlobError.TooLarge(limit);
        if (Header("x-ms-structured-body") is not null
            || Header("x-ms-content-crc64") is not null) throw BlobError.NotStoodIn("CRC-64 validation");
        BlobContent content = await BlobContent.ReadAsync(Request.Body, limit, cancellationToken);
        BytesReceived += content.Length;
        content = InTransit(content);
        CheckMd5(content, Header("Content-MD5"));
        return content;
    }

    internal void NoteFetched(long bytes) => BytesFetched += bytes;

    internal BlobContent InTransit(BlobContent content)
    {
        if (FlipAt is not { } at || at >= content.Length) return content;
        byte[] bytes = content.ToArray();
        bytes[at] ^= 1;
        return BlobContent.From(bytes);
    }

    internal void RequireEmptyBody()
    {
        if (Request.ContentLength is not 0) throw BlobError.InvalidHeader("Content-Length");
    }

    internal static void CheckMd5(BlobContent content, string? expected)
    {
        if (expected is null) return;
        if (!IsMd5(expected)) throw new BlobError(400, "InvalidMd5",
            "The MD5 value specified in the request is invalid. The MD5 value must be 128 bits and Base64-encoded.");
        if (content.Md5 != expected) throw BlobError.Md5Mismatch();
    }

    internal static bool IsMd5(string text)
    {
        Span<byte> bytes = stackalloc byte[16];
        return text.Length == 24 && Convert.TryFromBase64String(text, bytes, out int written) && written == 16;
    }

    [GeneratedRegex(@"^bytes=(\d{1,18})-(\d{0,18})$")]
    private static partial Regex RangeForm();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Identifier();
}
