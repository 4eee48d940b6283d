using System.Management.Automation;
using System.Text;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Tests.Import;

/// <summary>Import-CosmosItems as a user has it: from a folder on disk into the Sandbox's Cosmos DB.</summary>
[Trait("Category", "Slow")]
public sealed class ImportCosmosItemsTests : IAsyncLifetime
{
    private const string Keys = "-PartitionKeyAttribute customerId:S -SortKeyAttribute orderId:S -TtlAttribute expiresAt";

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos import ").FullName;
    private readonly SampleOrders _orders = new(expiredEvery: 50);
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        _session.Cosmos.CreateContainer("shop", "orders", ["/customerId"], 10_000, defaultTtl: -1);
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void A_folder_is_imported_and_the_result_adds_up()
    {
        string folder = WriteOrders(2_000);
        ScriptRun run = Import(folder, Keys);
        PSObject result = run.Single();
        Assert.Equal((true, 2_000L, 1_960L, 40L, 0L),
            (Get<bool>(result, "Completed"), Get<long>(result, "Read"), Get<long>(result, "Written"), Get<long>(result, "Expired"),
            Get<long>(result, "Rejected")));
        Assert.Equal(1_960, _session.Cosmos.Count("shop", "orders"));
        Assert.True(Get<double>(result, "RequestCharge") > 1_960);
        Assert.StartsWith("mycosmos/shop/orders", Get<string>(result, "Target"));
        Assert.Empty(run.Warnings);
        Assert.True(File.Exists(Get<string>(result, "CheckpointPath")));
        Assert.StartsWith(folder, Get<string>(result, "CheckpointPath"));
        Assert.DoesNotContain(_session.Cosmos.AccountKey, File.ReadAllText(Get<string>(result, "CheckpointPath")!));
    }

    [Fact]
    public void A_path_may_be_relative_and_the_alias_is_the_same_cmdlet()
    {
        string folder = WriteOrders(20);
        PSObject result = _session.Invoke($"""
            $null = $ExecutionContext.SessionState.Path.SetLocation('{_root}')
            Import-CosmosItem -Location './AWSDynamoDB/{Path.GetFileName(folder.TrimEnd('/'))}' -DatabaseName shop -ContainerName orders {Keys}
            """).Single();
        Assert.Equal(20L, Get<long>(result, "Read"));
    }

