namespace DynamoCosmos.Help;

/// <summary>Parameters that many cmdlets have are described once.</summary>
internal static class SharedParameters
{
    internal const string FileName = "shared-parameters.md";

    internal static IReadOnlyList<PageEntry> Read(MarkdownFile? file) =>
        [.. PageEntry.Split(file?.Blocks ?? []).Where(e => e.Title.StartsWith('-'))];

    internal static IEnumerable<Finding> Unused(MarkdownFile? file, IReadOnlyList<PageEntry> shared, IReadOnlyList<CommandShape> shapes) =>
        shared
            .Where(e => !shapes.Any(s => s.Parameters.Any(p => p.Name == e.Title.TrimStart('-'))))
            .Select(e => new Finding(file!.Path, e.Line, "HELP014", $"No cmdlet has a parameter {e.Title}."));
}
