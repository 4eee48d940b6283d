using DynamoCosmos.Aws;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Exports;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Dynamo;
using DynamoCosmos.Sessions;

namespace DynamoCosmos.Core.Tests.Aws;

[Trait("Category", "Slow")]
public sealed class TableExportTests : IAsyncLifetime
{
    private readonly CloudConnections _clouds = new();
    private readonly Collected _messages = new();
    private AwsStandIn _aws = null!;
    private StandInTable _made = null!;
    private TableExport _exports = null!;
    private DynamoTables _tables = null!;

    public async Task InitializeAsync()
    {
        _aws = await AwsStandIn.StartAsync(
            new() { ExportDuration = TimeSpan.FromMilliseconds(400), RecoveryDelay = TimeSpan.FromMilliseconds(50) });
        _aws.S3.CreateBucket("exports");
        _made = new SampleOrders().CreateTable(_aws.Dynamo, 200);
        _exports = new(_aws.Settings(), _clouds.Aws);
        _tables = new(_aws.Settings(), _clouds.Aws);
    }

    public async Task DisposeAsync()
    {
        _clouds.Dispose();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task A_table_is_exported_and_the_export_carries_what_the_next_stage_needs()
    {
        DynamoExport started =
            await StartAsync(new() { S3Bucket = "exports", S3Prefix = "/some/prefix/", EnablePointInTimeRecovery = true });
        Assert.Equal("IN_PROGRESS", started.ExportStatus);
        Assert.Null(started.ItemCount);
        DynamoExport done = await WaitAsync(started);
        Assert.Equal(("COMPLETED", 200L), (done.ExportStatus, done.ItemCount));
        Assert.Equal(new KeyMap(new("customerId", KeyType.S), new("orderId", KeyType.S), "expiresAt"), done.Keys);
        Assert.StartsWith("s3://exports/some/prefix/AWSDynamoDB/", done.Location!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(started.Location, done.Location);
        Assert.Contains(_messages.Warnings, static text => text.Contains("point-in-time recovery", StringComparison.Ordinal));

        DynamoExport read = await ReadAsync(done.Location);
        Assert.Equal((done.ExportArn, done.ItemCount, done.TableName, done.Location),
            (read.ExportArn, read.ItemCount, read.TableName, read.Location));
        Assert.Equal(done with { ExportStatus = "COMPLETED" }, await _exports.FindAsync(done.ExportArn!, default));
    }

    [Fact]
    public async Task Without_recovery_and_without_leave_to_switch_it_on_there_is_no_export()
    {
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => StartAsync(new() { S3Bucket = "exports" }));
        Assert.Equal("PointInTimeRecoveryOff", error.ErrorId);
        Assert.Contains(Setting.EnablePointInTimeRecovery, error.Message, StringComparison.Ordinal);
        Assert.Null(_made.RecoverySince);
    }

    [Fact]
    public async Task The_same_request_finds_the_running_export_and_later_the_completed_one()
    {
        _made.SetRecovery(true);
        await Task.Delay(100);
        ExportRequest request = new() { S3Bucket = "exports" };
        DynamoExport first = await StartAsync(request);
        DynamoExport second = await StartAsync(request);
        Assert.Equal(first.ExportArn, second.ExportArn);
        await WaitAsync(first);
        Assert.Empty(_messages.Warnings);
        DynamoExport third = await StartAsync(request);
        Assert.Equal((first.ExportArn, "COMPLETED"), (third.ExportArn, third.ExportStatus));
        Assert.Contains(_messages.Warnings, static text => text.Contains("used again", StringComparison.Ordinal));
        Assert.NotEqual(first.ExportArn, (await StartAsync(request with { S3Prefix = "other" })).ExportArn);
        Assert.NotEqual(first.ExportArn, (await StartAsync(request with { ClientToken = "mine" })).ExportArn);
    }

    [Fact]
    public async Task A_failed_export_is_an_error_with_AWSs_words_and_the_next_run_asks_for_a_new_one()
    {
        _made.SetRecovery(true);
        await Task.Delay(100);
        ExportRequest request = new() { S3Bucket = "not-there-yet" };
        DynamoExport started = await StartAsync(request);
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => WaitAsync(started));
        Assert.Equal("DynamoExportFailed", error.ErrorId);
        Assert.Contains("S3NoSuchBucket, The specified bucket does not exist.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Create the bucket", error.Message, StringComparison.Ordinal);
        Assert.Equal("FAILED", Assert.IsType<DynamoExport>(error.TargetObject).ExportStatus);

        _aws.S3.CreateBucket("not-there-yet");
        DynamoExport again = await StartAsync(request);
        Assert.NotEqual(started.ExportArn, again.ExportArn);
        Assert.Equal("COMPLETED", (await WaitAsync(again)).ExportStatus);
    }

