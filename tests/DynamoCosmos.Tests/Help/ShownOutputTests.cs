using DynamoCosmos.Help;

namespace DynamoCosmos.Tests.Help;

/// <summary>Examples that need no cloud and show their output give that output.</summary>
public sealed class ShownOutputTests(GetHelpTests.Module module) : IClassFixture<GetHelpTests.Module>
{
    public static TheoryData<string, int, string, string> Examples
    {
        get
        {
            TheoryData<string, int, string, string> examples = [];
            string[] folders = [Repository.HelpPages, Repository.PathOf("docs")];
            foreach (string file in folders.SelectMany(static folder => Directory.EnumerateFiles(folder, "*.md")))
            {
                MarkdownBlock[] code = [.. MarkdownFile.Read(file).Blocks.Where(b => b.Kind == BlockKind.Code)];
                foreach ((MarkdownBlock script, MarkdownBlock shown) in code.Zip(code.Skip(1)))
                {
                    if (script.Language == "powershell" && script.Text.Contains("ConvertTo-CosmosItem", StringComparison.Ordinal)
                        && shown.Language is "" or "output")
                    {
                        examples.Add(Path.GetFileName(file), script.Line, script.Text, shown.Text);
                    }
                }
            }
            return examples;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void A_conversion_gives_what_its_page_shows(string page, int line, string script, string shown)
    {
        string given = string.Join('\n', module.Host.Invoke(script).ThrowIfFailed().Output);
        Assert.True(given == shown,
            $"{page}({line}) shows{Environment.NewLine}{shown}{Environment.NewLine}and gives{Environment.NewLine}{given}");
    }
}
