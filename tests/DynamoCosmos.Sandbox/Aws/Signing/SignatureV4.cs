using System.Security.Cryptography;
using System.Text;

namespace DynamoCosmos.Sandbox.Aws.Signing;

/// <summary>The arithmetic of AWS Signature Version 4, written from its specification and independent of the SDK that it checks.</summary>
internal static class SignatureV4
{
    internal const string Algorithm = "AWS4-HMAC-SHA256";
    internal const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    internal static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    internal static byte[] SigningKey(string secret, string date, string region, string service)
    {
        byte[] key = HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + secret), Encoding.UTF8.GetBytes(date));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(region));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(service));
        return HMACSHA256.HashData(key, "aws4_request"u8);
    }

    internal static string Sign(byte[] key, string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));

    internal static string StringToSign(string timestamp, string scope, string canonicalRequest) =>
        $"{Algorithm}\n{timestamp}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonicalRequest))}";

    /// <param name="signedHeaders">Lower case, in the order of the signature.</param>
    internal static string CanonicalRequest(HttpRequest request, string rawPath, string rawQuery, IReadOnlyList<string> signedHeaders,
        string payloadHash, bool isPresigned)
    {
        StringBuilder text = new();
        text.Append(request.Method).Append('\n').Append(CanonicalPath(rawPath)).Append('\n').Append(CanonicalQuery(rawQuery, isPresigned))
            .Append('\n');
        foreach (string name in signedHeaders)
            text.Append(name).Append(':').Append(string.Join(',', request.Headers[name].Select(static value => Collapse(value ?? ""))))
                .Append('\n');
        return text.Append('\n').AppendJoin(';', signedHeaders).Append('\n').Append(payloadHash).ToString();
    }

    /// <summary>Whatever way the client escaped it, there is one canonical way; S3 and "/" of DynamoDB need no second escaping.</summary>
    private static string CanonicalPath(string rawPath) =>
        string.Join('/', rawPath.Split('/').Select(static part => Escape(Uri.UnescapeDataString(part))));

    private static string CanonicalQuery(string rawQuery, bool isPresigned) => string.Join('&', ParseQuery(rawQuery)
        .Where(pair => !isPresigned || pair.Name != "X-Amz-Signature")
        .Select(static pair => (Name: Escape(pair.Name), Value: Escape(pair.Value)))
        .OrderBy(static pair => pair.Name, StringComparer.Ordinal).ThenBy(static pair => pair.Value, StringComparer.Ordinal)
        .Select(static pair => $"{pair.Name}={pair.Value}"));

    internal static IEnumerable<(string Name, string Value)> ParseQuery(string rawQuery) => rawQuery.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(static pair => pair.Split('=', 2))
        .Select(static pair => (Uri.UnescapeDataString(pair[0]), pair.Length == 2 ? Uri.UnescapeDataString(pair[1]) : ""));

    /// <summary>RFC 3986: all but letters, digits and <c>-._~</c>, upper-case hex.</summary>
    private static string Escape(string text) => Uri.EscapeDataString(text);

    private static string Collapse(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
