using System.Globalization;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>
/// If-Match and its kin (https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations).
/// </summary>
internal static class BlobConditions
{
    internal static void CheckRead(BlobCall call, StoredBlob blob)
    {
        CheckMatch(call, blob);
        if (call.Header("If-None-Match") is { } none && (none == "*" || none == blob.ETag)) throw BlobError.NotModified();
        if (Date(call, "If-Modified-Since") is { } since && blob.LastModified <= since) throw BlobError.NotModified();
    }

    /// <param name="blob">Null where there is none yet.</param>
    internal static void CheckWrite(BlobCall call, StoredBlob? blob)
    {
        if (blob is null)
        {
            if (call.Header("If-Match") is not null || call.Header("If-Unmodified-Since") is not null) throw BlobError.ConditionNotMet();
            return;
        }
        CheckMatch(call, blob);
        string? none = call.Header("If-None-Match");
        if (none == "*") throw BlobError.BlobAlreadyExists();
        if (none == blob.ETag) throw BlobError.ConditionNotMet();
        if (Date(call, "If-Modified-Since") is { } since && blob.LastModified <= since) throw BlobError.ConditionNotMet();
    }

    private static void CheckMatch(BlobCall call, StoredBlob blob)
    {
        if (call.Header("If-Match") is { } match && match != "*" && match != blob.ETag) throw BlobError.ConditionNotMet();
        if (Date(call, "If-Unmodified-Since") is { } since && blob.LastModified > since) throw BlobError.ConditionNotMet();
    }

    private static DateTimeOffset? Date(BlobCall call, string header)
    {
        if (call.Header(header) is not { } text) return null;
        return DateTimeOffset.TryParseExact(text, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out DateTimeOffset date)
            ? date : throw BlobError.InvalidHeader(header);
    }
}
