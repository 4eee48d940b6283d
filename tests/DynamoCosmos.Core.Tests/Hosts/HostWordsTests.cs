using System.Text.RegularExpressions;
using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Rooms;
using DynamoCosmos.Work;
using DynamoCosmos.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DynamoCosmos.Core.Tests.Hosts;

/// <summary>Core speaks of settings and remedies, and each host has its own words for them.</summary>
public sealed partial class HostWordsTests
{
    private static readonly string s_source = Path.Combine(SourceRooms.Repository, "src");

    private static readonly string[] s_options =
    [
        .. OptionName().Matches(File.ReadAllText(Path.Combine(s_source, "DynamoCosmos.Worker", "WorkerOptions.cs")))
            .Select(static match => match.Groups[1].Value),
    ];

    [Theory]
    [InlineData("DynamoCosmos.Core")]
    public void Core_has_no_cmdlet_name_and_no_parameter_name(string project)
    {
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(s_source, project), "*.cs", SearchOption.AllDirectories)];
        Assert.InRange(files.Length, 100, 10_000);
        Assert.Empty(files.SelectMany(PowerShellWordsIn));
    }

    [Theory]
    [InlineData("// Import-CosmosItems does it", true)]
    [InlineData("string a = \"Give -AccountKey.\";", true)]
    [InlineData("string a = $\"{1} (-Restart)\";", true)]
    [InlineData("/// <summary>With -Restart.</summary>\nclass A;", true)]
    [InlineData("string a = \"Content-MD5 and Retry-After\"; int b = -MaxRules;", false)]
    public void The_search_for_such_names_finds_them(string code, bool isFound) =>
        Assert.Equal(isFound, PowerShellWordsInText("", code).Any());

    [Fact]
    public void PowerShell_has_a_word_for_every_placeholder()
    {
        PowerShellWords words = new();
        string[] files = Directory.GetFiles(Path.Combine(s_source, "DynamoCosmos"), "*.cs", SearchOption.AllDirectories);
        string parameters = string.Concat(files.Select(File.ReadAllText));
        foreach (string setting in Setting.All)
        {
            string parameter = words.NameSetting(setting).Split(';')[0];
            Assert.Matches("^-[A-Z]", parameter);
            // A parameter is a property of a cmdlet.
            Assert.Matches($@"public (virtual )?[\w?\[\]]+ {parameter[1..]} \{{ get;", parameters);
        }
        foreach (string remedy in Remedy.All)
        {
            string cmdlet = words.NameRemedy(remedy).Split(' ')[0];
            bool isOurs = File.Exists(Path.Combine(s_source, "..", "docs", "en-US", $"{cmdlet}.md"));
            Assert.True(isOurs || cmdlet is "Get-Help" or "Connect-AzAccount", $"{remedy}: {cmdlet}");
        }
    }

    [Fact]
    public void The_worker_has_a_word_for_every_placeholder()
    {
        WorkerWords words = new(s_options);
        string[] own = [.. Setting.All.Select(words.NameSetting).Where(static word => word.StartsWith("--", StringComparison.Ordinal))];
        Assert.InRange(own.Length, 25, Setting.All.Count);
        Assert.All(own, option => Assert.Contains(option, s_options));
        Assert.All(Remedy.All, remedy => Assert.NotEmpty(words.NameRemedy(remedy)));
    }

    [Theory]
    [InlineData(nameof(Setting.AccountKey), "-AccountKey", "--account-key")]
    [InlineData(nameof(Setting.LakeKey), "-AccountKey", "--storage-account-key")]
    [InlineData(nameof(Setting.PartitionKeyAttribute), "-PartitionKeyAttribute", "--partition-key-attribute")]
    [InlineData(nameof(Setting.NumberMode), "-NumberMode", "the mapping's numberMode")]
    [InlineData(nameof(Setting.DeferIndexing), "-DeferIndexing", "-DeferIndexing")]
    public void A_setting_has_the_name_that_the_host_gives_it(string setting, string inPowerShell, string inTheWorker)
    {
        string text = $"Give {Setting.Of(setting)}.";
        Assert.Equal($"Give {inPowerShell}.", HostWords.Fill(text, new PowerShellWords()));
        Assert.Equal($"Give {inTheWorker}.", HostWords.Fill(text, new WorkerWords(s_options)));
    }

    [Fact]
    public void What_only_looks_like_a_placeholder_stays()
    {
        const string Text = "{setting:Nothing} {remedy:Nothing} {other:Import} {0}";
        Assert.Equal(Text, HostWords.Fill(Text, new PowerShellWords()));
    }

    [Fact]
    public void A_failure_tells_the_settings_and_remedies_that_it_mentions()
    {
        MigrationException failure = new(
            "Id", FailureKind.InvalidArgument, $"Give {Setting.AccountName} or {Setting.AccountEndpoint}, or {Remedy.Import}.");
        Assert.Equal([nameof(Setting.AccountName), nameof(Setting.AccountEndpoint)], failure.Settings);
        Assert.Equal([nameof(Remedy.Import)], failure.Remedies);
    }

    private static IEnumerable<string> PowerShellWordsIn(string file) =>
        file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            ? []
            : PowerShellWordsInText(Path.GetFileName(file), File.ReadAllText(file));

    // Only what people read: a minus in code is no parameter.
    private static IEnumerable<string> PowerShellWordsInText(string file, string code)
    {
        SyntaxNode root = CSharpSyntaxTree.ParseText(code).GetRoot();
        IEnumerable<string> texts = root.DescendantTokens()
            .Where(static token => token.RawKind is (int)SyntaxKind.StringLiteralToken or (int)SyntaxKind.InterpolatedStringTextToken
                or (int)SyntaxKind.SingleLineRawStringLiteralToken or (int)SyntaxKind.MultiLineRawStringLiteralToken)
            .Select(static token => token.ValueText)
            .Concat(root.DescendantTrivia().Select(static trivia => trivia.ToFullString().TrimStart())
                .Where(static text => text.StartsWith('/')));
        return from text in texts from Match word in PowerShellWord().Matches(text) select $"{file}: {word.Value} in {text.Trim()}";
    }

    [GeneratedRegex(
        @"\b(Add|Compare|Complete|Connect|ConvertTo|Copy|Export|Get|Grant|Import|Measure|New|Read|Remove|Set|Test)-[A-Z]\w+|(?<![\w-])-[A-Z][a-z]\w+")]
    private static partial Regex PowerShellWord();

    [GeneratedRegex("\"(--[a-z-]+)\"")]
    private static partial Regex OptionName();
}
