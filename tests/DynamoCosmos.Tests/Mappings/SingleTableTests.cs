using System.Text;
using System.Text.Json.Nodes;
using DynamoCosmos.PowerShellHost;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Tests.Mappings;

/// <summary>The sample of a single-table design: four kinds of items, three containers, one run that is killed on the way.</summary>
[Trait("Category", "Slow")]
public sealed class SingleTableTests : IDisposable
{
    private const int Customers = 1_500, Products = 500, Strangers = 3;

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos split ").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Four_kinds_of_items_are_split_into_three_containers_by_a_mapping_file_though_the_run_is_killed_on_the_way()
    {
        string folder = WriteExport();
        await using CosmosStandIn cosmos = await CosmosStandIn.StartAsync(new() { AccountName = "mycosmos", Throttle = false });
        cosmos.CreateContainer("shop", "customers", ["/customerId"], 10_000);
        cosmos.CreateContainer("shop", "orders", ["/customerId"], 10_000);
        cosmos.CreateContainer("shop", "products", ["/sku"], 10_000);
        TaskCompletionSource killNow = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int writes = 0;
        cosmos.OperationFault = _ =>
        {
            if (Interlocked.Increment(ref writes) == 3_000) killNow.SetResult();
            return null;
        };
        using (ScriptProcess first = Start(folder, cosmos))
        {
            Task<ScriptEnd> ended = first.WaitAsync();
            if (await Task.WhenAny(ended,
                killNow.Task) == ended) Assert.Fail($"It ended by itself: {(await ended).ThrowIfFailed().Output}");
            first.Kill();
            await ended;
        }
        using ScriptProcess second = Start(folder, cosmos);
        string output = (await second.WaitAsync()).ThrowIfFailed().Output.ReplaceLineEndings("\n").Trim();

        const int All = Customers * 4 + Products + Strangers;
        Assert.Equal(
            $"""
            import: Completed=True Read={All} Written={All - Strangers} Rejected={Strangers} WithoutRoute={Strangers} Resumed=True
              customers: Read={Customers * 2} Written={Customers * 2}
              orders: Read={Customers * 2} Written={Customers * 2}
              products: Read={Products} Written={Products}
            comparison: Passed=True Matched={All - Strangers} SourceItems={All} Rejected={Strangers}
              mycosmos/shop/customers: Matched={Customers * 2} Extra=0
              mycosmos/shop/orders: Matched={Customers * 2} Extra=0
              mycosmos/shop/products: Matched={Products} Extra=0
            """.ReplaceLineEndings("\n"), output);
        Assert.Equal([Customers * 2, Customers * 2, Products],
            new[] { "customers", "orders", "products" }.Select(name => cosmos.Count("shop", name)));
        Assert.Equal(
            """{"id":"o7-1","PK":"CUST#7","SK":"ORDER#1","customerId":"c7","orderId":"o7-1","orderedAt":"2026-01-02","lines":[{"sku":"p1","quantity":2}],"payload":{"gift":true},"type":"order","version":1}""",
            Document(cosmos, "orders", "o7-1"));
        Assert.Equal("""{"id":"p3","PK":"PROD#p3","SK":"DETAIL","sku":"p3","price":"9.99"}""", Document(cosmos, "products", "p3"));
        string rejected = Directory.GetFiles(Path.Combine(folder, "_dynamocosmos"), "*.rejected.ndjson").Single();
        Assert.Equal(Strangers, File.ReadLines(rejected).Count(line => line.Contains("\"reason\":\"NoRoute\"", StringComparison.Ordinal)));
    }

    private static ScriptProcess Start(string folder, CosmosStandIn cosmos) => ScriptProcess.Start(
        Repository.PathOf("tests", "DynamoCosmos.Tests", "Scripts", "split.ps1"), "-Module", ModuleHost.ManifestPath, "-Sample",
            Repository.PathOf("samples", "single-table", "split.ps1"),
        "-Export", folder, "-Endpoint", cosmos.Endpoint.AbsoluteUri, "-Key", cosmos.AccountKey, "-AllowRejected", $"{Strangers}");

    private static string Document(CosmosStandIn cosmos, string container, string id)
    {
        JsonObject document =
            cosmos.Documents("shop", container).Select(text => (JsonObject)JsonNode.Parse(text.Span)!).Single(d => (string?)d["id"] == id);
        foreach (string name in document.Select(member => member.Key).Where(name => name[0] == '_').ToArray()) document.Remove(name);
        return document.ToJsonString();
    }

    private string WriteExport()
    {
        ExportLayout layout = ExportLayout.ToFolder(_root);
        foreach (string[] lines in Lines().Chunk(1_600))
        {
            using DataFileWriter file = layout.AddDataFile();
            foreach (string line in lines) file.WriteLine(Encoding.UTF8.GetBytes(line));
        }
        layout.Complete();
        return layout.Folder;
    }

    private static IEnumerable<string> Lines()
    {
        for (int n = 0; n < Customers; n++)
        {
            string customer = $$"""{"Item":{"PK":{"S":"CUST#{{n}}"},"customerId":{"S":"c{{n}}"},"GSI1PK":{"S":"x"}""";
            yield return customer + ""","SK":{"S":"PROFILE"},"name":{"S":"Ada"}}}""";
            yield return customer + ""","SK":{"S":"ADDR#home"},"zip":{"N":"4109"}}}""";
            foreach (int order in new[] { 1, 2 }) yield return Order(n, order);
        }
        for (int n = 0; n < Products; n++) yield return """{"Item":{"PK":{"S":"PROD#p?"},"SK":{"S":"DETAIL"},"sku":{"S":"p?"},"price":{"N":"9.99"}}}""".Replace("?", $"{n}");
        for (int n = 0; n < Strangers; n++) yield return """{"Item":{"PK":{"S":"CONFIG#?"},"SK":{"S":"-"}}}""".Replace("?", $"{n}");
    }

    private static string Order(int customer, int order) =>
        """{"Item":{"PK":{"S":"CUST#C"},"SK":{"S":"ORDER#O"},"GSI1PK":{"S":"x"},"customerId":{"S":"cC"},"orderId":{"S":"oC-O"},"ord_dt":{"S":"2026-01-02"},"lines":{"L":[{"M":{"sku":{"S":"p1"},"qty":{"N":"2"}}}]},"payload":{"S":"{\"gift\": true}"}}}"""
            .Replace("#C", $"#{customer}").Replace("cC", $"c{customer}").Replace("oC-O", $"o{customer}-{order}")
                .Replace("#O\"", $"#{order}\"");
}
