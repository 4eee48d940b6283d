using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Sandbox;
using Microsoft.AspNetCore.Http;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>A bucket in memory with an address on loopback that takes "presigned" URLs, and exports to put into it.</summary>
internal sealed class FakeBucket : IExportStore, IPresignedSource
{
    internal const string Signature = "sig=TOPSECRET";

    private LoopbackServer? _server;

    internal ConcurrentDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Bytes that were read through <see cref="OpenReadAsync"/>, of data files.</summary>
    internal long StreamedBytes;

    internal int FetchStatus { get; set; } = 200;

    /// <summary>Fetches that are refused before they are allowed.</summary>
    internal int RefusedFetches;

    /// <summary>Reads and fetches whose first byte is flipped.</summary>
    internal int FlippedReads;

    internal bool IsListingDenied { get; set; }

    internal string UrlPadding { get; set; } = "";

    public Uri Root { get; } = new("s3://bucket/");

    internal static async Task<FakeBucket> StartAsync()
    {
        FakeBucket bucket = new();
        bucket._server = await LoopbackServer.StartAsync(bucket.AnswerAsync);
        return bucket;
    }

    /// <summary>An export of random data files; each item counts for one byte of nothing.</summary>
    internal ExportFolder AddExport(string prefix = "", bool isIncremental = false, string id = "01700000000000-abcdef01",
        params int[] fileBytes)
    {
        string root = prefix + "AWSDynamoDB/", folder = $"{root}{id}/", data = isIncremental ? $"{root}data/" : $"{folder}data/";
        StringBuilder lines = new();
        for (int i = 0; i < fileBytes.Length; i++)
        {
            byte[] content = RandomNumberGenerator.GetBytes(fileBytes[i]);
            string key = $"{data}{id[^8..]}{i:D18}.json.gz";
            Files[key] = content;
            lines.Append($$"""{"itemCount":2,"md5Checksum":"{{Convert.ToBase64String(MD5.HashData(content))}}","etag":"x-1","dataFileS3Key":"{{key}}"}""").Append('\n');
        }
        string times = isIncremental
            ? "\"exportFromTime\":\"2026-11-01T00:00:00Z\",\"exportToTime\":\"2026-11-01T01:00:00Z\",\"outputView\":\"NEW_IMAGE\",\"exportType\":\"INCREMENTAL_EXPORT\""
            : "\"exportTime\":\"2026-11-01T00:00:00Z\"";
        string summary = $$"""
            {"version":"{{(isIncremental ? "2023-08-01" : "2020-06-30")}}","exportArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/export/{{id}}","startTime":"2026-11-01T00:00:00Z","endTime":"2026-11-01T00:10:00Z",
            "tableArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/Orders","tableId":"t",{{times}},"s3Bucket":"bucket","s3Prefix":null,"s3SseAlgorithm":"AES256","s3SseKmsKeyId":null,
            "manifestFilesS3Key":"{{folder}}manifest-files.json","billedSizeBytes":1,"itemCount":{{2 * fileBytes.Length}},"outputFormat":"DYNAMODB_JSON"}
            """;
        AddProved(folder, "manifest-summary", summary);
        AddProved(folder, "manifest-files", lines.ToString());
        return new(this, folder);
    }

    internal IReadOnlyList<string> DataKeys =>
        [.. Files.Keys.Where(key => key.Contains("/data/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public Task<StoredFile?> FindAsync(string key, CancellationToken cancellationToken) =>
        Task.FromResult(Files.TryGetValue(key, out byte[]? content) ? Describe(key, content) : null);

    public Task<Stream> OpenReadAsync(StoredFile file, CancellationToken cancellationToken)
    {
        byte[] content = (byte[])Files[file.Key].Clone();
        if (file.Key.Contains("/data/", StringComparison.Ordinal))
        {
            Interlocked.Add(ref StreamedBytes, content.Length);
            Flip(content);
        }
        return Task.FromResult<Stream>(new MemoryStream(content));
    }

    public async IAsyncEnumerable<StoredFile> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        if (IsListingDenied) throw new MigrationException("S3AccessDenied", FailureKind.PermissionDenied, "s3:ListBucket");
        foreach ((string key, byte[] content) in Files.ToArray().OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal)) yield return Describe(key, content);
        }
    }

    public Task<Uri> CreateReadUrlAsync(string key, TimeSpan lifetime, CancellationToken cancellationToken) =>
        Task.FromResult(new Uri(_server!.Endpoint, $"{Uri.EscapeDataString(key)}?{Signature}{UrlPadding}"));

    internal async Task StopAsync() => await _server!.DisposeAsync();

    private void AddProved(string folder, string name, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Files[$"{folder}{name}.json"] = bytes;
        Files[$"{folder}{name}.md5"] = Encoding.ASCII.GetBytes(Convert.ToBase64String(MD5.HashData(bytes)));
    }

    private static StoredFile Describe(string key, byte[] content) =>
        new(key, content.Length, $"\"{Convert.ToHexString(MD5.HashData(content))}\"");

    private void Flip(byte[] content)
    {
        if (content.Length > 0 && Interlocked.Decrement(ref FlippedReads) >= 0) content[0] ^= 1;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        string key = Uri.UnescapeDataString(http.Request.Path.Value!.TrimStart('/'));
        bool isRefused = Interlocked.Decrement(ref RefusedFetches) >= 0;
        if (FetchStatus != 200 || isRefused || !http.Request.QueryString.Value!.Contains(Signature, StringComparison.Ordinal))
        {
            http.Response.StatusCode = isRefused ? 403 : FetchStatus;
            return;
        }
        byte[] content = (byte[])Files[key].Clone();
        Flip(content);
        await BlobStandInFixture.Serve(content)(http);
    }
}
