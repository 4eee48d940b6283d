namespace DynamoCosmos.Sandbox.Aws;

/// <summary>An answer that is an error, in AWS's own words. S3 writes it as XML, DynamoDB as JSON.</summary>
public sealed class AwsException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>Further elements of S3's error document (Region, Endpoint, BucketName); never a secret.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();

    /// <summary>Headers of the answer, such as x-amz-bucket-region.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    internal static AwsException NotSupported(string what) =>
        new(501, "NotImplemented", $"The stand-in does not know {what}. It would rather fail than pretend.");

    internal static AwsException Validation(string message) => new(400, "ValidationException", message);
}
