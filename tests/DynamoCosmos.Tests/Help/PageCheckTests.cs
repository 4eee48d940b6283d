using DynamoCosmos.Help;

namespace DynamoCosmos.Tests.Help;

public sealed class PageCheckTests
{
    [Fact]
    public void A_complete_page_has_no_findings() => Assert.Empty(Findings(PageFolder.Page));

    [Fact]
    public void A_cmdlet_without_a_page_is_found()
    {
        using PageFolder folder = new PageFolder().With("shared-parameters.md", PageFolder.Shared);
        Finding finding = Assert.Single(folder.Build(PageFolder.GetThing).Findings);
        Assert.Equal(("HELP001", Path.Combine(folder.Path, "Get-Thing.md")), (finding.Code, finding.File));
    }

    [Fact]
    public void A_page_without_a_cmdlet_is_found_at_its_title()
    {
        using PageFolder folder = new PageFolder().With("Get-Thing.md", PageFolder.Page);
        Finding finding = Assert.Single(folder.Build().Findings);
        Assert.Equal(("HELP003", 4), (finding.Code, finding.Line));
        Assert.Equal($"{Path.Combine(folder.Path, "Get-Thing.md")}(4): error HELP003: The module has no cmdlet Get-Thing.",
            finding.ToString());
    }

    [Theory]
    [InlineData("# Get-Thing", "# Get-Things", "HELP002")]
    [InlineData("Gets things.", "", "HELP004")]
    [InlineData("## DESCRIPTION", "## ABOUT", "HELP005")]
    [InlineData("### Example 2: All", "", "HELP006")]
    [InlineData("Also hidden ones.", "", "HELP008")]
    [InlineData("### -Id", "### -Idd", "HELP009")]
    [InlineData("### Example.Thing", "### Example.Other", "HELP010")]
    [InlineData("### System.String", "", "HELP011")]
    [InlineData("(https://example.org/things).", "(nowhere.md).", "HELP012")]
    public void What_is_missing_or_too_much_is_found(string text, string instead, string code) =>
        Assert.Contains(Findings(PageFolder.Page.Replace(text, instead, StringComparison.Ordinal)), f => f.Code == code);

    [Fact]
    public void An_example_without_code_is_found_at_its_heading()
    {
        Finding finding =
            Assert.Single(Findings(PageFolder.Page.Replace("```powershell\nGet-Thing -Name one\n```", "", StringComparison.Ordinal)));
        Assert.Equal(("HELP007", 20), (finding.Code, finding.Line));
    }

    [Fact]
    public void A_shared_parameter_that_no_cmdlet_has_is_found() =>
        Assert.Equal("HELP014", Assert.Single(Findings(PageFolder.Page, PageFolder.Shared + "\n\n### -Nobody\n\nText.")).Code);

    [Fact]
    public void A_parameter_described_neither_here_nor_among_the_shared_is_found() =>
        Assert.Equal("HELP008", Assert.Single(Findings(PageFolder.Page, "# Shared")).Code);

    [Theory]
    [InlineData("# about_Thing\n\n## Short description\n\nThings.\n\n## Long description\n\nMore.", 0)]
    [InlineData("# about_Other\n\n## Short description\n\nThings.", 1)]
    [InlineData("# about_Thing\n\n## Long description\n\nThings.", 1)]
    public void A_topic_must_begin_so_that_Get_Help_finds_its_description(string text, int findings)
    {
        using PageFolder folder = new PageFolder().With("about_Thing.md", text);
        Assert.Equal(findings, folder.Build().Findings.Count(f => f.Code == "HELP013"));
    }

    private static IReadOnlyList<Finding> Findings(string page, string shared = PageFolder.Shared)
    {
        using PageFolder folder = new PageFolder().With("Get-Thing.md", page).With("shared-parameters.md", shared);
        return folder.Build(PageFolder.GetThing).Findings;
    }
}
