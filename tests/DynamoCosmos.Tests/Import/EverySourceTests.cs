using System.Globalization;
using System.Management.Automation;
using System.Text;
using DynamoCosmos.RealServers;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Tests.Dynamo;

namespace DynamoCosmos.Tests.Import;

/// <summary>
/// One table of all types and depths, by every way that it can take: the documents are the same. DYNAMOCOSMOS_SOURCE_ITEMS sets its size; docs/reliability.md
/// tells of 50,000.
/// </summary>
[Collection(DynamoDBLocalTests.Name)]
public sealed class EverySourceTests(DynamoDBLocal server) : IAsyncLifetime
{
    private static readonly int s_items = int.Parse(Environment.GetEnvironmentVariable("DYNAMOCOSMOS_SOURCE_ITEMS") ?? "3000", CultureInfo.InvariantCulture);

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos sources ").FullName;

    // DynamoDB Local is of the time when DynamoDB took no empty text.
    private readonly byte[][] _orders = [.. new SampleOrders(seed: 7).Items(s_items).Where(static item => item.AsSpan().IndexOf("{\"S\":\"\"}"u8) < 0)];
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        // Without a TTL attribute: a document's ttl counts from its write, and two imports would differ by right.
        StandInTable table = _session.Aws.Dynamo.CreateTable("Orders", "customerId:S", "orderId:S");
        foreach (byte[] item in _orders) table.Put(item);
        table.SetRecovery(true);
        _session.Host.Set("root", _root);
        _session.Host.Set("to", new System.Collections.Hashtable { ["AccountName"] = "mycosmos", ["DatabaseName"] = "shop" });
        _session.Host.Set("keys", new System.Collections.Hashtable { ["PartitionKeyAttribute"] = "customerId", ["SortKeyAttribute"] = "orderId" });
        _session.Invoke("""
            $json = Export-DynamoTable Orders -S3Bucket my-exports -S3Prefix json
            $ion = Export-DynamoTable Orders -S3Bucket my-exports -S3Prefix ion -Format Ion
            """).ThrowIfFailed();
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void One_table_makes_the_same_documents_by_every_way()
    {
        Dictionary<string, string> ways = new()
        {
            ["s3json"] = "$json | Import-CosmosItems @to -ContainerName s3json -CheckpointPath $root/1.json",
            ["s3ion"] = "$ion | Import-CosmosItems @to -ContainerName s3ion -CheckpointPath $root/2.json",
            ["lake"] = "$json | Copy-S3ToAdls -StorageAccountName lake -FileSystem data | Import-CosmosItems @to -ContainerName lake",
            ["lakeion"] = "$ion | Copy-S3ToAdls -StorageAccountName lake -FileSystem data | Import-CosmosItems @to -ContainerName lakeion",
            ["table"] = "Get-DynamoTable Orders | Import-CosmosItems @to -ContainerName table -CheckpointPath $root/3.json",
            ["scanned"] = "Get-DynamoTable Orders | Export-DynamoTable -Scan -Path $root | Import-CosmosItems @to -ContainerName scanned",
            ["objects"] = "$json | Read-DynamoExport | ForEach-Object { $_ } | Import-CosmosItems @to @keys -ContainerName objects",
            ["ionobjects"] = "$ion | Read-DynamoExport | ForEach-Object { $_ } | Import-CosmosItems @to @keys -ContainerName ionobjects",
            ["lines"] = "$json | Read-DynamoExport -Raw | Import-CosmosItems @to @keys -ContainerName lines",
            ["ionlines"] = "$ion | Read-DynamoExport -Raw | Import-CosmosItems @to @keys -ContainerName ionlines",
        };
        List<string> wrong = [];
        (long Count, long Bytes, ulong Hash)? first = null;
        foreach ((string container, string script) in ways)
        {
            _session.Cosmos.CreateContainer("shop", container, ["/customerId"], 10_000);
            _session.Invoke("$null = " + script).ThrowIfFailed();
            (long Count, long Bytes, ulong Hash) content = _session.Cosmos.Content("shop", container);
            first ??= content;
            if (content != first) wrong.Add($"{container}: {content} and not {first}");
        }
        Assert.Equal(_orders.Length, first!.Value.Count);
        Assert.True(wrong.Count == 0, string.Join("; ", wrong));
    }