    [Fact]
    public void The_same_line_again_writes_nothing_and_says_so_and_Restart_writes_the_same()
    {
        string folder = WriteOrders(300);
        Import(folder, Keys).ThrowIfFailed();
        double charge = _session.Cosmos.TotalCharge;
        ScriptRun again = Import(folder, Keys);
        Assert.True(Get<bool>(again.Single(), "WasComplete"));
        Assert.Contains("-Restart", Assert.Single(again.Warnings));
        Assert.InRange(_session.Cosmos.TotalCharge - charge, 0, 50);
        (long count, _, _) = _session.Cosmos.Content("shop", "orders");
        PSObject restarted = Import(folder, Keys + " -Restart").Single();
        Assert.Equal((false, 294L), (Get<bool>(restarted, "WasComplete"), Get<long>(restarted, "Written")));
        Assert.Equal(count, _session.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public void A_changed_setting_is_refused_with_the_difference()
    {
        string folder = WriteOrders(50);
        Import(folder, Keys).ThrowIfFailed();
        ScriptRun run = Import(folder, Keys + " -NumberMode String");
        AssertError("CheckpointMismatch", run);
        Assert.Contains("numberMode was 'Exact' and is 'String' now", run.Errors[0].ToString());
    }

    [Fact]
    public void WhatIf_tells_the_numbers_and_writes_nothing_at_all()
    {
        string folder = WriteOrders(1_234);
        string said = _session.Host.Render($"Import-CosmosItems -Location '{folder}' -AccountName mycosmos -DatabaseName shop " +
            $"-ContainerName orders {Keys} -WhatIf");
        Assert.Contains("1,234 items", said);
        Assert.Contains("mycosmos/shop/orders", said);
        Assert.Equal(0, _session.Cosmos.Count("shop", "orders"));
        Assert.False(Directory.Exists(Path.Combine(folder, "_dynamocosmos")));
    }

    [Fact]
    public void Keys_that_nobody_names_are_an_error_that_says_which_parameters_to_give()
    {
        ScriptRun run = Import(WriteOrders(10), "");
        AssertError("KeysUnknown", run);
        Assert.Contains("-PartitionKeyAttribute", run.Errors[0].ToString());
    }

    [Fact]
    public void A_key_attribute_that_is_not_there_is_an_error_that_lists_what_is()
    {
        ScriptRun run = Import(WriteOrders(10), "-PartitionKeyAttribute pk");
        AssertError("KeyAttributeNotInExport", run);
        Assert.Contains("customerId", run.Errors[0].ToString());
    }

    [Fact]
    public void Types_of_keys_are_told_from_the_first_item()
    {
        string folder = WriteLines("""{"Item":{"n":{"N":"1E2"},"b":{"B":"aGk="}}}""");
        _session.Cosmos.CreateContainer("shop", "numbers", "/n");
        PSObject result = Import(folder, "-PartitionKeyAttribute n -SortKeyAttribute b", "numbers").Single();
        Assert.Equal(1L, Get<long>(result, "Written"));
        Assert.Contains("\"id\":\"100|aGk\"", Documents("numbers").Single());
    }

    [Fact]
    public void A_container_with_another_partition_key_is_an_error_that_shows_both()
    {
        _session.Cosmos.CreateContainer("shop", "other", "/orderId");
        ScriptRun run = Import(WriteOrders(10), Keys, "other");
        AssertError("PartitionKeyDiffers", run);
        Assert.Contains("/orderId", run.Errors[0].ToString());
        Assert.Contains("/customerId", run.Errors[0].ToString());
        Assert.Equal(0, _session.Cosmos.Count("shop", "other"));
    }

    [Fact]
    public void A_container_that_lets_nothing_expire_is_a_warning()
    {
        _session.Cosmos.CreateContainer("shop", "forever", "/customerId");
        ScriptRun run = Import(WriteOrders(10), Keys, "forever");
        Assert.Contains("DefaultTimeToLive", Assert.Single(run.Warnings));
        run.ThrowIfFailed();
    }

    [Theory]
    [InlineData("-DatabaseName nowhere -ContainerName orders", "CosmosContainerNotFound|CosmosDatabaseNotFound")]
    [InlineData("-DatabaseName shop -ContainerName nothing", "CosmosContainerNotFound")]
    public void A_target_that_is_not_there_is_an_error(string target, string ids)
    {
        string folder = WriteOrders(10);
        ScriptRun run = _session.Invoke($"Import-CosmosItems -Location '{folder}' {target} {Keys}");
        Assert.Contains(run.ErrorId!.Split(',')[0], ids.Split('|'));
    }

    [Fact]
    public void A_wrong_account_key_is_an_error_that_does_not_show_it()
    {
        string folder = WriteOrders(10);
        _session.Host.Set("wrong", new System.Net.NetworkCredential("", Convert.ToBase64String(new byte[64])).SecurePassword);
        ScriptRun run =
            _session.Invoke($"Import-CosmosItems -Location '{folder}' -DatabaseName shop -ContainerName orders {Keys} -AccountKey $wrong");
        AssertError("CosmosKeyRefused", run);
        Assert.DoesNotContain(Convert.ToBase64String(new byte[64]), run.Errors[0].ToString());
    }

    [Theory]
    [InlineData("manifest-summary.json", "ExportManifestMissing")]
    [InlineData("manifest-files.json", "ExportManifestMissing")]
    [InlineData("manifest-summary.md5", "ExportManifestMissing")]
    [InlineData("data", "DataFileMissing")]
    public void Each_file_that_is_missing_is_an_error_that_names_it(string name, string errorId)
    {
        string folder = WriteOrders(10);
        if (name == "data") Directory.Delete(Path.Combine(folder, name), recursive: true);
        else File.Delete(Path.Combine(folder, name));
        AssertError(errorId, Import(folder, Keys));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("flipped")]
    [InlineData("other")]
    public void A_data_file_that_is_not_what_the_manifest_says_fails_the_import_and_a_mended_one_completes_it(string fault)
    {
        string folder = WriteOrders(400);
        string file = Directory.GetFiles(Path.Combine(folder, "data")).First(static path => new FileInfo(path).Length > 1_000);
        byte[] whole = File.ReadAllBytes(file);
        File.WriteAllBytes(file, fault switch
        {
            "cut" => whole[..^100],
            "flipped" => [.. whole[..500], (byte)(whole[500] ^ 4), .. whole[501..]],
            _ => File.ReadAllBytes(Directory.GetFiles(Path.Combine(folder, "data"))
                .First(path => path != file && new FileInfo(path).Length > 1_000)),
        });
        ScriptRun run = Import(folder, Keys);
        Assert.Contains(run.ErrorId!.Split(',')[0], (string[])["DataFileDamaged", "DataFileMd5Mismatch"]);
        Assert.Contains(Path.GetFileName(file), run.Errors[0].ToString());
        Assert.Contains(Path.GetFileName(file), Assert.Single(run.Warnings));
        Assert.Empty(run.Output);

        File.WriteAllBytes(file, whole);
        PSObject result = Import(folder, Keys).Single();
        Assert.Equal((true, 400L, 2), (Get<bool>(result, "Completed"), Get<long>(result, "Read"), Get<int>(result, "Runs")));
    }

    [Fact]
    public void Items_that_cannot_become_documents_are_rejected_and_can_be_read_as_objects()
    {
        string large = "{\"Item\":{\"customerId\":{\"S\":\"big\"},\"x\":{\"S\":\"" + new string('x', 3_000_000) + "\"}}}";
        string folder = WriteLines(
            """{"Item":{"customerId":{"S":"good"}}}""", "not json", """{"Item":{"other":{"S":"a"}}}""",
                """{"Item":{"customerId":{"N":"1"}}}""",
            """{"Item":{"customerId":{"S":"twice"},"a":{"S":"1"},"a":{"S":"2"}}}""", large);
        ScriptRun run = Import(folder, "-PartitionKeyAttribute customerId:S");
        PSObject result = run.Single();
        Assert.Equal((6L, 1L, 5L), (Get<long>(result, "Read"), Get<long>(result, "Written"), Get<long>(result, "Rejected")));
        Assert.Contains("Get-CosmosRejectedItem", Assert.Single(run.Warnings));

        _session.Host.Set("result", result);
        IReadOnlyList<PSObject> rejected = _session.Invoke("$result | Get-CosmosRejectedItem").ThrowIfFailed().Output;
        Assert.Equal(
            [(2L, "MalformedItem"), (3L, "MissingKey"), (4L, "KeyTypeMismatch"), (5L, "MalformedItem"), (6L, "ItemTooLarge")],
            rejected.Select(item => (Get<long>(item, "Line"), $"{item.Properties["Reason"].Value}")).Order());
        Assert.Equal(large, Get<string>(rejected.Single(item => Get<long>(item, "Line") == 6), "Item"));
        Assert.Single(_session.Invoke("$result | Get-CosmosRejectedItem -Reason MissingKey").ThrowIfFailed().Output);
    }

    [Fact]
    public void More_rejected_items_than_allowed_stop_the_import()
    {
        string folder = WriteLines([.. Enumerable.Repeat("bad", 100)]);
        AssertError("TooManyRejectedItems", Import(folder, "-PartitionKeyAttribute customerId:S -MaxRejectedItems 5"));
        Assert.Equal(100L, Get<long>(Import(folder, "-PartitionKeyAttribute customerId:S").Single(), "Rejected"));
    }

    [Fact]
    public void Rejected_items_and_checkpoint_go_where_they_are_told_to()
    {
        string folder = WriteLines("bad"), places = Path.Combine(_root, "else where");
        PSObject result = Import(folder,
            $"-PartitionKeyAttribute customerId:S -RejectedItemPath '{places}/r.ndjson' -CheckpointPath '{places}/c.json'").Single();
        Assert.Equal((Path.Combine(places, "r.ndjson"), Path.Combine(places, "c.json")),
            (Get<string>(result, "RejectedItemPath"), Get<string>(result, "CheckpointPath")));
        Assert.True(File.Exists(Path.Combine(places, "r.ndjson")) && File.Exists(Path.Combine(places, "c.json")));
        Assert.False(Directory.Exists(Path.Combine(folder, "_dynamocosmos")));
        Assert.Single(_session.Invoke($"Get-CosmosRejectedItem '{places}/r.ndjson'").ThrowIfFailed().Output);
    }

    [Fact]
    public void A_file_of_rejected_items_that_is_missing_or_none_is_an_error()
    {
        Assert.Equal("RejectionFileMissing,DynamoCosmos.Commands.GetCosmosRejectedItemCommand",
            _session.Invoke($"Get-CosmosRejectedItem '{_root}/none'").ErrorId);
        File.WriteAllText(Path.Combine(_root, "text"), "hello\n");
        Assert.Equal("RejectionFileDamaged,DynamoCosmos.Commands.GetCosmosRejectedItemCommand",
            _session.Invoke($"Get-CosmosRejectedItem '{_root}/text'").ErrorId);
    }

    [Fact]
    public void A_schedule_of_short_runs_finishes_the_import_in_pieces()
    {
        string folder = WriteOrders(6_000, files: 2);
        _session.Cosmos.Latency = TimeSpan.FromMilliseconds(150);
        PSObject result;
        int runs = 0;
        do
        {
            ScriptRun run = Import(folder, Keys + " -StopAfter 1.5 -MaxInFlight 200");
            result = run.Single();
            Assert.Contains(run.Progress, static record => record.StatusDescription.Contains(" of 6,000 items, ")
                && record.CurrentOperation?.Contains("of 2") == true);
            Assert.Equal(ProgressRecordType.Completed, run.Progress[^1].RecordType);
            Assert.InRange(++runs, 1, 20);
            Assert.Equal(!Get<bool>(result, "Completed"), run.Warnings.Any(static text => text.Contains("same line")));
        }
        while (!Get<bool>(result, "Completed"));
        Assert.InRange(runs, 2, 20);
        Assert.Equal(runs, Get<int>(result, "Runs"));
        Assert.Equal((6_000L, 5_880L, 120L), (Get<long>(result, "Read"), Get<long>(result, "Written"), Get<long>(result, "Expired")));
    }

    [Fact]
    public void Throttling_without_end_stops_the_import_and_keeps_what_it_wrote()
    {
        string folder = WriteOrders(400);
        int writes = 0;
        _session.Cosmos.OperationFault = _ =>
            Interlocked.Increment(ref writes) > 200 ? new CosmosFault { Status = 429, SubStatus = 3200 } : null;
        ScriptRun run = Import(folder, Keys + " -RetryTimeout 2");
        AssertError("ThrottledTooLong", run);
        _session.Cosmos.OperationFault = null;
        Assert.Equal(392L, Get<long>(Import(folder, Keys).Single(), "Written"));
    }

    [Fact]
    public void What_fails_for_one_export_does_not_keep_the_next_from_being_imported()
    {
        string damaged = WriteOrders(10), whole = WriteOrders(20);
        File.Delete(Path.Combine(damaged, "manifest-files.json"));
        ScriptRun run = _session.Invoke($$"""
            $key = @{ PartitionKeyAttribute = 'customerId'; SortKeyAttribute = 'orderId' }
            $one = Get-DynamoExport -Location '{{whole}}' @key
            $two = Get-DynamoExport -Location '{{whole}}' @key
            [IO.File]::Delete('{{whole}}/none')
            $two = $two | ForEach-Object { $copy = $_; $copy.GetType().GetProperty('Location').SetValue($copy, [uri]'file://{{Uri.EscapeDataString(damaged).Replace("%2F", "/")}}'); $copy }
            $two, $one | Import-CosmosItems -DatabaseName shop -ContainerName orders
            """);
        Assert.Equal("ExportManifestMissing,DynamoCosmos.Commands.ImportCosmosItemsCommand",
            Assert.Single(run.Errors).FullyQualifiedErrorId);
        Assert.Equal(20L, Get<long>(Assert.Single(run.Output), "Read"));
    }

    private ScriptRun Import(string folder, string arguments, string container = "orders") =>
        _session.Invoke($"Import-CosmosItems -Location '{folder}' -AccountName mycosmos -DatabaseName shop -ContainerName {container} " +
            $"{arguments}");

    private string WriteOrders(int count, int files = 4) => _orders.WriteExport(_root, count, files).Folder;

    private string WriteLines(params string[] lines)
    {
        ExportLayout layout = ExportLayout.ToFolder(_root);
        using (DataFileWriter file = layout.AddDataFile())
        {
            foreach (string line in lines) file.WriteLine(Encoding.UTF8.GetBytes(line));
        }
        layout.Complete();
        return layout.Folder;
    }

    private IEnumerable<string> Documents(string container) =>
        _session.Cosmos.Documents("shop", container).Select(static text => JsonNode.Parse(text.Span)!.ToJsonString());

    private static void AssertError(string id, ScriptRun run) =>
        Assert.Equal($"{id},DynamoCosmos.Commands.ImportCosmosItemsCommand", run.ErrorId);

    private static T? Get<T>(PSObject from, string name) => (T?)from.Properties[name].Value;
}
