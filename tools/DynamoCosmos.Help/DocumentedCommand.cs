namespace DynamoCosmos.Help;

/// <summary>A cmdlet, its page, and the texts of the parameters that it shares with others.</summary>
internal sealed record DocumentedCommand(CommandShape Shape, CommandPage Page, IReadOnlyList<PageEntry> Shared)
{
    /// <summary>The page's own text on a parameter, else the shared one, else nothing.</summary>
    internal IReadOnlyList<MarkdownBlock> TextOf(string parameter) =>
        [.. (Find(Page.Parameters, parameter) ?? Find(Shared, parameter))?.Blocks.Where(b => b.Language != "yaml") ?? []];

    internal static PageEntry? Find(IEnumerable<PageEntry> entries, string parameter) =>
        entries.FirstOrDefault(e => e.Title.TrimStart('-').Equals(parameter, StringComparison.OrdinalIgnoreCase));
}