    [Fact]
    public async Task An_access_denied_bucket_says_which_permissions_are_needed()
    {
        _made.SetRecovery(true);
        await Task.Delay(100);
        _aws.Options.Credentials[0].Deny("s3:PutObject");
        MigrationException error =
            await Assert.ThrowsAsync<MigrationException>(async () => await WaitAsync(await StartAsync(new() { S3Bucket = "exports" })));
        Assert.Equal("DynamoExportFailed", error.ErrorId);
        Assert.Contains("s3:PutObject", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_used_for_another_request_is_a_conflict()
    {
        _made.SetRecovery(true);
        await Task.Delay(100);
        await StartAsync(new() { S3Bucket = "exports", ClientToken = "mine" });
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() =>
            StartAsync(new() { S3Bucket = "exports", ClientToken = "mine", Format = ExportFormat.Ion }));
        Assert.Equal("DynamoExportConflict", error.ErrorId);
    }

    [Fact]
    public async Task Whoever_may_not_list_exports_can_still_export()
    {
        _made.SetRecovery(true);
        await Task.Delay(100);
        _aws.Options.Credentials[0].Deny("dynamodb:ListExports");
        DynamoExport done = await WaitAsync(await StartAsync(new() { S3Bucket = "exports" }));
        Assert.Equal("COMPLETED", done.ExportStatus);
        Assert.Contains(_messages.Verbose, static text => text.Contains("dynamodb:ListExports", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_time_outside_of_recoverys_window_is_an_error_that_shows_the_window()
    {
        _made.SetRecovery(true);
        await Task.Delay(100);
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() =>
            StartAsync(new() { S3Bucket = "exports", ExportTime = DateTimeOffset.UtcNow.AddDays(-3) }));
        Assert.Equal("DynamoExportTimeInvalid", error.ErrorId);
        Assert.Contains($"{DateTimeOffset.UtcNow:yyyy-MM-dd}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(14)]
    [InlineData(1441)]
    public async Task A_window_that_AWS_would_refuse_is_refused_here(int minutes)
    {
        _made.SetRecovery(true);
        DateTimeOffset to = DateTimeOffset.UtcNow;
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(
            () => StartAsync(
                new() { S3Bucket = "exports", FromTime = to.AddMinutes(-minutes), ToTime = to, EnablePointInTimeRecovery = true }));
        Assert.Equal("DynamoExportWindowInvalid", error.ErrorId);
    }

    [Fact]
    public async Task An_incremental_export_is_read_by_its_manifest_from_the_shared_folder()
    {
        ManualTime time = new(new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using AwsStandIn aws = await AwsStandIn.StartAsync(new() { Time = time, ExportDuration = TimeSpan.Zero });
        aws.S3.CreateBucket("exports");
        StandInTable made = aws.Dynamo.CreateTable("Table", "pk:S");
        made.SetRecovery(true);
        time.Advance(TimeSpan.FromHours(1));
        DateTimeOffset from = time.GetUtcNow();
        made.Put("""{"pk":{"S":"a"}}""");
        time.Advance(TimeSpan.FromMinutes(30));
        TableExport exports = new(aws.Settings(), _clouds.Aws);
        DynamoTables tables = new(aws.Settings(), _clouds.Aws);
        DynamoTable table = await tables.DescribeAsync("Table", default);
        DynamoExport done = await exports.WaitAsync(
            await exports.StartAsync(table,
                new() { S3Bucket = "exports", FromTime = from, ToTime = time.GetUtcNow(), WithOldImages = true }, _messages, default),
                TimeSpan.FromMilliseconds(20), default);
        Assert.Equal((ExportType.Incremental, "NEW_AND_OLD_IMAGES", from, time.GetUtcNow()),
            (done.ExportType, done.OutputView, done.ExportFromTime, done.ExportToTime));

        ExportFolder folder = ExportStores.Open(done.Location!, aws.Settings(), new(), _clouds);
        IReadOnlyList<DataFile> files = (await OpenedExport.OpenAsync(folder, needsManifest: true, default)).Files;
        Assert.Equal(5, files.Count);
        Assert.All(files, static file => Assert.StartsWith("AWSDynamoDB/data/", file.Key, StringComparison.Ordinal));
        foreach (DataFile file in files) Assert.NotNull(await folder.Store.FindAsync(file.Key, default));
    }

    [Fact]
    public async Task Exports_are_listed_newest_first_and_found_by_ARN()
    {
        _made.SetRecovery(true);
        await Task.Delay(100);
        List<string?> arns = [];
        for (int number = 0; number < 30; number++) arns.Insert(0,
            (await StartAsync(new() { S3Bucket = "exports", ClientToken = $"t{number}" })).ExportArn);
        List<string?> listed = [];
        await foreach (DynamoExport export in _exports.ListAsync("Orders", default)) listed.Add(export.ExportArn);
        Assert.Equal(arns, listed);
        Assert.Equal("DynamoExportArnInvalid",
            (await Assert.ThrowsAsync<MigrationException>(() => _exports.FindAsync("nothing", default))).ErrorId);
        Assert.Equal("DynamoExportNotFound",
            (await Assert.ThrowsAsync<MigrationException>(() =>
            _exports.FindAsync(_made.Arn + "/export/01234567890123-0a1b2c3d", default))).ErrorId);
    }

    [Fact]
    public async Task An_export_outlives_its_table_but_not_its_keys()
    {
        _made.SetRecovery(true);
        await Task.Delay(100);
        DynamoExport done = await WaitAsync(await StartAsync(new() { S3Bucket = "exports" }));
        _aws.Dynamo.DeleteTable("Orders");
        DynamoExport found = await _exports.FindAsync(done.ExportArn!, default);
        Assert.Equal(("COMPLETED", null), (found.ExportStatus, found.Keys));
    }

    private async Task<DynamoExport> StartAsync(ExportRequest request) =>
        await _exports.StartAsync(await _tables.DescribeAsync("Orders", default), request, _messages, default);

    private Task<DynamoExport> WaitAsync(DynamoExport export) => _exports.WaitAsync(export, TimeSpan.FromMilliseconds(50), default);

    private async Task<DynamoExport> ReadAsync(Uri location)
    {
        ExportFolder folder = ExportStores.Open(location, _aws.Settings(), new(), _clouds);
        return ExportReading.Describe(await OpenedExport.OpenAsync(folder, needsManifest: true, default), _aws.Settings());
    }

    private sealed class Collected : IRunMessages
    {
        internal List<string> Verbose { get; } = [];

        internal List<string> Warnings { get; } = [];

        public ValueTask VerboseAsync(string text, CancellationToken cancellationToken)
        {
            Verbose.Add(text);
            return ValueTask.CompletedTask;
        }

        public ValueTask WarningAsync(string text, CancellationToken cancellationToken)
        {
            Warnings.Add(text);
            return ValueTask.CompletedTask;
        }
    }
}
