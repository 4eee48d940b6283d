using System.Globalization;
using System.Xml.Linq;

namespace DynamoCosmos.Sandbox.Aws.S3;

/// <summary>Single objects: put, get, ranges, copy, delete, and what they depend on.</summary>
internal sealed class S3ObjectOperations(S3StandIn s3)
{
    private static readonly string[] s_keptHeaders = ["Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language",
        "Expires"];

    internal Task PutAsync(AwsCall call, StandInBucket bucket)
    {
        StandInObject item = new(call.Key, [call.Body], isMultipart: false)
        {
            ContentType = call.Header("Content-Type") ?? "binary/octet-stream",
            Headers = KeptHeaders(call),
            Checksums = ChecksumsOf(call),
        };
        bucket.Put(item, current => CheckWrite(call, current));
        call.Response.Headers.ETag = item.ETag;
        foreach ((string name, string value) in item.Checksums) call.Response.Headers[name] = value;
        return Task.CompletedTask;
    }

    internal async Task GetAsync(AwsCall call, StandInBucket bucket)
    {
        StandInObject item = bucket.Find(call.Key) ?? throw Missing(call);
        S3Conditions.CheckRead(call.Request.Headers.IfMatch, call.Request.Headers.IfNoneMatch, item);
        HttpResponse response = call.Response;
        response.Headers.ETag = item.ETag;
        response.Headers.LastModified = item.LastModified.ToString("R", CultureInfo.InvariantCulture);
        response.Headers.AcceptRanges = "bytes";
        response.ContentType = item.ContentType;
        foreach ((string name, string value) in item.Headers) response.Headers[name] = value;

        (long from, long length) = (0, item.Length);
        if (S3Conditions.Range(call.Header("Range"), item.Length) is (long first, long last))
        {
            (from, length) = (first, last - first + 1);
            response.StatusCode = 206;
            response.Headers.ContentRange = $"bytes {first}-{last}/{item.Length}";
        }
        else if (call.Header("x-amz-checksum-mode") == "ENABLED")
        {
            foreach ((string name, string value) in item.Checksums) response.Headers[name] = value;
        }
        response.ContentLength = length;
        if (call.Operation == "GetObject") await item.CopyToAsync(response.Body, from, length, call.Context.RequestAborted);
    }

    internal Task CopyAsync(AwsCall call, StandInBucket bucket)
    {
        string[] source = Uri.UnescapeDataString(call.Header("x-amz-copy-source")!).TrimStart('/').Split('/', 2);
        if (source.Length != 2) throw new AwsException(400, "InvalidArgument",
            "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
        StandInBucket from = s3.Find(source[0]) ?? throw new AwsException(404, "NoSuchBucket", "The specified bucket does not exist");
        if (call.Header("x-amz-source-expected-bucket-owner") is string owner
            && owner != from.OwnerId) throw new AwsException(403, "AccessDenied", "Access Denied");
        if (!call.Credential.Allows("s3:GetObject", $"arn:aws:s3:::{source[0]}/{source[1]}"))
            throw new AwsException(403, "AccessDenied", "Access Denied");
        StandInObject original = from.Find(source[1]) ?? throw new AwsException(404, "NoSuchKey", "The specified key does not exist.");
        if (call.Header("x-amz-copy-source-if-match") is string match && match != original.ETag)
            throw new AwsException(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
        bool isReplaced = call.Header("x-amz-metadata-directive") == "REPLACE";
        StandInObject copy = new(call.Key, [original.ToArray()], isMultipart: false)
        {
            ContentType = isReplaced ? call.Header("Content-Type") ?? "binary/octet-stream" : original.ContentType,
            Headers = isReplaced ? KeptHeaders(call) : original.Headers,
            Checksums = original.Checksums,
        };
        bucket.Put(copy, current => CheckWrite(call, current));
        return S3Xml.WriteAsync(call,
            S3Xml.New("CopyObjectResult", S3Xml.New("ETag", copy.ETag), S3Xml.New("LastModified", S3Listing.Time(copy.LastModified))));
    }

    internal Task DeleteAsync(AwsCall call, StandInBucket bucket)
    {
        bucket.Remove(call.Key);
        call.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    internal Task DeleteManyAsync(AwsCall call, StandInBucket bucket)
    {
        bool isProved = call.Header("Content-MD5") is not null || ChecksumsOf(call).Count > 0;
        if (!isProved) throw new AwsException(400, "InvalidRequest",
            "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
        XElement wanted = S3Xml.Parse(call.Body);
        List<string> keys = [.. wanted.Elements().Where(static child => child.Name.LocalName == "Object")
            .Select(static child => S3Xml.Child(child, "Key") ?? "")];
        if (keys.Count is 0 or > 1000) throw new AwsException(400, "MalformedXML", "The XML you provided was not well-formed or did not " +
            "validate against our published schema");
        foreach (string key in keys) bucket.Remove(key);
        bool isQuiet = S3Xml.Child(wanted, "Quiet") == "true";
        return S3Xml.WriteAsync(call,
            S3Xml.New("DeleteResult", isQuiet ? null : keys.Select(static key => S3Xml.New("Deleted", S3Xml.New("Key", key)))));
    }

    internal static Dictionary<string, string> KeptHeaders(AwsCall call)
    {
        Dictionary<string, string> kept = [];
        foreach (string name in call.Request.Headers.Keys)
        {
            bool isMeta = name.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase);
            if (!isMeta && !s_keptHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            // aws-chunked is how the body travelled, not what it is.
            string value = string.Join(',', call.Header(name)!.Split(',').Select(static part => part.Trim())
                .Where(part => isMeta || part != "aws-chunked"));
            if (value.Length > 0) kept[name] = value;
        }
        return kept;
    }

    /// <summary>
    /// New buckets have had ACLs switched off since 2023: only bucket-owner-full-control, which changes nothing, is taken.
    /// </summary>
    internal Task PutAclAsync(AwsCall call, StandInBucket bucket)
    {
        if (call.Header("x-amz-acl") is not string acl) throw AwsException.NotSupported("PutObjectAcl without x-amz-acl");
        if (bucket.Find(call.Key) is null) throw Missing(call);
        if (acl != "bucket-owner-full-control")
            throw new AwsException(400, "AccessControlListNotSupported", "The bucket does not allow ACLs");
        return Task.CompletedTask;
    }

    internal static void CheckWrite(AwsCall call, StandInObject? current) =>
        S3Conditions.CheckWrite(call.Header("If-Match"), call.Header("If-None-Match"), current);

    private static Dictionary<string, string> ChecksumsOf(AwsCall call) => new[] { "crc32", "crc32c", "crc64nvme", "sha1", "sha256" }
        .Select(static algorithm => "x-amz-checksum-" + algorithm)
        .Where(name => call.Header(name) is not null)
        .ToDictionary(static name => name, name => call.Header(name)!);

    // Who may not list a bucket is not told that a key is missing either; a right to list by prefix is none here, where no prefix is given.
    private static AwsException Missing(AwsCall call) => call.Credential.Allows("s3:ListBucket", $"arn:aws:s3:::{call.Bucket}")
        ? new(404, "NoSuchKey", "The specified key does not exist.") { Details = new Dictionary<string, string> { ["Key"] = call.Key } }
        : new(403, "AccessDenied", "Access Denied");
}
