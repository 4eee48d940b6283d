namespace DynamoCosmos.Help;

/// <summary>Holds pages and cmdlets together.</summary>
internal static class PageChecks
{
    internal const int FewestExamples = 2;

    internal static IEnumerable<Finding> Pair(IReadOnlyList<CommandShape> shapes, IReadOnlyList<CommandPage> pages, string folder)
    {
        foreach (CommandShape shape in shapes.Where(s => !pages.Any(p => p.Name == s.Name)))
        {
            yield return new(Path.Combine(folder, shape.Name + ".md"), 1, "HELP001", $"{shape.Name} has no page.");
        }
        foreach (CommandPage page in pages)
        {
            if (Path.GetFileNameWithoutExtension(page.Path) != page.Name) yield return new(page.Path, page.NameLine, "HELP002",
                $"The page's title is '{page.Name}', which is not its file's name.");
            if (!shapes.Any(s => s.Name == page.Name)) yield return new(page.Path, page.NameLine, "HELP003",
                $"The module has no cmdlet {page.Name}.");
        }
    }

    internal static IEnumerable<Finding> Of(DocumentedCommand command)
    {
        CommandPage page = command.Page;
        if (page.Synopsis is not [{ Kind: BlockKind.Paragraph }]) yield return At(page.NameLine, "HELP004",
            "SYNOPSIS must be one paragraph.");
        if (page.Description.Count == 0) yield return At(page.NameLine, "HELP005", "DESCRIPTION is missing.");
        if (page.Examples.Count < FewestExamples) yield return At(page.NameLine, "HELP006",
            $"{page.Examples.Count} examples; there must be at least {FewestExamples}.");
        foreach (PageEntry example in page.Examples.Where(e => !e.Blocks.Any(b => b.Kind == BlockKind.Code)))
        {
            yield return At(example.Line, "HELP007", $"'{example.Title}' shows no code.");
        }
        foreach (ParameterShape parameter in command.Shape.Parameters.Where(p => command.TextOf(p.Name).Count == 0
            && p.Uses.Values.Any(u => !u.Hidden)))
        {
            yield return At(page.NameLine, "HELP008", $"-{parameter.Name} is not described, here or in {SharedParameters.FileName}.");
        }
        foreach (PageEntry entry in page.Parameters.Where(e =>
            !command.Shape.Parameters.Any(p => p.Name.Equals(e.Title.TrimStart('-'), StringComparison.Ordinal))))
        {
            yield return At(entry.Line, "HELP009", $"{page.Name} has no parameter {entry.Title}.");
        }
        foreach (string type in command.Shape.OutputTypes.Where(t =>
            !page.Outputs.Any(o => o.Title == t || t.EndsWith("." + o.Title, StringComparison.Ordinal))))
        {
            yield return At(page.NameLine, "HELP010", $"OUTPUTS does not name {type}.");
        }
        if (page.Inputs.Count == 0) yield return At(page.NameLine, "HELP011",
            "INPUTS names no type (write '### None' where nothing is taken from the pipeline).");

        Finding At(int line, string code, string message) => new(page.Path, line, code, message);
    }

    /// <summary>Links to other pages of the folder must lead somewhere.</summary>
    internal static IEnumerable<Finding> Links(MarkdownFile file) =>
        from block in file.Blocks
        from link in block.Links ?? []
        where !link.Target.Contains("://", StringComparison.Ordinal) && !link.Target.StartsWith('#')
        let target = Path.Combine(Path.GetDirectoryName(file.Path)!, link.Target.Split('#')[0])
        where !File.Exists(target)
        select new Finding(file.Path, block.Line, "HELP012", $"The link to '{link.Target}' leads nowhere.");

    /// <summary>The form that makes Get-Help find a topic's one-line description.</summary>
    internal static IEnumerable<Finding> Topic(MarkdownFile file)
    {
        string name = Path.GetFileNameWithoutExtension(file.Path);
        if (file.Blocks is [{ Kind: BlockKind.Heading, Level: 1 } title, { Kind: BlockKind.Heading, Level: 2, Text: "Short description" },
            { Kind: BlockKind.Paragraph }, ..] && title.Text == name) yield break;
        yield return new(file.Path, 1, "HELP013", $"A topic begins with '# {name}', '## Short description' and a paragraph.");
    }
}
