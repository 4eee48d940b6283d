using System.Globalization;

namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>
/// What to measure, from the command line: <c>--items 200000 --rounds 3 --rows import,ru10 --memory-items 1000000 --save path</c>.
/// </summary>
internal sealed record BenchOptions(int Items, int Rounds, int MemoryItems, string SavePath, IReadOnlyList<string> Rows)
{
    internal static BenchOptions Parse(string[] args)
    {
        string? Find(string name) => Array.IndexOf(args, "--" + name) is int at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
        int Number(string name, int otherwise) => Find(name) is string text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        string save = Find("save") ?? Path.Combine("artifacts", "bench", $"{DateTime.UtcNow:yyyyMMdd-HHmmss}.json");
        return new(Number("items", 200_000), Number("rounds", 3), Number("memory-items", 1_000_000), save, Find("rows")?.Split(',') ?? []);
    }

    /// <summary>All of them, where none is named.</summary>
    internal bool Wants(string row) => Rows.Count == 0 || Rows.Contains(row);
}
