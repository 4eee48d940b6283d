using System.Management.Automation;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Tests.Dynamo;

[Trait("Category", "Slow")]
public sealed class ExportDynamoTableTests : IAsyncLifetime
{
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(new() { ExportDuration = TimeSpan.FromMilliseconds(500) });
        new SampleOrders().CreateTable(_session.Aws.Dynamo, 100).SetRecovery(true);
    }

    public async Task DisposeAsync() => await _session.DisposeAsync();

    [Fact]
    public void An_export_is_waited_for_and_carries_the_keys()
    {
        ScriptRun run = _session.Invoke("Export-DynamoTable -TableName Orders -S3Bucket my-exports -S3Prefix day1/ | ForEach-Object { " +
            "\"$($_.ExportStatus) $($_.ItemCount) $($_.Keys.PartitionKey.Name) $($_.TtlAttribute) $($_.Location)\" }").ThrowIfFailed();
        Assert.Matches(@"^COMPLETED 100 customerId expiresAt s3://my-exports/day1/AWSDynamoDB/\d{14}-[0-9a-f]{8}/$", run.Output.Single()
            .ToString());
        Assert.Contains(run.Progress, static record => record.RecordType == ProgressRecordType.Processing
            && record.StatusDescription.Contains("0 of 1", StringComparison.Ordinal));
        Assert.Equal(ProgressRecordType.Completed, run.Progress[^1].RecordType);
    }

    [Fact]
    public async Task Several_tables_export_side_by_side_and_one_failure_does_not_stop_the_others()
    {
        // No export ends before all have begun: one after the other would never end.
        SteppedTime time = new();
        await using SandboxSession session =
            await SandboxSession.StartAsync(aws: new() { Time = time, ExportDuration = TimeSpan.FromMinutes(1) });
        for (int number = 0; number < 5; number++) session.Aws.Dynamo.CreateTable($"Table{number}", "pk:S").SetRecovery(number != 3);
        Task<ScriptRun> running =
            Task.Run(() => session.Invoke("Get-DynamoTable Table* | Export-DynamoTable -S3Bucket my-exports | ForEach-Object TableName"));
        await ScriptRun.UntilAsync(running, () =>
            session.Aws.Requests.Count(static request => request.Operation == "ExportTableToPointInTime") >= 4);
        // All are being waited for; now each has its bar at the next look.
        await ScriptRun.UntilAsync(running, () =>
            session.Aws.Requests.Count(static request => request.Operation == "DescribeExport") >= 20);
        await Task.Delay(TimeSpan.FromSeconds(2));
        time.Advance(TimeSpan.FromMinutes(2));
        ScriptRun run = await running.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(["Table0", "Table1", "Table2", "Table4"], run.Output.Select(static name => name.ToString()).Order());
        ErrorRecord error = Assert.Single(run.Errors);
        Assert.Equal("PointInTimeRecoveryOff,DynamoCosmos.Commands.ExportDynamoTableCommand", error.FullyQualifiedErrorId);
        Assert.Equal("Table3", error.TargetObject);

        // One bar, and below it one for each that is under way; none is left.
        ProgressRecord[] below = [.. run.Progress.Where(static record => record.ParentActivityId == 1)];
        Assert.Equal(["Table0", "Table1", "Table2", "Table4"],
            below.Where(static record => record.StatusDescription.Contains("IN_PROGRESS", StringComparison.Ordinal))
            .Select(static record => record.Activity).Distinct().Order());
        Assert.All(run.Progress.GroupBy(static record => record.ActivityId), static bar =>
            Assert.Equal(ProgressRecordType.Completed, bar.Last().RecordType));
    }

    [Fact]
    public void Recovery_is_switched_on_when_it_is_asked_for()
    {
        _session.Aws.Dynamo.CreateTable("Table", "pk:S");
        ScriptRun run = _session.Invoke("Export-DynamoTable Table my-exports -EnablePointInTimeRecovery").ThrowIfFailed();
        Assert.Single(run.Output);
        Assert.NotNull(_session.Aws.Dynamo["Table"].RecoverySince);
        Assert.Contains(run.Warnings, static text => text.Contains("charges", StringComparison.Ordinal));
    }

    [Fact]
    public void NoWait_gives_the_running_export_which_can_be_asked_for_later()
    {
        ScriptRun run = _session.Invoke("""
            $export = Export-DynamoTable Orders my-exports -NoWait
            $export.ExportStatus
            $again = Export-DynamoTable Orders my-exports
            $again.ExportArn -eq $export.ExportArn
            ($export | Get-DynamoExport).ExportStatus
            """).ThrowIfFailed();
        Assert.Equal("IN_PROGRESS,True,COMPLETED", string.Join(',', run.Output));
    }

    [Fact]
    public void WhatIf_tells_the_plan_in_numbers_and_starts_nothing()
    {
        _session.Aws.Dynamo.CreateTable("Table", "pk:S");
        string shown = _session.Host.Render("Export-DynamoTable Table my-exports -EnablePointInTimeRecovery -WhatIf; Export-DynamoTable " +
            "Orders my-exports -Format Ion -S3Prefix a -WhatIf");
        Assert.Contains("Orders (100 items, ", shown, StringComparison.Ordinal);
        Assert.Contains("Export to s3://my-exports/a as Ion", shown, StringComparison.Ordinal);
        Assert.Contains("Switch on point-in-time recovery", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(_session.Aws.Requests, static request => request.Operation is "ExportTableToPointInTime"
            or "UpdateContinuousBackups");
    }

    [Fact]
    public void A_failed_export_is_an_error_with_AWSs_words()
    {
        ScriptRun run = _session.Invoke("Export-DynamoTable Orders no-such-bucket");
        Assert.Equal("DynamoExportFailed,DynamoCosmos.Commands.ExportDynamoTableCommand", run.ErrorId);
        Assert.Contains("S3NoSuchBucket", run.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void Stopping_leaves_no_poll_behind()
    {
        using PowerShell shell = _session.Host.Start("Export-DynamoTable Orders my-exports -ExportTime ([DateTimeOffset]::UtcNow)");
        _session.Aws.Add(AwsFault.Slow("DescribeExport", TimeSpan.FromSeconds(30)));
        IAsyncResult running = shell.BeginInvoke();
        Assert.True(SpinWait.SpinUntil(() => _session.Aws.Requests.Any(static request => request.Operation == "ExportTableToPointInTime"),
            TimeSpan.FromSeconds(20)));
        shell.Stop();
        Assert.True(running.IsCompleted);
        int requests = _session.Aws.Requests.Count;
        Thread.Sleep(500);
        Assert.InRange(_session.Aws.Requests.Count, requests, requests + 1);
    }

    [Fact]
    public void A_number_as_poll_interval_means_seconds()
    {
        ScriptRun run = _session.Invoke("Export-DynamoTable Orders my-exports -PollInterval 0.1; Export-DynamoTable Orders my-exports " +
            "-PollInterval '00:00:01'").ThrowIfFailed();
        Assert.Equal(2, run.Output.Count);
    }
}
