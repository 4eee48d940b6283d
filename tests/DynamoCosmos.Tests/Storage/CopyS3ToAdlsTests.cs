using System.Management.Automation;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sandbox.Aws.S3;
using DynamoCosmos.Sandbox.Blob;

namespace DynamoCosmos.Tests.Storage;

/// <summary>Copy-S3ToAdls as a user has it, from the Sandbox's S3 into its Blob storage.</summary>
[Trait("Category", "Slow")]
public sealed class CopyS3ToAdlsTests : IAsyncLifetime
{
    private SandboxSession _session = null!;
    private string _source = "";

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync();
        _source = AddExport("nightly");
    }

    public async Task DisposeAsync() => await _session.DisposeAsync();

    [Fact]
    public void An_export_is_copied_by_the_account_itself_and_comes_out_with_its_new_place()
    {
        PSObject export =
            _session.Invoke($"Copy-S3ToAdls -SourceLocation {_source} -StorageAccountName lake -FileSystem s3datacopy").Single();

        string location = Get<Uri>(export, "Location").AbsoluteUri;
        PSObject copy = PSObject.AsPSObject(export.Properties["Copy"].Value);
        Assert.Equal(_source.Replace("s3://my-exports/", $"{_session.Blob.AccountEndpoint("lake")}/s3datacopy/"), location);
        Assert.Equal(("Orders", 200L), (Get<string>(export, "TableName"), Get<long>(export, "ItemCount")));
        Assert.Equal((4L, 4L, 0L), (Get<long>(copy, "CopiedFiles"), Get<long>(copy, "ServerSideFiles"), Get<long>(copy, "SkippedFiles")));
        Assert.Equal(0, _session.Blob.Log.Entries.Where(entry => entry.Blob?.Contains("/data/") == true).Sum(entry => entry.BytesReceived));
        Assert.Equal(8, _session.Blob.Names("lake", "s3datacopy").Count);
        Assert.EndsWith("manifest-summary.json", _session.Blob.Log.Entries.Last(entry => entry.Method == "PUT").Blob);
    }

    [Fact]
    public void An_export_comes_through_the_pipeline_with_its_keys()
    {
        new SampleOrders().CreateTable(_session.Aws.Dynamo, 50);

        PSObject staged = _session.Invoke("Export-DynamoTable -TableName Orders -S3Bucket my-exports -EnablePointInTimeRecovery | " +
            "Copy-S3ToAdls lake s3datacopy").Single();

        Assert.StartsWith($"{_session.Blob.AccountEndpoint("lake")}/s3datacopy/AWSDynamoDB/", Get<Uri>(staged, "Location").AbsoluteUri);
        Assert.Equal(("customerId (S)", "orderId (S)", "expiresAt"),
            ($"{staged.Properties["PartitionKey"].Value}", $"{staged.Properties["SortKey"].Value}", Get<string>(staged, "TtlAttribute")));
        Assert.Equal(50L, Get<long>(staged, "ItemCount"));
    }

    [Fact]
    public void An_export_that_still_runs_is_an_error_that_says_to_wait()
    {
        new SampleOrders().CreateTable(_session.Aws.Dynamo, 1);

        ScriptRun run = _session.Invoke("Export-DynamoTable -TableName Orders -S3Bucket my-exports -EnablePointInTimeRecovery -NoWait | " +
            "Copy-S3ToAdls lake s3datacopy");

        Assert.Equal("CopyExportNotCompleted,DynamoCosmos.Commands.CopyS3ToAdlsCommand", run.ErrorId);
    }

    [Fact]
    public void Windows_are_copied_in_their_order_and_a_gap_is_an_error_unless_it_is_allowed()
    {
        DateTimeOffset from = DateTimeOffset.UtcNow.AddHours(-4);
        string[] keys = [.. Enumerable.Range(0, 3).Select(hour => Window(from.AddHours(hour)))];
        _session.Invoke($"$w1, $w2, $w3 = '{string.Join("', '", keys)}' | ForEach-Object {{ Get-DynamoExport -Location " +
            $"\"s3://my-exports/$_\" }}").ThrowIfFailed();

        ScriptRun run = _session.Invoke("$w3, $w1, $w2 | Copy-S3ToAdls lake s3datacopy").ThrowIfFailed();
        Assert.Equal(keys, run.Output.Select(export => Get<Uri>(export, "Location").AbsoluteUri.Split("/s3datacopy/")[1]));
        Assert.Equal("ExportWindowGap,DynamoCosmos.Commands.CopyS3ToAdlsCommand",
            _session.Invoke("$w1, $w3 | Copy-S3ToAdls lake s3datacopy").ErrorId);
        Assert.Equal(2, _session.Invoke("$w1, $w3 | Copy-S3ToAdls lake s3datacopy -AllowGap").ThrowIfFailed().Output.Count);
    }

    /// <summary>An hour's changes in the bucket; their data files lie in the folder that all windows share.</summary>
    private string Window(DateTimeOffset from)
    {
        DirectoryInfo disk = Directory.CreateTempSubdirectory("dynamocosmos window ");
        try
        {
            ExportLayout layout =
                ExportLayout.ToFolder(disk.FullName, new() { S3Bucket = "my-exports", FromTime = from, ToTime = from.AddHours(1) });
            using (DataFileWriter file = layout.AddDataFile()) file.WriteChange(1, """{"customerId":{"S":"c"},"orderId":{"S":"o"}}"""u8,
                default, default);
            layout.Complete();
            foreach (string file in Directory.GetFiles(disk.FullName, "*", SearchOption.AllDirectories)) _session.Aws.S3["my-exports"].Put(
                Path.GetRelativePath(disk.FullName, file), File.ReadAllBytes(file));
            return layout.Facts.Folder;
        }
        finally
        {
            disk.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_same_line_again_copies_nothing()
    {
        string line = $"(Copy-S3ToAdls -SourceLocation {_source} lake s3datacopy).Copy";
        _session.Invoke(line).ThrowIfFailed();

        PSObject copy = _session.Invoke(line).Single();

        Assert.Equal((0L, 4L), (Get<long>(copy, "CopiedFiles"), Get<long>(copy, "SkippedFiles")));
    }

    [Theory]
    [InlineData("abfss://raw@lake.dfs.core.windows.net/some/path")]
    [InlineData("https://lake.blob.core.windows.net/raw/some/path/")]
    public void A_destination_can_be_a_URL(string destination)
    {
        _session.Invoke($"Copy-S3ToAdls -SourceLocation {_source} -Destination {destination} -Method Streamed").ThrowIfFailed();

        Assert.All(_session.Blob.Names("lake", "raw"), name => Assert.StartsWith("some/path/nightly/AWSDynamoDB/", name));
    }

    [Fact]
    public void Exports_are_taken_from_the_pipeline_one_after_the_other_and_one_that_fails_stops_no_other()
    {
        string second = AddExport("other");
        StandInBucket bucket = _session.Aws.S3["my-exports"];
        string damaged = bucket.Keys.First(key => key.StartsWith("nightly/", StringComparison.Ordinal)
            && key.Contains("/data/", StringComparison.Ordinal));
        bucket.Put(damaged, new byte[10]);
        string copies = $"$copies = '{_source}', '{second}' | ForEach-Object {{ Copy-S3ToAdls -SourceLocation $_ lake s3datacopy }}";

        ScriptRun run = _session.Invoke($"{copies}; $copies");

        Assert.Equal(second.Split('/')[^2], Get<Uri>(run.Output.Single(), "Location").Segments[^1].TrimEnd('/'));
        Assert.Equal(
            ["CopyMd5Mismatch,DynamoCosmos.Commands.CopyS3ToAdlsCommand", "CopyIncomplete,DynamoCosmos.Commands.CopyS3ToAdlsCommand"],
            run.Errors.Select(error => error.FullyQualifiedErrorId));
        Assert.DoesNotContain(_session.Blob.Names("lake", "s3datacopy"), name => name.StartsWith("nightly/", StringComparison.Ordinal)
            && name.EndsWith("manifest-summary.json", StringComparison.Ordinal));
    }

    [Fact]
    public void Incomplete_is_the_end_of_a_script_that_stops_on_errors()
    {
        StandInBucket bucket = _session.Aws.S3["my-exports"];
        bucket.Remove(bucket.Keys.First(key => key.Contains("/data/", StringComparison.Ordinal)));

        ScriptRun run = _session.Invoke($"Copy-S3ToAdls -SourceLocation {_source} lake s3datacopy -ErrorAction Stop");

        Assert.Equal("DataFileMissing,DynamoCosmos.Commands.CopyS3ToAdlsCommand", run.Terminated?.ErrorRecord.FullyQualifiedErrorId);
    }

    [Fact]
    public void A_copied_export_goes_on_through_the_pipeline()
    {
        ScriptRun run = _session.Invoke($"Copy-S3ToAdls -SourceLocation {_source} lake s3datacopy | Copy-S3ToAdls -StorageAccountName " +
            "lake -FileSystem second -Method Streamed");

        Assert.Contains("/second/", Get<Uri>(run.Single(), "Location").AbsoluteUri);
    }

    [Fact]
    public void WhatIf_tells_the_plan_in_numbers_and_writes_nothing()
    {
        string shown = _session.Host.Render($"Copy-S3ToAdls -SourceLocation {_source} lake s3datacopy -WhatIf");

        Assert.Matches(@"What if: Copy 4 data files \(.+ KB, 200 items\) to http://127\.0\.0\.1:\d+/lake/s3datacopy/nightly/AWSDynamoDB/.+ by the storage account itself where it can, and create its file system", shown.ReplaceLineEndings(""));
        Assert.DoesNotContain(_session.Blob.Log.Entries, entry => entry.Method is "PUT" or "DELETE");
    }

    [Fact]
    public void Where_the_account_cannot_reach_S3_one_warning_says_so_and_the_files_are_streamed()
    {
        _session.Blob.Faults.Add(BlobFault.Refuse(403, "CannotVerifyCopySource"), "PutBlobFromUrl", times: -1);
        _session.Blob.Faults.Add(BlobFault.Refuse(403, "CannotVerifyCopySource"), "PutBlockFromUrl", times: -1);

        ScriptRun run = _session.Invoke($"Copy-S3ToAdls -SourceLocation {_source} lake s3datacopy");

        Assert.Equal(4L, Get<long>(PSObject.AsPSObject(run.Single().Properties["Copy"].Value), "StreamedFiles"));
        Assert.Contains("cannot fetch the files by itself", Assert.Single(run.Warnings));
    }

    [Fact]
    public void Progress_is_shown_and_ends()
    {
        _session.Blob.Faults.Add(BlobFault.Slow(TimeSpan.FromMilliseconds(600)), "PutBlobFromUrl", times: -1);

        ScriptRun run = _session.Invoke($"Copy-S3ToAdls -SourceLocation {_source} lake s3datacopy -Concurrency 2");

        Assert.Contains(run.Progress, record => record.StatusDescription.Contains("of 4 files", StringComparison.Ordinal));
        Assert.Equal(ProgressRecordType.Completed, run.Progress[^1].RecordType);
    }

    [Theory]
    [InlineData("-StorageAccountName 'My Lake' -FileSystem s3datacopy", "LakeLocationInvalid")]
    [InlineData("-Destination 'https://lake.blob.core.windows.net/raw?sig=secret'", "LakeLocationInvalid")]
    public void A_destination_that_is_none_is_an_error_before_any_call(string destination, string errorId)
    {
        ScriptRun run = _session.Invoke($"Copy-S3ToAdls -SourceLocation {_source} {destination}");

        Assert.Equal($"{errorId},DynamoCosmos.Commands.CopyS3ToAdlsCommand", run.ErrorId);
        Assert.DoesNotContain("secret", run.Errors.Single().ToString());
        Assert.Empty(_session.Blob.Log.Entries);
    }

    [Theory]
    [InlineData("s3://my-exports/nightly/AWSDynamoDB/none/", "ExportManifestMissing")]
    [InlineData("s3://my-exports/", "ExportManifestMissing")]
    public void A_source_that_is_no_export_is_an_error(string source, string errorId)
    {
        ScriptRun run = _session.Invoke($"Copy-S3ToAdls -SourceLocation {source} lake s3datacopy");

        Assert.Equal($"{errorId},DynamoCosmos.Commands.CopyS3ToAdlsCommand", run.ErrorId);
    }

    [Fact]
    public void A_wrong_account_key_is_an_error_that_does_not_repeat_it()
    {
        _session.Host.Set("key", new System.Net.NetworkCredential("", Convert.ToBase64String(new byte[64])).SecurePassword);

        ScriptRun run = _session.Invoke($"Copy-S3ToAdls -SourceLocation {_source} lake s3datacopy -AccountKey $key");

        Assert.Equal("LakeKeyRefused,DynamoCosmos.Commands.CopyS3ToAdlsCommand", run.ErrorId);
        Assert.DoesNotContain("AAAA", run.Errors.Single().ToString());
    }

    [Fact]
    public void Stopping_leaves_no_work_behind()
    {
        _session.Blob.Faults.Add(BlobFault.Slow(TimeSpan.FromSeconds(60)), "PutBlobFromUrl", times: -1);
        using PowerShell shell = _session.Host.Start($"Copy-S3ToAdls -SourceLocation {_source} lake s3datacopy");
        IAsyncResult running = shell.BeginInvoke();
        Assert.True(SpinWait.SpinUntil(() => _session.Blob.Names("lake", "s3datacopy") is not null
            && _session.Aws.Requests.Count > 5, TimeSpan.FromSeconds(20)));

        shell.Stop();

        Assert.True(running.IsCompleted);
        Assert.Empty(_session.Blob.Names("lake", "s3datacopy"));
    }

    private string AddExport(string prefix)
    {
        string root = Directory.CreateTempSubdirectory("export-").FullName;
        try
        {
            ExportLayout layout = new SampleOrders().WriteExport(root, 200, files: 4, new() { S3Bucket = "my-exports", S3Prefix = prefix });
            foreach (string file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
                _session.Aws.S3["my-exports"].Put(Path.GetRelativePath(root, file).Replace('\\', '/'), File.ReadAllBytes(file));
            return $"s3://my-exports/{layout.Facts.Folder}";
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static T Get<T>(PSObject value, string property) => (T)value.Properties[property].Value;
}
