using System.Management.Automation;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Tests.Items;

/// <summary>ConvertTo-CosmosItem: what a script makes of an item, what a change does, and the first items of a source.</summary>
public sealed class PreviewTests : IDisposable
{
    private const string Item = """'{"Item":{"pk":{"S":"a"},"n":{"N":"5"},"tags":{"L":[{"S":"x"},{"S":"y"}]}}}'""";

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos preview ").FullName;
    private readonly ModuleHost _host = new();

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void A_scripts_documents_are_shown_each()
    {
        ScriptRun run = _host.Invoke($$"""
            $shop = 'eu'
            {{Item}} | ConvertTo-CosmosItem -PartitionKeyAttribute pk -Transform { param($Document) foreach ($tag in $Document.tags) { [ordered]@{ id = "$using:shop-$tag"; pk = $Document.pk; at = $shop } } }
            """).ThrowIfFailed();
        Assert.Equal(["""{"id":"eu-x","pk":"a","at":null}""", """{"id":"eu-y","pk":"a","at":null}"""],
            run.Output.Select(static o => o.ToString()));
    }

    [Fact]
    public void A_script_that_returns_nothing_is_told_and_one_that_returns_what_it_got_changes_nothing()
    {
        ScriptRun none =
            _host.Invoke($$"""{{Item}} | ConvertTo-CosmosItem -PartitionKeyAttribute pk -Transform { param($Document) }""").ThrowIfFailed();
        Assert.Empty(none.Output);
        Assert.Contains("returns nothing for the item 'a'", Assert.Single(none.Warnings).ToString());
        ScriptRun same = _host.Invoke($$"""{{Item}} | ConvertTo-CosmosItem -PartitionKeyAttribute pk -Transform { param($Document) $Document }; {{Item}} | ConvertTo-CosmosItem -PartitionKeyAttribute pk""").ThrowIfFailed();
        Assert.Equal(same.Output[1].ToString(), same.Output[0].ToString());
    }

    [Theory]
    [InlineData("throw 'no such order'", "TransformFailed", "line 4 of the script: no such order")]
    [InlineData("$Host.UI.ReadLine()", "TransformFailed", "line 4 of the script")]
    [InlineData("5", "TransformFailed", "a Int32 is no document")]
    [InlineData("@{ id = 'x' }", "MissingKey", "/pk")]
    [InlineData("@{ id = 'x'; pk = 'a' }, @{ id = 'x'; pk = 'a' }", "DuplicateId", "two documents")]
    public void What_an_import_would_reject_is_an_error_by_its_reason_and_the_next_item_follows(string statement, string reason,
        string detail)
    {
        ScriptRun run = _host.Invoke($$"""
            {{Item}}, @{ pk = 'b' } | ConvertTo-CosmosItem -PartitionKeyAttribute pk -Transform {
                param($Document)
                if ($Document.id -eq 'a') {
                    {{statement}}
                    return
                }
                $Document
            }
            """);
        Assert.Null(run.Terminated);
        ErrorRecord error = Assert.Single(run.Errors);
        Assert.Equal($"{reason},DynamoCosmos.Commands.ConvertToCosmosItemCommand", error.FullyQualifiedErrorId);
        Assert.Contains(detail, error.ToString(), StringComparison.Ordinal);
        Assert.Equal("""{"id":"b","pk":"b"}""", Assert.Single(run.Output).ToString());
    }

    [Fact]
    public async Task A_script_without_end_is_stopped()
    {
        using PowerShell shell =
            _host.Start($$"""{{Item}} | ConvertTo-CosmosItem -PartitionKeyAttribute pk -Verbose -Transform { while ($true) { } }""");
        IAsyncResult running = shell.BeginInvoke();
        await Eventually.UntilAsync(() => shell.Streams.Verbose.Count > 0);
        await Task.Run(shell.Stop).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.True(running.IsCompleted);
    }

    [Theory]
    [InlineData("""{"Metadata":{"WriteTimestampMicros":{"N":"1"}},"Keys":{"pk":{"S":"a"}},"NewImage":{"pk":{"S":"a"},"n":{"N":"5"}}}""",
        """{"id":"a","pk":"a","n":5}""")]
    [InlineData("""$ion_1_0 {Metadata:{WriteTimestampMicros:1.},Keys:{pk:"a"},NewImage:{pk:"a",n:5.}}""", """{"id":"a","pk":"a","n":5}""")]
    [InlineData("""{"Metadata":{"WriteTimestampMicros":{"N":"1"}},"Keys":{"pk":{"S":"a"}},"OldImage":{"pk":{"S":"a"},"n":{"N":"5"}}}""",
        null)]
    [InlineData("""{"Keys":{"pk":{"S":"a"}}}""", null)]
    [InlineData("""$ion_1_0 {Metadata:{WriteTimestampMicros:1.},Keys:{pk:"a"},OldImage:{pk:"a",n:5.}}""", null)]
    public void A_change_shows_its_new_document_and_a_deletion_says_that_it_is_one(string change, string? document)
    {
        _host.Set("change", change);
        ScriptRun run = _host.Invoke("$change | ConvertTo-CosmosItem -PartitionKeyAttribute pk").ThrowIfFailed();
        if (document is not null) Assert.Equal(document, Assert.Single(run.Output).ToString());
        else
        {
            Assert.Empty(run.Output);
            Assert.Contains("the item is gone: an import deletes the document 'a'", Assert.Single(run.Warnings).ToString());
            // Nobody knows which documents a script once made of it.
            Assert.StartsWith("TransformFailed,", _host.Invoke("$change | ConvertTo-CosmosItem -PartitionKeyAttribute pk -Transform { " +
                "param($Document) $Document }").ErrorId, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_first_items_of_a_source_are_piped_line_by_line_whatever_its_form()
    {
        SampleOrders orders = new();
        string json = orders.WriteExport(Path.Combine(_root, "json"), 20).Folder;
        string folder = Directory.CreateDirectory(Path.Combine(_root, "folder")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "scan.json"),
            [.. "{\"Items\":["u8, .. orders.Item(0), .. ","u8, .. orders.Item(1), .. "]}"u8]);
        string ion = orders.WriteExport(Path.Combine(_root, "ion"), 20, facts: new() { IsIon = true }).Folder;
        foreach (string source in (string[])[json, ion, folder])
        {
            ScriptRun run = _host.Invoke($"Read-DynamoExport '{source}' -Raw -First 2 | ConvertTo-CosmosItem -PartitionKeyAttribute " +
                "customerId -SortKeyAttribute orderId").ThrowIfFailed();
            Assert.Equal(2, run.Output.Count);
            Assert.All(run.Output, static document => Assert.StartsWith("{\"id\":\"", document.ToString(), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_format_that_is_given_counts_whatever_the_line_begins_with()
    {
        Assert.Equal("""{"id":"a","pk":"a"}""",
            _host.Invoke("""'{Item:{pk:"a"}}' | ConvertTo-CosmosItem -Format Ion -PartitionKeyAttribute pk""").Single().ToString());
        Assert.StartsWith("MalformedItem,",
            _host.Invoke("""'$ion_1_0 {Item:{pk:"a"}}' | ConvertTo-CosmosItem -Format DynamoDBJson -PartitionKeyAttribute pk""").ErrorId,
            StringComparison.Ordinal);
    }
}
