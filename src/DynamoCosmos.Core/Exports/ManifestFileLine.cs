using System.Text.Json;

namespace DynamoCosmos.Exports;

/// <summary>One line of <c>manifest-files.json</c>, and where its file lies now.</summary>
internal static class ManifestFileLine
{
    internal static DataFile Parse(byte[] line, int number, ExportFolder folder, ExportManifest manifest, Uri address)
    {
        string s3Key, md5;
        long count;
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            count = root.GetProperty("itemCount").GetInt64();
            s3Key = root.GetProperty("dataFileS3Key").GetString() ?? throw new FormatException("dataFileS3Key is null");
            md5 = root.GetProperty("md5Checksum").GetString() ?? throw new FormatException("md5Checksum is null");
            if (count < 0) throw new FormatException($"itemCount is {count}");
            if (!ExportManifest.IsMd5(md5)) throw new FormatException("md5Checksum is not the base64 of an MD5");
        }
        catch (Exception error) when (error is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw ExportErrors.ManifestDamaged(address, $"line {number}: {error.Message.TrimEnd('.')}.", error);
        }
        return new(s3Key, Resolve(s3Key, folder, manifest) ?? throw ExportErrors.DataFileKeyUnsafe(address, s3Key), count, md5);
    }

    /// <summary>
    /// Data files lie in <c>data/</c>: of the export's own folder, or, shared by all incremental exports, of the folder above it. Only that
    /// much of the key counts, so it makes no difference whether the key has the prefix, and the export can lie below any root; and since
    /// nothing else of the key is used, it can't climb out.
    /// </summary>
    private static string? Resolve(string s3Key, ExportFolder folder, ExportManifest manifest)
    {
        string[] segments = s3Key.Split('/');
        if (segments.Length < 3 || segments[^2] != "data" || segments.Contains("..") || !StoreKeys.IsSafe(segments[^1])) return null;
        string parent = manifest.IsIncremental && segments[^3] == "AWSDynamoDB" ? Parent(folder.Path) : folder.Path;
        return $"{parent}data/{segments[^1]}";
    }

    private static string Parent(string path) => path[..(path.TrimEnd('/').LastIndexOf('/') + 1)];
}
