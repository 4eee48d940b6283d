using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace DynamoCosmos.Exports;

/// <summary>What a manifest says of an export that is written here.</summary>
/// <param name="Id">The name of its folder, 14 digits, a hyphen and 8 characters, as AWS names them.</param>
internal sealed record ExportFrame(string Id, string TableArn, string? Bucket, string? Prefix, DateTimeOffset StartTime)
{
    internal string ExportArn => $"{TableArn}/export/{Id}";

    internal string Folder => $"{(string.IsNullOrEmpty(Prefix) ? "" : Prefix + "/")}AWSDynamoDB/{Id}/";

    internal static string NewId(DateTimeOffset now) =>
        $"{now.ToUnixTimeMilliseconds():D14}-{Convert.ToHexString(RandomNumberGenerator.GetBytes(4)).ToLowerInvariant()}";
}

/// <summary>
/// Writes an export in the layout of DynamoDB's own: data files first, the list of them, and the summary last, so that an export that is
/// not whole is none. Files may be added from several threads.
/// </summary>
internal sealed class ExportWriting(IExportTarget target, ExportFrame frame)
{
    private readonly StringBuilder _files = new();
    private long _items, _bytes;

    internal long ItemCount => Interlocked.Read(ref _items);

    internal long Bytes => Interlocked.Read(ref _bytes);

    internal Task BeginAsync(CancellationToken cancellationToken) =>
        target.PutAsync(frame.Folder + "_started", Stream.Null, cancellationToken);

    internal async Task AddAsync(DataFileWriting file, CancellationToken cancellationToken)
    {
        (Stream content, byte[] md5) = await file.EndAsync(cancellationToken).ConfigureAwait(false);
        string key = $"{frame.Folder}data/{RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz234567", 26)}.json.gz";
        await target.PutAsync(key, content, cancellationToken).ConfigureAwait(false);
        string line = JsonSerializer.Serialize(new
        {
            itemCount = file.ItemCount,
            md5Checksum = Convert.ToBase64String(md5),
            etag = Convert.ToHexString(md5).ToLowerInvariant(),
            dataFileS3Key = key,
        });
        lock (_files) _files.Append(line).Append('\n');
        Interlocked.Add(ref _items, file.ItemCount);
        Interlocked.Add(ref _bytes, file.Bytes);
    }

    internal async Task CompleteAsync(DateTimeOffset endTime, CancellationToken cancellationToken)
    {
        await PutManifestAsync("manifest-files", Encoding.UTF8.GetBytes(_files.ToString()), cancellationToken).ConfigureAwait(false);
        byte[] summary = JsonSerializer.SerializeToUtf8Bytes(new
        {
            version = "2020-06-30",
            exportArn = frame.ExportArn,
            startTime = Text(frame.StartTime),
            endTime = Text(endTime),
            tableArn = frame.TableArn,
            // What was written from here on may be in it or not: increments have to begin here.
            exportTime = Text(frame.StartTime),
            s3Bucket = frame.Bucket ?? "local",
            s3Prefix = frame.Prefix,
            manifestFilesS3Key = frame.Folder + "manifest-files.json",
            billedSizeBytes = Bytes,
            itemCount = ItemCount,
            outputFormat = "DYNAMODB_JSON",
            exportType = "FULL_EXPORT",
            exportSource = ExportManifest.ScanSource,
        });
        await PutManifestAsync("manifest-summary", summary, cancellationToken).ConfigureAwait(false);
    }

    private async Task PutManifestAsync(string name, byte[] text, CancellationToken cancellationToken)
    {
        // The checksum first: it is asked for as soon as the other is there.
        await target.PutAsync($"{frame.Folder}{name}.md5",
            new MemoryStream(Encoding.ASCII.GetBytes(Convert.ToBase64String(MD5.HashData(text)))), cancellationToken).ConfigureAwait(false);
        await target.PutAsync($"{frame.Folder}{name}.json", new MemoryStream(text), cancellationToken).ConfigureAwait(false);
    }

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
