using System.Management.Automation;
using System.Reflection;

namespace DynamoCosmos.Tests.Import;

/// <summary>Whatever a script can do to an object is seen when it is written as an item, however PowerShell keeps it.</summary>
public sealed class ScriptedObjectTests : IDisposable
{
    private const string Start = "$o = [pscustomobject]@{ pk = 'a'; n = 1; m = [pscustomobject]@{ x = 'y' } }; ",
        Plain = "$o = [pscustomobject]@{ pk = 'a'; n = 1 }; $o.PSObject";

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos scripted ").FullName;
    private readonly ModuleHost _host = new();

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData("", """{"id":"a","pk":"a","n":1,"m":{"x":"y"}}""")]
    [InlineData("$o.n = 'two'; $o.m.x = $null", """{"id":"a","pk":"a","n":"two","m":{"x":null}}""")]
    [InlineData("$o.PSObject.Properties.Remove('n')", """{"id":"a","pk":"a","m":{"x":"y"}}""")]
    [InlineData("$o.PSObject.Properties.Add([psnoteproperty]::new('added', 2)); $o.m.PSObject.Properties.Add([psnoteproperty]::new('z', " +
        "$true))", """{"id":"a","pk":"a","n":1,"m":{"x":"y","z":true},"added":2}""")]
    [InlineData("$o.PSObject.Properties.Remove('n'); $o.PSObject.Properties.Add([psnoteproperty]::new('n', 3))",
        """{"id":"a","pk":"a","m":{"x":"y"},"n":3}""")]
    [InlineData("$o.PSObject.Properties.Remove('n'); $o.PSObject.Properties.Add([psnoteproperty]::new('N', 3))",
        """{"id":"a","pk":"a","m":{"x":"y"},"N":3}""")]
    [InlineData("$o.PSObject.Properties.Add([psscriptproperty]::new('twice', { 2 * $this.n }))",
        """{"id":"a","pk":"a","n":1,"m":{"x":"y"},"twice":2}""")]
    [InlineData("$o.PSObject.Properties.Add([psaliasproperty]::new('same', 'n'))", """{"id":"a","pk":"a","n":1,"m":{"x":"y"},"same":1}""")]
    [InlineData("$v = 8; $o.PSObject.Properties.Add([psvariableproperty]::new($ExecutionContext.SessionState.PSVariable.Get('v')))",
        """{"id":"a","pk":"a","n":1,"m":{"x":"y"},"v":8}""")]
    [InlineData("$null = @($o.PSObject.Properties); $o.PSObject.Properties.Add([psnoteproperty]::new('late', 4)); $null = " +
        "@($o.m.PSObject.Members)", """{"id":"a","pk":"a","n":1,"m":{"x":"y"},"late":4}""")]
    [InlineData("$null = $o.PSTypeNames, $o.PSObject; $o.PSObject.TypeNames.Insert(0, 'Mine')",
        """{"id":"a","pk":"a","n":1,"m":{"x":"y"}}""")]
    [InlineData("$o = $o.PSObject.Copy(); $o.pk = 'b'", """{"id":"b","pk":"b","n":1,"m":{"x":"y"}}""")]
    [InlineData("$o.m = @{ k = [ordered]@{ 1 = 'one' } }", """{"id":"a","pk":"a","n":1,"m":{"k":{"1":"one"}}}""")]
    [InlineData("$o.m = [version]'1.2'; $o.n = [uri]'https://a/b'", """{"id":"a","pk":"a","n":"https://a/b","m":"1.2"}""")]
    [InlineData("$o.m = [System.Numerics.Complex]::new(1, 2); $o = [pscustomobject]@{ pk = 'a'; u = [System.UriBuilder]::new('https', " +
        "'host', 8443).Uri.Port }", """{"id":"a","pk":"a","u":8443}""")]
    [InlineData("$o = [psobject]::new([pscustomobject]@{ pk = 'a'; in = 'ner' })", """{"id":"a","pk":"a","in":"ner"}""")]
    [InlineData("$o = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($o))",
        """{"id":"a","pk":"a","n":1,"m":{"x":"y"}}""")]
    public void What_a_script_does_is_in_the_document(string script, string document) =>
        Assert.Equal(document, Convert(Start + script + "; $o"));

    [Fact]
    public void Properties_that_a_types_file_gives_are_in_the_document_once()
    {
        File.WriteAllText(Path.Combine(_root, "typed.ps1xml"), """
            <Types>
              <Type><Name>Mine</Name><Members><ScriptProperty><Name>twice</Name><GetScriptBlock>2 * $this.n</GetScriptBlock></ScriptProperty>
                <NoteProperty><Name>n</Name><Value>never</Value></NoteProperty><NoteProperty><Name>kind</Name><Value>order</Value></NoteProperty></Members></Type>
              <Type><Name>Twin</Name><Members><NoteProperty><Name>N</Name><Value>never</Value></NoteProperty></Members></Type>
            </Types>
            """);
        File.WriteAllText(Path.Combine(_root, "typed.psd1"), "@{ ModuleVersion = '1.0'; TypesToProcess = 'typed.ps1xml' }");
        _host.Invoke($"Import-Module '{Path.Combine(_root, "typed.psd1")}'").ThrowIfFailed();
        string mine = Convert($"{Plain}.TypeNames.Insert(0, 'Mine'); $o"), twin = Convert($"{Plain}.TypeNames.Insert(0, 'Twin'); $o");
        Assert.StartsWith("""{"id":"a","pk":"a","n":1,""", mine, StringComparison.Ordinal);
        Assert.Contains("\"twice\":2", mine, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"order\"", mine, StringComparison.Ordinal);
        Assert.DoesNotContain("never", mine + twin, StringComparison.Ordinal);
        Assert.Equal("""{"id":"a","pk":"a","n":1}""", twin);
    }

    [Fact]
    public void Writing_an_object_leaves_no_hidden_members_in_it()
    {
        // PowerShell's own enumeration of properties does, at ten times the price of all else.
        PSObject item = _host.Invoke($"{Start}$null = $o | ConvertTo-CosmosItem -PartitionKeyAttribute pk; $o").Single();
        PropertyInfo hidden = typeof(PSObject).GetProperty("HasGeneratedReservedMembers", BindingFlags.Instance | BindingFlags.NonPublic)!;
        Assert.False((bool)hidden.GetValue(item)!);
        Assert.Equal(3, item.Properties.Count());
        Assert.True((bool)hidden.GetValue(item)!);
    }

    [Fact]
    public void Wide_maps_are_written_whole()
    {
        string document = Convert("$o = [pscustomobject]@{ pk = 'a' }; foreach ($i in 1..300) { " +
            "$o.PSObject.Properties.Add([psnoteproperty]::new(\"a$i\", $i)) }; $o");
        Assert.StartsWith("""{"id":"a","pk":"a","a1":1,"a2":2,""", document, StringComparison.Ordinal);
        Assert.EndsWith("\"a300\":300}", document, StringComparison.Ordinal);
    }

    private string Convert(string script) =>
        _host.Invoke($"& {{ {script} }} | ConvertTo-CosmosItem -PartitionKeyAttribute pk").Single().ToString();
}
