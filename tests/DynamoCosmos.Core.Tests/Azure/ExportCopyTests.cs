using System.Collections.Concurrent;
using System.Security.Cryptography;
using DynamoCosmos.Azure.Copying;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Model;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Blob;

namespace DynamoCosmos.Core.Tests.Azure;

public sealed class ExportCopyTests : IAsyncLifetime
{
    private const string Folder = "AWSDynamoDB/01700000000000-abcdef01/";

    private readonly RecordedMessages _messages = new();
    private readonly ConcurrentQueue<MigrationException> _failures = new();
    private FakeBucket _bucket = null!;
    private BlobStandIn _storage = null!;

    public async Task InitializeAsync()
    {
        _bucket = await FakeBucket.StartAsync();
        _storage = await BlobStandIn.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _bucket.StopAsync();
        await _storage.DisposeAsync();
        // Whatever happened, nobody was told a signature.
        Assert.DoesNotContain("TOPSECRET",
            string.Join('\n', _messages.Verbose.Concat(_messages.Warnings).Concat(_failures.Select(failure => failure.ToString()))));
    }

    [Theory]
    [InlineData("lake", CopyMethod.Auto, "")]
    [InlineData("lake", CopyMethod.ServerSide, "some/prefix/")]
    [InlineData("flat", CopyMethod.ServerSide, "")]
    [InlineData("lake", CopyMethod.Streamed, "")]
    [InlineData("flat", CopyMethod.Streamed, "some/prefix/")]
    public async Task An_export_comes_whole_and_proved(string account, CopyMethod method, string prefix)
    {
        ExportFolder source = _bucket.AddExport(prefix, fileBytes: [100_000, 0, 70_000, 1]);

        CopyResult result = await CopyAsync(source, new() { Method = method }, account, "into/here");

        Assert.Equal((4, 4, 0, 0), (result.DataFiles, result.CopiedFiles, result.SkippedFiles, result.FailedFiles));
        Assert.Equal(170_001, result.CopiedBytes);
        Assert.Equal($"{_storage.AccountEndpoint(account)}/staged/into/here/{prefix}{Folder}", result.Location.AbsoluteUri);
        Assert.Equal(_bucket.Files.Keys.Select(key => "into/here/" + key).Order(), _storage.Names(account, "staged").Order());
        foreach ((string key, byte[] content) in _bucket.Files)
        {
            StoredBlob blob = _storage.Find(account, "staged", "into/here/" + key)!;
            Assert.Equal(content, blob.Content.ToArray());
            Assert.Equal(Convert.ToBase64String(MD5.HashData(content)), blob.Headers.ContentMd5);
        }
        Assert.Empty(_messages.Warnings);
    }

