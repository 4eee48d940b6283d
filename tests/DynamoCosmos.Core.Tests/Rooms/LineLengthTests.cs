using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace DynamoCosmos.Core.Tests.Rooms;

/// <summary>
/// No line of C# is longer than 140 characters. A line may be longer where column 140 is within a string literal.
/// </summary>
public sealed class LineLengthTests
{
    private const int Longest = 140;

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("tools")]
    [InlineData("samples")]
    public void No_line_is_longer_than_140_characters(string folder)
    {
        string root = Path.Combine(SourceRooms.Repository, folder);
        string[] files = [.. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).Where(IsOurs)];
        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(LongLines));
    }

    [Fact]
    public void A_long_line_is_found_and_one_that_ends_within_a_string_is_not()
    {
        string file = Path.GetTempFileName();
        try
        {
            string text = new('x', Longest);
            File.WriteAllText(file, $"// {text}\nstring a = \"{text}\";\nint {text} = 1;\nstring b = $$\"\"\"\n    {text} {{{{1}}}}\n    \"\"\";\n");
            Assert.Equal([1, 3], LongLines(file).Select(static line => int.Parse(line.Split(':')[^1])));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static bool IsOurs(string path) =>
        !path.Split('/', '\\').Any(static part => part is "obj" or "bin");

    private static IEnumerable<string> LongLines(string path)
    {
        SourceText text = SourceText.From(File.ReadAllText(path));
        TextLine[] lines = [.. text.Lines.Where(static line => line.Span.Length > Longest)];
        if (lines.Length == 0) return [];
        SyntaxNode root = CSharpSyntaxTree.ParseText(text, new(LanguageVersion.Preview)).GetRoot();
        return lines.Where(line => !IsWithinString(root.FindToken(line.Start + Longest - 1, findInsideTrivia: true)))
            .Select(line => $"{Path.GetRelativePath(SourceRooms.Repository, path)}:{line.LineNumber + 1}");
    }

    private static bool IsWithinString(SyntaxToken token) =>
        token.IsKind(SyntaxKind.StringLiteralToken) || token.IsKind(SyntaxKind.Utf8StringLiteralToken)
        || token.IsKind(SyntaxKind.SingleLineRawStringLiteralToken) || token.IsKind(SyntaxKind.MultiLineRawStringLiteralToken)
        || token.IsKind(SyntaxKind.Utf8SingleLineRawStringLiteralToken) || token.IsKind(SyntaxKind.Utf8MultiLineRawStringLiteralToken)
        || token.Parent?.FirstAncestorOrSelf<Microsoft.CodeAnalysis.CSharp.Syntax.InterpolatedStringExpressionSyntax>() is not null;
}
