using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace DynamoCosmos.Report;

/// <summary>
/// A page in the making. Markup is what stands literally in the source; every hole of an interpolated text is encoded, so that nothing that
/// comes from a table can become markup.
/// </summary>
internal sealed class HtmlText
{
    private readonly StringBuilder _text = new();

    internal void Add([InterpolatedStringHandlerArgument("")] ref Handler markup)
    {
        // The handler has written it already.
    }

    /// <summary>For what is markup by itself: a style sheet.</summary>
    internal void AddMarkup(string markup) => _text.Append(markup);

    public override string ToString() => _text.ToString();

    private static string Encode(string text)
    {
        // XML 1.0, and so SVG, has no other control characters; a lone surrogate is no text at all.
        StringBuilder clean = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) clean.Append(Rune.IsControl(rune) && rune.Value is not ('\t' or '\n' or '\r')
            ? "\uFFFD" : rune.ToString());
        return WebUtility.HtmlEncode(clean.ToString());
    }

    [InterpolatedStringHandler]
    internal readonly ref struct Handler
    {
        private readonly StringBuilder _text;

        public Handler(int literalLength, int formattedCount, HtmlText page)
        {
            _text = page._text;
            _text.EnsureCapacity(_text.Length + literalLength + 16 * formattedCount);
        }

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted<T>(T value, string? format = null) =>
            _text.Append(Encode((value as IFormattable)?.ToString(format, CultureInfo.InvariantCulture) ?? value?.ToString() ?? ""));
    }
}
