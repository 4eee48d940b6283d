using System.Management.Automation;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Tests.Dynamo;

/// <summary>Export-DynamoTable -Incremental and -Since, against a Sandbox whose clock is two days and a half behind the real one.</summary>
public sealed class ExportWindowTests : IAsyncLifetime
{
    private readonly SteppedTime _time = new();
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _time.Advance(TimeSpan.FromHours(-60));
        _session = await SandboxSession.StartAsync(new() { Time = _time });
        new SampleOrders().CreateTable(_session.Aws.Dynamo, 20).SetRecovery(true);
    }

    public async Task DisposeAsync() => await _session.DisposeAsync();

    [Fact]
    public void Since_a_full_export_come_the_windows_up_to_now_in_their_order_and_beside_it()
    {
        _session.Invoke("$full = Export-DynamoTable Orders my-exports -S3Prefix day1").ThrowIfFailed();
        _time.Advance(TimeSpan.FromHours(50));
        PSObject[] windows = [.. _session.Invoke("Export-DynamoTable -Since $full -OutVariable windows").ThrowIfFailed().Output];
        Assert.Equal(3, windows.Length);
        Assert.All(windows, static window =>
            Assert.Equal(("Incremental", "NEW_IMAGE", "COMPLETED"),
            (window.Properties["ExportType"].Value.ToString(), window.Properties["OutputView"].Value,
            window.Properties["ExportStatus"].Value)));
        Assert.All(windows.Zip(windows.Skip(1)), static pair =>
            Assert.Equal(pair.First.Properties["ExportToTime"].Value, pair.Second.Properties["ExportFromTime"].Value));
        Assert.All(windows, static window =>
            Assert.StartsWith("s3://my-exports/day1/AWSDynamoDB/", window.Properties["Location"].Value.ToString()));
        // And on from there, from a window.
        _time.Advance(TimeSpan.FromHours(1));
        PSObject next = _session.Invoke("Export-DynamoTable -Since $windows[-1] -ExportViewType NEW_AND_OLD_IMAGES").Single();
        Assert.Equal((windows[^1].Properties["ExportToTime"].Value, "NEW_AND_OLD_IMAGES"),
            (next.Properties["ExportFromTime"].Value, next.Properties["OutputView"].Value));
        Assert.Equal("DynamoExportWindowTooShort,DynamoCosmos.Commands.ExportDynamoTableCommand",
            _session.Invoke("Export-DynamoTable -Since (Export-DynamoTable -Since $windows[-1])").ErrorId);
    }

    [Fact]
    public void A_time_of_the_users_own_is_exported_and_found_again()
    {
        _time.Advance(TimeSpan.FromHours(2));
        _session.Host.Set("from", _time.GetUtcNow().AddMinutes(-100));
        _session.Host.Set("to", _time.GetUtcNow().AddMinutes(-20));
        PSObject[] exports = [.. _session.Invoke("1..2 | ForEach-Object { Export-DynamoTable Orders my-exports -Incremental -From $from " +
            "-To $to }").ThrowIfFailed().Output];
        Assert.Equal(exports[0].Properties["ExportArn"].Value, exports[1].Properties["ExportArn"].Value);
    }

    [Fact]
    public void WhatIf_tells_the_windows()
    {
        _session.Invoke("$full = Export-DynamoTable Orders my-exports").ThrowIfFailed();
        _time.Advance(TimeSpan.FromHours(30));
        string shown = _session.Host.Render("Export-DynamoTable -Since $full -WhatIf");
        Assert.Contains("the changes from ", shown, StringComparison.Ordinal);
        Assert.Contains("in 2 windows", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-Incremental")]
    [InlineData("-From 2026-01-01")]
    [InlineData("-ExportViewType NEW_IMAGE")]
    [InlineData("-Incremental -From 2026-01-01 -ExportTime 2026-01-01")]
    public void What_does_not_go_together_is_an_error_before_anything_is_asked(string parameters)
    {
        Assert.Equal("IncrementalUnclear,DynamoCosmos.Commands.ExportDynamoTableCommand",
            _session.Invoke($"Export-DynamoTable Orders my-exports {parameters}").ErrorId);
        Assert.Empty(_session.Aws.Requests);
    }
}
