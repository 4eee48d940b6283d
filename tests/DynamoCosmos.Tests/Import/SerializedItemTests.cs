using System.Management.Automation;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Tests.Import;

/// <summary>
/// Items that went through Start-Job, remoting or Export-Clixml are the items that they were, or are refused: nothing is changed silently.
/// </summary>
public sealed class SerializedItemTests : IAsyncLifetime
{
    private const string Clixml = """
        function Clixml { process { ,[System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($_)) } }
        function Stamp { process { $o = $_
            foreach ($m in @{ PSComputerName = 'localhost'; RunspaceId = [guid]::NewGuid(); PSShowComputerName = $false; PSSourceJobInstanceId = [guid]::NewGuid() }.GetEnumerator()) { $o.PSObject.Properties.Add([psnoteproperty]::new($m.Key, $m.Value)) }
            $o } }

        """;

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos serialized ").FullName;
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        foreach (string container in (string[])["direct", "serialized"]) _session.Cosmos.CreateContainer("shop", container, ["/pk"],
            10_000);
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void Items_of_all_types_that_come_from_a_job_are_the_documents_of_the_direct_import_and_compare_equal()
    {
        string folder = WriteItems();
        const string Target = "-AccountName mycosmos -DatabaseName shop -PartitionKeyAttribute pk -ContainerName";
        _session.Invoke($"$null = Import-CosmosItems -Location '{folder}' {Target} direct").ThrowIfFailed();
        ScriptRun run = _session.Invoke($"{Clixml}$received = Read-DynamoExport '{folder}' | Clixml | Stamp; $received | " +
            $"Import-CosmosItems {Target} serialized; $received | Compare-CosmosMigration {Target} direct").ThrowIfFailed();
        Assert.Equal((42L, 42L, 0L),
            ((long)run.Output[0].Properties["Read"].Value, (long)run.Output[0].Properties["Written"].Value,
            (long)run.Output[0].Properties["Rejected"].Value));
        Assert.Equal(Documents("direct"), Documents("serialized"));
        Assert.True((bool)run.Output[^1].Properties["Passed"].Value);
        Assert.Empty(_session.Host.Invoke($"""
            {Clixml}$live = Read-DynamoExport '{folder}'
            for ($i = 0; $i -lt $live.Count; $i++) {"{"}
                $before = $live[$i] | ConvertTo-CosmosItem -PartitionKeyAttribute pk
                $after = $live[$i] | Clixml | Stamp | ConvertTo-CosmosItem -PartitionKeyAttribute pk
                $twice = $live[$i] | Clixml | Stamp | Clixml | ConvertTo-CosmosItem -PartitionKeyAttribute pk
                if ($before.Length -ne $after.Length -or $after -ne $twice) {"{"} "$before became $after and $twice" {"}"}
            {"}"}
            """).ThrowIfFailed().Output);
    }

    [Theory]
    [InlineData("[bigint]::Parse('-98765432109876543210987654321098765432')", "\"-98765432109876543210987654321098765432\"")]
    [InlineData("[int128]::Parse('123456789012345678901')", "\"123456789012345678901\"")]
    [InlineData("[System.Collections.Generic.HashSet[object]]@(72, -10, 199.5, [bigint]::Parse('100000000000000000000'))",
        "[-10,72,199.5,100000000000000000000]")]
    [InlineData("[System.Collections.Generic.SortedSet[string]]@('b', 'a')", "[\"a\",\"b\"]")]
    [InlineData("[System.Collections.Generic.HashSet[object]]@('b', 5, 'a')", "[\"b\",5,\"a\"]")]
    [InlineData("@{ A = @(1, @{ b = [bigint]::Parse('100000000000000000000') }) }", "{\"A\":[1,{\"b\":100000000000000000000}]}")]
    [InlineData("[DayOfWeek]::Monday", "\"Monday\"")]
    [InlineData("[DateTimeOffset]::new(2024, 5, 6, 7, 8, 9, [TimeSpan]::FromHours(2))", "\"2024-05-06T07:08:09.0000000+02:00\"")]
    [InlineData("[DateTime]::SpecifyKind([DateTime]::new(2024, 5, 6, 7, 8, 9), 'Utc'), [guid]::Empty, [uri]'https://a/b', " +
        "[version]'1.2', [char]'x', [switch]$true, [byte[]](1, 2), 1.50, 7uL",
        "[\"2024-05-06T07:08:09.0000000Z\",\"00000000-0000-0000-0000-000000000000\",\"https://a/b\",\"1.2\",\"x\",true,\"AQI=\",1.5,7]")]
    [InlineData("[DBNull]::Value", "null")]
    public void A_value_is_the_same_before_and_after(string value, string json)
    {
        foreach (string way in (string[])["$o", "$o | Clixml", "$o | Clixml | Clixml", "@{ pk = 'a'; v = ($o | Clixml).v }",
            "$o | Clixml | Select-All"])
        {
            string document = _session.Host.Invoke($"{Clixml}function Select-All {{ process {{ $_.PSObject.Copy() }} }}\n$o = " +
                $"[pscustomobject]@{{ pk = 'a'; v = {value} }}; {way} | ConvertTo-CosmosItem -PartitionKeyAttribute pk").Single()
                .ToString();
            Assert.Equal(json, JsonNode.Parse(document)!["v"]?.ToJsonString(s_relaxed) ?? "null");
        }
    }

