using System.Text;

namespace DynamoCosmos.Help;

/// <summary>Text inside a block: code spans, bold, links and escapes become what a console can show.</summary>
internal static class MarkdownText
{
    internal static (string Text, IReadOnlyList<MarkdownLink> Links) Plain(string markdown)
    {
        StringBuilder text = new(markdown.Length);
        List<MarkdownLink> links = [];
        for (int i = 0; i < markdown.Length; i++)
        {
            char c = markdown[i];
            if (c == '`' && markdown.IndexOf('`', i + 1) is int close and > 0)
            {
                text.Append(markdown, i + 1, close - i - 1);
                i = close;
            }
            else if (c == '\\' && i + 1 < markdown.Length && char.IsPunctuation(markdown[i + 1]) && markdown[i + 1] is not '\\' and not '.')
            {
                text.Append(markdown[++i]);
            }
            else if (c == '*' && i + 1 < markdown.Length && markdown[i + 1] == '*')
            {
                i++;
            }
            else if (c == '[' && TryLink(markdown, i, out MarkdownLink? link, out int end))
            {
                links.Add(link);
                text.Append(Show(link));
                i = end;
            }
            else
            {
                text.Append(c);
            }
        }
        return (text.ToString(), links);
    }

    private static bool TryLink(string markdown, int start, out MarkdownLink link, out int end)
    {
        link = null!;
        end = 0;
        int middle = markdown.IndexOf("](", start, StringComparison.Ordinal);
        if (middle < 0 || markdown.IndexOf('[', start + 1, middle - start - 1) >= 0) return false;
        end = markdown.IndexOf(')', middle);
        if (end < 0) return false;
        link = new(Plain(markdown[(start + 1)..middle]).Text, markdown[(middle + 2)..end].Trim());
        return true;
    }

    // A link to another page reads as its name: the reader has Get-Help for it, and no files.
    private static string Show(MarkdownLink link) =>
        link.Text == link.Target || !link.Target.Contains("://", StringComparison.Ordinal) ? link.Text : $"{link.Text} ({link.Target})";
}
