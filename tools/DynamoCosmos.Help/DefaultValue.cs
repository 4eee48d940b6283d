using System.Text.RegularExpressions;

namespace DynamoCosmos.Help;

/// <summary>
/// A page tells a default in words, as a sentence "Default: 64." or "Exact (the default) makes …"; Get-Help also wants it in a field of its
/// own.
/// </summary>
internal static partial class DefaultValue
{
    internal static string? Find(IEnumerable<MarkdownBlock> text) =>
        text.Where(b => b.Kind == BlockKind.Paragraph).Select(b => Sentence().Match(b.Text))
            .FirstOrDefault(m => m.Success)?.Groups["value"].Value;

    [GeneratedRegex(@"(^|\. )Default: (?<value>.+?)(\.( |$)|;|,|$)|(?<value>\S+) \(the default")]
    private static partial Regex Sentence();
}
