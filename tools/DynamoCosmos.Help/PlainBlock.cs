namespace DynamoCosmos.Help;

/// <summary>A block as lines of plain text.</summary>
internal static class PlainBlock
{
    private const int WidestTable = 100;

    internal static string Text(MarkdownBlock block) => block.Kind switch
    {
        BlockKind.Heading => block.Text.ToUpperInvariant(),
        BlockKind.Table => Table(block.Text, WidestTable),
        BlockKind.Code => string.Join('\n', block.Text.Split('\n').Select(l => "    " + l)),
        _ => block.Text,
    };

    /// <summary>Columns side by side where they fit, else each row as a paragraph below its first cell.</summary>
    internal static string Table(string text, int width)
    {
        string[][] rows = [.. text.Split('\n').Select(r => r.Split('\t'))];
        int[] widths = [.. Enumerable.Range(0, rows.Max(r => r.Length)).Select(c => rows.Max(r => c < r.Length ? r[c].Length : 0))];
        if (widths.Sum() + 2 * (widths.Length - 1) > width)
        {
            return string.Join("\n", rows.Skip(1)
                .Select(r => string.Join("\n", r.Select((cell, c) => c == 0 ? cell : "  " + rows[0][c] + ": " + cell))));
        }
        IEnumerable<string[]> ruled = rows.Take(1).Append([.. widths.Select(w => new string('-', w))]).Concat(rows.Skip(1));
        return string.Join('\n', ruled.Select(r => string.Join("  ", r.Select((cell, c) => cell.PadRight(widths[c]))).TrimEnd()));
    }
}
