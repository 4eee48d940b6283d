using System.Text.RegularExpressions;
using DynamoCosmos.Help;

namespace DynamoCosmos.Tests.Help;

/// <summary>The page on errors and the error catalogues tell of the same ids.</summary>
public sealed partial class ErrorPageTests : IClassFixture<GetHelpTests.Module>
{
    private static readonly string s_page = Path.Combine(Repository.HelpPages, "about_DynamoCosmos_Troubleshooting.md");

    [Fact]
    public void Every_error_id_of_the_catalogues_is_on_the_page()
    {
        string[] documented = [.. Documented()];
        Assert.All(Catalogued(), id =>
            Assert.True(documented.Contains(id), $"{id} is not on {s_page}: add a row that says what happened and what to do."));
    }

    [Fact]
    public void Every_error_id_on_the_page_is_in_a_catalogue()
    {
        HashSet<string> catalogued = [.. Catalogued()];
        Assert.All(Documented(), id =>
            Assert.True(catalogued.Contains(id), $"No catalogue has {id}: ids are for life, or the row is old."));
    }

    [Fact]
    public void No_error_id_is_on_the_page_twice() => Assert.Equal(Documented().Distinct(), Documented());

    [Fact]
    public void The_catalogues_are_the_only_ones_that_make_migration_errors()
    {
        IEnumerable<string> others = Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !CatalogueName().IsMatch(Path.GetFileName(f)))
            .Where(f => File.ReadAllText(f).Contains("new MigrationException(", StringComparison.Ordinal));
        Assert.Empty(others);
    }

    // From the sources, not from calls: an id can stand in one arm of a switch over a service's answers.
    private static IEnumerable<string> Catalogued()
    {
        // The worker's own ids are on its own page.
        IEnumerable<string> sources = Directory.EnumerateFiles(Repository.PathOf("src"), "*Errors*.cs", SearchOption.AllDirectories)
            .Where(static file => Path.GetFileName(file) != "WorkerErrors.cs");
        IEnumerable<string> reasons =
            Enum.GetNames(Formatting.CoreTypes.Assembly.GetType("DynamoCosmos.Items.Rules.RejectionReason")!).Where(r => r != "None");
        return sources.SelectMany(f => Id().Matches(File.ReadAllText(f))).Select(m => m.Groups["id"].Value).Concat(reasons).Distinct();
    }

    private static IEnumerable<string> Documented() =>
        from block in MarkdownFile.Read(s_page).Blocks
        where block.Kind == BlockKind.Table
        from row in block.Text.Split('\n').Skip(1)
        select row.Split('\t')[0];

    // new("Id", FailureKind… or new(FailureCode.Id, FailureKind… or, of the face, "Id", ErrorCategory…
    [GeneratedRegex("""(?:\bnew(?: MigrationException)?\(\s*(?:"(?<id>[A-Z]\w+)"|FailureCode\.(?<id>[A-Z]\w+))\s*,)|(?:"(?<id>[A-Z]\w+)",\s+ErrorCategory\.)""")]
    private static partial Regex Id();

    [GeneratedRegex(@"Errors(\.\w+)?\.cs$")]
    private static partial Regex CatalogueName();
}
