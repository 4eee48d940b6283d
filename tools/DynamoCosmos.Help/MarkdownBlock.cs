namespace DynamoCosmos.Help;

internal enum BlockKind
{
    Heading,
    Paragraph,
    List,
    Table,
    Code,
}

/// <summary>A block of a page: what it says, without Markdown's own marks.</summary>
/// <param name="Text">Of a paragraph, one line; of a list, one line an item; of code, as it stands; of a table, its rows with cells between
/// tabs.</param>
/// <param name="Line">Where it begins in the file, from 1.</param>
/// <param name="Level">Of a heading: 1 to 6.</param>
/// <param name="Language">Of code: the word after the fence, or empty.</param>
/// <param name="Links">Targets of the links in it.</param>
internal sealed record MarkdownBlock(BlockKind Kind, string Text, int Line, int Level = 0, string Language = "",
    IReadOnlyList<MarkdownLink>? Links = null);

internal sealed record MarkdownLink(string Text, string Target);
