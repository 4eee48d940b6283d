using System.Diagnostics;
using System.Management.Automation;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws;
using Xunit.Abstractions;

namespace DynamoCosmos.Tests.Import;

/// <summary>Import-CosmosItems -Transform: scripts that make none, one or several documents of each.</summary>
[Trait("Category", "Slow")]
public sealed class TransformTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Keys = "-PartitionKeyAttribute customerId -SortKeyAttribute orderId";

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos transform ").FullName;
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        foreach (string container in (string[])["orders", "direct"]) _session.Cosmos.CreateContainer("shop", container, ["/customerId"],
            10_000);
        _session.Cosmos.CreateContainer("shop", "users", ["/pk"], 10_000);
        _session.Host.Set("rejected", Path.Combine(_root, "rejected.ndjson"));
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void A_script_that_returns_what_it_got_makes_the_documents_of_an_import_without_it()
    {
        string folder = new SampleOrders().WriteExport(_root, 2_000).Folder;
        Stopwatch clock = Stopwatch.StartNew();
        _session.Invoke($"$null = Import-CosmosItems -Location '{folder}' -AccountName mycosmos -DatabaseName shop -ContainerName " +
            $"direct {Keys}").ThrowIfFailed();
        TimeSpan without = clock.Elapsed;
        clock.Restart();
        PSObject result = _session.Invoke($$"""Import-CosmosItems -Location '{{folder}}' -AccountName mycosmos -DatabaseName shop -ContainerName orders {{Keys}} -Transform { param($Document) $Document }""").Single();
        output.WriteLine($"2,000 items: {without.TotalSeconds:0.00} s without, {clock.Elapsed.TotalSeconds:0.00} s with a transform");
        Assert.Equal((2_000L, 2_000L, 0L), (Get(result, "Read"), Get(result, "Written"), Get(result, "Rejected")));
        Assert.Equal(Documents("direct"), Documents("orders"));
    }

    [Fact]
    public void A_script_returns_none_one_or_several_documents_of_any_form()
    {
        PSObject result = Import("1..30 | ForEach-Object { @{ pk = \"u$_\"; n = $_ } }", """
            {
                param($Document)
                switch ($Document.n % 3) {
                    0 { return }
                    1 { $Document.PSObject.Properties.Add([psnoteproperty]::new('kind', 'one')); $Document }
                    2 {
                        @{ id = "$($Document.id)-a"; pk = $Document.pk; b = [byte[]](1, 2); t = $true; l = @(1, $null, @{ x = 1.50 }) }
                        '{"id":"' + $Document.id + '-b","pk":"' + $Document.pk + '"}'
                    }
                }
            }
            """);
        Assert.Equal((30L, 10L, 30L, 10L, 0L),
            (Get(result, "Read"), Get(result, "Added"), Get(result, "Written"), Get(result, "Filtered"), Get(result, "Rejected")));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"id":"u2-a","pk":"u2","b":"AQI=","t":true,"l":[1,null,{"x":1.5}]}"""),
            Document("u2-a")));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"id":"u2-b","pk":"u2"}"""), Document("u2-b")));
        Assert.Equal("one", Document("u1")["kind"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("{ $_ }")]
    [InlineData("{ $PSItem }")]
    [InlineData("{ $_.n++; $_.n--; $_ }")]
    [InlineData("{ param($Document) if ($Document.id -ne $_.id) { throw 'another' }; 1..2 | ForEach-Object { $null = $_ }; $_ }")]
    public void The_document_is_also_the_current_object(string script)
    {
        PSObject result = Import("1..30 | ForEach-Object { @{ pk = \"u$_\"; n = $_ } }", script);
        Assert.Equal((30L, 30L, 0L), (Get(result, "Read"), Get(result, "Written"), Get(result, "Filtered")));
        Assert.Equal(7, Document("u7")["n"]!.GetValue<int>());
        ScriptRun compared = _session.Invoke($"1..30 | ForEach-Object {{ @{{ pk = \"u$_\"; n = $_ }} }} | Compare-CosmosMigration " +
            $"-AccountName mycosmos -DatabaseName shop -ContainerName users -PartitionKeyAttribute pk -Transform {script}").ThrowIfFailed();
        Assert.True((bool)compared.Output[^1].Properties["Passed"].Value);
        Assert.Equal("""{"id":"a","pk":"a"}""",
            _session.Invoke($"@{{ pk = 'a' }} | ConvertTo-CosmosItem -PartitionKeyAttribute pk -Transform {{ $_ }}").Single().ToString());
    }

    [Fact]
    public void A_script_that_leaves_out_everything_is_a_warning()
    {
        const string Items = "1..30 | ForEach-Object { @{ pk = \"u$_\" } }",
            To = "-AccountName mycosmos -DatabaseName shop -ContainerName users -PartitionKeyAttribute pk -Transform";
        foreach (string command in (string[])["Import-CosmosItems", "Compare-CosmosMigration"])
        {
            Assert.Contains(_session.Invoke($"{Items} | {command} {To} {{ $null = $_ }}").Warnings, static text =>
                text.Contains("all 30 items were left out", StringComparison.Ordinal));
            Assert.DoesNotContain(_session.Invoke($"{Items} | {command} {To} {{ if ($_.id -eq 'u3') {{ $_ }} }}").Warnings, static text =>
                text.Contains("left out", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void No_digit_is_lost_on_the_way()
    {
        PSObject result = Import("""'{"pk":"a","big":12345678901234567890123456789012345678,"small":0.1,"tiny":1E-130,"int":9007199254740992,"neg":-1.25}'""", """
            {
                param($Document)
                $more = @{
                    made = [bigint]::Parse('98765432109876543210987654321098765432'); twice = $Document.neg * 2
                    types = "$($Document.small.GetType().Name) $($Document.int.GetType().Name) $($Document.big.GetType().Name)"
                }
                foreach ($name in $more.Keys) { $Document.PSObject.Properties.Add([psnoteproperty]::new($name, $more[$name])) }
                $Document
            }
            """);
        Assert.Equal(1L, Get(result, "Written"));
        JsonNode document = Document("a");
        Assert.Equal(
            """["12345678901234567890123456789012345678"|0.1|9007199254740992|-1.25|"98765432109876543210987654321098765432"|-2.5|"Decimal Int64 String"]""",
            $"[{string.Join('|', ((string[])["big", "small", "int", "neg", "made", "twice", "types"]).Select(name => document[name]!.ToJsonString()))}]");
        Assert.Equal(1E-130, document["tiny"]!.GetValue<double>());
    }

    [Theory]
    [InlineData("throw 'no such order'", "TransformFailed", "no such order")]
    [InlineData("Get-Command No-SuchCommand", "TransformFailed", "No-SuchCommand")]
    [InlineData("1 / 0", "TransformFailed", "divide by zero")]
    [InlineData("$Host.UI.ReadLine()", "TransformFailed", "ReadLine")]
    [InlineData("return 5", "TransformFailed", "a Int32 is no document")]
    [InlineData("return @{ id = 'x' }", "MissingKey", "/pk")]
    [InlineData("return @{ pk = 'x' }", "MissingKey", "id")]
    public void What_fails_is_rejected_with_its_reason_and_line(string statement, string reason, string detail)
    {
        PSObject result = Import("@{ pk = 'a' }, @{ pk = 'bad' }", $$"""
            {
                param($Document)
                if ($Document.id -eq 'bad') {
                    {{statement}}
                }
                $Document
            }
            """);
        Assert.Equal((2L, 1L, 1L), (Get(result, "Read"), Get(result, "Written"), Get(result, "Rejected")));
        PSObject rejected = _session.Invoke("Get-CosmosRejectedItem $rejected").Single();
        Assert.Equal((reason, "bad"), (rejected.Properties["Reason"].Value.ToString(), rejected.Properties["Id"].Value));
        string told = (string)rejected.Properties["Detail"].Value;
        Assert.Contains(detail, told, StringComparison.Ordinal);
        if (!statement.StartsWith("return", StringComparison.Ordinal)) Assert.Contains("line 4 of the script", told,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_callers_variables_come_with_using_and_no_others()
    {
        _session.Invoke("""
            $region = 'eu'; $map = @{ a = 5 }
            @{ pk = 'a' } | Import-CosmosItems -AccountName mycosmos -DatabaseName shop -ContainerName users -PartitionKeyAttribute pk -Transform {
                param($Document)
                $known = $using:map
                @{ id = $Document.id; pk = "$using:region-${using:region}"; n = $known[$Document.id]; other = $region }
            }
            """).ThrowIfFailed();
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"id":"a","pk":"eu-eu","n":5,"other":null}"""), Document("a")));
    }

    [Fact]
    public void A_stopped_import_goes_on_with_its_own_script_and_with_no_other()
    {
        string folder = new SampleOrders().WriteExport(_root, 3_000).Folder;
        string import = $"Import-CosmosItems -Location '{folder}' -AccountName mycosmos -DatabaseName shop -ContainerName orders {Keys}";
        const string Script = "{ param($Document) [Threading.Thread]::Sleep(2); $Document; @{ id = $Document.id + '-copy'; customerId = " +
            "$Document.customerId } }";
        PSObject stopped = _session.Invoke($"{import} -StopAfter 2 -Transform {Script} -WarningAction SilentlyContinue").Single();
        Assert.False((bool)stopped.Properties["Completed"].Value);
        ScriptRun changed = _session.Invoke($$"""{{import}} -Transform { param($Document) $Document }""");
        Assert.StartsWith("CheckpointMismatch,", changed.ErrorId, StringComparison.Ordinal);
        Assert.Contains("transform was 'sha256:", changed.Errors[0].ToString(), StringComparison.Ordinal);
        PSObject result = _session.Invoke($"{import} -Transform {Script}").Single();
        Assert.Equal((true, 3_000L, 3_000L, 6_000L),
            ((bool)result.Properties["Completed"].Value, Get(result, "Read"), Get(result, "Added"), Get(result, "Written")));
        Assert.Equal(6_000, _session.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public async Task A_script_without_end_is_stopped_with_the_run()
    {
        string folder = new SampleOrders().WriteExport(_root, 10).Folder;
        string import = $$"""Import-CosmosItems -Location '{{folder}}' -AccountName mycosmos -DatabaseName shop -ContainerName orders {{Keys}} -StopAfter 1 -Transform { while ($true) { } } -WarningAction SilentlyContinue""";
        PSObject result = (await Task.Run(() => _session.Invoke(import)).WaitAsync(TimeSpan.FromMinutes(2))).Single();
        Assert.Equal((false, 0L), ((bool)result.Properties["Completed"].Value, Get(result, "Read")));
    }

    private PSObject Import(string items, string script) =>
        _session.Invoke($"{items} | Import-CosmosItems -AccountName mycosmos -DatabaseName shop -ContainerName users " +
            $"-PartitionKeyAttribute pk -RejectedItemPath $rejected -WarningAction SilentlyContinue -Transform {script}").Single();

    private JsonNode Document(string id)
    {
        JsonNode[] documents = [.. _session.Cosmos.Documents("shop", "users").Select(static text => JsonNode.Parse(text.Span)!)];
        JsonObject document = documents.Single(d => d["id"]!.GetValue<string>() == id).AsObject();
        foreach (string own in document.Select(static property => property.Key).Where(static name => name.StartsWith('_'))
            .ToArray()) document.Remove(own);
        return document;
    }

    private string[] Documents(string container) =>
        [.. _session.Cosmos.Documents("shop", container).Select(static text => JsonNode.Parse(text.Span)!.ToJsonString())
        .Order(StringComparer.Ordinal)];

    private static long Get(PSObject from, string name) => (long)from.Properties[name].Value;
}
