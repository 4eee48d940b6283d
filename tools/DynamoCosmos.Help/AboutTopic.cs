using System.Text;

namespace DynamoCosmos.Help;

/// <summary>Writes a concept page as the wrapped text that Get-Help shows for about_ topics.</summary>
internal static class AboutTopic
{
    private const int Width = 80;
    private const string Indent = "    ";

    internal static string Render(MarkdownFile page)
    {
        StringBuilder text = new();
        foreach (MarkdownBlock block in page.Blocks)
        {
            switch (block.Kind)
            {
                // Get-Help lists a topic with the fifth line of its file, which is the first below SHORT DESCRIPTION in this form.
                case BlockKind.Heading when block.Level == 1:
                    text.Append("TOPIC\n").Append(Indent).Append(block.Text).Append("\n\n");
                    continue;
                case BlockKind.Heading:
                    text.Append(block.Level == 2 ? block.Text.ToUpperInvariant() : Indent[2..] + block.Text).Append('\n');
                    continue;
                case BlockKind.Code:
                    foreach (string line in block.Text.Split('\n')) text.Append(line.Length == 0 ? "" : Indent + Indent).Append(line)
                        .Append('\n');
                    break;
                case BlockKind.Table:
                    foreach (string line in PlainBlock.Table(block.Text, Width - Indent.Length).Split('\n')) Wrap(text, line);
                    break;
                default:
                    foreach (string line in block.Text.Split('\n')) Wrap(text, line);
                    break;
            }
            text.Append('\n');
        }
        return text.ToString();
    }

    // Further lines of a list item begin below its first word.
    private static void Wrap(StringBuilder text, string line)
    {
        int hang = line.TakeWhile(c => c is ' ' or '-' or '*' || char.IsAsciiDigit(c) || c == '.').Count();
        hang = hang > 0 && line[hang - 1] == ' ' ? hang : 0;
        string margin = Indent;
        string rest = line;
        while (margin.Length + rest.Length > Width && rest.LastIndexOf(' ', Width - margin.Length) is int space
            && space > (margin == Indent ? hang : 0))
        {
            text.Append(margin).Append(rest.AsSpan(0, space).TrimEnd()).Append('\n');
            rest = rest[(space + 1)..];
            margin = Indent + new string(' ', hang);
        }
        text.Append(margin).Append(rest).Append('\n');
    }
}
