using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Aws.Exports;

/// <summary>
/// Writes an export file by file, in the layout that DynamoDB writes. Nothing of it is kept in memory but one line a data file.
/// </summary>
public sealed class ExportLayout
{
    private readonly IExportTarget _target;
    private readonly StringBuilder _files = new();
    private readonly List<string> _dataFiles = [];

    internal ExportLayout(ExportFacts facts, IExportTarget target)
    {
        Facts = facts;
        _target = target;
        target.Create(facts.Folder + "_started").Dispose();
    }

    /// <summary>An export straight to a folder on disk.</summary>
    public static ExportLayout ToFolder(string root, ExportFacts? facts = null) =>
        new(facts ?? new(), new FolderTarget(root)) { Root = root };

    public ExportFacts Facts { get; }

    /// <summary>Where it lies on disk; the export's own folder, which holds the manifests.</summary>
    public string Folder => Path.Combine(Root, Facts.Folder);

    public long ItemCount { get; private set; }

    /// <summary>Their keys, in the manifest's order.</summary>
    public IReadOnlyList<string> DataFiles => _dataFiles;

    private string Root { get; init; } = "";

    /// <summary>The next data file; dispose of it to go on.</summary>
    /// <param name="linesPerMember">A gzip file may have several members; 0 makes one.</param>
    public DataFileWriter AddDataFile(int linesPerMember = 0)
    {
        string key = $"{Facts.DataFolder}{NewName()}.{(Facts.IsIon ? "ion" : "json")}.gz";
        _dataFiles.Add(key);
        return new(_target.Create(key), Facts.IsIon, linesPerMember, (count, md5, etag) => Add(key, count, md5, etag));
    }

    /// <summary>Writes the manifests; the summary last, as it is what tells that the export is there.</summary>
    /// <returns>The key of the summary.</returns>
    public string Complete(long billedSizeBytes = 0)
    {
        Write("manifest-files", Encoding.UTF8.GetBytes(_files.ToString()));
        Write("manifest-summary", JsonSerializer.SerializeToUtf8Bytes(Summary(billedSizeBytes)));
        return Facts.Folder + "manifest-summary.json";
    }

    private JsonObject Summary(long billedSizeBytes)
    {
        JsonObject summary = new()
        {
            ["version"] = Facts.IsIncremental ? "2023-08-01" : "2020-06-30",
            ["exportArn"] = Facts.ExportArn,
            ["startTime"] = Time(Facts.StartTime),
            ["endTime"] = Time(Facts.EndTime),
            ["tableArn"] = Facts.TableArn,
            ["tableId"] = Facts.TableId,
        };
        if (Facts.IsIncremental)
        {
            summary["exportFromTime"] = Time(Facts.FromTime!.Value);
            summary["exportToTime"] = Time(Facts.ToTime!.Value);
        }
        else
        {
            summary["exportTime"] = Time(Facts.ExportTime);
        }
        summary["s3Bucket"] = Facts.S3Bucket;
        summary["s3Prefix"] = Facts.S3Prefix;
        summary["s3SseAlgorithm"] = Facts.SseAlgorithm;
        summary["s3SseKmsKeyId"] = Facts.KmsKeyId;
        summary["manifestFilesS3Key"] = Facts.Folder + "manifest-files.json";
        summary["billedSizeBytes"] = billedSizeBytes;
        summary["itemCount"] = ItemCount;
        summary["outputFormat"] = Facts.IsIon ? "ION" : "DYNAMODB_JSON";
        if (Facts.IsIncremental)
        {
            summary["outputView"] = Facts.OutputView;
            summary["exportType"] = "INCREMENTAL_EXPORT";
        }
        return summary;
    }

    private void Add(string key, long count, string md5, string etag)
    {
        ItemCount += count;
        _files.Append(
            JsonSerializer.Serialize(
            new JsonObject { ["itemCount"] = count, ["md5Checksum"] = md5, ["etag"] = etag, ["dataFileS3Key"] = key })).Append('\n');
    }

    private void Write(string name, byte[] content)
    {
        using (Stream file = _target.Create($"{Facts.Folder}{name}.json")) file.Write(content);
        using Stream checksum = _target.Create($"{Facts.Folder}{name}.md5");
        checksum.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(MD5.HashData(content))));
    }

    private static string NewName() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz234567", 26);

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
