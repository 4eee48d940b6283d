using System.Management.Automation;
using System.Text;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Tests.Import;

/// <summary>What one import rejected, piped into the next: Get-CosmosRejectedItem | Import-CosmosItems.</summary>
public sealed class RejectedItemImportTests : IAsyncLifetime
{
    private const string Keys = "-PartitionKeyAttribute customerId:S -SortKeyAttribute orderId:S -TtlAttribute expiresAt";
    private const string Target = "-AccountName mycosmos -DatabaseName shop -ContainerName orders";

    private static readonly string s_expires =
        DateTimeOffset.UtcNow.AddDays(10).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos rejects ").FullName;
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        _session.Cosmos.CreateContainer("shop", "orders", ["/customerId"], 10_000, defaultTtl: -1);
        _session.Host.Set("again", Path.Combine(_root, "again.ndjson"));
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void What_a_script_mends_on_the_way_is_written_and_what_fails_again_is_rejected_again()
    {
        Reject(Keys, Item("a", """{"S":"1"}"""), Item("b", """{"N":"2"}"""), "not json", Item("c", """{"N":"2"}"""));
        PSObject result = _session.Invoke($$"""
            $first | Get-CosmosRejectedItem | ForEach-Object { $_.Item = $_.Item.Replace('{"N":"2"}', '{"S":"2"}'); $_ } | Import-CosmosItems {{Target}} -RejectedItemPath $again -WarningAction SilentlyContinue
            """).Single();
        Assert.Equal((3L, 2L, 1L), (Get<long>(result, "Read"), Get<long>(result, "Written"), Get<long>(result, "Rejected")));
        JsonNode mended = Document("b|2");
        // The table's keys and its time to live are the first import's.
        Assert.Equal(("b", "2"), ((string?)mended["customerId"], (string?)mended["orderId"]));
        Assert.InRange((long)mended["ttl"]!, 800_000, 864_000);
        Assert.Equal(3, _session.Cosmos.Count("shop", "orders"));

        _session.Host.Set("second", result);
        PSObject left = _session.Invoke("$second | Get-CosmosRejectedItem").Single();
        Assert.Equal(("not json", "MalformedItem"), (Get<string>(left, "Item"), left.Properties["Reason"].Value.ToString()));
    }

    [Fact]
    public void A_changed_setting_writes_what_was_rejected_and_again_writes_the_same_documents()
    {
        Reject($"{Keys} -NumberMode Reject", Item("a", """{"S":"1"}""", ""","n":{"N":"0.1234567890123456789"}"""),
            Item("b", """{"S":"2"}"""));
        Assert.Equal(1, _session.Cosmos.Count("shop", "orders"));
        for (int i = 0; i < 2; i++)
        {
            PSObject result = _session.Invoke($"$first | Get-CosmosRejectedItem -Reason NumberLoss | Import-CosmosItems {Target}").Single();
            Assert.Equal((true, 1L, 1L, 0L),
                (Get<bool>(result, "Completed"), Get<long>(result, "Read"), Get<long>(result, "Written"), Get<long>(result, "Rejected")));
            Assert.Equal(2, _session.Cosmos.Count("shop", "orders"));
        }
        Assert.Equal("0.1234567890123456789", (string?)Document("a|1")["n"]);
    }

    [Fact]
    public void Other_keys_count_more_than_the_first_imports()
    {
        Reject(Keys, Item("a", """{"N":"2"}"""));
        PSObject result = _session.Invoke($"$first | Get-CosmosRejectedItem | Import-CosmosItems {Target} -PartitionKeyAttribute " +
            "customerId:S -SortKeyAttribute orderId:N").Single();
        Assert.Equal(1L, Get<long>(result, "Written"));
        Assert.Equal(2, (int)Document("a|2")["orderId"]!);
        Assert.NotNull(Document("a|2")["ttl"]);
    }

