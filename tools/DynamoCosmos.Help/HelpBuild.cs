using System.Text;
using System.Xml.Linq;

namespace DynamoCosmos.Help;

/// <summary>
/// One build of a module's help: reads the pages and the assembly, says what is wrong with them, and writes the help folder.
/// </summary>
internal sealed class HelpBuild
{
    private readonly List<(string File, string Text)> _outputs = [];
    private readonly List<Finding> _findings = [];

    private HelpBuild()
    {
    }

    internal IReadOnlyList<Finding> Findings => _findings;

    internal IReadOnlyList<(string File, string Text)> Outputs => _outputs;

    internal static HelpBuild Run(string folder, IReadOnlyList<CommandShape> shapes, string assemblyName)
    {
        HelpBuild build = new();
        List<MarkdownFile> files = [.. Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal).Select(MarkdownFile.Read)];
        build._findings.AddRange(files.SelectMany(PageChecks.Links));

        MarkdownFile? sharedFile = files.Find(f => Path.GetFileName(f.Path) == SharedParameters.FileName);
        IReadOnlyList<PageEntry> shared = SharedParameters.Read(sharedFile);
        build._findings.AddRange(SharedParameters.Unused(sharedFile, shared, shapes));

        List<CommandPage> pages = [.. files.Where(f => Path.GetFileName(f.Path).Contains('-') && f != sharedFile).Select(CommandPage.Read)];
        build._findings.AddRange(PageChecks.Pair(shapes, pages, folder));
        List<DocumentedCommand> commands =
        [
            .. from shape in shapes
               let page = pages.Find(p => p.Name == shape.Name)
               where page is not null
               select new DocumentedCommand(shape, page, shared),
        ];
        build._findings.AddRange(commands.SelectMany(PageChecks.Of));
        build._outputs.Add((assemblyName + ".dll-Help.xml", Serialize(MamlDocument.Create(commands))));

        foreach (MarkdownFile topic in files.Where(f => Path.GetFileName(f.Path).StartsWith("about_", StringComparison.Ordinal)))
        {
            build._findings.AddRange(PageChecks.Topic(topic));
            build._outputs.Add((Path.GetFileNameWithoutExtension(topic.Path) + ".help.txt", AboutTopic.Render(topic)));
        }
        return build;
    }

    /// <summary>Writes what changed and removes what no page stands for any more.</summary>
    internal void Write(string output)
    {
        Directory.CreateDirectory(output);
        foreach (string old in Directory.EnumerateFiles(output)
            .Where(f => !_outputs.Any(o => o.File == Path.GetFileName(f)))) File.Delete(old);
        foreach ((string file, string text) in _outputs) File.WriteAllText(Path.Combine(output, file), text);
    }

    private static string Serialize(XDocument document)
    {
        StringBuilder text = new("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        // Unindented: spaces between elements would become part of what Get-Help shows.
        return text.Append(document.Root!.ToString(SaveOptions.DisableFormatting)).Append('\n').ToString();
    }
}
