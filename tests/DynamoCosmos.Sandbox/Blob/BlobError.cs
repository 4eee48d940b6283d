namespace DynamoCosmos.Sandbox.Blob;

/// <summary>A refusal in the service's words (https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes).</summary>
internal sealed class BlobError(int status, string code, string message) : Exception(message)
{
    internal int Status { get; } = status;

    internal string Code { get; } = code;

    /// <summary>Further elements of the body, which the service repeats as x-ms headers.</summary>
    internal IReadOnlyList<(string Element, string Header, string Value)> Details { get; init; } = [];

    internal static BlobError ConditionNotMet() =>
        new(412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.");

    internal static BlobError NotModified() =>
        new(304, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.");

    internal static BlobError BlobNotFound() => new(404, "BlobNotFound", "The specified blob does not exist.");

    internal static BlobError BlobAlreadyExists() => new(409, "BlobAlreadyExists", "The specified blob already exists.");

    internal static BlobError ContainerNotFound() => new(404, "ContainerNotFound", "The specified container does not exist.");

    internal static BlobError InvalidHeader(string name) =>
        new(400, "InvalidHeaderValue", "The value for one of the HTTP headers is not in the correct format.")
        {
            Details = [("HeaderName", "x-ms-error-header-name", name)],
        };

    internal static BlobError MissingHeader(string name) =>
        new(400, "MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified.")
        {
            Details = [("HeaderName", "x-ms-error-header-name", name)],
        };

    internal static BlobError InvalidQuery(string name) =>
        new(400, "InvalidQueryParameterValue", "Value for one of the query parameters specified in the request URI is invalid.")
        {
            Details = [("QueryParameterName", "x-ms-error-query-name", name)],
        };

    internal static BlobError Md5Mismatch() =>
        new(400, "Md5Mismatch", "The MD5 value specified in the request did not match with the MD5 value calculated by the server.");

    internal static BlobError InvalidBlobType() => new(409, "InvalidBlobType", "The blob type is invalid for this operation.");

    internal static BlobError TooLarge(long limit) =>
        new(413, "RequestBodyTooLarge", $"The request body is too large and exceeds the maximum permissible limit ({limit}).");

    internal static BlobError PathConflict() =>
        new(409, "PathConflict",
            "The specified path, or an element of the path, exists and its resource type is invalid for this operation.");

    internal static BlobError NotStoodIn(string what) => new(501, "NotImplemented", $"The stand-in does not know this operation: {what}.");
}