    [Fact]
    public void What_Cosmos_DB_refused_is_written_once_it_takes_it()
    {
        _session.Cosmos.OperationFault = static write => write.Id == "b|2" ? new() { Status = 409 } : null;
        Reject(Keys, Item("a", """{"S":"1"}"""), Item("b", """{"S":"2"}"""));
        Assert.Equal(1L, Get<long>(_session.Invoke($"$first | Get-CosmosRejectedItem -Reason Refused | Import-CosmosItems {Target} " +
            "-RejectedItemPath $again -WarningAction SilentlyContinue").Single(), "Rejected"));
        _session.Cosmos.OperationFault = null;
        Assert.Equal(1L, Get<long>(_session.Invoke($"Get-CosmosRejectedItem $again | Import-CosmosItems {Target}").Single(), "Written"));
        Assert.Equal(2, _session.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public void Items_of_an_Ion_export_are_tried_again_as_they_stood_there()
    {
        ExportLayout layout = ExportLayout.ToFolder(_root, new() { IsIon = true });
        using (DataFileWriter file = layout.AddDataFile())
        {
            file.WriteItem("""{"customerId":{"S":"a"},"orderId":{"N":"2"},"tags":{"SS":["y","x"]}}"""u8);
            file.WriteItem("""{"customerId":{"S":"b"},"orderId":{"S":"1"}}"""u8);
        }
        layout.Complete();
        First(layout.Folder, Keys);
        PSObject result = _session.Invoke($"$first | Get-CosmosRejectedItem | Import-CosmosItems {Target} -PartitionKeyAttribute " +
            "customerId:S -SortKeyAttribute orderId:N").Single();
        Assert.Equal(1L, Get<long>(result, "Written"));
        Assert.Equal("""["x","y"]""", Document("a|2")["tags"]!.ToJsonString());
        ScriptRun mixed = _session.Invoke($"@($first | Get-CosmosRejectedItem; @{{ customerId = 'c'; orderId = 3 }}) | " +
            $"Import-CosmosItems {Target} -PartitionKeyAttribute customerId:S -SortKeyAttribute orderId:N");
        Assert.StartsWith("NotAnItem,", Assert.Single(mixed.Errors).FullyQualifiedErrorId);
        Assert.Equal(1L, Get<long>(Assert.Single(mixed.Output), "Written"));
    }

    [Fact]
    public void Reading_and_rejecting_into_one_file_comes_to_an_end()
    {
        Reject(Keys, "not json", "neither");
        string path = Get<string>(_session.Invoke("$first").Single(), "RejectedItemPath")!;
        PSObject result = _session.Invoke($"Get-CosmosRejectedItem '{path}' | Import-CosmosItems {Target} -RejectedItemPath '{path}' " +
            "-WarningAction SilentlyContinue").Single();
        Assert.Equal((2L, 2L), (Get<long>(result, "Read"), Get<long>(result, "Rejected")));
    }

    [Fact]
    public void What_was_no_text_is_rejected_again_and_what_was_not_kept_whole_is_an_error_that_names_it()
    {
        ExportLayout layout = ExportLayout.ToFolder(_root);
        using (DataFileWriter file = layout.AddDataFile())
        {
            file.WriteLine([0xFF, 0x00, 0xC3]);
            file.WriteLine(Encoding.UTF8.GetBytes(Item("long", """{"S":"1"}""", $",\"x\":{{\"S\":\"{new string('x', 9_000_000)}\"}}")));
        }
        layout.Complete();
        First(layout.Folder, Keys);
        ScriptRun run = _session.Invoke($"$first | Get-CosmosRejectedItem | Import-CosmosItems {Target} -WarningAction SilentlyContinue");
        Assert.StartsWith("NotAnItem,", Assert.Single(run.Errors).FullyQualifiedErrorId);
        Assert.Contains("too long", run.Errors[0].ToString());
        Assert.Equal((1L, 1L), (Get<long>(run.Output.Single(), "Read"), Get<long>(run.Output.Single(), "Rejected")));
    }

    private void Reject(string settings, params string[] lines)
    {
        ExportLayout layout = ExportLayout.ToFolder(_root);
        using (DataFileWriter file = layout.AddDataFile())
        {
            foreach (string line in lines) file.WriteLine(Encoding.UTF8.GetBytes(line));
        }
        layout.Complete();
        First(layout.Folder, settings);
    }

    private void First(string folder, string settings) =>
        _session.Host.Set("first",
            _session.Invoke($"Import-CosmosItems -Location '{folder}' {Target} {settings} -WarningAction SilentlyContinue").Single());

    private static string Item(string customer, string order, string more = "") =>
        $$$"""{"Item":{"customerId":{"S":"{{{customer}}}"},"orderId":{{{order}}},"expiresAt":{"N":"{{{s_expires}}}"}{{{more}}}}}""";

    private JsonNode Document(string id) =>
        _session.Cosmos.Documents("shop", "orders").Select(static d => JsonNode.Parse(d.Span)!).Single(d => (string?)d["id"] == id);

    private static T? Get<T>(PSObject from, string name) => (T?)from.Properties[name].Value;
}
