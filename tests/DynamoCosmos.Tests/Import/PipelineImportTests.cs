using System.Management.Automation;
using System.Text;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Tests.Import;

/// <summary>Items of the pipeline: Read-DynamoExport and a script's own objects into Import-CosmosItems.</summary>
[Trait("Category", "Slow")]
public sealed class PipelineImportTests : IAsyncLifetime
{
    private const string Orders = "-PartitionKeyAttribute customerId -SortKeyAttribute orderId";

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos pipe ").FullName;
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        _session.Cosmos.CreateContainer("shop", "orders", ["/customerId"], 10_000);
        _session.Cosmos.CreateContainer("shop", "direct", ["/customerId"], 10_000);
        _session.Cosmos.CreateContainer("shop", "users", ["/pk"], 10_000);
        _session.Host.Set("rejected", Path.Combine(_root, "rejected.ndjson"));
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void Items_read_as_objects_and_imported_are_the_documents_of_the_direct_import()
    {
        string folder = new SampleOrders().WriteExport(_root, 5_000).Folder;
        PSObject result = _session.Invoke($$"""Read-DynamoExport -Path '{{folder}}' | ForEach-Object { $_ } | Import-CosmosItems -AccountName mycosmos -DatabaseName shop -ContainerName orders {{Orders}}""").Single();
        Assert.Equal((true, 5_000L, 5_000L, 0L),
            (Get<bool>(result, "Completed"), Get<long>(result, "Read"), Get<long>(result, "Written"), Get<long>(result, "Rejected")));
        _session.Invoke($"$null = Import-CosmosItems -Location '{folder}' -AccountName mycosmos -DatabaseName shop -ContainerName " +
            $"direct {Orders}").ThrowIfFailed();
        Assert.Equal(_session.Cosmos.Content("shop", "direct"), _session.Cosmos.Content("shop", "orders"));
    }

    [Fact]
    public void Every_type_survives_the_way_through_PowerShell()
    {
        string item = """
            {"pk":{"S":"a"},"n38":{"N":"12345678901234567890123456789012345678"},"tiny":{"N":"1E-130"},"dec":{"N":"1.50"},"neg":{"N":"-0"},"b":{"B":"AQID"},"ss":{"SS":["x","y"]},
             "ns":{"NS":["1","2.5","12345678901234567890123456789012345678"]},"bs":{"BS":["AQ==","Ag=="]},"t":{"BOOL":true},"z":{"NULL":true},"e":{"S":""},
             "m":{"M":{"A":{"N":"1"},"a":{"N":"2"},"PSObject":{"S":"x"},"":{"S":"empty"},"l":{"L":[{"L":[]},{"M":{}},{"S":"\u0000\"é"},{"NULL":true}]}}},"Count":{"N":"7"},"Keys":{"S":"k"}}
            """.ReplaceLineEndings("");
        string folder = WriteLines($$"""{"Item":{{item}}}""");
        _session.Cosmos.CreateContainer("shop", "exact", "/pk");
        Import($"Read-DynamoExport '{folder}'", "users");
        _session.Invoke($"$null = Import-CosmosItems -Location '{folder}' -AccountName mycosmos -DatabaseName shop -ContainerName exact " +
            "-PartitionKeyAttribute pk").ThrowIfFailed();
        Assert.Equal(Documents("exact").Single(), Documents("users").Single());
        ScriptRun run = _session.Invoke($$"""
            $item = Read-DynamoExport '{{folder}}'
            $item.n38.GetType().Name, $item.tiny.GetType().Name, $item.dec.GetType().Name, $item.Count.GetType().Name, $item.b.GetType().Name, $item.ss.GetType().Name, $item.m.GetType().Name, $item.m['a']
            """).ThrowIfFailed();
        Assert.Equal(["BigInteger", "ExactNumber", "Decimal", "Int64", "Byte[]", "HashSet`1", "OrderedDictionary", "2"],
            run.Output.Select(static o => o.ToString()));
    }