    [Theory]
    [InlineData("[pscustomobject]@{ pk = 'a'; v = [DateOnly]::MinValue } | Clixml", "System.DateOnly that went through serialization")]
    [InlineData("[pscustomobject]@{ pk = 'a'; v = @(1, @{ x = [UriBuilder]::new('https://a') }) } | Clixml",
        "System.UriBuilder that went through serialization")]
    [InlineData("[pscustomobject]@{ pk = [UriBuilder]::new('https://a') } | Clixml", "System.UriBuilder that went through serialization")]
    [InlineData("[bigint]5 | Clixml", "a BigInteger has no attributes")]
    [InlineData("$keys = @{ PartitionKeyAttribute = 'pk' }; Measure-DynamoTable -Location $folder @keys | Clixml",
        "it is a DynamoCosmos.Assessment.MigrationAssessment. Pipe a target, an export, a table, or items")]
    [InlineData("class Holder { [object] $Item }; $h = [Holder]::new(); $h.Item = [pscustomobject]@{ pk = 'a' }; $cut = " +
        "[System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($h, 1)).Item; " +
        "$cut", "serialization cut off the object '@{pk=a}'")]
    [InlineData("class Holder { [object] $Item }; $h = [Holder]::new(); $h.Item = [pscustomobject]@{ x = 1 }; $cut = " +
        "[System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($h, 1)).Item; " +
        "@{ pk = 'a'; m = $cut }", "serialization cut off the object '@{x=1}'")]
    [InlineData("[IO.FileInfo]::new('/nowhere')", "System.IO.FileInfo, whose properties are no attributes")]
    [InlineData("@{ pk = 'a'; f = [IO.FileInfo]::new('/nowhere') }", "System.IO.FileInfo, whose properties are no attributes")]
    [InlineData("@{ pk = 'a'; n = [System.Text.Json.JsonDocument]::Parse('{\"n\":5}').RootElement }",
        "System.Text.Json.JsonElement, whose properties are no attributes")]
    [InlineData("@{ pk = 'a'; n = [System.Text.Json.Nodes.JsonNode]::Parse('{\"n\":5}') }", "whose properties are no attributes")]
    [InlineData("@{ pk = 'a'; n = [Newtonsoft.Json.Linq.JObject]::Parse('{\"n\":5}') }", "whose properties are no attributes")]
    [InlineData("$o = [pscustomobject]@{ pk = 'a' }; $o.PSObject.Properties.Add([psscriptproperty]::new('bad', { throw 'no value' })); $o",
        "no value")]
    public void What_cannot_be_read_back_is_no_item_and_nothing_is_written(string given, string reason)
    {
        _session.Host.Set("folder", WriteItems());
        foreach (string command in (string[])["ConvertTo-CosmosItem -PartitionKeyAttribute pk",
            "Import-CosmosItems -AccountName mycosmos -DatabaseName shop -ContainerName serialized -PartitionKeyAttribute pk:S"])
        {
            ScriptRun run = _session.Invoke($"{Clixml}& {{ {given} }} | {command}");
            Assert.Null(run.Terminated);
            Assert.StartsWith("NotAnItem,", run.ErrorId, StringComparison.Ordinal);
            Assert.Contains(reason, Assert.Single(run.Errors).ToString(), StringComparison.Ordinal);
        }
        Assert.Equal(0, _session.Cosmos.Count("shop", "serialized"));
    }

