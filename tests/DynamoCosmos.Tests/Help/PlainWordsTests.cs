using DynamoCosmos.Help;
using Xunit.Abstractions;

namespace DynamoCosmos.Tests.Help;

/// <summary>Limits how long the sentences of each page may be, and prints the page's figures. docs/style.md says how to write.</summary>
public sealed class PlainWordsTests(ITestOutputHelper output)
{
    private const double MeanWords = 16;
    private const int LongestWords = 35;

    public static TheoryData<string> Pages =>
    [
        "README.md",
        .. new[] { "docs", "docs/en-US" }
            .SelectMany(static folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.md"))
            .Select(static file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_has_short_sentences(string page)
    {
        PageSentences sentences = PageSentences.Read(page, MarkdownFile.Read(Repository.PathOf(page)));
        output.WriteLine(sentences.ToString());
        Assert.NotEmpty(sentences.Sentences);
        string goal = $"Write a mean of at most {MeanWords} words, and no sentence over {LongestWords}. docs/style.md says how.";
        Assert.True(sentences.Mean <= MeanWords && sentences.Longest <= LongestWords, $"{sentences}{Environment.NewLine}{goal}");
    }

    [Theory]
    [InlineData("One two. Three four five.", "One two.|Three four five.")]
    [InlineData("It takes 0.5 s in a.b. 10 items: no. `-First 5` takes 5.", "It takes 0.5 s in a.b.|10 items: no.|-First 5 takes 5.")]
    [InlineData("**A name.** What it is: This; and this; But not that.", "A name.|What it is:|This; and this;|But not that.")]
    [InlineData("- One item\n  on two lines\n- Another (in brackets.) It ends.", "One item on two lines|Another (in brackets.)|It ends.")]
    [InlineData("1. First of all\n   - Inner item\n2. Second of all", "First of all|Inner item|Second of all")]
    [InlineData("# A heading\n\n| a | table |\n|---|---|\n| of | cells |\n\nThe text.", "The text.")]
    [InlineData("```\nSome code. More code.\n```\n\nOne.\n\nThe text.", "The text.")]
    [InlineData("See [the page](page.md) – or not.", "See the page – or not.")]
    public void Sentences_are_told_apart(string text, string expected) =>
        Assert.Equal(expected.Split('|'), PageSentences.Read("page.md", MarkdownFile.Parse("page.md", text)).Sentences);

    [Fact]
    public void The_figures_are_those_of_the_sentences()
    {
        MarkdownFile file = MarkdownFile.Parse("page.md", "One two – three four. One `two three` four, 5 and a-b.");
        PageSentences sentences = PageSentences.Read("page.md", file);
        Assert.Equal((5.5, 7), (sentences.Mean, sentences.Longest));
        string expected = "page.md: mean 5.5 words, longest 7, in 2 sentences. The longest is: One two three four, 5 and a-b.";
        Assert.Equal(expected, sentences.ToString());
    }
}
