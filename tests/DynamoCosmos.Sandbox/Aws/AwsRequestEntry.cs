namespace DynamoCosmos.Sandbox.Aws;

/// <summary>A line of the request log.</summary>
/// <param name="Service">dynamodb or s3.</param>
/// <param name="Path">Without its query, which can be a signature.</param>
/// <param name="Status">0 for a connection that was reset.</param>
public sealed record AwsRequestEntry(string Service, string Operation, string Method, string Path, string? Range, int Status);