    [Fact]
    public async Task Server_side_no_byte_of_a_data_file_passes_this_machine()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [100_000, 70_000]);

        CopyResult result = await CopyAsync(source, new() { Method = CopyMethod.ServerSide });

        Assert.Equal((2, 0), (result.ServerSideFiles, result.StreamedFiles));
        Assert.Equal(0, _bucket.StreamedBytes);
        Assert.Equal(0, _storage.Log.Entries.Where(entry => entry.Blob?.Contains("/data/") == true)
            .Sum(entry => entry.BytesReceived + entry.BytesSent));
        Assert.Equal(170_000, _storage.Log.BytesFetched);
    }

    [Fact]
    public async Task The_summary_is_written_last()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [1000, 1000, 1000]);

        await CopyAsync(source, new());

        string[] written = [.. _storage.Log.Entries.Where(entry => entry.Method == "PUT" && entry.Blob is not null)
            .Select(entry => entry.Blob!)];
        Assert.EndsWith("manifest-summary.json", written[^1]);
        Assert.Single(written, name => name.EndsWith("manifest-summary.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rerun_copies_nothing_that_is_there()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [1000, 2000, 3000]);
        await CopyAsync(source, new());
        _storage.Log.Clear();

        CopyResult again = await CopyAsync(source, new());

        Assert.Equal((3, 0, 3, 6000), (again.DataFiles, again.CopiedFiles, again.SkippedFiles, again.SkippedBytes));
        Assert.DoesNotContain(_storage.Log.Entries, entry => entry.Method is "PUT" or "DELETE");
    }

    [Fact]
    public async Task A_rerun_copies_what_is_missing_or_of_another_MD5_and_the_folder_is_no_export_meanwhile()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [1000, 2000, 3000]);
        await CopyAsync(source, new());
        _storage.Remove("lake", "staged", _bucket.DataKeys[0]);
        _storage.Put("lake", "staged", _bucket.DataKeys[1], new byte[2000]);
        _bucket.FetchStatus = 404;

        MigrationException error =
            await Assert.ThrowsAsync<MigrationException>(() => CopyAsync(source, new() { Method = CopyMethod.ServerSide }));
        bool isWhole = _storage.Names("lake", "staged").Contains(Folder + "manifest-summary.json");
        _bucket.FetchStatus = 200;
        CopyResult mended = await CopyAsync(source, new());

        Assert.Equal("CopyServerSideRefused", error.ErrorId);
        Assert.False(isWhole);
        Assert.Equal((2, 1), (mended.CopiedFiles, mended.SkippedFiles));
        Assert.Contains(Folder + "manifest-summary.json", _storage.Names("lake", "staged"));
    }

    [Theory]
    [InlineData(CopyMethod.ServerSide)]
    [InlineData(CopyMethod.Streamed)]
    public async Task A_file_of_another_MD5_fails_alone_and_the_copy_is_incomplete(CopyMethod method)
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [1000, 2000, 3000]);
        _bucket.Files[_bucket.DataKeys[1]] = new byte[2000];

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => CopyAsync(source, new() { Method = method }));

        Assert.Equal("CopyIncomplete", error.ErrorId);
        Assert.Contains("Of 3 data files 2 were copied, 0 were there already and 1 failed", error.Message);
        MigrationException failure = Assert.Single(_failures);
        Assert.Equal("CopyMd5Mismatch", failure.ErrorId);
        Assert.Contains(_bucket.DataKeys[1], failure.Message);
        Assert.Equal(2, _storage.Names("lake", "staged").Count);
    }

    [Fact]
    public async Task A_data_file_that_is_missing_fails_alone()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [1000, 2000]);
        _bucket.Files.TryRemove(_bucket.DataKeys[0], out _);

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => CopyAsync(source, new()));

        Assert.Equal("CopyIncomplete", error.ErrorId);
        Assert.Equal("DataFileMissing", Assert.Single(_failures).ErrorId);
    }

    [Theory]
    [InlineData(CopyMethod.ServerSide)]
    [InlineData(CopyMethod.Streamed)]
    public async Task A_byte_flipped_on_the_way_is_noticed_and_the_file_taken_again(CopyMethod method)
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [1000, 2000]);
        _bucket.FlippedReads = 2;

        CopyResult result = await CopyAsync(source, new() { Method = method });

        Assert.Equal(2, result.CopiedFiles);
    }

    [Fact]
    public async Task One_refused_fetch_is_tried_again()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [1000, 2000]);
        _bucket.RefusedFetches = 2;

        CopyResult result = await CopyAsync(source, new());

        Assert.Equal((2, 0), (result.ServerSideFiles, result.StreamedFiles));
        Assert.Empty(_messages.Warnings);
    }

    [Fact]
    public async Task Auto_turns_to_streaming_once_and_says_why()
    {
        ExportFolder first = _bucket.AddExport("a/", fileBytes: [1000, 2000, 3000, 4000]),
            second = _bucket.AddExport("b/", id: "01700000000001-abcdef02", fileBytes: [1000]);
        _bucket.FetchStatus = 403;
        LakeTarget target = Target("lake", "", new());

        CopyResult one = await CopyAsync(first, target, new()), two = await CopyAsync(second, target, new());

        Assert.Equal((0, 4), (one.ServerSideFiles, one.StreamedFiles));
        Assert.Equal((0, 1), (two.ServerSideFiles, two.StreamedFiles));
        Assert.Contains("Azure could not read the file from its source (403)", Assert.Single(_messages.Warnings));
        Assert.DoesNotContain(_storage.Log.Entries, entry => entry.Operation == "PutBlobFromUrl"
            && entry.Blob!.StartsWith("b/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_that_fetches_no_blobs_and_does_fetch_blocks_is_given_blocks()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [1000, 20, 3000, 4000, 5000]);
        _storage.Faults.Add(BlobFault.Refuse(403, "CannotVerifyCopySource"), "PutBlobFromUrl", times: -1);

        CopyResult result = await CopyAsync(source, new() { Concurrency = 1 });

        Assert.Equal((5, 0), (result.ServerSideFiles, result.StreamedFiles));
        Assert.Empty(_messages.Warnings);
        Assert.Equal(0, _bucket.StreamedBytes);
        foreach (string key in _bucket.DataKeys)
        {
            StoredBlob blob = _storage.Find("lake", "staged", key)!;
            Assert.Equal(_bucket.Files[key], blob.Content.ToArray());
            Assert.Equal(Convert.ToBase64String(MD5.HashData(_bucket.Files[key])), blob.Headers.ContentMd5);
        }
        // The first file shows it; the others are not refused one by one, and none is read back to be proved.
        Assert.Equal(3, _storage.Log.Entries.Count(entry => entry.Operation == "PutBlobFromUrl"));
        Assert.DoesNotContain(_storage.Log.Entries,
            entry => entry.Operation == "GetBlob" && entry.Blob!.Contains("/data/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_byte_flipped_in_a_block_is_noticed()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [1000]);
        _storage.Faults.Add(BlobFault.Refuse(403, "CannotVerifyCopySource"), "PutBlobFromUrl", times: -1);
        _storage.Faults.Add(BlobFault.FlipByte(5), "PutBlockFromUrl", times: -1);

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => CopyAsync(source, new()));

        Assert.Equal("CopyIncomplete", error.ErrorId);
        Assert.Equal("CopyMd5Mismatch", Assert.Single(_failures).ErrorId);
        Assert.Empty(_storage.Names("lake", "staged"));
    }

    [Fact]
    public async Task Files_that_azure_cannot_fetch_are_streamed_alone_until_they_are_several_in_a_row()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [1000, 2000, 3000, 4000, 5000, 6000]);
        foreach (int refused in new[] { 0, 1, 3 })
        {
            string key = _bucket.DataKeys[refused];
            foreach (string call in new[] { "PutBlobFromUrl", "PutBlockFromUrl" })
                _storage.Faults.Add(BlobFault.Refuse(403, "CannotVerifyCopySource"), call, blob => blob == key, times: -1);
        }

        CopyResult result = await CopyAsync(source, new() { Concurrency = 1 });

        Assert.Equal((3, 3), (result.ServerSideFiles, result.StreamedFiles));
        Assert.Empty(_messages.Warnings);
        Assert.Equal(3, _messages.Verbose.Count(text => text.Contains("is streamed through this machine", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("InvalidHeaderValue", 400, "does not take this call")]
    [InlineData("NotImplemented", 501, "does not take this call")]
    public async Task Auto_streams_to_an_account_that_does_not_know_the_call(string code, int status, string why)
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [1000]);
        _storage.Faults.Add(BlobFault.Refuse(status, code), "PutBlobFromUrl", times: -1);

        CopyResult result = await CopyAsync(source, new());

        Assert.Equal(1, result.StreamedFiles);
        Assert.Contains(why, Assert.Single(_messages.Warnings));
    }

    [Fact]
    public async Task Auto_streams_where_the_signed_URL_is_too_long_for_Azure()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [1000]);
        _bucket.UrlPadding = "&token=" + new string('x', 2000);

        CopyResult result = await CopyAsync(source, new());

        Assert.Equal(1, result.StreamedFiles);
        Assert.Contains("session token", Assert.Single(_messages.Warnings));
        Assert.DoesNotContain(_storage.Log.Entries, entry => entry.Operation == "PutBlobFromUrl");
    }

    [Theory]
    [InlineData(403, "AuthorizationPermissionMismatch", "LakePermissionMissing")]
    [InlineData(403, "KeyBasedAuthenticationNotPermitted", "LakeKeysDisabled")]
    public async Task What_stops_every_file_stops_the_copy_at_once(int status, string code, string errorId)
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [.. Enumerable.Repeat(100, 50)]);
        _storage.Faults.Add(BlobFault.Refuse(status, code), "PutBlobFromUrl", times: -1);

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => CopyAsync(source, new() { Concurrency = 2 }));

        Assert.Equal(errorId, error.ErrorId);
        Assert.Empty(_failures);
        Assert.InRange(_storage.Log.Entries.Count(entry => entry.Operation == "PutBlobFromUrl"), 1, 4);
    }

    [Fact]
    public async Task A_file_over_the_limit_comes_in_blocks_and_is_read_back_once()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [250_000, 1000]);
        CopyOptions options = new() { Method = CopyMethod.ServerSide, MaxPutBlobFromUrlBytes = 100_000, UrlBlockBytes = 100_000 };

        CopyResult result = await CopyAsync(source, options);

        StoredBlob blob = _storage.Find("lake", "staged", _bucket.DataKeys[0])!;
        Assert.Equal(2, result.ServerSideFiles);
        Assert.Equal(_bucket.Files[_bucket.DataKeys[0]], blob.Content.ToArray());
        Assert.Equal(Convert.ToBase64String(MD5.HashData(_bucket.Files[_bucket.DataKeys[0]])), blob.Headers.ContentMd5);
        Assert.Equal(3, _storage.BlockCount("lake", "staged", blob.Name));
        Assert.Equal(250_000, _storage.Log.Entries.Where(entry => entry.Operation == "GetBlob" && entry.Blob == blob.Name)
            .Sum(entry => entry.BytesSent));
    }

    [Fact]
    public async Task A_file_in_blocks_that_is_not_the_manifests_is_removed_again()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [250_000]);
        _bucket.Files[_bucket.DataKeys[0]] = new byte[250_000];

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() =>
            CopyAsync(source, new() { MaxPutBlobFromUrlBytes = 100_000, UrlBlockBytes = 100_000 }));

        Assert.Equal("CopyIncomplete", error.ErrorId);
        Assert.Equal("CopyMd5Mismatch", Assert.Single(_failures).ErrorId);
        Assert.Empty(_storage.Names("lake", "staged"));
    }

    [Fact]
    public async Task A_streamed_file_goes_up_block_by_block_through_faults()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [250_000, 64_000]);
        _storage.Faults.Add(BlobFault.Refuse(503, "ServerBusy"), "PutBlock", times: 2);
        _storage.Faults.Add(BlobFault.ResetAfter(), "PutBlock");
        _storage.Faults.Add(BlobFault.ResetAfter(), "PutBlockList");

        CopyResult result = await CopyAsync(source, new() { Method = CopyMethod.Streamed, StreamBlockBytes = 64_000 });

        Assert.Equal(2, result.StreamedFiles);
        Assert.Equal(_bucket.Files[_bucket.DataKeys[0]], _storage.Find("lake", "staged", _bucket.DataKeys[0])!.Content.ToArray());
        Assert.Equal(4, _storage.BlockCount("lake", "staged", _bucket.DataKeys[0]));
    }

    [Fact]
    public async Task Incremental_exports_share_a_data_folder()
    {
        ExportFolder first = _bucket.AddExport(isIncremental: true, id: "01700000000000-aaaaaaaa", fileBytes: [1000, 2000]);
        ExportFolder second = _bucket.AddExport(isIncremental: true, id: "01700000000001-bbbbbbbb", fileBytes: [3000]);

        CopyResult one = await CopyAsync(first, new()), two = await CopyAsync(second, new()), again = await CopyAsync(first, new());

        Assert.Equal((2, 1), (one.CopiedFiles, two.CopiedFiles));
        Assert.Equal((0, 2), (again.CopiedFiles, again.SkippedFiles));
        Assert.Equal(_bucket.Files.Keys.Order(), _storage.Names("lake", "staged").Order());
    }

    [Fact]
    public async Task A_source_that_may_not_be_listed_is_asked_file_by_file()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [1000, 2000]);
        _bucket.IsListingDenied = true;
        LakeTarget target = Target("lake", "", new());
        using ExportCopy copy = await LakeTests.OpenCopyAsync(source, target, Fast(new()));

        CopyResult result = await copy.RunAsync(_messages, FailedAsync, default);

        Assert.Null(copy.TotalBytes);
        Assert.Equal((2, 3000), (result.CopiedFiles, result.CopiedBytes));
    }

    [Fact]
    public async Task A_manifest_with_keys_that_climb_is_not_used()
    {
        ExportFolder source = _bucket.AddExport("../../up/", fileBytes: [1000]);

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => CopyAsync(source, new()));

        Assert.Equal("DataFileKeyUnsafe", error.ErrorId);
        Assert.DoesNotContain(_storage.Log.Entries, entry => entry.Method is "PUT" or "DELETE");
    }

    [Theory]
    [InlineData("a//b/", true)]
    [InlineData("a:b/", true)]
    [InlineData("a b/ü/", false)]
    public async Task No_key_climbs_out_of_the_destination(string prefix, bool isDropped)
    {
        ExportFolder source = _bucket.AddExport(prefix, fileBytes: [1000]);

        CopyResult result = await CopyAsync(source, new(), path: "deep/down/");

        Assert.All(_storage.Names("lake", "staged"), name => Assert.StartsWith("deep/down/" + (isDropped ? "AWSDynamoDB/" : prefix), name));
        Assert.Equal(isDropped ? 1 : 0, _messages.Warnings.Count);
        Assert.Equal(1, result.CopiedFiles);
    }

    [Fact]
    public async Task A_plan_tells_numbers_and_writes_nothing()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [1000, 2000]);
        LakeTarget target = Target("lake", "", new());

        using ExportCopy copy = await LakeTests.OpenCopyAsync(source, target, new());

        Assert.Equal((2, 3000, 0), (copy.DataFiles, copy.TotalBytes, copy.FilesThere));
        Assert.True(copy.CreatesFileSystem);
        Assert.DoesNotContain(_storage.Log.Entries, entry => entry.Method is "PUT" or "DELETE");
    }

    [Fact]
    public async Task Progress_ends_where_the_result_does()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [200_000, 2000]);
        CopyOptions options = Fast(new() { Method = CopyMethod.Streamed, StreamBlockBytes = 64_000 });
        LakeTarget target = Target("lake", "", options);
        using ExportCopy copy = await LakeTests.OpenCopyAsync(source, target, options);

        await copy.RunAsync(_messages, FailedAsync, default);

        Assert.Equal(new(2, 0, 0, 2, 202_000, 202_000), copy.Progress);
    }

    [Fact]
    public async Task A_copy_that_is_stopped_leaves_no_summary_and_goes_on_later()
    {
        ExportFolder source = _bucket.AddExport(fileBytes: [.. Enumerable.Repeat(100, 20)]);
        _storage.Faults.Add(BlobFault.Slow(TimeSpan.FromSeconds(30)), "PutBlobFromUrl", skip: 5, times: -1);
        using CancellationTokenSource stop = new();
        LakeTarget target = Target("lake", "", new());
        using ExportCopy copy = await LakeTests.OpenCopyAsync(source, target, Fast(new() { Concurrency = 1 }));
        Task<CopyResult> running = copy.RunAsync(_messages, FailedAsync, stop.Token);
        await Eventually.UntilAsync(() => copy.Progress.CopiedFiles >= 5);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        IReadOnlyList<string> left = _storage.Names("lake", "staged");
        _storage.Faults.Clear();
        CopyResult result = await CopyAsync(source, new());

        Assert.Equal(5, left.Count);
        Assert.Equal((15, 5), (result.CopiedFiles, result.SkippedFiles));
    }

    private static CopyOptions Fast(CopyOptions options) => options with { FirstPause = TimeSpan.FromMilliseconds(1) };

    private LakeTarget Target(string account, string path, CopyOptions options) =>
        new(LakeTests.Location(_storage, account, "staged", path), LakeTests.Key(_storage, account), options, TestClouds.Process.Azure,
            LakeTests.FastRetries);

    private async Task<CopyResult> CopyAsync(ExportFolder source, CopyOptions options, string account = "lake", string path = "")
    {
        LakeTarget target = Target(account, path, options);
        return await CopyAsync(source, target, options);
    }

    private async Task<CopyResult> CopyAsync(ExportFolder source, LakeTarget target, CopyOptions options)
    {
        using ExportCopy copy = await LakeTests.OpenCopyAsync(source, target, Fast(options));
        return await copy.RunAsync(_messages, FailedAsync, default);
    }

    private ValueTask FailedAsync(MigrationException failure, CancellationToken cancellationToken)
    {
        _failures.Enqueue(failure);
        return default;
    }
}
