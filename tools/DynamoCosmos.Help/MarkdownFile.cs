using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace DynamoCosmos.Help;

/// <summary>A page of Markdown as the blocks that help is made of. Markdig reads it; comments and front matter are left out.</summary>
internal sealed class MarkdownFile
{
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().Build();

    private readonly List<MarkdownBlock> _blocks = [];

    private MarkdownFile(string path) => Path = path;

    internal string Path { get; }

    internal IReadOnlyList<MarkdownBlock> Blocks => _blocks;

    internal static MarkdownFile Read(string path) => Parse(path, File.ReadAllText(path));

    internal static MarkdownFile Parse(string path, string text)
    {
        MarkdownFile file = new(path);
        foreach (Block block in Markdown.Parse(text, s_pipeline)) file.Add(block);
        return file;
    }

    private void Add(Block block)
    {
        switch (block)
        {
            case HeadingBlock heading:
                _blocks.Add(new(BlockKind.Heading, MarkdownText.Plain(heading.Inline, []), heading.Line + 1, heading.Level));
                break;
            case YamlFrontMatterBlock:
                break;
            case CodeBlock code:
                string language = (code as FencedCodeBlock)?.Info ?? "";
                string[] lines = [.. code.Lines.Lines.Take(code.Lines.Count).Select(static line => line.ToString().TrimEnd())];
                _blocks.Add(new(BlockKind.Code, string.Join('\n', lines), code.Line + 1, Language: language));
                break;
            case ParagraphBlock paragraph:
                List<MarkdownLink> links = [];
                _blocks.Add(new(BlockKind.Paragraph, MarkdownText.Plain(paragraph.Inline, links), paragraph.Line + 1, Links: links));
                break;
            case ListBlock list:
                AddList(list);
                break;
            case Table table:
                AddTable(table);
                break;
            case QuoteBlock quote:
                foreach (Block inner in quote) Add(inner);
                break;
        }
    }

    private void AddTable(Table table)
    {
        List<MarkdownLink> links = [];
        IEnumerable<string> rows = table.Cast<TableRow>()
            .Select(row => string.Join('\t', row.Cast<TableCell>().Select(cell => CellText(cell, links))));
        _blocks.Add(new(BlockKind.Table, string.Join('\n', rows), table.Line + 1, Links: links));
    }

    private static string CellText(TableCell cell, List<MarkdownLink> links) =>
        string.Join(' ', cell.Descendants<ParagraphBlock>().Select(text => MarkdownText.Plain(text.Inline, links)));

    // One line an item, those of inner lists indented as they stand. Code in an item stands between the lists before and after it.
    private void AddList(ListBlock list)
    {
        List<string> lines = [];
        List<MarkdownLink> links = [];
        int start = list.Line + 1;
        AddItems(list);
        Flush();

        void AddItems(ListBlock items)
        {
            foreach (ListItemBlock item in items.Cast<ListItemBlock>())
            {
                string mark = items.IsOrdered ? $"{item.Order}{items.OrderedDelimiter}" : items.BulletType.ToString();
                lines.Add(new string(' ', item.Column) + mark);
                foreach (Block block in item)
                {
                    if (block is ParagraphBlock { Inline: ContainerInline text }) AddText(MarkdownText.Plain(text, links), block);
                    else if (block is ListBlock inner) AddItems(inner);
                    else AddBetween(block);
                }
            }
        }

        void AddText(string text, Block block)
        {
            if (lines.Count > 0) lines[^1] += " " + text;
            else _blocks.Add(new(BlockKind.Paragraph, text, block.Line + 1, Links: [.. links]));
        }

        void AddBetween(Block block)
        {
            Flush();
            Add(block);
            start = block.Line + 1;
        }

        void Flush()
        {
            if (lines.Count > 0) _blocks.Add(new(BlockKind.List, string.Join('\n', lines), start, Links: [.. links]));
            lines.Clear();
            links.Clear();
        }
    }
}
