using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DynamoCosmos.Model;

namespace DynamoCosmos.Aws;

/// <summary>An export as it is asked for.</summary>
public sealed record ExportRequest
{
    public required string S3Bucket { get; init; }

    /// <summary>Slashes at its ends make no difference.</summary>
    public string? S3Prefix { get; init; }

    /// <summary>The account that owns the bucket, where that is not the table's.</summary>
    public string? S3BucketOwner { get; init; }

    public ExportFormat Format { get; init; }

    /// <summary>The state to export; null is that of now.</summary>
    public DateTimeOffset? ExportTime { get; init; }

    /// <summary>
    /// With <see cref="ToTime"/> it asks for the changes of a window of 15 minutes to 24 hours: from inclusive, to exclusive.
    /// </summary>
    public DateTimeOffset? FromTime { get; init; }

    public DateTimeOffset? ToTime { get; init; }

    /// <summary>Incremental: old images too (NEW_AND_OLD_IMAGES), or only what became of the items (NEW_IMAGE).</summary>
    public bool WithOldImages { get; init; }

    /// <summary>A KMS key to encrypt the files with; null leaves them to the bucket's default.</summary>
    public string? KmsKeyId { get; init; }

    /// <summary>Null takes one that is a function of the rest, so that the same request finds the same export again.</summary>
    public string? ClientToken { get; init; }

    public bool EnablePointInTimeRecovery { get; init; }

    public bool IsIncremental => FromTime is not null || ToTime is not null;

    internal string? TrimmedPrefix => S3Prefix?.Trim('/') is { Length: > 0 } prefix ? prefix : null;

    /// <param name="attempt">From 0; counts the exports under the earlier tokens that failed.</param>
    internal string TokenFor(DynamoTable table, int attempt)
    {
        if (ClientToken is not null) return ClientToken;
        // One line a fact: what can be left out must not run into its neighbor.
        string facts = string.Join('\n', table.TableArn, S3Bucket, TrimmedPrefix, S3BucketOwner, Format, Text(ExportTime), Text(FromTime),
            Text(ToTime), WithOldImages, KmsKeyId);
        string hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(facts)))[..40];
        return attempt == 0 ? $"dynamocosmos-{hash}" : $"dynamocosmos-{hash}-{attempt}";
    }

    private static string? Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
