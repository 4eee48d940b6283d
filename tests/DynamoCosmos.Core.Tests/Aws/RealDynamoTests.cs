using System.Net;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoCosmos.Aws;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;
using DynamoCosmos.RealServers;
using DynamoCosmos.Sandbox.Aws;
using KeyType = DynamoCosmos.Items.Rules.KeyType;

namespace DynamoCosmos.Core.Tests.Aws;

/// <summary>Amazon's own DynamoDB Local: for our calls, and as the judge of the stand-in.</summary>
[Collection(DynamoDBLocalTests.Name)]
[Trait("Category", "Slow")]
public sealed class RealDynamoTests(DynamoDBLocal server)
{
    private static int s_account;

    // Each access key of DynamoDB Local has tables of its own.
    private readonly string _accessKey = $"AKIATEST{Interlocked.Increment(ref s_account):D4}";

    [RealServerFact(RealServer.DynamoDBLocal)]
    public async Task Tables_are_listed_and_described()
    {
        using CloudConnections clouds = new();
        using AmazonDynamoDBClient client = Client();
        await CreateAsync(client, "Orders", ScalarAttributeType.S, ScalarAttributeType.N);
        await CreateAsync(client, "Customers", ScalarAttributeType.B, null);
        DynamoTables tables = new(Settings, clouds.Aws);
        List<TableAnswer> answers = [];
        await foreach (TableAnswer answer in tables.DescribeAsync(tables.ListNamesAsync(default), default)) answers.Add(answer);
        Assert.Equal(["Customers", "Orders"], answers.Select(static answer => answer.Table!.TableName));
        Assert.Equal(new KeyMap(new("pk", KeyType.S), new("sk", KeyType.N)), answers[1].Table!.Keys);
        Assert.Equal(("ACTIVE", 5L, false),
            (answers[1].Table!.TableStatus, answers[1].Table!.ReadCapacityUnits, answers[1].Table!.PointInTimeRecovery));
        Assert.Equal("DynamoTableNotFound",
            (await Assert.ThrowsAsync<MigrationException>(() => tables.DescribeAsync("Nowhere", default))).ErrorId);
    }