    [Fact]
    public void Attributes_that_are_named_as_remoting_names_its_own_stay()
    {
        const string Item = "[pscustomobject]@{ pk = 'a'; RunspaceId = 'r'; PSComputerName = 'c' }";
        string document =
            _session.Host.Invoke($"{Clixml}{Item} | Clixml | ConvertTo-CosmosItem -PartitionKeyAttribute pk").Single().ToString();
        Assert.Equal("""{"id":"a","pk":"a","RunspaceId":"r","PSComputerName":"c"}""", document);
    }

    [Fact]
    public void A_class_of_the_scripts_own_is_an_item()
    {
        string document = _session.Host.Invoke("class Order { [string] $pk; [int] $n }; $o = [Order]::new(); $o.pk = 'a'; $o.n = 5; $o " +
            "| ConvertTo-CosmosItem -PartitionKeyAttribute pk").Single().ToString();
        Assert.Equal("""{"id":"a","pk":"a","n":5}""", document);
    }

    [Fact]
    public void What_a_script_or_a_parameter_brings_back_from_serialization_is_read_the_same_way()
    {
        string big = "([pscustomobject]@{ n = [bigint]::Parse('100000000000000000000') } | Clixml).n";
        ScriptRun added =
            _session.Host.Invoke($"{Clixml}@{{ pk = 'a' }} | ConvertTo-CosmosItem -PartitionKeyAttribute pk -AddProperty @{{ n = {big} }}");
        Assert.StartsWith("MappingNotReadable,", added.ErrorId, StringComparison.Ordinal);
        string made = _session.Host.Invoke($"{Clixml}$n = {big}; @{{ pk = 'a' }} | ConvertTo-CosmosItem -PartitionKeyAttribute pk " +
            $"-Transform {{ param($d) @{{ id = $d.id; pk = $d.pk; n = $using:n }} }}").Single().ToString();
        Assert.Equal("100000000000000000000", JsonNode.Parse(made)!["n"]!.ToJsonString());
    }

    private string WriteItems()
    {
        ExportLayout layout = ExportLayout.ToFolder(_root);
        AnyItems items = new(5);
        using (DataFileWriter file = layout.AddDataFile())
        {
            for (int i = 0; i < 40; i++) file.WriteItem(Encoding.UTF8.GetBytes(items.Next(i)));
            file.WriteItem("""{"pk":{"S":"every"},"n38":{"N":"12345678901234567890123456789012345678"},"tiny":{"N":"1E-130"},"b":{"B":"AQID"},"ss":{"SS":["x","a"]},"ns":{"NS":["72","-10","199.5","12345678901234567890123456789012345678"]},"bs":{"BS":["AQ==","Ag=="]},"t":{"BOOL":true},"z":{"NULL":true},"m":{"M":{"A":{"N":"12345678901234567890123456789012345678"},"a":{"NS":["2"]},"":{"S":"empty"},"l":{"L":[{"L":[{"N":"1E-130"}]},{"M":{}},{"M":{"m":{"M":{"m":{"M":{"ns":{"NS":["3","1E-100"]}}}}}}},{"NULL":true}]}}},"Count":{"N":"7"},"Keys":{"S":"k"}}"""u8.ToArray());
            string deep = string.Concat(Enumerable.Repeat("{\"M\":{\"m\":", 30)) + "{\"N\":\"12345678901234567890123456789012345678\"}" +
                string.Concat(Enumerable.Repeat("}}", 30));
            file.WriteItem(Encoding.UTF8.GetBytes($$"""{"pk":{"S":"deep"},"m":{{deep}}}"""));
        }
        layout.Complete();
        return layout.Folder;
    }

    private string[] Documents(string container) =>
        [.. _session.Cosmos.Documents("shop", container).Select(static text => Sorted(JsonNode.Parse(text.Span))!.ToJsonString())
        .Order(StringComparer.Ordinal)];

    // Serialization keeps no order of a dictionary's entries.
    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map =>
            new JsonObject(map.Where(static member => !member.Key.StartsWith('_'))
            .OrderBy(static member => member.Key, StringComparer.Ordinal)
            .Select(static member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static readonly JsonSerializerOptions s_relaxed =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
