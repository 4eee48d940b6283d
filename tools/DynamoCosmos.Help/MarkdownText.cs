using System.Text;
using Markdig.Syntax.Inlines;

namespace DynamoCosmos.Help;

/// <summary>Turns the text inside a block into what a console can show: no marks, and a link to another site with its address.</summary>
internal static class MarkdownText
{
    /// <param name="links">Gets the links that are found.</param>
    internal static string Plain(ContainerInline? inlines, List<MarkdownLink> links)
    {
        StringBuilder text = new();
        foreach (Inline inline in inlines ?? [])
        {
            text.Append(inline switch
            {
                CodeInline code => code.Content,
                LineBreakInline => " ",
                LinkInline link => Show(link, links),
                HtmlEntityInline entity => entity.Transcoded.ToString(),
                HtmlInline html => html.Tag,
                AutolinkInline address => address.Url,
                ContainerInline container => Plain(container, links),
                _ => inline.ToString(),
            });
        }
        return text.ToString();
    }

    // A link to another page reads as its name: the reader has Get-Help for it, and no files.
    private static string Show(LinkInline inline, List<MarkdownLink> links)
    {
        MarkdownLink link = new(Plain(inline, []), inline.Url ?? "");
        links.Add(link);
        bool isPlain = link.Text == link.Target || !link.Target.Contains("://", StringComparison.Ordinal);
        return isPlain ? link.Text : $"{link.Text} ({link.Target})";
    }
}
