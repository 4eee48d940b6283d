using System.Management.Automation;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace DynamoCosmos.Tests.Formatting;

/// <summary>
/// How each object looks in a console of 120 columns, held against committed text. To take over a wanted change, delete the text beside its
/// JSON and run the tests once: a missing text is written, and the test fails so that it is looked at.
/// </summary>
public sealed partial class ViewTests(UnitsTests.Host host) : IClassFixture<UnitsTests.Host>
{
    private static readonly string s_views = Repository.PathOf("src", "DynamoCosmos", "DynamoCosmos.format.ps1xml");

    public static TheoryData<string> Samples =>
        [.. Directory.EnumerateFiles(SampleFolder(), "*.json").Select(f => Path.GetFileNameWithoutExtension(f))];

    [Theory]
    [MemberData(nameof(Samples))]
    public void An_object_looks_as_committed(string sample)
    {
        object[] objects = CoreTypes.Read(Path.Combine(SampleFolder(), sample + ".json"));
        string shown = string.Concat(ViewsOf(objects[0].GetType())
            .Select(view => Show(view, objects) + (view.Element("TableControl") is null ? "" : Show(view, objects, width: 80))));
        string path = Path.Combine(SampleFolder(), sample + ".txt");
        if (!File.Exists(path))
        {
            File.WriteAllText(path, shown);
            Assert.Fail($"{path} was missing and has been written: look at it, then commit it.");
        }
        Assert.Equal(File.ReadAllText(path), shown, ignoreLineEndingDifferences: true);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void It_looks_the_same_in_ConstrainedLanguage_and_where_it_is_only_a_deserialized_bag(string sample)
    {
        object[] objects = CoreTypes.Read(Path.Combine(SampleFolder(), sample + ".json"));
        host.Module.Set("objects", objects);
        string text = (string)host.Module.Invoke("[System.Management.Automation.PSSerializer]::Serialize($objects)").Single().BaseObject;
        using ModuleHost without = new(import: false);
        without.Set("text", text);
        object[] bags = [.. without.Invoke("[System.Management.Automation.PSSerializer]::Deserialize($text)").ThrowIfFailed().Output];
        Assert.All(bags, bag => Assert.StartsWith("Deserialized.", ((PSObject)bag).TypeNames[0], StringComparison.Ordinal));
        foreach (XElement view in ViewsOf(objects[0].GetType()))
        {
            string shown = Show(view, objects);
            Assert.Equal(shown, Show(view, objects, isConstrained: true));
            Assert.Equal(shown, Show(view, bags));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void As_a_later_output_of_a_script_an_object_is_a_few_lines(string sample)
    {
        host.Module.Set("before", CoreTypes.Read(Path.Combine(SampleFolder(), "CosmosRoleAssignment.json"))[0]);
        host.Module.Set("after", CoreTypes.Read(Path.Combine(SampleFolder(), sample + ".json"))[0]);
        string first = host.Module.Render("$before"), both = host.Module.Render("$before; $after");
        string[] lines = both[first.TrimEnd().Length..].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.InRange(lines.Count(static line => line.Contains(" : ", StringComparison.Ordinal)), sample == "CosmosRoleAssignment"
            ? 0 : 3, 10);
        Assert.All(lines, line => Assert.False(line.Contains(" { ", StringComparison.Ordinal), line));
    }

    [Fact]
    public void Every_object_that_a_cmdlet_writes_has_a_table_a_list_and_a_sample()
    {
        HashSet<string> tables = ViewedTypes("TableControl");
        HashSet<string> lists = ViewedTypes("ListControl");
        string[] samples = [.. Directory.EnumerateFiles(SampleFolder(), "*.json").Select(f => CoreTypes.Read(f)[0].GetType().FullName!)];
        string[] written =
        [
            .. host.Module.Invoke("Get-Command -Module DynamoCosmos").ThrowIfFailed().Output
                .SelectMany(c => ((CommandInfo)c.BaseObject).OutputType)
                .Select(t => t.Name)
                .Where(t => t.StartsWith("DynamoCosmos.", StringComparison.Ordinal))
                .Distinct(),
        ];
        Assert.All(written, t =>
            Assert.True(tables.Contains(t) && lists.Contains(t) && samples.Contains(t), $"{t} has no table, no list or no sample."));
    }

    [Fact]
    public void Every_property_that_a_view_names_exists()
    {
        foreach (XElement view in Views())
        {
            string name = view.Descendants("TypeName").Single().Value;
            Type type = CoreTypes.Assembly.GetType(name)
                ?? throw new InvalidOperationException($"A view is for {name}, which does not exist.");
            IEnumerable<string> named = view.Descendants("PropertyName").Select(p => p.Value)
                .Concat(view.Descendants("ScriptBlock")
                    .SelectMany(s => PropertyOfObject().Matches(s.Value).Select(m => m.Groups[1].Value)));
            Assert.All(named, p => Assert.True(type.GetProperty(p) is not null, $"{name} has no {p}."));
        }
    }

    [Fact]
    public void The_first_view_is_the_one_that_is_shown_without_asking()
    {
        object[] objects = CoreTypes.Read(Path.Combine(SampleFolder(), "DynamoTable.json"));
        using ViewHost first = new(ViewsOf(objects[0].GetType()).First());
        host.Module.Set("objects", objects);
        Assert.Equal(first.Show(objects),
            string.Join('\n', host.Module.Render("$objects").ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd())));
    }

    [Fact]
    public void Color_is_shown_only_where_the_session_wants_it()
    {
        object[] objects = CoreTypes.Read(Path.Combine(SampleFolder(), "DynamoTable.json"));
        XElement view = ViewsOf(objects[0].GetType()).First();
        using ViewHost plain = new(view);
        using ViewHost colored = new(view, color: true);
        Assert.DoesNotContain("\u001b", plain.Show(objects), StringComparison.Ordinal);
        Assert.Contains("\u001b[33moff", colored.Show(objects), StringComparison.Ordinal);
    }

    private static string Show(XElement view, object[] objects, int width = 120, bool isConstrained = false)
    {
        using ViewHost one = new(view, width: width, isConstrained: isConstrained);
        return $"== {view.Element("Name")!.Value}{(width == 120 ? "" : $", {width} columns")} ==\n{one.Show(objects)}";
    }

    private static HashSet<string> ViewedTypes(string control) =>
        [.. Views().Where(v => v.Element(control) is not null).Select(v => v.Descendants("TypeName").Single().Value)];

    private static IEnumerable<XElement> ViewsOf(Type type) =>
        Views().Where(v => v.Descendants("TypeName").Single().Value == type.FullName);

    private static IEnumerable<XElement> Views() => XDocument.Load(s_views).Descendants("View");

    private static string SampleFolder() => Repository.PathOf("tests", "DynamoCosmos.Tests", "Formatting", "Samples");

    [GeneratedRegex(@"\$_\.(?:Shown\.)?([A-Za-z]+)")]
    private static partial Regex PropertyOfObject();
}
