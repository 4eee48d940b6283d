using System.Collections;
using System.Globalization;
using System.IO.Compression;
using System.Management.Automation;
using System.Text;
using DynamoCosmos.RealServers;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Dynamo;
using DynamoCosmos.Tests.Dynamo;

namespace DynamoCosmos.Tests.Import;

/// <summary>
/// One table of items of all types and depths, by every way that it can take: the documents are the same. DYNAMOCOSMOS_SOURCE_ITEMS sets
/// its size.
/// </summary>
[Collection(DynamoDBLocalTests.Name)]
[Trait("Category", "Slow")]
public sealed class EverySourceTests(DynamoDBLocal server) : IAsyncLifetime
{
    private const int LocalItems = 10_000, ProvedItems = 3_000;

    private static readonly int s_items =
        int.Parse(Environment.GetEnvironmentVariable("DYNAMOCOSMOS_SOURCE_ITEMS") ?? "50000", CultureInfo.InvariantCulture);

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos sources ").FullName;
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        _session.Host.Set("root", _root);
        _session.Host.Set("to", new Hashtable { ["AccountName"] = "mycosmos", ["DatabaseName"] = "shop" });
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [RealServerFact(RealServer.DynamoDBLocal)]
    public void One_table_makes_the_same_documents_by_every_way()
    {
        Fill(s_items);
        Dictionary<string, string> ways = new()
        {
            ["s3json"] = "$json | Import-CosmosItems @to -ContainerName s3json -CheckpointPath $root/1.json",
            ["s3ion"] = "Get-DynamoExport -ExportArn $ion.ExportArn | Import-CosmosItems @to -ContainerName s3ion -CheckpointPath " +
                "$root/2.json",
            ["lakejson"] =
                "$json | Copy-S3ToAdls -StorageAccountName lake -FileSystem data | Import-CosmosItems @to -ContainerName lakejson",
            ["lakeion"] = "$ion | Copy-S3ToAdls -StorageAccountName lake -FileSystem data | Import-CosmosItems @to -ContainerName lakeion",
            ["table"] = "Get-DynamoTable Things | Import-CosmosItems @to -ContainerName table -CheckpointPath $root/3.json",
            ["scanned"] = "Get-DynamoTable Things | Export-DynamoTable -Scan -Path $root | Import-CosmosItems @to -ContainerName scanned",
            ["objects"] = "$json | Read-DynamoExport | ForEach-Object { $_ } | Import-CosmosItems @to @keys -ContainerName objects",
            ["ionobjects"] = "$ion | Read-DynamoExport | ForEach-Object { $_ } | Import-CosmosItems @to @keys -ContainerName ionobjects",
            ["lines"] = "$json | Read-DynamoExport -Raw | Import-CosmosItems @to @keys -ContainerName lines",
            ["ionlines"] = "$ion | Read-DynamoExport -Raw | Import-CosmosItems @to @keys -ContainerName ionlines",
            ["folder"] = "Import-CosmosItems -Location $root/folder @to @keys -ContainerName folder",
            ["windows"] = "$windows | ForEach-Object { Import-CosmosItems -Location $_ @to @keys -ContainerName windows }",
        };
        List<string> wrong = [];
        (long Count, long Bytes, ulong Hash)? first = null;
        foreach ((string container, string script) in ways)
        {
            _session.Cosmos.CreateContainer("shop", container, ["/pk"], 10_000);
            _session.Invoke("$null = " + script).ThrowIfFailed();
            (long Count, long Bytes, ulong Hash) content = _session.Cosmos.Content("shop", container);
            first ??= content;
            if (content != first) wrong.Add($"{container}: {content} and not {first}");
        }
        Assert.Equal(s_items, first!.Value.Count);
        Assert.True(wrong.Count == 0, string.Join("; ", wrong));
    }

    [RealServerFact(RealServer.DynamoDBLocal)]
    public void One_container_is_proved_by_every_way()
    {
        Fill(ProvedItems);
        _session.Cosmos.CreateContainer("shop", "proved", ["/pk"], 10_000);
        _session.Invoke("$null = $json | Import-CosmosItems @to -ContainerName proved -CheckpointPath $root/1.json").ThrowIfFailed();
        Dictionary<string, string> ways = new()
        {
            ["s3json"] = "$json | Compare-CosmosMigration @to",
            ["s3ion"] = "$ion | Compare-CosmosMigration @to",
            ["lake"] = "$json | Copy-S3ToAdls -StorageAccountName lake -FileSystem data | Compare-CosmosMigration @to",
            ["table"] = "Get-DynamoTable Things | Compare-CosmosMigration @to",
            ["scanned"] = "Get-DynamoTable Things | Export-DynamoTable -Scan -Path $root | Compare-CosmosMigration @to",
            ["objects"] = "$json | Read-DynamoExport | ForEach-Object { $_ } | Compare-CosmosMigration @to @keys",
            ["ionobjects"] = "$ion | Read-DynamoExport | ForEach-Object { $_ } | Compare-CosmosMigration @to @keys",
            ["lines"] = "$json | Read-DynamoExport -Raw | Compare-CosmosMigration @to @keys",
            ["ionlines"] = "$ion | Read-DynamoExport -Raw | Compare-CosmosMigration @to @keys",
            ["folder"] = "Compare-CosmosMigration -Location $root/folder @to @keys",
        };
        foreach ((string way, string script) in ways)
        {
            foreach (string transform in (string[])["", "-Transform { param($Document) $Document }"])
            {
                PSObject verdict = _session.Invoke($"{script} -ContainerName proved {transform}").Single();
                Assert.True((bool)verdict.Properties["Passed"].Value
                    && (long)verdict.Properties["Matched"].Value == ProvedItems,
                    $"{way} {transform}: {verdict.Properties["Matched"].Value} match");
            }
        }
    }

