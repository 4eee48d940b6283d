using System.Xml.Linq;

namespace DynamoCosmos.Tests.Help;

public sealed class MamlTests : IDisposable
{
    private readonly PageFolder _folder =
        new PageFolder().With("Get-Thing.md", PageFolder.Page).With("shared-parameters.md", PageFolder.Shared);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_parameter_set_is_a_syntax_with_the_default_one_first()
    {
        string[] syntaxes = [.. Command().Descendants().Where(e => e.Name.LocalName == "syntaxItem").Select(Parameters)];
        Assert.Equal(["Name Force Kind Region", "Id Force Kind Region"], syntaxes);

        static string Parameters(XElement syntax) =>
            string.Join(' ', syntax.Elements().Where(e => e.Name.LocalName == "parameter").Select(p => Child(p, "name").Value));
    }

    [Fact]
    public void A_parameter_is_described_by_its_attributes_and_its_text()
    {
        XElement name = Parameter("Name");
        Assert.Equal("true,true,True (ByValue, ByPropertyName),0",
            string.Join(',', new[] { "required", "globbing", "pipelineInput", "position" }.Select(a => name.Attribute(a)!.Value)));
        Assert.Equal("Names with wildcards.", Child(name, "description").Value);
        Assert.Equal("String[]", Child(name, "parameterValue").Value);
    }

    [Fact]
    public void A_shared_text_stands_in_for_a_missing_one() => Assert.Equal("The region.", Child(Parameter("Region"), "description").Value);

    [Theory]
    [InlineData("The kind. Default: Small.", "Small")]
    [InlineData("Default: 1.5 hours; at most a day.", "1.5 hours")]
    [InlineData("`Large`, or `Small` (the default).", "Small")]
    [InlineData("The default kind.", "None")]
    public void A_default_told_in_words_gets_a_field(string text, string value)
    {
        _folder.With("Get-Thing.md", PageFolder.Page.Replace("The kind. Default: Small.", text, StringComparison.Ordinal));
        Assert.Equal(value, Child(Parameter("Kind"), "defaultValue").Value);
    }

    [Fact]
    public void The_words_that_a_parameter_takes_stand_in_the_syntax()
    {
        XElement group = Command().Descendants().First(e => e.Name.LocalName == "parameterValueGroup");
        Assert.Equal(["Small", "Large"], group.Elements().Select(e => e.Value));
    }

    [Fact]
    public void Text_loses_its_Markdown_and_keeps_its_links()
    {
        string[] paragraphs = [.. Child(Command(), "description").Elements().Select(e => e.Value)];
        Assert.Equal(["Gets all things of that name. See the site (https://example.org/things).", "- first\n- second"], paragraphs);
    }

    [Fact]
    public void An_example_keeps_what_stands_before_its_code_and_after_it()
    {
        XElement example = Command().Descendants().Last(e => e.Name.LocalName == "example");
        Assert.Equal("Before the code.", Child(example, "introduction").Value);
        Assert.Equal("Get-Thing -Name * |\n    Where-Object Kind -eq Large", Child(example, "code").Value);
        Assert.Equal("Name Kind\n---- ----\ntwo  Large", Child(example, "remarks").Elements().First().Value);
    }

    [Fact]
    public void Building_twice_gives_the_same_bytes() =>
        Assert.Equal(_folder.Build(PageFolder.GetThing).Outputs, _folder.Build(PageFolder.GetThing).Outputs);

    [Fact]
    public void A_file_that_no_page_stands_for_any_more_is_removed()
    {
        using PageFolder output = new PageFolder().With("about_Gone.help.txt", "old");
        _folder.Build(PageFolder.GetThing).Write(output.Path);
        Assert.Equal(["Example.dll-Help.xml"], Directory.EnumerateFiles(output.Path).Select(Path.GetFileName));
    }

    private XElement Command() => XDocument.Parse(_folder.Build(PageFolder.GetThing).Outputs[0].Text).Root!.Elements().Single();

    private XElement Parameter(string name) => Child(Command(), "parameters").Elements().Single(p => Child(p, "name").Value == name);

    private static XElement Child(XElement element, string name) => element.Elements().First(e => e.Name.LocalName == name);
}
