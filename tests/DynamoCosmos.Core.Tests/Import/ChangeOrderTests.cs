using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Import;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Core.Tests.Import;

/// <summary>A window with several records of one item.</summary>
public sealed class ChangeOrderTests
{
    private const string Table = "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders";

    private static readonly ExportSpan s_window = new(Table, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1));

    private readonly ImportBench _bench = new() { Source = new() { Span = s_window } };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_record_that_was_written_last_counts_wherever_it_stands(bool isIon)
    {
        ItemFormat format = isIon ? ItemFormat.Ion : ItemFormat.DynamoDBJson;
        ImportBench bench = new() { Source = new() { Span = s_window, Format = format } };
        bench.Sink.Documents["gone"] = bench.Sink.Documents["back"] = "{}";
        bench.Source.Add(Change("a", 2, 2, isIon), Change("gone", 9, null, isIon), Change("once", 1, 1, isIon),
            Change("back", 3, null, isIon));
        bench.Source.Add(Change("a", 3, 3, isIon), Change("gone", 8, 8, isIon));
        bench.Source.Add(Change("back", 4, 4, isIon), Change("a", 1, 1, isIon));
        ImportResult result = await bench.RunAsync();
        Assert.Equal((8L, 3L, 1L, 4L, 0L), (result.Read, result.Written, result.Deleted, result.Filtered, result.Rejected));
        IEnumerable<string> found =
            bench.Sink.Documents.Select(static document => $"{document.Key} {document.Value[(document.Value.LastIndexOf(':') + 1)..^1]}");
        Assert.Equal(["a 3", "back 4", "once 1"], found.Order());
        Assert.All(bench.Sink.Tries.Values, static tries => Assert.Equal(1, tries));
        Assert.Contains("3 items have several records", Assert.Single(bench.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_times_do_not_decide_is_rejected_and_kept_whole()
    {
        string twin = Change("twin", 5, 5);
        _bench.Source.Add(Change("tie", 5, 1), Change("tie", 4, 0), twin, Change("late", 1, 1), Change("none", 7, 1));
        string none = Change("none", 0, 2).Replace("WriteTimestampMicros", "Other", StringComparison.Ordinal);
        _bench.Source.Add(Change("tie", 5, 2), twin, Change("late", 2, 2), none);
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((9L, 2L, 3L, 4L), (result.Read, result.Written, result.Filtered, result.Rejected));
        Assert.Equal(["late", "twin"], _bench.Sink.Documents.Keys.Order());
        Assert.All(_bench.Disk.RejectedItems, static item => Assert.Equal(RejectionReason.UndecidedChange, item.Reason));
        Assert.Equal(["none", "none", "tie", "tie"], _bench.Disk.RejectedItems.Select(static item => item.Id).Order());
        Assert.Contains(_bench.Disk.RejectedItems, static item => item.Item == Change("tie", 5, 2));
    }

    [Fact]
    public async Task A_run_that_goes_on_with_another_ones_work_decides_alike()
    {
        for (int unit = 0; unit < 4; unit++)
        {
            int of = unit;
            // Each item in each unit, the newest record of each in another one.
            _bench.Source.Add(
                [.. Enumerable.Range(0, 200).Select(item => Change($"k{item}", ((item + of) % 4) + 1, ((item + of) % 4) + 1))]);
        }
        _bench.Sink.Script = static (write, _) => write.Id == "k150" ? new(403, 0, 0) : null;
        await _bench.FailAsync();
        _bench.Sink.Script = null;
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((2, 800L, 200L, 600L), (result.Runs, result.Read, result.Written, result.Filtered));
        Assert.Equal(200, _bench.Sink.Documents.Count);
        Assert.All(_bench.Sink.Documents.Values, static document => Assert.EndsWith("\"n\":4}", document, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_data_file_leaves_the_others_to_be_applied()
    {
        _bench.Source.Add(Change("a", 1, 1));
        _bench.Source.Add(Change("b", 1, 1), Change("a", 2, 2)).File[^1] ^= 1;
        MigrationException error = await _bench.FailAsync();
        Assert.True(FailedUnits.IsOfOneUnit(error), error.Message);
        Assert.Equal(["a"], _bench.Sink.Documents.Keys);
    }

    [Fact]
    public async Task A_window_of_any_size_takes_the_same_memory()
    {
        for (int unit = 0; unit < 5; unit++)
        {
            int of = unit;
            _bench.Source.Add([.. Enumerable.Range(0, 1_000).Select(item => Change($"k{(of * 900) + item}", of, of))]);
        }
        ItemRouter router = new(_bench.Source.Keys, new ConversionOptions());
        ChangeOrder? order = await ChangeOrder.ReadAsync(_bench.Source, router, 2, default, mostSlots: 1024);
        Assert.Equal(400, order!.Several);
        // In parts, and once more for those that have several.
        Assert.True(_bench.Source.Opened.Count >= 5 * 7, $"{_bench.Source.Opened.Count}");
    }

    [Fact]
    public async Task A_window_with_one_record_an_item_is_read_once_before_it_is_applied()
    {
        _bench.Source.Add(Change("a", 1, 1));
        _bench.Source.Add(Change("b", 2, 2));
        await _bench.RunAsync();
        Assert.Equal(4, _bench.Source.Opened.Count);
        Assert.Empty(_bench.Warnings);
    }

    /// <param name="value">What the item holds then; null where it is gone.</param>
    private static string Change(string key, long time, int? value, bool isIon = false)
    {
        string change = isIon
            ? "$ion_1_0 {Record:{Metadata:{WriteTimestampMicros:TIME.},Keys:{pk:'''KEY'''}IMAGE}}"
            : """{"Metadata":{"WriteTimestampMicros":{"N":"TIME"}},"Keys":{"pk":{"S":"KEY"}}IMAGE}""";
        string image =
            value is null ? "" : isIon ? ",NewImage:{pk:'''KEY''',n:VALUE.}" : ""","NewImage":{"pk":{"S":"KEY"},"n":{"N":"VALUE"}}""";
        return change.Replace("IMAGE", image, StringComparison.Ordinal).Replace("TIME", $"{time}", StringComparison.Ordinal)
            .Replace("KEY", key, StringComparison.Ordinal).Replace("VALUE", $"{value}", StringComparison.Ordinal);
    }
}
