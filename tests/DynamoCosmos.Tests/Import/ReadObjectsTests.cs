using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Tests.Import;

/// <summary>Objects of Read-DynamoExport: the same from JSON and from Ion, and a bad record is one error that tells its line.</summary>
public sealed class ReadObjectsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos objects ").FullName;
    private readonly ModuleHost _host = new();

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void Items_of_JSON_and_of_Ion_are_the_same_objects()
    {
        string json = Path.Combine(_root, "json"), ion = Path.Combine(_root, "ion");
        AnyItems items = new(11);
        // As DynamoDB keeps them: each number in one notation.
        byte[][] lines = [.. Enumerable.Range(0, 3_000)
            .Select(number => Encoding.UTF8.GetBytes(items.Next(number).Replace("\"6E2\"", "\"600\"").Replace("\"12.50\"", "\"12.5\"")))];
        lines = [.. lines,
            """{"pk":{"S":"twins"},"sk":{"N":"1"},"m":{"M":{"A":{"N":"1"},"a":{"NS":["2","3.5"]},"":{"S":"empty"}}}}"""u8.ToArray()];
        string[] fromJson = Describe(Write(json, isIon: false, lines)), fromIon = Describe(Write(ion, isIon: true, lines));
        Assert.Equal(3_001, fromJson.Length);
        Assert.Equal(fromJson, fromIon);
        foreach (string type in (string[])["Int64:", "Decimal:", "BigInteger:", "ExactNumber:", "Boolean:", "Byte[]:", "HashSet`1:",
            "OrderedDictionary:", "null"]) Assert.Contains(fromIon, item => item.Contains(type, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, """{"Item":{"pk":{"S":"a"}}""", "Line 2")]
    [InlineData(false, """{"Item":{"pk":{"S":"a"}}} x""", "Line 2")]
    [InlineData(false, """{"Item":{"pk":{"SS":"a"}}}""", "StartArray is expected")]
    [InlineData(false, """{"Item":{"pk":{"M":5}}}""", "StartObject is expected")]
    [InlineData(false, """{"Item":{"pk":{"X":"a"}}}""", "'X' is no type of DynamoDB")]
    [InlineData(true, "$ion_1_0 {Item:{pk:1.5e0}}", "A float stands here, which DynamoDB does not have, in attribute 'pk'")]
    [InlineData(true, "$ion_1_0 {Item:{pk:\"a\"", "Line 2")]
    public void A_bad_record_is_an_error_that_tells_its_line_behind_the_items_before_it(bool isIon, string bad, string says)
    {
        ExportLayout layout = ExportLayout.ToFolder(_root, new() { IsIon = isIon });
        using (DataFileWriter file = layout.AddDataFile())
        {
            file.WriteLine(Encoding.UTF8.GetBytes(isIon ? "$ion_1_0 {Item:{pk:\"good\"}}" : """{"Item":{"pk":{"S":"good"}}}"""));
            file.WriteLine(Encoding.UTF8.GetBytes(bad));
        }
        layout.Complete();
        ScriptRun run = _host.Invoke($"Read-DynamoExport '{layout.Folder}'");
        Assert.Equal("MalformedItem,DynamoCosmos.Commands.ReadDynamoExportCommand", run.ErrorId);
        Assert.Matches(@"Line 2 of \S+/data/\S+\.gz is no item", run.Errors[0].ToString());
        Assert.Contains(says, run.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("good",
            Assert.Single(_host.Invoke($"Read-DynamoExport '{layout.Folder}' -First 1").ThrowIfFailed().Output).Properties["pk"].Value);
    }

    [Fact]
    public void An_object_can_do_what_any_PSCustomObject_can()
    {
        string folder = Write(_root, isIon: false,
            [Encoding.UTF8.GetBytes("""{"pk":{"S":"a"},"Count":{"N":"5"},"m":{"M":{"x":{"S":"y"}}},"l":{"L":[{"N":"1"},{"S":"z"}]}}""")]);
        ScriptRun run = _host.Invoke($$"""
            $item = Read-DynamoExport '{{folder}}'
            $item.GetType().Name, $item.COUNT, $item.M.X, $item.l.Count, "$item"
            $item.PSObject.Properties.Name -join ','
            $item.count = 6
            $item.PSObject.Properties.Remove('L')
            $item.PSObject.Properties.Add([psnoteproperty]::new('new', 7))
            $copy = $item.PSObject.Copy()
            $copy.pk = 'b'
            "$item", "$copy"
            $item.PSObject.TypeNames[0]
            """).ThrowIfFailed();
        Assert.Equal(
            ["PSCustomObject", "5", "y", "2", "@{pk=a; Count=5; m=; l=System.Object[]}", "pk,Count,m,l", "@{pk=a; Count=6; m=; new=7}",
                "@{pk=b; Count=6; m=; new=7}", "System.Management.Automation.PSCustomObject"],
            run.Output.Select(static line => line.ToString()));
    }

    private static string Write(string root, bool isIon, byte[][] items)
    {
        ExportLayout layout = ExportLayout.ToFolder(root, new() { IsIon = isIon });
        using (DataFileWriter file = layout.AddDataFile())
        {
            foreach (byte[] item in items) file.WriteItem(item);
        }
        layout.Complete();
        return layout.Folder;
    }

    private string[] Describe(string folder) => [.. _host.Invoke($"Read-DynamoExport '{folder}'").ThrowIfFailed().Output.Select(Describe)];

    private static string Describe(object? value)
    {
        if (value is PSObject { BaseObject: not PSCustomObject } wrapped) value = wrapped.BaseObject;
        return value switch
        {
            null => "null",
            PSObject item =>
                $"{{{string.Join(',', item.Properties.Select(static property => $"{property.Name}={Describe(property.Value)}"))}}}",
            byte[] bytes => $"Byte[]:{Convert.ToHexString(bytes)}",
            string text => $"'{text}'",
            IDictionary map =>
                $"{value.GetType().Name}:{{{string.Join(',', map.Cast<DictionaryEntry>().Select(static entry => $"{entry.Key}={Describe(entry.Value)}"))}}}",
            object?[] list => $"[{string.Join(',', list.Select(Describe))}]",
            IEnumerable set =>
                $"{value.GetType().Name}:{{{string.Join(',', set.Cast<object>().Select(Describe).Order(StringComparer.Ordinal))}}}",
            IFormattable number => $"{number.GetType().Name}:{number.ToString(null, CultureInfo.InvariantCulture)}",
            _ => $"{value.GetType().Name}:{value}",
        };
    }
}