    [RealServerFact(RealServer.DynamoDBLocal)]
    public async Task Amazons_own_table_makes_documents_that_say_the_same()
    {
        // It is of the time when DynamoDB took no empty text.
        byte[][] orders = [.. new SampleOrders(seed: 7).Items(LocalItems * 8 / 7)
            .Where(static item => item.AsSpan().IndexOf("{\"S\":\"\"}"u8) < 0).Take(LocalItems)];
        Assert.Equal(LocalItems, orders.Length);
        StandInTable table = _session.Aws.Dynamo.CreateTable("Orders", "customerId:S", "orderId:S");
        foreach (byte[] item in orders) table.Put(item);
        table.SetRecovery(true);
        await FillAsync(orders);
        _session.Cosmos.CreateContainer("shop", "local", ["/customerId"], 10_000);
        // It gives attributes in an order of its own, so that only what the documents mean can be equal.
        ScriptRun run = _session.Invoke("""
            Get-DynamoTable Orders @local | Import-CosmosItems @to @local -ContainerName local -CheckpointPath $root/1.json -MaxReadCapacity 5000
            Export-DynamoTable Orders -S3Bucket my-exports | Compare-CosmosMigration @to -ContainerName local
            Get-DynamoTable Orders @local | Compare-CosmosMigration @to @local -ContainerName local
            """).ThrowIfFailed();
        Assert.Equal((long)LocalItems, run.Output[0].Properties["Written"].Value);
        Assert.All(run.Output.Skip(1), verdict =>
            Assert.Equal((true, (long)LocalItems), ((bool)verdict.Properties["Passed"].Value, (long)verdict.Properties["Matched"].Value)));
    }

    /// <summary>
    /// The table and its exports, and what else may hold its items. Without a TTL attribute: a document's ttl counts from its write, and
    /// two imports would differ by right.
    /// </summary>
    private void Fill(int count)
    {
        AnyItems any = new(3);
        byte[][] items = [.. Enumerable.Range(0, count).Select(number => Encoding.UTF8.GetBytes(any.Next(number)))];
        StandInTable table = _session.Aws.Dynamo.CreateTable("Things", "pk:S", "sk:N");
        foreach (byte[] item in items) table.Put(item);
        table.SetRecovery(true);
        WriteFolder(Directory.CreateDirectory(Path.Combine(_root, "folder")).FullName, items);
        _session.Host.Set("windows", ItemWindows.Write(Path.Combine(_root, "windows"), items));
        _session.Host.Set("keys", new Hashtable { ["PartitionKeyAttribute"] = "pk", ["SortKeyAttribute"] = "sk" });
        _session.Invoke("""
            $json = Export-DynamoTable Things -S3Bucket my-exports -S3Prefix json
            $ion = Export-DynamoTable Things -S3Bucket my-exports -S3Prefix ion -Format Ion
            """).ThrowIfFailed();
    }

    /// <summary>
    /// As the command line's scan and scripts write them: answers on one line and on many, and items one a line, each plain and in gzip.
    /// </summary>
    private static void WriteFolder(string folder, byte[][] items)
    {
        byte[][][] parts = [.. items.Chunk((items.Length / 4) + 1)];
        string[] names = ["1 answer.json", "2 answer.json.gz", "3 lines.jsonl", "4 lines.ndjson.gz"];
        for (int part = 0; part < parts.Length; part++)
        {
            using FileStream file = File.Create(Path.Combine(folder, names[part]));
            using Stream text =
                names[part].EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
            (string before, string between, string after) = part switch
            {
                0 => ("{\n    \"Items\": [\n        ", ",\n        ", "\n    ],\n    \"Count\": 1\n}\n"),
                1 => ("{\"Count\":1,\"Items\":[", ",", "]}"),
                _ => ("", "\n", "\n"),
            };
            text.Write(Encoding.UTF8.GetBytes(before));
            for (int i = 0; i < parts[part].Length; i++)
            {
                if (i > 0) text.Write(Encoding.UTF8.GetBytes(between));
                text.Write(parts[part][i]);
            }
            text.Write(Encoding.UTF8.GetBytes(after));
        }
    }

    /// <summary>The same orders in Amazon's own DynamoDB Local, in which each access key has tables of its own.</summary>
    private async Task FillAsync(byte[][] orders)
    {
        string accessKey = "EVERY" + Guid.NewGuid().ToString("N")[..8].ToUpperInvariant();
        await server.CallAsync("CreateTable", """
            {"TableName":"Orders","AttributeDefinitions":[{"AttributeName":"customerId","AttributeType":"S"},{"AttributeName":"orderId","AttributeType":"S"}],
             "KeySchema":[{"AttributeName":"customerId","KeyType":"HASH"},{"AttributeName":"orderId","KeyType":"RANGE"}],"BillingMode":"PAY_PER_REQUEST"}
            """, accessKey);
        foreach (byte[][] some in orders.Chunk(25))
        {
            string puts =
                string.Join(',', some.Select(static item => $$$"""{"PutRequest":{"Item":{{{Encoding.UTF8.GetString(item)}}}}}"""));
            Assert.Equal("{}",
                System.Text.Json.Nodes.JsonNode.Parse(
                await server.CallAsync("BatchWriteItem", $$$"""{"RequestItems":{"Orders":[{{{puts}}}]}}""",
                accessKey))!["UnprocessedItems"]!.ToJsonString());
        }
        _session.Host.Set("local",
            new Hashtable
            {
                ["EndpointUrl"] = server.Endpoint,
                ["Region"] = "eu-central-1",
                ["AccessKey"] = accessKey,
                ["SecretKey"] = "any"
            });
    }
}
