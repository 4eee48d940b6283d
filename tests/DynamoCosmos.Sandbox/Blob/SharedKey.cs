using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>
/// The SharedKey signature of 2009-09-19 and later (https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key).
/// </summary>
internal static class SharedKey
{
    private static readonly string[] s_signedHeaders =
        ["Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Type", "Date", "If-Modified-Since", "If-Match",
            "If-None-Match", "If-Unmodified-Since", "Range"];

    internal static string Sign(BlobCall call, string key)
    {
        byte[] text = Encoding.UTF8.GetBytes(StringToSign(call));
        return Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(key), text));
    }

    /// <summary>x-ms-date, or Date where there is none; null where neither is a date.</summary>
    internal static DateTimeOffset? Date(BlobCall call) =>
        DateTimeOffset.TryParseExact(call.Header("x-ms-date")
            ?? call.Header("Date"), "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date)
            ? date : null;

    private static string StringToSign(BlobCall call)
    {
        StringBuilder text = new();
        text.Append(call.Request.Method).Append('\n');
        foreach (string name in s_signedHeaders)
        {
            string value = call.Request.Headers[name].ToString();
            // An absent length and one of zero sign alike since 2015-02-21; the date's line is empty where x-ms-date is there.
            if ((name == "Content-Length" && value == "0") || (name == "Date" && call.Header("x-ms-date") is not null)) value = "";
            text.Append(value).Append('\n');
        }
        IEnumerable<(string Name, string Value)> headers = call.Request.Headers
            .Select(header => (Name: header.Key.ToLowerInvariant(), Value: header.Value.ToString()))
            .Where(header => header.Name.StartsWith("x-ms-", StringComparison.Ordinal))
            .OrderBy(header => header.Name, StringComparer.Ordinal);
        foreach ((string name, string value) in headers) text.Append(name).Append(':').Append(value.Trim()).Append('\n');

        text.Append('/').Append(call.Account).Append(call.RawPath);
        IEnumerable<(string Name, IEnumerable<string?> Values)> queries = call.Request.Query
            .Select(query =>
                (Name: query.Key.ToLowerInvariant(), Values: query.Value.Order(StringComparer.Ordinal) as IEnumerable<string?>))
            .OrderBy(query => query.Name, StringComparer.Ordinal);
        foreach ((string name, IEnumerable<string?> values) in queries) text.Append('\n').Append(name).Append(':').AppendJoin(',', values);
        return text.ToString();
    }
}
