using System.Management.Automation;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using DynamoCosmos.Tests.Formatting;

namespace DynamoCosmos.Tests.Serialization;

/// <summary>
/// What Export-Clixml, Start-Job and remoting do to the module's objects: nothing is lost, and what is damaged is refused.
/// </summary>
[Trait("Category", "Slow")]
public sealed class SerializedObjectTests : IDisposable
{
    private const string Read = "[System.Management.Automation.PSSerializer]::Deserialize($text)";
    private const string Convert = "[DynamoCosmos.Objects.SerializedObjectConverter]::new().ConvertFrom($bag, [object], $null, $true)";

    private static readonly JsonSerializerOptions s_json = new() { Converters = { new JsonStringEnumConverter() }, WriteIndented = true };

    private readonly ModuleHost _host = new();

    public static TheoryData<string> Types =>
        ["Model.DynamoTable", "Model.DynamoExport", "Model.CopyResult", "Model.CosmosTarget", "Import.ImportResult",
        "Comparison.ComparisonResult", "Comparison.DocumentDifference", "Assessment.MigrationAssessment",
            "Import.Checkpoints.RejectedItem"];

    public void Dispose() => _host.Dispose();

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_property_of_an_object_comes_back(string type)
    {
        object full = Full(type);
        _host.Set("text", Serialize(full));
        PSObject back = _host.Invoke(Read).Single();
        Assert.Same(full.GetType(), back.BaseObject.GetType());
        Assert.Equal(Json(full), Json(back.BaseObject));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void It_comes_back_too_where_the_module_was_not_loaded_yet(string type)
    {
        object full = Full(type);
        using ModuleHost later = new(import: false);
        later.Set("text", Serialize(full));
        PSObject bag = later.Invoke($"$global:bag = {Read}; ,$bag").Single();
        Assert.Equal($"Deserialized.DynamoCosmos.{type}", bag.TypeNames[0]);
        object back = later.Invoke($"Import-Module '{ModuleHost.ManifestPath}'; {Convert}").Single().BaseObject;
        Assert.Equal(Json(full), Json(back));
    }

    [Fact]
    public void An_object_that_has_every_property_empty_comes_back()
    {
        object export = JsonSerializer.Deserialize("""{ "ExportStatus": "COMPLETED" }""",
            CoreTypes.Assembly.GetType("DynamoCosmos.Model.DynamoExport")!)!;
        _host.Set("text", Serialize(export));
        Assert.Equal(Json(export), Json(_host.Invoke(Read).Single().BaseObject));
    }

    [Theory]
    [InlineData("$text = $text -replace '<S N=\"ExportStatus\">[^<]*</S>'; $bag = " + Read, "its ExportStatus is missing")]
    [InlineData("$bag.ExportStatus = $null", "its ExportStatus is missing")]
    [InlineData("$bag.ItemCount = 'many'", "its ItemCount is no Int64 any more")]
    [InlineData("$bag.ExportType = 'Some'", "its ExportType is no ExportType any more")]
    [InlineData("$bag.PartitionKey = 'pk (S)'", "its PartitionKey is no KeyAttribute any more")]
    [InlineData("$text = $text -replace '<S N=\"Name\">[^<]*</S>'; $bag = " + Read, "its Name is missing")]
    [InlineData("$bag.ExportTime = '2024-05-06'", "its ExportTime is no DateTimeOffset any more")]
    public void A_damaged_object_is_refused_with_the_reason_where_it_is_used(string damage, string reason)
    {
        string text = Serialize(Full("Model.DynamoExport"));
        foreach (string use in (string[])["Copy-S3ToAdls lake raw", "Import-CosmosItems -AccountName a -DatabaseName b -ContainerName c",
            "Measure-DynamoTable", "ConvertTo-CosmosItem -PartitionKeyAttribute pk"])
        {
            using ModuleHost later = new(import: false);
            later.Set("text", text);
            ScriptRun run = later.Invoke($"$bag = {Read}; {damage}; Import-Module '{ModuleHost.ManifestPath}'; $bag | {use}");
            Assert.Null(run.Terminated);
            Assert.StartsWith("ParameterArgumentTransformationError,", run.ErrorId, StringComparison.Ordinal);
            Assert.Contains(reason, Assert.Single(run.Errors).ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("'Orders' | New-CosmosMigrationContainer a b",
        "Expected: a DynamoTable, or a DynamoExport, or an object with the property AccountName. Given: System.String.")]
    [InlineData("[pscustomobject]@{ Location = '/x' } | Copy-S3ToAdls lake raw",
        "Expected: a DynamoExport. Given: System.Management.Automation.PSCustomObject.")]
    [InlineData("$assessment | Copy-S3ToAdls lake raw", "Expected: a DynamoExport. Given: DynamoCosmos.Assessment.MigrationAssessment.")]
    [InlineData("$assessment | Complete-CosmosMigration",
        "Expected: a CosmosTarget, or an object with the property ContainerName. Given: DynamoCosmos.Assessment.MigrationAssessment.")]
    [InlineData("Measure-DynamoTable -Export 'x'",
        "Expected: a DynamoExport, or a DynamoTable, or an object with the property Location or PSPath. Given: System.String.")]
    [InlineData("$assessment | Import-CosmosItems -AccountName a -DatabaseName b -ContainerName c",
        "it is a DynamoCosmos.Assessment.MigrationAssessment. Pipe a target, an export, a table, or items")]
    public void An_object_of_another_kind_is_told_what_was_expected(string script, string expected)
    {
        _host.Set("assessment", Full("Assessment.MigrationAssessment"));
        ScriptRun run = _host.Invoke(script);
        Assert.Contains(expected, (run.Terminated?.ErrorRecord ?? Assert.Single(run.Errors)).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Its_lists_are_arrays_of_which_PowerShell_takes_elements(string type)
    {
        object full = Full(type);
        foreach (PropertyInfo list in full.GetType().GetProperties()
            .Where(static one => one.CanWrite && one.PropertyType.IsGenericType
            && one.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)))
        {
            list.SetValue(full, Activator.CreateInstance(typeof(List<>).MakeGenericType(list.PropertyType.GetGenericArguments())));
            Assert.True(list.GetValue(full)!.GetType().IsArray, list.Name);
        }
    }

    [Fact]
    public void No_secret_is_serialized()
    {
        _host.Invoke("$global:secret = [securestring]::new(); 'topsecret'.ToCharArray() | ForEach-Object { $secret.AppendChar($_) }")
            .ThrowIfFailed();
        Type type = CoreTypes.Assembly.GetType("DynamoCosmos.Azure.Control.MigrationPrincipal")!;
        object principal = Activator.CreateInstance(type)!;
        type.GetProperty("DisplayName")!.SetValue(principal, "me");
        type.GetProperty("ClientSecret")!.SetValue(principal, _host.Invoke("$secret").Single().BaseObject);
        string text = Serialize(principal);
        Assert.Contains("me", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ClientSecret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<SS", text, StringComparison.Ordinal);
    }

    private string Serialize(object value)
    {
        _host.Set("value", value);
        return (string)_host.Invoke("[System.Management.Automation.PSSerializer]::Serialize($value)").Single().BaseObject;
    }

    private static object Full(string type) => FullObjects.Make(CoreTypes.Assembly.GetType($"DynamoCosmos.{type}", throwOnError: true)!);

    private static string Json(object value) => JsonSerializer.Serialize(value, value.GetType(), s_json);
}