    [Theory]
    [InlineData("@{ pk = 'a'; n = 5; d = 2.5; f = $true; z = $null; l = @(1, 'x'); m = @{ k = 'v' } }",
        """{"pk":"a","n":5,"d":2.5,"f":true,"z":null,"l":[1,"x"],"m":{"k":"v"}}""")]
    [InlineData("[pscustomobject]@{ pk = 'a'; big = [bigint]::Parse('12345678901234567890'); c = [char]'x'; e = [DayOfWeek]::Monday }",
        """{"pk":"a","big":"12345678901234567890","c":"x","e":"Monday"}""")]
    [InlineData("@{ pk = 'a'; at = [DateTimeOffset]::new(2024, 5, 6, 7, 8, 9, [TimeSpan]::Zero); g = [guid]::Empty }",
        """{"pk":"a","at":"2024-05-06T07:08:09.0000000+00:00","g":"00000000-0000-0000-0000-000000000000"}""")]
    [InlineData("""'{"pk":"a","n":12345678901234567890123456789012345678,"s":"\u00e9\"","l":[1,{"x":null}]}'""",
        """{"pk":"a","n":"12345678901234567890123456789012345678","s":"é\"","l":[1,{"x":null}]}""")]
    [InlineData("""'{"pk":{"S":"a"},"n":{"N":"5"}}'""", """{"pk":"a","n":5}""")]
    [InlineData("""'{"Item":{"pk":{"S":"a"},"n":{"N":"5"}}}'""", """{"pk":"a","n":5}""")]
    [InlineData("@{ pk = @{ S = 'a' }; n = @{ N = 5 }; l = @{ L = @(@{ BOOL = $true }) } }", """{"pk":"a","n":5,"l":[true]}""")]
    [InlineData("[ordered]@{ pk = 'a'; Item = @{ x = 1 }; Keys = 'k' }", """{"pk":"a","Item":{"x":1},"Keys":"k"}""")]
    [InlineData("@{ pk = 'a'; s = [System.Collections.Generic.HashSet[int]]@(3, 1, 2); b = [byte[]](1, 2) }",
        """{"pk":"a","s":[1,2,3],"b":"AQI="}""")]
    public void An_object_becomes_the_item_that_it_says(string script, string document)
    {
        PSObject result = Import(script, "users");
        Assert.Equal((1L, 0L), (Get<long>(result, "Written"), Get<long>(result, "Rejected")));
        JsonObject made = JsonNode.Parse(Documents("users").Single())!.AsObject();
        Assert.True(made.Remove("id"));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(document), made), made.ToJsonString());
    }

    [Fact]
    public void What_cannot_be_a_document_is_rejected_with_its_original_text()
    {
        ScriptRun run = _session.Invoke("""
            '{"pk":"a"', '{"pk":"b","n":1E999}', [ordered]@{ pk = 'c'; n = [double]::NaN }, @{ other = 1 }, @{ pk = 'good' } |
                Import-CosmosItems -AccountName mycosmos -DatabaseName shop -ContainerName users -PartitionKeyAttribute pk:S -RejectedItemPath $rejected
            """).ThrowIfFailed();
        Assert.Equal((5L, 1L, 4L),
            (Get<long>(run.Output[0], "Read"), Get<long>(run.Output[0], "Written"), Get<long>(run.Output[0], "Rejected")));
        PSObject[] rejected = [.. _session.Invoke("Get-CosmosRejectedItem $rejected").ThrowIfFailed().Output];
        Assert.Equal(
            ["{\"pk\":\"a\"", """{"Item":{"pk":{"S":"b"},"n":{"N":"1E999"}}}""", """{"Item":{"pk":{"S":"c"},"n":{"N":"NaN"}}}""",
            """{"Item":{"other":{"N":"1"}}}"""], rejected.Select(static r => Get<string>(r, "Item")));
        Assert.Equal([1L, 2L, 3L, 4L], rejected.Select(static r => Get<long>(r, "Line")));
    }

    [Fact]
    public void Rejected_items_are_piped_back_once_the_settings_take_them()
    {
        Import("@{ pk = 'a'; n = [bigint]::Parse('12345678901234567890123456789012345678') }", "users",
            "-NumberMode Reject -RejectedItemPath $rejected");
        Assert.Equal(0, _session.Cosmos.Count("shop", "users"));
        PSObject result = Import("Get-CosmosRejectedItem $rejected", "users");
        Assert.Equal((1L, 0L), (Get<long>(result, "Written"), Get<long>(result, "Rejected")));
    }

    [Fact]
    public void An_object_that_is_no_item_is_an_error_and_the_others_are_imported()
    {
        ScriptRun run = _session.Invoke("""
            $self = @{ pk = 'deep' }; $self.me = $self
            @{ pk = 'a' }, 5, $self, (, @(1, 2)), @{ pk = 'b' } | Import-CosmosItems -AccountName mycosmos -DatabaseName shop -ContainerName users -PartitionKeyAttribute pk
            """);
        Assert.Null(run.Terminated);
        Assert.Equal(3, run.Errors.Count);
        Assert.All(run.Errors, static error =>
            Assert.Equal("NotAnItem,DynamoCosmos.Commands.ImportCosmosItemsCommand", error.FullyQualifiedErrorId));
        Assert.Equal(2L, Get<long>(Assert.Single(run.Output), "Written"));
    }

    [Fact]
    public void The_target_tells_keys_and_container_and_types_come_from_the_first_item()
    {
        PSObject result = _session.Invoke("""
            $target = New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop -ContainerName made -PartitionKeyAttribute tenant -SortKeyAttribute number -Throughput 4000
            @{ tenant = 'a'; number = 7 }, @{ tenant = 'a'; number = 8.50 } | Import-CosmosItems -Target $target
            """).Single();
        Assert.Equal(2L, Get<long>(result, "Written"));
        Assert.Equal(["a|7", "a|8.5"], Documents("made").Select(static d => JsonNode.Parse(d)!["id"]!.GetValue<string>()).Order());
    }

    [Fact]
    public void Without_keys_or_without_the_key_in_the_first_item_nothing_begins()
    {
        Assert.Equal("KeysUnknown,DynamoCosmos.Commands.ImportCosmosItemsCommand", Run("@{ pk = 'a' }", "users", "").ErrorId);
        ScriptRun missing = Run("@{ other = 'a' }", "users", "-PartitionKeyAttribute pk");
        Assert.Equal("KeyAttributeNotInExport,DynamoCosmos.Commands.ImportCosmosItemsCommand", missing.ErrorId);
        Assert.Contains("other", missing.Errors[0].ToString());
        Assert.Equal(0, _session.Cosmos.Count("shop", "users"));
    }

    [Fact]
    public void A_first_line_that_cannot_be_read_is_rejected_like_any_other()
    {
        PSObject result = Run("""'{"pk":', '{"pk":"a"}'""", "users", "-PartitionKeyAttribute pk").Output.Single();
        Assert.Equal(1L, Get<long>(result, "Written"));
        Assert.Equal(1L, Get<long>(result, "Rejected"));
    }

    [Fact]
    public void Nothing_piped_is_nothing_done_and_WhatIf_asks_once_and_writes_nothing()
    {
        Assert.Empty(Run("@()", "users").ThrowIfFailed().Output);
        string said = _session.Host.Render("1..3 | ForEach-Object { @{ pk = \"$_\" } } | Import-CosmosItems -AccountName mycosmos " +
            "-DatabaseName shop -ContainerName users -PartitionKeyAttribute pk -WhatIf");
        Assert.Equal(2, said.Split("Import all items of the pipeline").Length);
        Assert.Equal(0, _session.Cosmos.Count("shop", "users"));
    }

    [Fact]
    public void An_import_that_fails_ends_its_pipeline_and_not_at_its_end_only()
    {
        ScriptRun run = Run("$given = 0; 1..20000000 | ForEach-Object { $given++; @{ pk = \"$_\" } }", "nowhere");
        Assert.StartsWith("CosmosContainerNotFound,", run.ErrorId, StringComparison.Ordinal);
        Assert.InRange((int)_session.Invoke("$given").Single().BaseObject, 1, 19_999_999);
    }

    [Fact]
    public async Task A_stopped_pipeline_leaves_nothing_running()
    {
        _session.Cosmos.Latency = TimeSpan.FromMilliseconds(100);
        using (PowerShell shell = _session.Host.Start("1..10000000 | ForEach-Object { @{ pk = \"$_\" } } | Import-CosmosItems " +
            "-AccountName mycosmos -DatabaseName shop -ContainerName users -PartitionKeyAttribute pk"))
        {
            IAsyncResult running = shell.BeginInvoke();
            await Eventually.UntilAsync(() => _session.Cosmos.Count("shop", "users") > 0);
            await Task.Factory.FromAsync(shell.BeginStop(null, null), shell.EndStop);
            Assert.True(running.IsCompleted);
        }
        await Eventually.StandsStillAsync(() => _session.Cosmos.RequestCount);
    }

    [Fact]
    public void A_slow_pipelines_items_are_written_while_it_goes_on()
    {
        _session.Host.Set("cosmos", _session.Cosmos);
        ScriptRun run = Run("""
            & { @{ pk = 'first' }; [System.Threading.Thread]::Sleep(1500); @{ pk = 'second' }
                for ($i = 0; $i -lt 100 -and $cosmos.Count('shop', 'users') -eq 0; $i++) { [System.Threading.Thread]::Sleep(50) }
                @{ pk = 'third'; seen = $cosmos.Count('shop', 'users') } }
            """, "users").ThrowIfFailed();
        Assert.Equal(3L, Get<long>(run.Output[0], "Written"));
        Assert.Contains(Documents("users"), static d => d.Contains("\"seen\":2", StringComparison.Ordinal));
    }

    [Fact]
    public void A_reader_whose_pipeline_wants_no_more_reads_no_more()
    {
        string folder = new SampleOrders().WriteExport(_root, 30_000, files: 6).Folder;
        foreach (string line in File.ReadLines(Path.Combine(folder, "manifest-files.json"))
            .Skip(1)) File.Delete(Path.Combine(_root, JsonNode.Parse(line)!["dataFileS3Key"]!.GetValue<string>()));
        Assert.Equal(3, _session.Invoke($"Read-DynamoExport '{folder}' -First 3").ThrowIfFailed().Output.Count);
        ScriptRun stopped = _session.Invoke($$"""foreach ($once in 1) { Read-DynamoExport '{{folder}}' | ForEach-Object { $_.customerId; break } }""").ThrowIfFailed();
        Assert.Single(stopped.Output);
        // Whoever wants all of it learns what is missing.
        Assert.StartsWith("DataFileMissing,", _session.Invoke($$"""Read-DynamoExport '{{folder}}' | ForEach-Object { }""").ErrorId,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_object_becomes_is_shown_before_any_import()
    {
        Assert.Equal("""{"id":"a","pk":"a","n":5}""",
            _session.Invoke("[ordered]@{ pk = 'a'; n = 5 } | ConvertTo-CosmosItem -PartitionKeyAttribute pk").Single().ToString());
        Assert.StartsWith("NotAnItem,", _session.Invoke("5 | ConvertTo-CosmosItem -PartitionKeyAttribute pk").ErrorId,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Raw_gives_the_lines_as_they_stand()
    {
        string folder = WriteLines("""{"Item":{"pk":{"S":"a"},"n":{"N":"1.0"}}}""", "not an item");
        Assert.Equal("""{"Item":{"pk":{"S":"a"},"n":{"N":"1.0"}}}""", _session.Invoke($"Read-DynamoExport '{folder}' -Raw -First 1")
            .Single().ToString());
        ScriptRun run = _session.Invoke($"Read-DynamoExport '{folder}'");
        Assert.StartsWith("MalformedItem,", run.ErrorId, StringComparison.Ordinal);
        Assert.Contains("Line 2", run.Errors[0].ToString());
    }

    private PSObject Import(string items, string container, string arguments = "") =>
        Run(items, container, $"-PartitionKeyAttribute pk {arguments}").Single();

    private ScriptRun Run(string items, string container, string arguments = "-PartitionKeyAttribute pk") =>
        _session.Invoke($"{items} | Import-CosmosItems -AccountName mycosmos -DatabaseName shop -ContainerName {container} {arguments}");

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
        _session.Cosmos.Documents("shop", container).Select(static text => JsonNode.Parse(text.Span)!.ToJsonString(s_relaxed));

    private static readonly System.Text.Json.JsonSerializerOptions s_relaxed =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static T? Get<T>(PSObject from, string name) => (T?)from.Properties[name].Value;
}
