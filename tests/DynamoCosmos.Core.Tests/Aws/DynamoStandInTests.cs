using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Dynamo;

namespace DynamoCosmos.Core.Tests.Aws;

public sealed class DynamoStandInTests : IAsyncLifetime
{
    private AwsStandIn _aws = null!;
    private AmazonDynamoDBClient _dynamo = null!;

    public async Task InitializeAsync()
    {
        _aws = await AwsStandIn.StartAsync();
        _dynamo = _aws.DynamoDB();
    }

    public async Task DisposeAsync()
    {
        _dynamo.Dispose();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task A_created_table_is_described_as_it_was_asked_for()
    {
        await _dynamo.CreateTableAsync(new CreateTableRequest
        {
            TableName = "Orders",
            AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", ScalarAttributeType.N), new("city", ScalarAttributeType.S)],
            KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
            GlobalSecondaryIndexes =
            [
                new()
                {
                    IndexName = "by-city",
                    KeySchema = [new("city", KeyType.HASH)],
                    Projection = new() { ProjectionType = ProjectionType.INCLUDE, NonKeyAttributes = ["total"] },
                },
            ],
            BillingMode = BillingMode.PAY_PER_REQUEST,
            StreamSpecification = new() { StreamEnabled = true, StreamViewType = StreamViewType.NEW_AND_OLD_IMAGES },
        });
        _aws.Dynamo["Orders"].Put("""{"pk":{"S":"a"},"sk":{"N":"1"}}""");
        TableDescription table = (await _dynamo.DescribeTableAsync("Orders")).Table;
        Assert.Equal(TableStatus.ACTIVE, table.TableStatus);
        Assert.Equal(["pk", "sk"], table.KeySchema.Select(static key => key.AttributeName));
        Assert.Equal(BillingMode.PAY_PER_REQUEST, table.BillingModeSummary.BillingMode);
        Assert.Equal("by-city", Assert.Single(table.GlobalSecondaryIndexes).IndexName);
        Assert.StartsWith(table.TableArn + "/stream/", table.LatestStreamArn, StringComparison.Ordinal);
        Assert.Equal(1, table.ItemCount);
        await Assert.ThrowsAsync<ResourceInUseException>(() => _dynamo.CreateTableAsync(new CreateTableRequest
        {
            TableName = "Orders",
            AttributeDefinitions = [new("pk", ScalarAttributeType.S)],
            KeySchema = [new("pk", KeyType.HASH)],
            BillingMode = BillingMode.PAY_PER_REQUEST,
        }));
    }

    [Fact]
    public async Task Tables_are_listed_in_pages()
    {
        for (int number = 0; number < 25; number++) _aws.Dynamo.CreateTable($"Table{number:D2}", "pk:S");
        List<string> names = [];
        ListTablesResponse? page = null;
        do
        {
            page = await _dynamo.ListTablesAsync(
                new ListTablesRequest { Limit = 10, ExclusiveStartTableName = page?.LastEvaluatedTableName });
            names.AddRange(page.TableNames);
        }
        while (page.LastEvaluatedTableName is not null);
        Assert.Equal(Enumerable.Range(0, 25).Select(static number => $"Table{number:D2}"), names);
    }

    [Fact]
    public async Task An_item_of_every_type_comes_back_with_its_numbers_normalized()
    {
        _aws.Dynamo.CreateTable("Table", "pk:S", "sk:B");
        Dictionary<string, AttributeValue> item = new()
        {
            ["pk"] = new("a é"),
            ["sk"] = new() { B = new([1, 2, 255]) },
            ["n"] = new() { N = "+001.500E+3" },
            ["big"] = new() { N = "12345678901234567890123456789012345678" },
            ["small"] = new() { N = "-1.20E-130" },
            ["zero"] = new() { N = "-0.00" },
            ["map"] = new() { M = new() { ["list"] = new() { L = [new("x"), new() { NULL = true }, new() { BOOL = false }] } } },
            ["ns"] = new() { NS = ["1.0", "2e1"] },
            ["ss"] = new() { SS = ["x", "y"] },
            ["bs"] = new() { BS = [new([0]), new([])] },
            ["empty"] = new(""),
        };
        await _dynamo.PutItemAsync("Table", item);
        Dictionary<string, AttributeValue> got =
            (await _dynamo.GetItemAsync("Table", new() { ["pk"] = item["pk"], ["sk"] = item["sk"] })).Item;
        Assert.Equal(item.Keys.Order(), got.Keys.Order());
        Assert.Equal(("1500", "12345678901234567890123456789012345678", "0"), (got["n"].N, got["big"].N, got["zero"].N));
        Assert.Equal("-0." + new string('0', 129) + "12", got["small"].N);
        Assert.Equal(["1", "20"], got["ns"].NS.Order());
        Assert.Equal("x", got["map"].M["list"].L[0].S);
        Assert.Equal(2, got["bs"].BS.Count);

        DeleteItemResponse deleted =
            await _dynamo.DeleteItemAsync("Table", new() { ["pk"] = item["pk"], ["sk"] = item["sk"] }, ReturnValue.ALL_OLD);
        Assert.Equal("a é", deleted.Attributes["pk"].S);
        Assert.Equal(0, _aws.Dynamo["Table"].ItemCount);
    }

    [Theory]
    [InlineData("""{"sk":{"N":"1"}}""", "Missing the key pk in the item")]
    [InlineData("""{"pk":{"N":"1"},"sk":{"N":"1"}}""", "Type mismatch for key pk expected: S actual: N")]
    [InlineData("""{"pk":{"S":""},"sk":{"N":"1"}}""", "cannot contain an empty string value. Key: pk")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"x"}}""", "cannot be converted to a numeric value: x")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"N":"123456789012345678901234567890123456789"}}""",
        "more than 38 significant digits")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"N":"1E126"}}""", "Number overflow")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"N":"1E-131"}}""", "Number underflow")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"NULL":false}}""", "must have the value of true")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"SS":[]}}""", "may not be empty")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"NS":["1","1.0"]}}""", "contains duplicates")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"1"},"n":{}}""", "Supplied AttributeValue is empty")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"S":"x","N":"1"}}""", "more than one datatypes")]
    public void An_item_that_DynamoDB_refuses_is_refused_in_its_words(string json, string words)
    {
        StandInTable table = _aws.Dynamo.CreateTable("Table", "pk:S", "sk:N");
        AwsException error = Assert.Throws<AwsException>(() => table.Put(json));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, table.ItemCount);
    }

    [Fact]
    public void Sizes_and_depths_end_where_DynamoDB_ends_them()
    {
        StandInTable table = _aws.Dynamo.CreateTable("Table", "pk:S");
        // 2 for the name pk, 1 for its value, 1 for the name v.
        string fits = new('x', (400 * 1024) - 4);
        table.Put($$$$$"""{"pk":{"S":"a"},"v":{"S":"{{{{{fits}}}}}"}}""");
        Assert.Throws<AwsException>(() => table.Put($$$$$"""{"pk":{"S":"a"},"v":{"S":"{{{{{fits}}}}}x"}}"""));
        table.Put($$$$$"""{"pk":{"S":"b"},"v":{{{{{Nested(32)}}}}}}""");
        Assert.Throws<AwsException>(() => table.Put($$$$$"""{"pk":{"S":"b"},"v":{{{{{Nested(33)}}}}}}"""));
        table.Put($$$$$"""{"pk":{"S":"{{{{{new string('x', 2048)}}}}}"}}""");
        Assert.Throws<AwsException>(() => table.Put($$$$$"""{"pk":{"S":"{{{{{new string('x', 2049)}}}}}"}}"""));
        Assert.Equal(3, table.ItemCount);

        static string Nested(int levels) => levels == 0 ? """{"S":"x"}""" : $$$$$"""{"M":{"m":{{{{{Nested(levels - 1)}}}}}}}""";
    }

    [Fact]
    public async Task Segments_and_pages_give_every_item_once_and_sort_keys_in_order()
    {
        StandInTable table = _aws.Dynamo.CreateTable("Table", "pk:S", "sk:N");
        int[] sortKeys = [-100, -20, -3, 0, 4, 10, 200];
        for (int partition = 0; partition < 300; partition++)
            foreach (int sortKey in sortKeys.Reverse()) table.Put($$$"""{"pk":{"S":"p{{{partition}}}"},"sk":{"N":"{{{sortKey}}}"}}""");

        List<(string Partition, int Sort)> found = [];
        for (int segment = 0; segment < 4; segment++)
        {
            ScanRequest request = new() { TableName = "Table", Segment = segment, TotalSegments = 4, Limit = 100 };
            ScanResponse page;
            do
            {
                page = await _dynamo.ScanAsync(request);
                found.AddRange(page.Items.Select(static item => (item["pk"].S, int.Parse(item["sk"].N))));
                request.ExclusiveStartKey = page.LastEvaluatedKey;
            }
            while (page.LastEvaluatedKey is { Count: > 0 });
        }
        Assert.Equal(300 * sortKeys.Length, found.Distinct().Count());
        Assert.Equal(found.Count, found.Distinct().Count());
        foreach (IGrouping<string, (string Partition, int Sort)> partition in found.GroupBy(static key => key.Partition))
            Assert.Equal(sortKeys, partition.Select(static key => key.Sort));
    }

    [Fact]
    public async Task A_page_ends_at_1_MB_and_tells_what_it_took()
    {
        StandInTable table = _aws.Dynamo.CreateTable("Table", "pk:S");
        for (int number = 0; number < 30; number++) table.Put($$$"""{"pk":{"S":"{{{number}}}"},"v":{"S":"{{{new string('x', 100_000)}}}"}}""");
        ScanResponse page =
            await _dynamo.ScanAsync(new ScanRequest { TableName = "Table", ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL });
        Assert.Equal(11, page.Count);
        Assert.Equal(134.5, page.ConsumedCapacity.CapacityUnits);
        ScanResponse count = await _dynamo.ScanAsync(new ScanRequest { TableName = "Table", Select = Select.COUNT });
        Assert.Equal(11, count.Count);
        Assert.True(count.Items is null or { Count: 0 });
        ValidationAnswer(
            await Assert.ThrowsAsync<AmazonDynamoDBException>(() =>
            _dynamo.ScanAsync(new ScanRequest { TableName = "Table", Segment = 1 })));
        ValidationAnswer(
            await Assert.ThrowsAsync<AmazonDynamoDBException>(() =>
            _dynamo.ScanAsync(new ScanRequest { TableName = "Table", FilterExpression = "a = b" })));

        static void ValidationAnswer(AmazonDynamoDBException error) => Assert.Equal("ValidationException", error.ErrorCode);
    }

    [Fact]
    public async Task A_scan_over_its_capacity_is_throttled_for_the_rest_of_the_second()
    {
        StandInTable table = _aws.Dynamo.CreateTable("Table", "pk:S");
        table.Put("""{"pk":{"S":"a"}}""");
        table.ReadCapacityLimit = 1;
        int throttled = 0;
        for (int number = 0; number < 20; number++)
        {
            try
            {
                await _dynamo.ScanAsync(new ScanRequest { TableName = "Table" });
            }
            catch (ProvisionedThroughputExceededException)
            {
                throttled++;
            }
        }
        Assert.InRange(throttled, 14, 18);
    }

    [Fact]
    public async Task A_batch_writes_and_deletes_and_refuses_doubles()
    {
        _aws.Dynamo.CreateTable("Table", "pk:S").Put("""{"pk":{"S":"old"}}""");
        WriteRequest put = new(new PutRequest(new() { ["pk"] = new("new") }));
        WriteRequest delete = new(new DeleteRequest(new() { ["pk"] = new("old") }));
        await _dynamo.BatchWriteItemAsync(new BatchWriteItemRequest(new() { ["Table"] = [put, delete] }));
        Assert.Equal("""{"pk":{"S":"new"}}""", _aws.Dynamo["Table"].Find("""{"pk":{"S":"new"}}"""));
        Assert.Equal(1, _aws.Dynamo["Table"].ItemCount);
        await Assert.ThrowsAsync<AmazonDynamoDBException>(() =>
            _dynamo.BatchWriteItemAsync(new BatchWriteItemRequest(new() { ["Table"] = [put, put] })));
    }

    [Fact]
    public async Task Time_to_live_and_recovery_are_switched_and_described()
    {
        _aws.Dynamo.CreateTable("Table", "pk:S");
        Assert.Equal(TimeToLiveStatus.DISABLED, (await _dynamo.DescribeTimeToLiveAsync("Table")).TimeToLiveDescription.TimeToLiveStatus);
        await _dynamo.UpdateTimeToLiveAsync(
            new() { TableName = "Table", TimeToLiveSpecification = new() { Enabled = true, AttributeName = "ttl" } });
        Assert.Equal("ttl", (await _dynamo.DescribeTimeToLiveAsync("Table")).TimeToLiveDescription.AttributeName);

        DescribeContinuousBackupsResponse off =
            await _dynamo.DescribeContinuousBackupsAsync(new DescribeContinuousBackupsRequest { TableName = "Table" });
        Assert.Equal(PointInTimeRecoveryStatus.DISABLED,
            off.ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus);
        await _dynamo.UpdateContinuousBackupsAsync(
            new() { TableName = "Table", PointInTimeRecoverySpecification = new() { PointInTimeRecoveryEnabled = true } });
        PointInTimeRecoveryDescription on =
            (await _dynamo.DescribeContinuousBackupsAsync(new DescribeContinuousBackupsRequest { TableName = "Table" }))
            .ContinuousBackupsDescription.PointInTimeRecoveryDescription;
        Assert.Equal(PointInTimeRecoveryStatus.ENABLED, on.PointInTimeRecoveryStatus);
        Assert.True(on.EarliestRestorableDateTime <= on.LatestRestorableDateTime);
        await Assert.ThrowsAsync<TableNotFoundException>(() =>
            _dynamo.DescribeContinuousBackupsAsync(new DescribeContinuousBackupsRequest { TableName = "Nowhere" }));
    }

    [Fact]
    public async Task The_sample_is_the_same_every_time_and_near_a_kilobyte()
    {
        SampleOrders orders = new(now: DateTimeOffset.UnixEpoch);
        StandInTable table = orders.CreateTable(_aws.Dynamo, 1000);
        Assert.Equal(1000, table.ItemCount);
        Assert.Equal(orders.Item(77), new SampleOrders(now: DateTimeOffset.UnixEpoch).Item(77));
        Assert.NotEqual(orders.Item(77), orders.Item(78));
        Assert.InRange(orders.Items(1000).Average(static item => item.Length), 800, 1000);
        ScanResponse page = await _dynamo.ScanAsync(new ScanRequest { TableName = SampleOrders.TableName });
        Assert.All(page.Items, static item => Assert.Equal(38, item["ledger"].N.Length));
        using JsonDocument document = JsonDocument.Parse(orders.Item(50));
        Assert.True(document.RootElement.TryGetProperty("id", out _));
    }
}
