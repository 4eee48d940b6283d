using DynamoCosmos.Aws;
using DynamoCosmos.Basics;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;

namespace DynamoCosmos.Core.Tests.Aws;

public sealed class ExportWindowsTests
{
    private static readonly DateTimeOffset s_from = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly DynamoTable s_table = new()
    {
        TableName = "Orders",
        TableArn = "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders",
        TableStatus = "ACTIVE",
        PartitionKey = new("pk", KeyType.S),
    };

    [Theory]
    [InlineData(15, "15")]
    [InlineData(60, "60")]
    [InlineData(1440, "1440")]
    [InlineData(1441, "1426 15")]
    [InlineData(1454, "1439 15")]
    [InlineData(1455, "1440 15")]
    [InlineData(2880, "1440 1440")]
    [InlineData(4325, "1440 1440 1430 15")]
    public void A_time_is_cut_into_windows_that_follow_each_other(int minutes, string expected)
    {
        IReadOnlyList<ExportRequest> windows = Split(s_from, s_from.AddMinutes(minutes));
        Assert.Equal(expected, string.Join(' ', windows.Select(static window => (window.ToTime - window.FromTime)!.Value.TotalMinutes)));
        Assert.Equal((s_from, s_from.AddMinutes(minutes)), (windows[0].FromTime!.Value, windows[^1].ToTime!.Value));
        Assert.All(windows.Zip(windows.Skip(1)), static pair => Assert.Equal(pair.First.ToTime, pair.Second.FromTime));
    }

    [Fact]
    public void Less_than_fifteen_minutes_are_an_error_that_says_when_to_come_again()
    {
        MigrationException error = Assert.Throws<MigrationException>(() => Split(s_from, s_from.AddMinutes(15).AddSeconds(-1)));
        Assert.Equal("DynamoExportWindowTooShort", error.ErrorId);
        Assert.Contains("2026-05-01 12:15:00Z", error.Message);
    }

    [Fact]
    public void A_window_that_ends_before_it_begins_is_an_error_that_does_not_ask_to_wait()
    {
        MigrationException error = Assert.Throws<MigrationException>(() => Split(s_from, s_from.AddHours(-1)));
        Assert.Equal("DynamoExportWindowInvalid", error.ErrorId);
        Assert.Contains("is not before", error.Message);
    }

    [Fact]
    public void Without_an_end_it_goes_as_far_as_the_table_can_show()
    {
        DynamoTable table = s_table with { LatestRestorableTime = s_from.AddMinutes(50).AddMilliseconds(700) };
        Assert.Equal(s_from.AddMinutes(50), Assert.Single(ExportWindows.Split(table, Request(s_from, null), s_from.AddMinutes(55))).ToTime);
        Assert.Equal(s_from.AddMinutes(55),
            Assert.Single(ExportWindows.Split(s_table, Request(s_from, null), s_from.AddMinutes(55))).ToTime);
    }

    [Fact]
    public void It_begins_in_the_second_in_which_the_earlier_export_ends()
    {
        DynamoExport full = new() { ExportStatus = "COMPLETED", TableArn = s_table.TableArn, ExportTime = s_from.AddMilliseconds(999) };
        DynamoExport window = full with { ExportType = ExportType.Incremental, ExportFromTime = s_from.AddDays(-1), ExportToTime = s_from };
        Assert.Equal((s_from, s_from), (ExportWindows.EndOf(full), ExportWindows.EndOf(window)));
        Assert.Equal("ExportEndUnknown",
            Assert.Throws<MigrationException>(() =>
            ExportWindows.EndOf(new() { ExportStatus = "COMPLETED", TableName = "Orders" })).ErrorId);
    }

    [Fact]
    public void A_token_of_the_users_own_stands_for_one_window_only()
    {
        IReadOnlyList<ExportRequest> windows =
            ExportWindows.Split(s_table, Request(s_from, s_from.AddHours(60)) with { ClientToken = "mine" }, s_from);
        Assert.Equal(["mine", "mine-2", "mine-3"], windows.Select(static window => window.ClientToken!));
    }

    private static IReadOnlyList<ExportRequest> Split(DateTimeOffset from, DateTimeOffset to) =>
        ExportWindows.Split(s_table, Request(from, to), to.AddDays(1));

    private static ExportRequest Request(DateTimeOffset from, DateTimeOffset? to) => new() { S3Bucket = "b", FromTime = from, ToTime = to };
}
