using System.Text.RegularExpressions;
using DynamoCosmos.Help;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Tests.Help;

/// <summary>README's migration, line for line, and the output that README shows of it.</summary>
[Trait("Category", "Slow")]
public sealed partial class ReadmeTests
{
    [Fact]
    public async Task The_migration_of_the_README_gives_what_the_README_shows()
    {
        MarkdownBlock[] code = [.. MarkdownFile.Read(Repository.PathOf("README.md")).Blocks.Where(block => block.Kind == BlockKind.Code)];
        int chain = Array.FindIndex(code, block => block.Text.Contains("Export-DynamoTable", StringComparison.Ordinal));
        await using SandboxSession session =
            await SandboxSession.StartAsync(blob: new() { Accounts = [new("mylake", IsHierarchical: true)] });
        new SampleOrders(expiredEvery: 200).CreateTable(session.Aws.Dynamo, 10_000);

        // The session has the module; and each block is what is pasted at once.
        string shown = session.Host.Render(code[chain].Text.Replace("Import-Module DynamoCosmos", "", StringComparison.Ordinal));
        Assert.Equal(Steady(code[chain + 1].Text), Steady(shown));
        Assert.Equal(9_950, session.Cosmos.Count("shop", "orders"));

        string proof = session.Host.Render(code[chain + 2].Text);
        Assert.Matches(@"Passed +: True", proof);
        Assert.Equal((4_000, true), session.Cosmos.Throughput("shop", "orders"));
    }

    /// <summary>
    /// Without what is another in each run (the export's id, where the stand-ins are, time, what it cost to be throttled) and in each width
    /// of a console.
    /// </summary>
    private static string[] Steady(string text) =>
    [
        .. Warning().Replace(ExportId().Replace(Wrapped().Replace(text, ""), "export/(id)"), "")
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => Changing().Replace(line, static match => match.Groups[1].Value + "(differs)")),
    ];

    [GeneratedRegex("export/[0-9]+-[0-9a-f]+")]
    private static partial Regex ExportId();

    [GeneratedRegex("^((?:RequestCharge|Throttled|Duration|CheckpointPath) *: ).*$")]
    private static partial Regex Changing();

    [GeneratedRegex(@"\r?\n +")]
    private static partial Regex Wrapped();

    [GeneratedRegex("^WARNING: .*$", RegexOptions.Multiline)]
    private static partial Regex Warning();
}
