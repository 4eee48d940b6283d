using System.Globalization;
using System.Text.RegularExpressions;
using DynamoCosmos.Help;

namespace DynamoCosmos.Tests.Help;

/// <summary>The sentences of a page, and how long they are. Headings, tables and code do not count.</summary>
internal sealed partial record PageSentences(string Page, IReadOnlyList<string> Sentences)
{
    internal double Mean { get; } = Sentences.Count == 0 ? 0 : Sentences.Average(WordsOf);

    internal int Longest { get; } = Sentences.Count == 0 ? 0 : Sentences.Max(WordsOf);

    internal static PageSentences Read(string page, MarkdownFile file)
    {
        IEnumerable<string> sentences = file.Blocks.SelectMany(TextsOf).SelectMany(static text => SentenceEnd().Split(text));
        return new(page, [.. sentences.Where(static sentence => WordsOf(sentence) > 1)]);
    }

    /// <summary>Words are separated by spaces, and each has a letter or a digit.</summary>
    internal static int WordsOf(string sentence) => sentence.Split(' ').Count(static word => word.Any(char.IsLetterOrDigit));

    public override string ToString()
    {
        FormattableString text = $"{Page}: mean {Mean:0.0} words, longest {Longest}, in {Sentences.Count} sentences";
        string figures = text.ToString(CultureInfo.InvariantCulture);
        return Sentences.Count == 0 ? figures : $"{figures}. The longest is: {Sentences.MaxBy(WordsOf)}";
    }

    private static IEnumerable<string> TextsOf(MarkdownBlock block) => block.Kind switch
    {
        BlockKind.Paragraph => [block.Text],
        BlockKind.List => block.Text.Split('\n').Select(static line => ListMark().Replace(line, "")),
        _ => [],
    };

    // A colon or a semicolon ends a sentence only before a capital letter. After a full stop, a sentence may begin with a number or a name.
    [GeneratedRegex("""(?<=[.!?]['")]?)\s+(?=[\p{Lu}\d"'(\[$-])|(?<=[:;])\s+(?=\p{Lu})""")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"^\s*(?:[-*+]|\d+[.)])\s+")]
    private static partial Regex ListMark();
}
