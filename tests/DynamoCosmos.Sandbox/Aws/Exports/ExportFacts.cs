using System.Security.Cryptography;

namespace DynamoCosmos.Sandbox.Aws.Exports;

/// <summary>What an export is of, as its manifest tells it.</summary>
public sealed record ExportFacts
{
    public string TableArn { get; init; } = "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders";

    public string TableId { get; init; } = "3f9a6c1e-1f0b-4b7e-9d5a-0c7f9b0a1d22";

    /// <summary>14 digits, a hyphen, 8 hex digits: the export's own folder.</summary>
    public string ExportId { get; init; } = NewId(DateTimeOffset.UtcNow);

    /// <summary>Without a slash at its end; null is none.</summary>
    public string? S3Prefix { get; init; }

    public string S3Bucket { get; init; } = "exports";

    public bool IsIon { get; init; }

    public DateTimeOffset StartTime { get; init; } = DateTimeOffset.UtcNow;

    public DateTimeOffset EndTime { get; init; } = DateTimeOffset.UtcNow;

    public DateTimeOffset ExportTime { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>With <see cref="ToTime"/> it makes the export an incremental one.</summary>
    public DateTimeOffset? FromTime { get; init; }

    public DateTimeOffset? ToTime { get; init; }

    /// <summary>NEW_IMAGE or NEW_AND_OLD_IMAGES.</summary>
    public string OutputView { get; init; } = "NEW_AND_OLD_IMAGES";

    public string? SseAlgorithm { get; init; } = "AES256";

    public string? KmsKeyId { get; init; }

    public bool IsIncremental => FromTime is not null;

    public string ExportArn => $"{TableArn}/export/{ExportId}";

    private string Base => (string.IsNullOrEmpty(S3Prefix) ? "" : S3Prefix + "/") + "AWSDynamoDB/";

    /// <summary>The export's own folder, with a slash at its end.</summary>
    public string Folder => $"{Base}{ExportId}/";

    /// <summary>Incremental exports share one folder.</summary>
    internal string DataFolder => IsIncremental ? Base + "data/" : Folder + "data/";

    internal static string NewId(DateTimeOffset time) =>
        $"{time.ToUnixTimeMilliseconds():D14}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
}
