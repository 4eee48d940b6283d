using System.Diagnostics;
using System.Text;
using DynamoCosmos.Aws;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;
using DynamoCosmos.Ports;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Dynamo;

namespace DynamoCosmos.Core.Tests.Aws;

[Trait("Category", "Slow")]
public sealed class TableScanTests : IAsyncLifetime
{
    private readonly SampleOrders _orders = new();
    private readonly CloudConnections _clouds = new();
    private AwsStandIn _aws = null!;
    private StandInTable _made = null!;

    public async Task InitializeAsync()
    {
        _aws = await AwsStandIn.StartAsync();
        _made = _orders.CreateTable(_aws.Dynamo, 3_000);
    }

    public async Task DisposeAsync()
    {
        _clouds.Dispose();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task Every_item_comes_once_as_a_line_that_makes_the_same_document()
    {
        (List<string> lines, _) = await ScanAsync();
        Assert.Equal(Documents(_orders.Items(3_000).Select(static item => $"{{\"Item\":{Encoding.UTF8.GetString(item)}}}")),
            Documents(lines));

        static IEnumerable<string> Documents(IEnumerable<string> lines)
        {
            ItemConverter converter = new(new(new(SampleOrders.PartitionKey, KeyType.S), new(SampleOrders.SortKey, KeyType.S)));
            DocumentBuffer buffer = new();
            return lines.Select(line =>
            {
                Assert.Equal(ConversionOutcome.Document, converter.Convert(Encoding.UTF8.GetBytes(line), 0, buffer));
                return Encoding.UTF8.GetString(buffer.Document.Span);
            }).Order(StringComparer.Ordinal);
        }
    }

    [Fact]
    public async Task Numbers_keep_all_their_digits_and_the_smallest_item_its_place()
    {
        StandInTable table = _aws.Dynamo.CreateTable("Small", "k:S");
        table.Put("""{"k":{"S":"a"}}""");
        table.Put("""{"k":{"S":"b"},"n":{"N":"12345678901234567890123456789012345678"}}""");
        (List<string> lines, _) = await ScanAsync("Small");
        Assert.Equal(["""{"Item":{"k":{"S":"a"}}}""", """{"Item":{"k":{"S":"b"},"n":{"N":"12345678901234567890123456789012345678"}}}"""],
            lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_empty_table_has_segments_and_no_items()
    {
        _aws.Dynamo.CreateTable("Empty", "k:S");
        (List<string> lines, int segments) = await ScanAsync("Empty");
        Assert.Empty(lines);
        Assert.True(segments > 1);
    }

    [Fact]
    public async Task A_table_that_throttles_is_waited_for()
    {
        _aws.Add(AwsFault.Error("Scan", 400, "ProvisionedThroughputExceededException", times: 12));
        (List<string> lines, _) = await ScanAsync();
        Assert.Equal(3_000, lines.Distinct().Count());
    }

    [Fact]
    public async Task A_table_that_throttles_for_longer_than_the_retry_timeout_is_an_error()
    {
        _aws.Add(AwsFault.Error("Scan", 400, "ProvisionedThroughputExceededException", times: int.MaxValue));
        MigrationException error =
            await Assert.ThrowsAsync<MigrationException>(() => ScanAsync(options: new() { RetryTimeout = TimeSpan.FromSeconds(1) }));
        Assert.Equal(("AwsThrottled", FailureKind.Throttled), (error.ErrorId, error.Kind));
    }

    [Fact]
    public async Task Broken_and_cut_answers_and_server_errors_lose_and_double_nothing()
    {
        _aws.Add(AwsFault.CutBody("Scan", 5_000, times: 3, skip: 2));
        _aws.Add(AwsFault.ResetAfter("Scan", times: 3, skip: 6));
        _aws.Add(AwsFault.Error("Scan", 500, "InternalServerError", times: 8, skip: 10));
        (List<string> lines, _) = await ScanAsync();
        Assert.Equal((3_000, 3_000), (lines.Count, lines.Distinct().Count()));
    }

    [Fact]
    public async Task A_capacity_is_kept_to_and_taken_in_small_pages()
    {
        // 3,000 orders are some 2.3 MB: about 280 units of eventually consistent reads.
        Stopwatch clock = Stopwatch.StartNew();
        _aws.ClearRequests();
        (List<string> lines, _) = await ScanAsync(options: new() { MaxReadCapacity = 60 });
        Assert.Equal(3_000, lines.Count);
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(2.5), $"{clock.Elapsed}");
        Assert.True(_aws.Requests.Count > 16, $"{_aws.Requests.Count} pages");
    }

    [Fact]
    public async Task A_percentage_is_one_of_provisioned_capacity_and_a_table_on_demand_has_none()
    {
        DynamoTable table = await DescribeAsync("Orders");
        Assert.Equal(25,
            new ScanOptions { ReadCapacityPercent = 25 }.CapacityOf(table with { BillingMode = "PROVISIONED", ReadCapacityUnits = 100 }));
        Assert.Equal("ReadCapacityUnknown",
            Assert.Throws<MigrationException>(() =>
            new ScanOptions { ReadCapacityPercent = 25 }.CapacityOf(table with { BillingMode = "PAY_PER_REQUEST" })).ErrorId);
        Assert.Equal("ReadCapacityTwice",
            Assert.Throws<MigrationException>(() =>
            new ScanOptions { ReadCapacityPercent = 25, MaxReadCapacity = 5 }.CapacityOf(table)).ErrorId);
        Assert.Null(new ScanOptions().CapacityOf(table));
    }

    [Theory]
    [InlineData(0, null, 16)]
    [InlineData(100L << 30, null, 1_600)]
    [InlineData(100L << 40, null, 100_000)]
    [InlineData(1L << 30, 10.0, 44)]
    public void Segments_are_a_few_minutes_of_reading_at_most(long bytes, double? capacity, int segments) =>
        Assert.Equal(segments, TableScan.SegmentsOf(bytes, capacity));

    [Fact]
    public async Task A_resumed_scan_keeps_the_number_of_segments_that_it_began_with()
    {
        await using TableScan scan = await OpenAsync("Orders", new());
        scan.Resume(37);
        List<string> names = [];
        await foreach (IItemUnit unit in scan.ReadUnitsAsync(default)) names.Add(unit.Name);
        Assert.Equal((37, "Orders/segment 37 of 37"), (scan.UnitCount, names[^1]));
    }

    [Fact]
    public async Task A_table_that_is_gone_ends_the_whole_scan_and_not_one_segment()
    {
        DynamoTable table = await DescribeAsync("Orders");
        await using TableScan scan = new(table with { TableName = "Gone" }, table.Keys, new(), _clouds.Aws.Get(_aws.Settings()));
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => ReadAsync(scan));
        Assert.Equal(("ScannedTableGone", FailureKind.InvalidOperation), (error.ErrorId, error.Kind));
    }

    [Fact]
    public async Task A_missing_permission_is_named()
    {
        await using TableScan scan = await OpenAsync("Orders", new());
        _aws.Options.Credentials[0].Deny("dynamodb:Scan");
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => ReadAsync(scan));
        Assert.Equal("AwsAccessDenied", error.ErrorId);
        Assert.Contains("dynamodb:Scan", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_consistent_read_takes_twice_the_capacity()
    {
        (double eventual, double consistent) = (await ChargeAsync(new()), await ChargeAsync(new() { ConsistentRead = true }));
        Assert.InRange(consistent / eventual, 1.9, 2.1);

        async Task<double> ChargeAsync(ScanOptions options)
        {
            double before = _made.ReadUnits;
            await ScanAsync(options: options);
            return _made.ReadUnits - before;
        }
    }

    private async Task<(List<string> Lines, int Segments)> ScanAsync(string name = "Orders", ScanOptions? options = null)
    {
        await using TableScan scan = await OpenAsync(name, options ?? new());
        return (await ReadAsync(scan), scan.UnitCount!.Value);
    }

    private async Task<TableScan> OpenAsync(string name, ScanOptions options)
    {
        DynamoTable table = await DescribeAsync(name);
        return new(table, table.Keys, options, _clouds.Aws.Get(_aws.Settings()));
    }

    private async Task<DynamoTable> DescribeAsync(string name)
    {
        DynamoTables tables = new(_aws.Settings(), _clouds.Aws);
        return await tables.DescribeAsync(name, default);
    }

    /// <summary>All segments, four at a time.</summary>
    internal static async Task<List<string>> ReadAsync(IItemSource source)
    {
        List<string> lines = [];
        await Parallel.ForEachAsync(source.ReadUnitsAsync(default), new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (unit, stop) =>
        {
            List<string> some = [];
            await using (ItemReader reader = await unit.OpenAsync(stop))
            {
                while (await reader.FillAsync(stop)) Take(reader, some);
            }
            lock (lines) lines.AddRange(some);
        });
        return lines;
    }

    private static void Take(ItemReader reader, List<string> into)
    {
        while (reader.TryRead(out ItemRecord record))
        {
            into.Add(Encoding.UTF8.GetString(record.Text));
            Assert.Equal(into.Count, record.Line);
        }
    }
}
