using System.Globalization;
using System.Xml.Linq;

namespace DynamoCosmos.Sandbox.Aws.S3;

/// <summary>Multipart uploads.</summary>
internal sealed class S3UploadOperations(S3StandIn s3)
{
    private const int MinPartBytes = 5 * 1024 * 1024;

    internal Task CreateAsync(AwsCall call, StandInBucket bucket)
    {
        S3Upload upload = new(Guid.NewGuid().ToString("N"), call.Key, S3ObjectOperations.KeptHeaders(call), call.Header("Content-Type")
            ?? "binary/octet-stream");
        bucket.Uploads[upload.Id] = upload;
        return S3Xml.WriteAsync(call, S3Xml.New("InitiateMultipartUploadResult",
            S3Xml.New("Bucket", bucket.Name), S3Xml.New("Key", call.Key), S3Xml.New("UploadId", upload.Id)));
    }

    internal Task UploadAsync(AwsCall call, StandInBucket bucket)
    {
        S3Upload upload = Find(call, bucket);
        if (!int.TryParse(call.Query["partNumber"], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number is < 1
            or > 10000)
            throw new AwsException(400, "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
        StandInObject part = new(call.Key, [call.Body], isMultipart: false);
        upload.Parts[number] = part;
        call.Response.Headers.ETag = part.ETag;
        return Task.CompletedTask;
    }

    internal Task CompleteAsync(AwsCall call, StandInBucket bucket)
    {
        S3Upload upload = Find(call, bucket);
        List<byte[]> parts = [];
        int previous = 0;
        foreach (XElement wanted in S3Xml.Parse(call.Body).Elements().Where(static child => child.Name.LocalName == "Part"))
        {
            if (!int.TryParse(S3Xml.Child(wanted, "PartNumber"), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ||
                !upload.Parts.TryGetValue(number, out StandInObject? part) || S3Xml.Child(wanted, "ETag")?.Trim('"') != part.ETag.Trim('"'))
                throw new AwsException(400, "InvalidPart", "One or more of the specified parts could not be found. The part may not " +
                    "have been uploaded, or the specified entity tag may not match the part's entity tag.");
            if (number <= previous) throw new AwsException(400, "InvalidPartOrder",
                "The list of parts was not in ascending order. Parts must be ordered by part number.");
            if (parts.Count > 0 && parts[^1].Length < MinPartBytes) throw new AwsException(400, "EntityTooSmall", "Your proposed upload " +
                "is smaller than the minimum allowed size");
            previous = number;
            parts.Add(part.ToArray());
        }
        if (parts.Count == 0) throw new AwsException(400, "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema");
        StandInObject item = new(upload.Key, parts, isMultipart: true) { Headers = upload.Headers, ContentType = upload.ContentType };
        bucket.Put(item, current => S3ObjectOperations.CheckWrite(call, current));
        bucket.Uploads.TryRemove(upload.Id, out _);
        return S3Xml.WriteAsync(call, S3Xml.New("CompleteMultipartUploadResult",
            S3Xml.New("Bucket", bucket.Name), S3Xml.New("Key", upload.Key), S3Xml.New("ETag", item.ETag)));
    }

    internal Task AbortAsync(AwsCall call, StandInBucket bucket)
    {
        bucket.Uploads.TryRemove(Find(call, bucket).Id, out _);
        call.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    internal Task ListPartsAsync(AwsCall call, StandInBucket bucket)
    {
        S3Upload upload = Find(call, bucket);
        return S3Xml.WriteAsync(call, S3Xml.New("ListPartsResult",
            S3Xml.New("Bucket", bucket.Name), S3Xml.New("Key", upload.Key), S3Xml.New("UploadId", upload.Id),
                S3Xml.New("IsTruncated", false),
            upload.Parts.OrderBy(static part => part.Key).Select(static part => S3Xml.New("Part",
                S3Xml.New("PartNumber", part.Key), S3Xml.New("ETag", part.Value.ETag), S3Xml.New("Size", part.Value.Length),
                S3Xml.New("LastModified", S3Listing.Time(part.Value.LastModified))))));
    }

    internal Task ListUploadsAsync(AwsCall call, StandInBucket bucket) => S3Xml.WriteAsync(call, S3Xml.New("ListMultipartUploadsResult",
        S3Xml.New("Bucket", bucket.Name), S3Xml.New("IsTruncated", false),
        bucket.Uploads.Values.OrderBy(static upload => upload.Key, Utf8Order.Instance).Select(upload => S3Xml.New("Upload",
            S3Xml.New("Key", upload.Key), S3Xml.New("UploadId", upload.Id), S3Xml.New("Initiated", S3Listing.Time(upload.StartedAt)),
            S3Xml.New("Owner", S3Xml.New("ID", s3.Options.AccountId))))));

    private static S3Upload Find(AwsCall call, StandInBucket bucket) =>
        bucket.Uploads.TryGetValue(call.Query["uploadId"], out S3Upload? upload) && upload.Key == call.Key
            ? upload
            : throw new AwsException(404, "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.");
}
