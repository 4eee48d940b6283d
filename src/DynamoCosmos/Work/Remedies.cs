using System.Collections.Frozen;

namespace DynamoCosmos.Work;

/// <summary>
/// What to do about an error, by its id. The build puts the page about_DynamoCosmos_Troubleshooting into the module; its tables are the
/// source.
/// </summary>
internal static class Remedies
{
    private const string Page = "about_DynamoCosmos_Troubleshooting";

    private static readonly Lazy<FrozenDictionary<string, string>> s_byId = new(Read);

    internal static string Of(string errorId) =>
        s_byId.Value.GetValueOrDefault(errorId) ?? $"Run the same line again with -Verbose, and see {Page}.";

    private static FrozenDictionary<string, string> Read()
    {
        using StreamReader page = new(typeof(Remedies).Assembly.GetManifestResourceStream(Page)!);
        return Rows(page).ToFrozenDictionary(static row => row.Id, static row => row.Remedy, StringComparer.Ordinal);
    }

    // | Error id | What happened | What to do |
    private static IEnumerable<(string Id, string Remedy)> Rows(TextReader page)
    {
        while (page.ReadLine() is string line)
        {
            if (!line.StartsWith("| ", StringComparison.Ordinal) || line.StartsWith("| Error id |", StringComparison.Ordinal)
                || line.StartsWith("| ---", StringComparison.Ordinal)) continue;
            string[] cells = line.Trim('|', ' ').Split(" | ");
            if (cells.Length == 3) yield return (cells[0], cells[2].Replace("`", "", StringComparison.Ordinal)
                .Replace("\\", "", StringComparison.Ordinal));
        }
    }
}
