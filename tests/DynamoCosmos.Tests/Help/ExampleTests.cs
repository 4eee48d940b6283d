using System.Management.Automation;
using System.Management.Automation.Language;
using DynamoCosmos.Help;

namespace DynamoCosmos.Tests.Help;

/// <summary>
/// Every example of every page: it parses, its commands exist, and what is given to them fits one of their parameter sets.
/// </summary>
public sealed class ExampleTests(GetHelpTests.Module module) : IClassFixture<GetHelpTests.Module>
{
    public static TheoryData<string> Pages => [.. Directory.EnumerateFiles(Repository.HelpPages, "*.md").Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Examples_parse_and_bind(string page)
    {
        string[] problems = [.. new CommandBinding(module.Host).ProblemsOf(MarkdownFile.Read(Path.Combine(Repository.HelpPages, page)))];
        Assert.True(problems.Length == 0, string.Join(Environment.NewLine, problems));
    }

    [Fact]
    public void Examples_of_a_cmdlets_page_use_the_cmdlet()
    {
        foreach (CommandInfo command in module.Commands)
        {
            CommandPage page = CommandPage.Read(MarkdownFile.Read(Path.Combine(Repository.HelpPages, command.Name + ".md")));
            Assert.All(page.Examples, e =>
                Assert.Contains(e.Blocks, b => b.Kind == BlockKind.Code && b.Text.Contains(command.Name, StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("Get-Item -Path a", 0)]
    [InlineData("Get-Command -Nmae a", 1)]
    [InlineData("Get-Nothing", 1)]
    [InlineData("Import-Module", 1)]
    [InlineData("'a' | Import-Module", 0)]
    [InlineData("$p = @{ Name = 'a' }; Import-Module @p", 0)]
    [InlineData("$p = @{ Nmae = 'a' }; Import-Module @p", 2)]
    [InlineData("$p = @{ Force = $true }; 'a' | Import-Module -PassThru @p", 0)]
    [InlineData("Import-Module a b", 1)]
    public void A_command_that_would_not_bind_is_found(string script, int problems)
    {
        IEnumerable<Ast> commands = Parser.ParseInput(script.Replace("Get-Item -Path a", "Get-Command -Name a", StringComparison.Ordinal),
            out _, out _).FindAll(a => a is CommandAst, true);
        Assert.Equal(problems, commands.Cast<CommandAst>().SelectMany(new CommandBinding(module.Host).ProblemsOf).Count());
    }
}