    [Fact]
    public void One_container_is_proved_by_every_way()
    {
        _session.Cosmos.CreateContainer("shop", "proved", ["/customerId"], 10_000);
        _session.Invoke("$null = $json | Import-CosmosItems @to -ContainerName proved -CheckpointPath $root/1.json").ThrowIfFailed();
        Dictionary<string, string> ways = new()
        {
            ["s3json"] = "$json | Compare-CosmosMigration @to",
            ["s3ion"] = "$ion | Compare-CosmosMigration @to",
            ["lake"] = "$json | Copy-S3ToAdls -StorageAccountName lake -FileSystem data | Compare-CosmosMigration @to",
            ["table"] = "Get-DynamoTable Orders | Compare-CosmosMigration @to",
            ["scanned"] = "Get-DynamoTable Orders | Export-DynamoTable -Scan -Path $root | Compare-CosmosMigration @to",
            ["objects"] = "$json | Read-DynamoExport | ForEach-Object { $_ } | Compare-CosmosMigration @to @keys",
            ["lines"] = "$json | Read-DynamoExport -Raw | Compare-CosmosMigration @to @keys",
            ["ionlines"] = "$ion | Read-DynamoExport -Raw | Compare-CosmosMigration @to @keys",
        };
        foreach ((string way, string script) in ways)
        {
            foreach (string transform in (string[])["", "-Transform { param($Document) $Document }"])
            {
                PSObject verdict = _session.Invoke($"{script} -ContainerName proved {transform}").Single();
                Assert.True((bool)verdict.Properties["Passed"].Value && (long)verdict.Properties["Matched"].Value == _orders.Length, $"{way} {transform}: {verdict.Properties["Matched"].Value} match");
            }
        }
    }

    [Fact]
    public async Task Amazons_own_table_makes_documents_that_say_the_same()
    {
        await FillAsync();
        _session.Cosmos.CreateContainer("shop", "local", ["/customerId"], 10_000);
        // It gives attributes in an order of its own, so that only what the documents mean can be equal.
        ScriptRun run = _session.Invoke("""
            Get-DynamoTable Orders @local | Import-CosmosItems @to @local -ContainerName local -CheckpointPath $root/1.json -MaxReadCapacity 5000
            $json | Compare-CosmosMigration @to -ContainerName local
            Get-DynamoTable Orders @local | Compare-CosmosMigration @to @local -ContainerName local
            """).ThrowIfFailed();
        Assert.Equal((long)_orders.Length, run.Output[0].Properties["Written"].Value);
        Assert.All(run.Output.Skip(1), verdict => Assert.Equal((true, (long)_orders.Length), ((bool)verdict.Properties["Passed"].Value, (long)verdict.Properties["Matched"].Value)));
    }

    /// <summary>The same table in Amazon's own DynamoDB Local, which each access key has tables of its own in.</summary>
    private async Task FillAsync()
    {
        string accessKey = "EVERY" + Guid.NewGuid().ToString("N")[..8].ToUpperInvariant();
        await server.CallAsync("CreateTable", """
            {"TableName":"Orders","AttributeDefinitions":[{"AttributeName":"customerId","AttributeType":"S"},{"AttributeName":"orderId","AttributeType":"S"}],
             "KeySchema":[{"AttributeName":"customerId","KeyType":"HASH"},{"AttributeName":"orderId","KeyType":"RANGE"}],"BillingMode":"PAY_PER_REQUEST"}
            """, accessKey);
        foreach (byte[][] some in _orders.Chunk(25))
        {
            string puts = string.Join(',', some.Select(static item => $$$"""{"PutRequest":{"Item":{{{Encoding.UTF8.GetString(item)}}}}}"""));
            Assert.Equal("{}", System.Text.Json.Nodes.JsonNode.Parse(await server.CallAsync("BatchWriteItem", $$$"""{"RequestItems":{"Orders":[{{{puts}}}]}}""", accessKey))!["UnprocessedItems"]!.ToJsonString());
        }
        _session.Host.Set("local", new System.Collections.Hashtable { ["EndpointUrl"] = server.Endpoint, ["Region"] = "eu-central-1", ["AccessKey"] = accessKey, ["SecretKey"] = "any" });
    }
}
