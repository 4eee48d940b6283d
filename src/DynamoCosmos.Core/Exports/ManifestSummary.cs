using System.Globalization;
using System.Text.Json;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Exports;

/// <summary>
/// The words of <c>manifest-summary.json</c>, of both versions that AWS writes ("2020-06-30", and "2023-08-01" for incremental exports).
/// </summary>
internal static class ManifestSummary
{
    internal static ExportManifest Parse(byte[] text, Uri address)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return Read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw ExportErrors.ManifestDamaged(address, $"{error.Message.TrimEnd('.')}.", error);
        }
    }

    private static ExportManifest Read(JsonElement root)
    {
        string? type = Text(root, "exportType");
        bool isIncremental = type switch
        {
            "INCREMENTAL_EXPORT" => true,
            "FULL_EXPORT" => false,
            null => Text(root, "exportFromTime") is not null,
            _ => throw new FormatException($"exportType is '{type}'"),
        };
        return new()
        {
            ExportArn = Required(root, "exportArn"),
            TableArn = Required(root, "tableArn"),
            TableId = Text(root, "tableId"),
            Format = Required(root, "outputFormat") switch
            {
                "DYNAMODB_JSON" => ItemFormat.DynamoDBJson,
                "ION" => ItemFormat.Ion,
                string other => throw new FormatException($"outputFormat is '{other}'"),
            },
            IsIncremental = isIncremental,
            IsScan = Text(root, "exportSource") == ExportManifest.ScanSource,
            ItemCount = Count(root, "itemCount") ?? throw new FormatException("itemCount is not there"),
            BilledSizeBytes = Count(root, "billedSizeBytes"),
            ExportTime = Time(root, "exportTime"),
            ExportFromTime =
                isIncremental ? Time(root, "exportFromTime") ?? throw new FormatException("exportFromTime is not there") : null,
            ExportToTime = isIncremental ? Time(root, "exportToTime") ?? throw new FormatException("exportToTime is not there") : null,
            OutputView = Text(root, "outputView"),
            StartTime = Time(root, "startTime"),
            EndTime = Time(root, "endTime"),
            S3Bucket = Required(root, "s3Bucket"),
            S3Prefix = Text(root, "s3Prefix"),
            ManifestFilesS3Key = Required(root, "manifestFilesS3Key"),
        };
    }

    private static string Required(JsonElement root, string name) => Text(root, name) ?? throw new FormatException($"{name} is not there");

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.GetString() : null;

    private static long? Count(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null) return null;
        long count = value.GetInt64();
        return count >= 0 ? count : throw new FormatException($"{name} is {count}");
    }

    private static DateTimeOffset? Time(JsonElement root, string name) =>
        Text(root, name) is string text
            ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)
            : null;
}
