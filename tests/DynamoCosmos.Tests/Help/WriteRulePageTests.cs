using System.Collections;
using System.Reflection;
using DynamoCosmos.Help;
using DynamoCosmos.Tests.Formatting;

namespace DynamoCosmos.Tests.Help;

/// <summary>The page on resuming tells of each status what the written rules do about it.</summary>
public sealed class WriteRulePageTests(GetHelpTests.Module module) : IClassFixture<GetHelpTests.Module>
{
    [Fact]
    public void Each_rule_for_a_status_is_on_the_page_in_its_own_words()
    {
        Assert.NotEmpty(module.Commands);
        PropertyInfo table = CoreTypes.Assembly.GetType("DynamoCosmos.Writing.WriteRules", throwOnError: true)!.GetProperty("Table",
            BindingFlags.Static | BindingFlags.NonPublic)!;
        string[] rules = [.. ((IEnumerable)table.GetValue(null)!).Cast<object>().Select(Describe).Order(StringComparer.Ordinal)];
        string[] rows =
        [
            .. MarkdownFile.Read(Path.Combine(Repository.HelpPages, "about_DynamoCosmos_Resume.md")).Blocks
                .Single(b => b.Kind == BlockKind.Table).Text.Split('\n').Skip(1).Order(StringComparer.Ordinal),
        ];
        Assert.Equal(rules, rows);
    }

    private static string Describe(object rule)
    {
        int status = (int)Value("Status")!;
        string code = (status == 0 ? "none" : $"{status}") + (Value("SubStatus") is int subStatus ? $"/{subStatus}" : "");
        string done = Value("Verdict")!.ToString() switch { "Retry" => "again", "Reject" => "rejected", "Stop" => "stops", _ => "settled" };
        string why = (string)Value("Why")!;
        return $"{code}\t{done}\t{char.ToUpperInvariant(why[0])}{why[1..]}.";

        object? Value(string name) => rule.GetType().GetProperty(name)!.GetValue(rule);
    }
}
