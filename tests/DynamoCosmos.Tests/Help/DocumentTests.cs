using DynamoCosmos.Help;

namespace DynamoCosmos.Tests.Help;

/// <summary>What README and the other documents tell a reader to type.</summary>
public sealed class DocumentTests(GetHelpTests.Module module) : IClassFixture<GetHelpTests.Module>
{
    // Programs that take a project or a folder of ours as an argument, and those that take none.
    private static readonly string[] s_programs = ["dotnet", "git", "pwsh", "npm"];

    public static TheoryData<string> Documents =>
    [
        .. new[] { "README.md", "CONTRIBUTING.md", "SECURITY.md" },
        .. new[] { "docs", "samples", "tests" }
            .SelectMany(static folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.md", SearchOption.AllDirectories))
            .Select(static file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(static file => !file.StartsWith("docs/en-US/", StringComparison.Ordinal)
                && !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void What_is_to_be_typed_into_PowerShell_parses_and_binds(string document)
    {
        string[] problems = [.. new CommandBinding(module.Host).ProblemsOf(MarkdownFile.Read(Repository.PathOf(document)))];
        Assert.True(problems.Length == 0, string.Join(Environment.NewLine, problems));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void What_is_to_be_typed_into_a_shell_names_what_is_there(string document)
    {
        IEnumerable<string> lines =
            from code in MarkdownFile.Read(Repository.PathOf(document)).Blocks
            where code.Kind == BlockKind.Code && code.Language is "shell" or "bash" or "sh"
            from line in code.Text.Split('\n')
            let command = line.Split('#')[0].Trim()
            where command.Length > 0
            select command;
        Assert.All(lines, static command =>
        {
            string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Contains(words[0], s_programs);
            Assert.All(words.Where(static word => word.Contains('/') || word.EndsWith(".sln", StringComparison.Ordinal)), static path =>
                Assert.True(Path.Exists(Repository.PathOf(path)), $"There is no {path}."));
        });
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void What_a_document_links_to_is_there(string document)
    {
        string folder = Path.GetDirectoryName(Repository.PathOf(document))!;
        IEnumerable<string> targets = MarkdownFile.Read(Repository.PathOf(document)).Blocks
            .SelectMany(static block => block.Links ?? [])
            .Select(static link => link.Target.Split('#')[0])
            .Where(static target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
                && !target.StartsWith("mailto:", StringComparison.Ordinal));
        Assert.All(targets, target => Assert.True(Path.Exists(Path.Combine(folder, target)), $"There is no {target}."));
    }
}
