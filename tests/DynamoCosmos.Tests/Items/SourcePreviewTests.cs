using System.Management.Automation;
using System.Text;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sandbox.Aws.S3;

namespace DynamoCosmos.Tests.Items;

/// <summary>ConvertTo-CosmosItem over a whole source: every kind that Import-CosmosItems reads.</summary>
public sealed class SourcePreviewTests : IAsyncLifetime
{
    private const int Items = 60;
    private const string Keys = "-PartitionKeyAttribute customerId -SortKeyAttribute orderId -TtlAttribute expiresAt";

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos source preview ").FullName;
    private readonly SampleOrders _orders = new(expiredEvery: 20);
    private SandboxSession _session = null!;

    public async Task InitializeAsync() => _session = await SandboxSession.StartAsync();

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void Every_source_shows_the_documents_that_its_lines_show()
    {
        string json = _orders.WriteExport(Path.Combine(_root, "json"), Items, files: 3).Folder;
        // A ttl counts from it.
        _session.Host.Set("now", DateTimeOffset.UtcNow);
        string[] expected = Sorted(_session.Invoke($"Read-DynamoExport '{json}' -Raw | ConvertTo-CosmosItem {Keys} -WriteTime $now " +
            "-WarningAction SilentlyContinue"));
        Assert.Equal(Items - _orders.CountExpired(Items), expected.Length);

        string ion = _orders.WriteExport(Path.Combine(_root, "ion"), Items, facts: new() { IsIon = true }).Folder;
        string folder = Directory.CreateDirectory(Path.Combine(_root, "folder")).FullName;
        File.WriteAllText(Path.Combine(folder, "scan.json"),
            $$"""{"Items":[{{string.Join(',', Enumerable.Range(0, Items).Select(i => Encoding.UTF8.GetString(_orders.Item(i))))}}]}""");
        StandInBucket bucket = _session.Aws.S3.CreateBucket("exports");
        foreach (string file in Directory.EnumerateFiles(Path.Combine(_root, "json"), "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(Path.Combine(_root, "json"), file).Replace('\\', '/');
            bucket.Put(name, File.ReadAllBytes(file));
            _session.Blob.Put("lake", "exports", name, File.ReadAllBytes(file));
        }
        string key = Path.GetRelativePath(Path.Combine(_root, "json"), json).Replace('\\', '/').TrimEnd('/');
        _orders.CreateTable(_session.Aws.Dynamo, Items);

        foreach (string source in (string[])
        [
            $"ConvertTo-CosmosItem -Location '{json}' {Keys}",
            $"Get-DynamoExport -Location '{json}' | ConvertTo-CosmosItem {Keys}",
            $"ConvertTo-CosmosItem -Location '{ion}' {Keys}",
            $"ConvertTo-CosmosItem -Location '{folder}' {Keys}",
            $"ConvertTo-CosmosItem -Location 's3://exports/{key}' {Keys}",
            $"ConvertTo-CosmosItem -Location '{_session.Blob.AccountEndpoint("lake")}/exports/{key}' {Keys}",
            "Get-DynamoTable Orders | ConvertTo-CosmosItem",
            "ConvertTo-CosmosItem -Table (Get-DynamoTable Orders) -MaxReadCapacity 1000 -ConsistentRead",
        ])
        {
            ScriptRun run = _session.Invoke(source +
                " -WriteTime $now -WarningVariable warned -WarningAction SilentlyContinue; $warned.Count").ThrowIfFailed();
            Assert.Equal(expected, Sorted(run, but: 1));
            Assert.InRange((int)run.Output[^1].BaseObject, _orders.CountExpired(Items), _orders.CountExpired(Items) + 1);
        }
    }

    [Fact]
    public void First_counts_the_items_of_all_sources()
    {
        string one = Write("one", """{"Item":{"pk":{"S":"a"}}}""", """{"Item":{"pk":{"S":"b"}}}"""),
            two = Write("two", """{"Item":{"pk":{"S":"c"}}}""", """{"Item":{"pk":{"S":"d"}}}""");
        string exports = $"Get-DynamoExport -Location '{one}', '{two}' | ConvertTo-CosmosItem -PartitionKeyAttribute pk";
        Assert.Equal(["""{"id":"a","pk":"a"}""", """{"id":"b","pk":"b"}""", """{"id":"c","pk":"c"}"""],
            _session.Invoke($"{exports} -First 3").ThrowIfFailed().Output.Select(static document => document.ToString()));
        Assert.Empty(_session.Invoke($"{exports} -First 0").ThrowIfFailed().Output);
        Assert.Equal(4, _session.Invoke(exports).ThrowIfFailed().Output.Count);
    }

    [Fact]
    public void A_refused_item_is_an_error_that_names_file_and_line_and_the_next_follow()
    {
        string folder = Write("bad", """{"Item":{"pk":{"S":"a"}}}""", """{"Item":{"pk":{"S":"b"},"n":{"N":"x"}}}""",
            """{"Item":{"q":{"S":"c"}}}""", """{"Item":{"pk":{"S":"d"}}}""");
        ScriptRun run = _session.Invoke($"ConvertTo-CosmosItem -Location '{folder}' -PartitionKeyAttribute pk");
        Assert.Null(run.Terminated);
        Assert.Equal(["""{"id":"a","pk":"a"}""", """{"id":"d","pk":"d"}"""], run.Output.Select(static o => o.ToString()));
        Assert.Equal(["MalformedItem", "MissingKey"], run.Errors.Select(static e => e.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Matches(@"'n'.*line 2 of \S+/data/\S+\.json\.gz", run.Errors[0].ToString());
        Assert.Matches(@"'pk'.*line 3 of \S+/data/\S+\.json\.gz", run.Errors[1].ToString());
    }

    [Fact]
    public void A_damaged_file_is_an_error_behind_what_was_read_of_it()
    {
        ExportLayout layout = _orders.WriteExport(Path.Combine(_root, "damaged"), 20);
        string file = Directory.EnumerateFiles(_root, "*.json.gz", SearchOption.AllDirectories).First();
        byte[] content = File.ReadAllBytes(file);
        File.WriteAllBytes(file, content[..^4]);
        ScriptRun run = _session.Invoke($"ConvertTo-CosmosItem -Location '{layout.Folder}' {Keys} -WarningAction SilentlyContinue");
        Assert.Contains(run.ErrorId!.Split(',')[0], (string[])["DataFileDamaged", "DataFileMd5Mismatch"]);
    }

    [Theory]
    [InlineData("", "KeysUnknown")]
    [InlineData("-PartitionKeyAttribute pk -IdFrom SortKey", "NoSortKey")]
    [InlineData("-PartitionKeyAttribute nothing", "KeyAttributeNotInExport")]
    public void What_cannot_be_converted_at_all_is_one_error(string settings, string id)
    {
        string folder = Write("one", """{"Item":{"pk":{"S":"a"}}}""", """{"Item":{"pk":{"S":"b"}}}""");
        ScriptRun run = _session.Invoke($"ConvertTo-CosmosItem -Location '{folder}' {settings}");
        Assert.Empty(run.Output);
        Assert.Equal($"{id},DynamoCosmos.Commands.ConvertToCosmosItemCommand", run.ErrorId);
        Assert.Single(run.Errors);
    }

    [Fact]
    public void Mapping_routes_and_script_work_as_in_an_import()
    {
        string folder = Write("shop", """{"Item":{"pk":{"S":"CUST#1"},"old":{"N":"1"}}}""", """{"Item":{"pk":{"S":"ORDER#1"}}}""",
            """{"Item":{"pk":{"S":"LOG#1"}}}""");
        ScriptRun run = _session.Invoke($$"""
            ConvertTo-CosmosItem -Location '{{folder}}' -PartitionKeyAttribute pk -RenameAttribute @{ old = 'new' } -Route @{ Container = 'customers'; Where = "begins_with(pk, 'CUST#')" }, @{ Container = 'orders'; Where = "begins_with(pk, 'ORDER#')" } -Verbose -Transform {
                param($Document)
                [ordered]@{ id = $Document.id; pk = $Document.pk; seen = $Document.new }
            }
            """);
        Assert.Equal(["""{"id":"CUST~231","pk":"CUST#1","seen":1}""", """{"id":"ORDER~231","pk":"ORDER#1","seen":null}"""],
            run.Output.Select(static o => o.ToString()));
        Assert.Contains(run.Verbose, static v => v.ToString().Contains("goes to the container 'orders'", StringComparison.Ordinal));
        Assert.StartsWith("NoRoute,", Assert.Single(run.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_beside_a_table_are_items_of_it_and_the_table_is_not_read()
    {
        _orders.CreateTable(_session.Aws.Dynamo, 10);
        ScriptRun run = _session.Invoke("""$orders = Get-DynamoTable Orders; '{"Item":{"customerId":{"S":"a"},"orderId":{"S":"b"}}}' | ConvertTo-CosmosItem -Table $orders""");
        Assert.Equal("""{"id":"a|b","customerId":"a","orderId":"b"}""", run.Single().ToString());
        Assert.DoesNotContain(_session.Aws.Requests, static request => request.Operation == "Scan");
    }

    private static string[] Sorted(ScriptRun run, int but = 0) =>
        [.. run.ThrowIfFailed().Output.SkipLast(but).Select(static o => o.ToString()).Order(StringComparer.Ordinal)];

    private string Write(string name, params string[] lines)
    {
        ExportLayout layout = ExportLayout.ToFolder(Path.Combine(_root, name));
        using (DataFileWriter file = layout.AddDataFile())
        {
            foreach (string line in lines) file.WriteLine(Encoding.UTF8.GetBytes(line));
        }
        layout.Complete();
        return layout.Folder;
    }
}
