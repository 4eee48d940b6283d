using System.Management.Automation;
using System.Xml.Linq;
using DynamoCosmos.Help;

namespace DynamoCosmos.Tests.Help;

/// <summary>What Get-Help shows of the built module.</summary>
public sealed class GetHelpTests(GetHelpTests.Module module) : IClassFixture<GetHelpTests.Module>
{
    private static readonly string[] s_common = [.. Cmdlet.CommonParameters];

    [Fact]
    public void Every_exported_cmdlet_has_a_page()
    {
        string[] exported = [.. module.Commands.Select(c => c.Name).Order(StringComparer.Ordinal)];
        string[] documented =
        [
            .. XDocument.Load(Path.Combine(Path.GetDirectoryName(ModuleHost.ManifestPath)!, "en-US", "DynamoCosmos.dll-Help.xml"))
                .Root!.Elements().Select(c => c.Descendants().First(e => e.Name.LocalName == "name").Value).Order(StringComparer.Ordinal),
        ];
        Assert.Equal(exported, documented);
    }

    [Fact]
    public void Help_has_a_synopsis_a_description_and_two_examples() => module.ForEachCommand((command, help) =>
    {
        Assert.False(string.IsNullOrWhiteSpace(Text(help, "Synopsis")), $"{command.Name} has no synopsis");
        Assert.NotEmpty(Many(help, "description"));
        Assert.True(Many(Get(help, "examples"), "example").Count() >= 2, $"{command.Name} has fewer than two examples");
    });

    [Fact]
    public void Help_describes_every_parameter_as_the_command_has_it() => module.ForEachCommand((command, help) =>
    {
        Dictionary<string, PSObject> described = Many(Get(help, "parameters"), "parameter").ToDictionary(p => Text(p, "name"));
        Assert.Equal(command.Parameters.Keys.Except(s_common).Order(StringComparer.Ordinal), described.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, PSObject parameter) in described)
        {
            Assert.True(Many(parameter, "description").Any(), $"{command.Name} -{name} is not described");
            bool mandatory = command.Parameters[name].ParameterSets.Values.Any(s => s.IsMandatory);
            Assert.Equal((command.Name, name, mandatory), (command.Name, name, Text(parameter, "required") == "true"));
        }
    });

    [Fact]
    public void The_syntax_in_help_is_the_commands_own() => module.ForEachCommand((command, help) =>
    {
        string[] shown = [.. Many(Get(help, "syntax"), "syntaxItem")
            .Select(s => string.Join(' ', Many(s, "parameter").Select(p => Text(p, "name")).Order(StringComparer.Ordinal)))];
        string[] own = [.. command.ParameterSets.Select(s =>
            string.Join(' ', s.Parameters.Select(p => p.Name).Except(s_common).Order(StringComparer.Ordinal)))];
        Assert.Equal(own.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
    });

    [Fact]
    public void Help_names_the_types_that_go_in_and_come_out() => module.ForEachCommand((command, help) =>
    {
        string[] named = [.. Many(Get(help, "returnValues"), "returnValue").Select(r => Text(Get(r, "type"), "name"))];
        Assert.NotEmpty(command.OutputType);
        Assert.All(command.OutputType, t => Assert.Contains(named, n => t.Name == n || t.Name.EndsWith("." + n, StringComparison.Ordinal)));
        Assert.NotEmpty(Many(Get(help, "inputTypes"), "inputType"));
    });

    [Fact]
    public void Topics_are_listed_with_their_descriptions()
    {
        string[] topics = [.. Directory.EnumerateFiles(Repository.HelpPages, "about_*.md").Select(f => Path.GetFileNameWithoutExtension(f))
            .Order(StringComparer.Ordinal)];
        Assert.NotEmpty(topics);
        Assert.All(topics, topic =>
        {
            string told = MarkdownFile.Read(Path.Combine(Repository.HelpPages, topic + ".md")).Blocks[2].Text;
            string synopsis = (string)module.Host.Invoke($"(Get-Help {topic}).Synopsis").Single().BaseObject;
            Assert.NotEmpty(synopsis);
            Assert.StartsWith(synopsis, told, StringComparison.Ordinal);
        });
    }

    // Get-Help wraps some values in one-element collections, and gives others bare.
    private static IEnumerable<PSObject> Many(PSObject? owner, string property) =>
        LanguagePrimitives.GetEnumerable(owner?.Properties[property]?.Value) is { } many
            ? many.Cast<object>().Select(PSObject.AsPSObject)
            : owner?.Properties[property]?.Value is { } one ? [PSObject.AsPSObject(one)] : [];

    private static PSObject? Get(PSObject? owner, string property) => Many(owner, property).FirstOrDefault();

    private static string Text(PSObject? owner, string property) => owner?.Properties[property]?.Value?.ToString() ?? "";

    /// <summary>The module, imported once for these tests.</summary>
    public sealed class Module : IDisposable
    {
        public ModuleHost Host { get; } = new();

        public IReadOnlyList<CommandInfo> Commands =>
            [.. Host.Invoke("Get-Command -Module DynamoCosmos -CommandType Cmdlet")
            .ThrowIfFailed().Output.Select(o => (CommandInfo)o.BaseObject)];

        public void ForEachCommand(Action<CommandInfo, PSObject> check) =>
            Assert.All(Commands, command => check(command, Host.Invoke($"Get-Help {command.Name} -Full").Single()));

        public void Dispose() => Host.Dispose();
    }
}
