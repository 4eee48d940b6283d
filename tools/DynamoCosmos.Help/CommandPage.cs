namespace DynamoCosmos.Help;

/// <summary>A cmdlet's page, by its sections.</summary>
internal sealed record CommandPage(
    string Path,
    string Name,
    int NameLine,
    IReadOnlyList<MarkdownBlock> Synopsis,
    IReadOnlyList<MarkdownBlock> Description,
    IReadOnlyList<PageEntry> Examples,
    IReadOnlyList<PageEntry> Parameters,
    IReadOnlyList<PageEntry> Inputs,
    IReadOnlyList<PageEntry> Outputs,
    IReadOnlyList<MarkdownBlock> Notes,
    IReadOnlyList<MarkdownBlock> Links)
{
    internal static CommandPage Read(MarkdownFile file)
    {
        MarkdownBlock? title = file.Blocks.FirstOrDefault(b => b.Kind == BlockKind.Heading && b.Level == 1);
        return new(
            file.Path,
            title?.Text ?? "",
            title?.Line ?? 1,
            Section(file, "SYNOPSIS"),
            Section(file, "DESCRIPTION"),
            PageEntry.Split(Section(file, "EXAMPLES")),
            PageEntry.Split(Section(file, "PARAMETERS")),
            PageEntry.Split(Section(file, "INPUTS")),
            PageEntry.Split(Section(file, "OUTPUTS")),
            Section(file, "NOTES"),
            Section(file, "RELATED LINKS"));
    }

    internal static IReadOnlyList<MarkdownBlock> Section(MarkdownFile file, string name)
    {
        return
        [
            .. file.Blocks
                .SkipWhile(b => !(IsSection(b) && b.Text.Equals(name, StringComparison.OrdinalIgnoreCase)))
                .Skip(1)
                .TakeWhile(b => !IsSection(b)),
        ];

        static bool IsSection(MarkdownBlock block) => block.Kind == BlockKind.Heading && block.Level <= 2;
    }
}

/// <summary>A heading of the third level with what stands below it: an example, a parameter, a type.</summary>
internal sealed record PageEntry(string Title, int Line, IReadOnlyList<MarkdownBlock> Blocks)
{
    internal static IReadOnlyList<PageEntry> Split(IEnumerable<MarkdownBlock> section)
    {
        List<PageEntry> entries = [];
        List<MarkdownBlock> blocks = [];
        foreach (MarkdownBlock block in section)
        {
            if (block.Kind == BlockKind.Heading)
            {
                blocks = [];
                entries.Add(new(block.Text, block.Line, blocks));
            }
            else
            {
                blocks.Add(block);
            }
        }
        return entries;
    }
}
