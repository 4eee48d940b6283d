using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace DynamoCosmos.Sandbox.Aws.S3;

/// <summary>ListObjectsV2: prefix, delimiter, pages.</summary>
internal static class S3Listing
{
    private const int MaxKeys = 1000;

    internal static Task AnswerAsync(AwsCall call, StandInBucket bucket)
    {
        string prefix = call.Query.GetValueOrDefault("prefix", ""), delimiter = call.Query.GetValueOrDefault("delimiter", "");
        if (!int.TryParse(call.Query.GetValueOrDefault("max-keys", "1000"), NumberStyles.None, CultureInfo.InvariantCulture, out int limit))
            throw new AwsException(400, "InvalidArgument", "Provided max-keys not an integer or within integer range");
        limit = Math.Min(limit, MaxKeys);
        string after = call.Query.TryGetValue("continuation-token", out string? token)
            ? Decode(token) : call.Query.GetValueOrDefault("start-after", "");
        bool isEncoded = call.Query.GetValueOrDefault("encoding-type") == "url";

        List<StandInObject> objects = [];
        List<string> folders = [];
        string last = after;
        bool isMore = false;
        while (!isMore)
        {
            List<StandInObject> batch = bucket.After(last, prefix, MaxKeys);
            foreach (StandInObject item in batch)
            {
                int end = delimiter.Length == 0 ? -1 : item.Key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
                string? folder = end < 0 ? null : item.Key[..(end + delimiter.Length)];
                bool isKnown = folder is not null
                    && (folders.Contains(folder) || (after.StartsWith(folder, StringComparison.Ordinal) && after.Length > 0));
                if (!isKnown && objects.Count + folders.Count == limit)
                {
                    isMore = true;
                    break;
                }
                last = item.Key;
                if (isKnown) continue;
                if (folder is null) objects.Add(item);
                else folders.Add(folder);
            }
            if (batch.Count < MaxKeys) break;
        }

        XElement root = S3Xml.New("ListBucketResult",
            S3Xml.New("Name", bucket.Name), S3Xml.New("Prefix", Key(prefix)), S3Xml.New("MaxKeys", limit),
            S3Xml.New("KeyCount", objects.Count + folders.Count), S3Xml.New("IsTruncated", isMore));
        if (delimiter.Length > 0) root.Add(S3Xml.New("Delimiter", Key(delimiter)));
        if (isEncoded) root.Add(S3Xml.New("EncodingType", "url"));
        if (token is not null) root.Add(S3Xml.New("ContinuationToken", token));
        if (isMore) root.Add(S3Xml.New("NextContinuationToken", Convert.ToBase64String(Encoding.UTF8.GetBytes(last))));
        root.Add(objects.Select(item => S3Xml.New("Contents",
            S3Xml.New("Key", Key(item.Key)), S3Xml.New("LastModified", Time(item.LastModified)), S3Xml.New("ETag", item.ETag),
            S3Xml.New("Size", item.Length), S3Xml.New("StorageClass", "STANDARD"))));
        root.Add(folders.Select(folder => S3Xml.New("CommonPrefixes", S3Xml.New("Prefix", Key(folder)))));
        return S3Xml.WriteAsync(call, root);

        string Key(string text) => isEncoded ? Uri.EscapeDataString(text).Replace("%2F", "/", StringComparison.Ordinal) : text;
    }

    internal static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Decode(string token)
    {
        Span<byte> bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out int length)
            ? Encoding.UTF8.GetString(bytes[..length])
            : throw new AwsException(400, "InvalidArgument", "The continuation token provided is incorrect");
    }
}