    [RealServerTheory(RealServer.DynamoDBLocal)]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"N":"+001.500E+3"},"z":{"N":"-0.00"},"m":{"M":{"l":{"L":[{"NULL":true},{"BOOL":false},{"S":"é"}]}}},"ns":{"NS":["1.0","2e1"]},"b":{"B":"AQI="}}""")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"N":"12345678901234567890123456789012345678"},"t":{"N":"1E-130"},"h":{"N":"-9.9999999999999999999999999999999999999E+125"}}""")]
    [InlineData("""{"sk":{"N":"1"}}""")]
    [InlineData("""{"pk":{"N":"1"},"sk":{"N":"1"}}""")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"x"}}""")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"N":"123456789012345678901234567890123456789"}}""")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"N":"1E126"}}""")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"N":"1E-131"}}""")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"SS":["x","x"]}}""")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"1"},"n":{"NS":["1","1.0"]}}""")]
    public async Task The_stand_in_takes_refuses_and_gives_back_what_Amazons_own_does(string json)
    {
        await using AwsStandIn standIn = await AwsStandIn.StartAsync();
        standIn.Dynamo.CreateTable("Table", "pk:S", "sk:N");
        using AmazonDynamoDBClient ours = standIn.DynamoDB(), theirs = Client();
        await CreateAsync(theirs, "Table", ScalarAttributeType.S, ScalarAttributeType.N);
        Dictionary<string, AttributeValue> item = TypedJson.Read(json);
        (string? ourError, string? ourItem) = await PutAndGetAsync(ours, item);
        (string? theirError, string? theirItem) = await PutAndGetAsync(theirs, item);
        Assert.Equal(theirError, ourError);
        Assert.Equal(theirItem, ourItem);
    }

    [RealServerFact(RealServer.DynamoDBLocal)]
    public async Task A_scan_in_segments_and_pages_gives_the_same_items_as_Amazons_own()
    {
        await using AwsStandIn standIn = await AwsStandIn.StartAsync();
        standIn.Dynamo.CreateTable("Table", "pk:S", "sk:N");
        using AmazonDynamoDBClient ours = standIn.DynamoDB(), theirs = Client();
        await CreateAsync(theirs, "Table", ScalarAttributeType.S, ScalarAttributeType.N);
        foreach (AmazonDynamoDBClient client in (AmazonDynamoDBClient[])[ours, theirs])
            for (int number = 0; number < 60; number++)
                await client.PutItemAsync("Table",
                    new() { ["pk"] = new($"p{number % 20}"), ["sk"] = new() { N = $"{(number / 20) - 1}" } });
        Assert.Equal(await ScanAsync(theirs), await ScanAsync(ours));

        static async Task<List<string>> ScanAsync(AmazonDynamoDBClient client)
        {
            List<string> keys = [];
            for (int segment = 0; segment < 3; segment++)
            {
                ScanRequest request = new() { TableName = "Table", Segment = segment, TotalSegments = 3, Limit = 7 };
                ScanResponse page;
                do
                {
                    page = await client.ScanAsync(request);
                    keys.AddRange(page.Items.Select(static item => $"{item["pk"].S}/{item["sk"].N}"));
                    request.ExclusiveStartKey = page.LastEvaluatedKey;
                }
                while (page.LastEvaluatedKey is { Count: > 0 });
            }
            return [.. keys.Order(StringComparer.Ordinal)];
        }
    }

    [RealServerFact(RealServer.DynamoDBLocal)]
    public async Task A_scan_gives_every_item_of_Amazons_own_with_all_digits()
    {
        using CloudConnections clouds = new();
        using AmazonDynamoDBClient client = Client();
        await CreateAsync(client, "Orders", ScalarAttributeType.S, ScalarAttributeType.N);
        const string numbers = "12345678901234567890123456789012345678";
        for (int number = 0; number < 200; number++)
        {
            await client.PutItemAsync("Orders", TypedJson.Read(
                $$$"""{"pk":{"S":"p\n\u0001\"{{{number % 20}}}"},"sk":{"N":"{{{number}}}"},"n":{"N":"{{{numbers}}}"},"b":{"B":"AQI="},"text":{"S":"{{{new string('é', 3_000)}}}"}}"""));
        }
        DynamoTables tables = new(Settings, clouds.Aws);
        DynamoTable table = await tables.DescribeAsync("Orders", default);
        await using TableScan scan = new(table, table.Keys, new() { MaxReadCapacity = 2_000 }, clouds.Aws.Get(Settings));
        List<string> lines = await TableScanTests.ReadAsync(scan);
        Assert.Equal(200, lines.Distinct().Count());
        Assert.All(lines, static line => Assert.Contains($$$"""{"N":"{{{numbers}}}"}""", line, StringComparison.Ordinal));
        ItemConverter converter = new(table.Keys);
        DocumentBuffer document = new();
        Assert.All(lines, line =>
            Assert.Equal(ConversionOutcome.Document, converter.Convert(System.Text.Encoding.UTF8.GetBytes(line), 0, document)));
    }

    private static async Task<(string? Error, string? Item)> PutAndGetAsync(
        AmazonDynamoDBClient client, Dictionary<string, AttributeValue> item)
    {
        try
        {
            await client.PutItemAsync("Table", item);
            return (null, TypedJson.Write((await client.GetItemAsync("Table", new() { ["pk"] = item["pk"], ["sk"] = item["sk"] })).Item));
        }
        catch (AmazonDynamoDBException error)
        {
            return (error.ErrorCode, null);
        }
    }

    private static Task<CreateTableResponse> CreateAsync(AmazonDynamoDBClient client, string name, ScalarAttributeType partitionType,
        ScalarAttributeType? sortType) =>
        client.CreateTableAsync(new CreateTableRequest
        {
            TableName = name,
            AttributeDefinitions = sortType is null ? [new("pk", partitionType)] : [new("pk", partitionType), new("sk", sortType)],
            KeySchema = sortType is null
                ? [new("pk", Amazon.DynamoDBv2.KeyType.HASH)]
                : [new("pk", Amazon.DynamoDBv2.KeyType.HASH), new("sk", Amazon.DynamoDBv2.KeyType.RANGE)],
            ProvisionedThroughput = new(5, 5),
        });

    private AmazonDynamoDBClient Client() =>
        new(_accessKey, "secret",
            new AmazonDynamoDBConfig { ServiceURL = server.Endpoint.AbsoluteUri, AuthenticationRegion = "eu-central-1" });

    private AwsSettings Settings => new()
    {
        AccessKey = _accessKey,
        SecretKey = Secret.From(new NetworkCredential("", "secret").SecurePassword),
        Region = "eu-central-1",
        EndpointUrl = server.Endpoint,
    };
}
