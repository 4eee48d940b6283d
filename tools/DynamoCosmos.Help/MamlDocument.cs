using System.Xml.Linq;

namespace DynamoCosmos.Help;

/// <summary>Writes pages and shapes as MAML, the XML that Get-Help reads.</summary>
internal static class MamlDocument
{
    private static readonly XNamespace s_root = "http://msh";
    private static readonly XNamespace s_maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace s_command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace s_dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    internal static XDocument Create(IEnumerable<DocumentedCommand> commands) => new(
        new XElement(s_root + "helpItems", new XAttribute("schema", "maml"), commands.Select(Command)));

    private static XElement Command(DocumentedCommand command)
    {
        CommandPage page = command.Page;
        CommandShape shape = command.Shape;
        int dash = shape.Name.IndexOf('-');
        return new(
            s_command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", s_maml),
            new XAttribute(XNamespace.Xmlns + "command", s_command),
            new XAttribute(XNamespace.Xmlns + "dev", s_dev),
            new XElement(
                s_command + "details",
                new XElement(s_command + "name", shape.Name),
                new XElement(s_command + "verb", shape.Name[..dash]),
                new XElement(s_command + "noun", shape.Name[(dash + 1)..]),
                Description(page.Synopsis)),
            Description(page.Description),
            new XElement(s_command + "syntax", shape.Sets.Select(set => SyntaxItem(shape, set))),
            new XElement(s_command + "parameters", shape.Parameters.Where(p => p.Uses.Values.Any(u => !u.Hidden))
                .OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => Parameter(p, command.TextOf(p.Name)))),
            new XElement(s_command + "inputTypes", page.Inputs.Select(t => Type("inputType", t))),
            new XElement(s_command + "returnValues", page.Outputs.Select(t => Type("returnValue", t))),
            new XElement(s_maml + "alertSet", new XElement(s_maml + "alert", Paragraphs(page.Notes))),
            new XElement(s_command + "examples", page.Examples.Select(Example)),
            new XElement(s_command + "relatedLinks", page.Links.SelectMany(l => l.Links ?? []).Select(Link)));
    }

    private static XElement SyntaxItem(CommandShape shape, string set) => new(
        s_command + "syntaxItem",
        new XElement(s_maml + "name", shape.Name),
        shape.InSet(set).Select(p => ParameterElement(p.Parameter, p.Use, [], inSyntax: true)));

    // A parameter of several sets is described by the one that asks most of it.
    private static XElement Parameter(ParameterShape parameter, IReadOnlyList<MarkdownBlock> text) => ParameterElement(
        parameter,
        parameter.Uses.Values.OrderByDescending(u => u.Mandatory).ThenByDescending(u => u.ByValue).ThenByDescending(u => u.ByPropertyName)
            .First(),
        text,
        inSyntax: false);

    private static XElement ParameterElement(ParameterShape parameter, ParameterUse use, IReadOnlyList<MarkdownBlock> text,
        bool inSyntax) => new(
        s_command + "parameter",
        new XAttribute("required", use.Mandatory ? "true" : "false"),
        new XAttribute("variableLength", "true"),
        new XAttribute("globbing", parameter.SupportsWildcards ? "true" : "false"),
        new XAttribute("pipelineInput", use.PipelineInput),
        new XAttribute("position", use.Position?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "named"),
        new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
        new XElement(s_maml + "name", parameter.Name),
        Description(text),
        inSyntax && parameter.Values.Count > 0
            ? new XElement(s_command + "parameterValueGroup", parameter.Values.Select(v => Value(v, required: false)))
            : null,
        inSyntax && parameter.IsSwitch ? null : Value(parameter.TypeName, required: !parameter.IsSwitch),
        new XElement(s_dev + "type", new XElement(s_maml + "name", parameter.TypeName), new XElement(s_maml + "uri")),
        new XElement(s_dev + "defaultValue", DefaultValue.Find(text) ?? (parameter.IsSwitch ? "False" : "None")));

    private static XElement Value(string text, bool required) => new(
        s_command + "parameterValue", new XAttribute("required", required ? "true" : "false"), new XAttribute("variableLength", "false"),
            text);

    private static XElement Type(string element, PageEntry entry) => new(
        s_command + element,
        new XElement(s_dev + "type", new XElement(s_maml + "name", entry.Title)),
        Description(entry.Blocks));

    private static XElement Example(PageEntry entry)
    {
        List<MarkdownBlock> before = [.. entry.Blocks.TakeWhile(b => b.Kind != BlockKind.Code)];
        MarkdownBlock? code = entry.Blocks.FirstOrDefault(b => b.Kind == BlockKind.Code);
        string title = $" {entry.Title} ";
        return new(
            s_command + "example",
            new XElement(s_maml + "title", title.PadLeft((64 + title.Length) / 2, '-').PadRight(64, '-')),
            before.Count == 0 ? null : new XElement(s_maml + "introduction", Paragraphs(before)),
            new XElement(s_dev + "code", code?.Text),
            // The empty paragraph keeps the next example's title a line away.
            new XElement(s_dev + "remarks", Paragraphs(entry.Blocks.Skip(before.Count + 1)), new XElement(s_maml + "para")));
    }

    private static XElement Link(MarkdownLink link) => new(
        s_maml + "navigationLink",
        new XElement(s_maml + "linkText", link.Text),
        new XElement(s_maml + "uri", link.Target.Contains("://", StringComparison.Ordinal) ? link.Target : ""));

    private static XElement Description(IEnumerable<MarkdownBlock> blocks) => new(s_maml + "description", Paragraphs(blocks));

    // Get-Help trims the beginning of a paragraph: with an indent, the first line of a code block would stand apart from the others.
    private static IEnumerable<XElement> Paragraphs(IEnumerable<MarkdownBlock> blocks) =>
        blocks.Select(b => new XElement(s_maml + "para", b.Kind == BlockKind.Code ? b.Text : PlainBlock.Text(b)));
}
