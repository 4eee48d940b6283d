using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Tests.Mappings;

/// <summary>Mappings as a user gives them: by parameters, by a JSON file, by a PSD1 file.</summary>
public sealed class MappingParameterTests : IDisposable
{
    private const string Item = """{"Item":{"PK":{"S":"CUST#1"},"SK":{"S":"PROFILE"},"zip":{"N":"4109"},"tmpA":{"S":"t"},"price":{"N":"0.10000000000000000001"},"payload":{"S":"[1]"}}}""";

    private readonly ModuleHost _host = new();
    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos mapping ").FullName;

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData("-ExcludeAttribute tmp*, payload, price -StringAttribute zip",
        """{"id":"CUST~231|PROFILE","PK":"CUST#1","SK":"PROFILE","zip":"4109"}""")]
    [InlineData("-IncludeAttribute zip -RenameAttribute @{ zip = 'postcode' } -AddProperty @{ type = 'x'; n = 1; l = 1, $null; o = @{ b " +
        "= $true; a = 2.5 } }",
        """{"id":"CUST~231|PROFILE","PK":"CUST#1","SK":"PROFILE","postcode":4109,"l":[1,null],"n":1,"o":{"a":2.5,"b":true},"type":"x"}""")]
    [InlineData("-IncludeAttribute price, payload -AttributeNumberMode @{ price = 'Double' } -UnpackJsonAttribute payload -IdFrom SortKey",
        """{"id":"PROFILE","PK":"CUST#1","SK":"PROFILE","price":0.1,"payload":[1]}""")]
    public void Parameters_change_documents(string parameters, string document) =>
        Assert.Equal(document, Convert(parameters).ThrowIfFailed().Output.Single().ToString());

    [Theory]
    [InlineData("[double]::NaN", "NaN")]
    [InlineData("[double]::PositiveInfinity", "Infinity")]
    [InlineData("(& { $h = @{}; $h.self = $h; $h })", "holds itself")]
    [InlineData("(& { $l = [System.Collections.ArrayList]::new(); $null = $l.Add($l); , $l })", "holds itself")]
    public void A_value_that_no_document_can_hold_is_an_error(string value, string told)
    {
        ScriptRun run = Convert($"-AddProperty @{{ p = {value} }}");
        Assert.Equal("MappingNotReadable,DynamoCosmos.Commands.ConvertToCosmosItemCommand", run.ErrorId);
        Assert.Contains("-AddProperty", run.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Contains(told, run.Errors[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_Where_leaves_out_is_filtered()
    {
        ScriptRun run = Convert("""-Where "zip > 5000 OR begins_with(PK, 'ORD')" """).ThrowIfFailed();
        Assert.Empty(run.Output);
        Assert.Contains("filtered", Assert.Single(run.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_route_that_takes_an_item_converts_it_and_one_that_none_takes_is_an_error()
    {
        const string Routes = """-Route @{ Container = 'a'; Where = "SK = 'ORDER'" }, @{ Container = 'b'; Where = "SK = 'PROFILE'"; IncludeAttribute = 'zip' }""";
        Assert.Equal("""{"id":"CUST~231|PROFILE","PK":"CUST#1","SK":"PROFILE","zip":4109}""", Convert(Routes)
            .ThrowIfFailed().Output.Single().ToString());
        Assert.Equal("NoRoute,DynamoCosmos.Commands.ConvertToCosmosItemCommand",
            Convert("""-Route @{ Container = 'a'; Where = "SK = 'ORDER'" }""").ErrorId);
        Assert.Single(Convert("""-Route @{ Container = 'a'; Where = "SK = 'ORDER'" } -DefaultContainer rest""").ThrowIfFailed().Output);
    }

    [Theory]
    [InlineData("m.json",
        """{ "includeAttribute": ["zip"], "renameAttribute": { "zip": "postcode" }, "addProperty": { "n": -1, "x": null } }""")]
    [InlineData("m.psd1", """
        # reviewed
        @{
            IncludeAttribute = @('zip')
            RenameAttribute  = @{ zip = 'postcode' }
            AddProperty      = @{ n = -1; x = $null }
        }
        """)]
    public void Both_kinds_of_files_say_the_same_and_parameters_stand_over_them(string name, string text)
    {
        string path = Write(name, text);
        Assert.Equal("""{"id":"CUST~231|PROFILE","PK":"CUST#1","SK":"PROFILE","postcode":4109,"n":-1,"x":null}""",
            Convert($"-MappingPath '{path}'").ThrowIfFailed().Output.Single().ToString());
        Assert.Equal("""{"id":"CUST~231|PROFILE","PK":"CUST#1","SK":"PROFILE","tmpA":"t","n":-1,"x":null}""",
            Convert($"-MappingPath '{path}' -IncludeAttribute tmpA").ThrowIfFailed().Output.Single().ToString());
    }

    [Theory]
    [InlineData("m.psd1", "@{\n  NumberMode = 'Exact'\n  Renam = @{}\n}", "MappingUnknownWord", "line 3: 'Renam'")]
    [InlineData("m.psd1", "@{\n  Where = (Get-Date)\n}", "MappingNotReadable", "line 2")]
    [InlineData("m.psd1", "@{\n  Where = \"$env:HOME\"\n}", "MappingNotReadable", "line 2")]
    [InlineData("m.psd1", "Get-Date", "MappingNotReadable", "one hashtable")]
    [InlineData("m.psd1", "@{\n", "MappingNotReadable", "line 1")]
    [InlineData("m.json", "{\n  \"renam\": {}\n}", "MappingUnknownWord", "line 2: 'renam'")]
    public void A_file_that_cannot_be_meant_is_an_error_with_its_line(string name, string text, string errorId, string told)
    {
        ScriptRun run = Convert($"-MappingPath '{Write(name, text)}'");
        Assert.Equal($"{errorId},DynamoCosmos.Commands.ConvertToCosmosItemCommand", run.ErrorId);
        Assert.Contains(told, run.Errors[0].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-MappingPath ./none.json", "MappingFileNotFound")]
    [InlineData("-AddProperty @{ when = [DateTime]::Now }", "MappingNotReadable")]
    [InlineData("-Route @{ Where = 'a = 1' }", "MappingNotReadable")]
    [InlineData("-Route @{ Container = 'a'; Wher = 'a = 1' }", "MappingUnknownWord")]
    [InlineData("-Where 'a ='", "InvalidCondition")]
    [InlineData("-ExcludeAttribute PK", "InvalidMapping")]
    [InlineData("-ExcludeAttribute a..b", "InvalidAttributePath")]
    public void Parameters_that_cannot_be_meant_are_errors(string parameters, string errorId) =>
        Assert.Equal($"{errorId},DynamoCosmos.Commands.ConvertToCosmosItemCommand", Convert(parameters).ErrorId);

    [Theory]
    [InlineData("", "ContainerNameMissing")]
    [InlineData("-ContainerName x -Route @{ Container = 'a' }", "ContainerNameWithRoutes")]
    public void An_import_has_to_know_its_container(string parameters, string errorId)
    {
        ExportLayout layout = ExportLayout.ToFolder(_root);
        layout.Complete();
        ScriptRun run = _host.Invoke($"Import-CosmosItems -Location '{layout.Folder}' -PartitionKeyAttribute PK:S -AccountName a " +
            $"-DatabaseName d {parameters}");
        Assert.Equal($"{errorId},DynamoCosmos.Commands.ImportCosmosItemsCommand", run.ErrorId);
    }

    [Fact]
    public void The_schema_for_editors_is_shipped() =>
        Assert.NotNull(
            JsonNode.Parse(
            File.ReadAllText(Path.Combine(Path.GetDirectoryName(ModuleHost.ManifestPath)!, "mapping.schema.json")))!["properties"]);

    private ScriptRun Convert(string parameters) =>
        _host.Invoke($"'{Item}' | ConvertTo-CosmosItem -PartitionKeyAttribute PK -SortKeyAttribute SK {parameters}");

    private string Write(string name, string text)
    {
        string path = Path.Combine(_root, name);
        File.WriteAllText(path, text);
        return path;
    }
}
