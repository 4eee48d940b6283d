using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Items.Conditions;

internal enum TokenKind
{
    End,
    Word,
    Name,
    String,
    Number,
    Sign,
}

/// <summary>The words, names, strings, numbers and signs of a condition, one at a time.</summary>
internal sealed class ConditionTokens
{
    private readonly string _text;
    private int _start;
    private int _at;

    internal ConditionTokens(string text)
    {
        _text = text;
        Text = "";
        Next();
    }

    internal TokenKind Kind { get; private set; }

    /// <summary>The word, or what is in the quotes.</summary>
    internal string Text { get; private set; }

    internal bool IsBeforeParenthesis
    {
        get
        {
            int at = _at;
            while (at < _text.Length && char.IsWhiteSpace(_text[at])) at++;
            return at < _text.Length && _text[at] == '(';
        }
    }

    internal bool Is(string word) => Kind == TokenKind.Word && string.Equals(Text, word, StringComparison.OrdinalIgnoreCase);

    internal bool TakeWord(string word)
    {
        if (!Is(word)) return false;
        Next();
        return true;
    }

    internal bool TakeSign(string sign)
    {
        if (Kind != TokenKind.Sign || Text != sign) return false;
        Next();
        return true;
    }

    internal void Next()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at])) _at++;
        _start = _at;
        if (_at == _text.Length)
        {
            (Kind, Text) = (TokenKind.End, "");
            return;
        }
        char c = _text[_at];
        if (c is '\'' or '"') Quoted(c);
        else if (char.IsAsciiDigit(c)
            || (c is '-' or '+' && _at + 1 < _text.Length && (char.IsAsciiDigit(_text[_at + 1]) || _text[_at + 1] == '.'))) Number();
        else if (char.IsLetter(c) || c == '_') Word();
        else Sign(c);
    }

    internal MigrationException Wrong(string what) => ItemErrors.InvalidCondition(_text, _start, what);

    private void Quoted(char quote)
    {
        StringBuilder content = new();
        for (_at++; ; _at++)
        {
            if (_at == _text.Length) throw Wrong("a quote is not closed.");
            if (_text[_at] == quote)
            {
                if (_at + 1 == _text.Length || _text[_at + 1] != quote) break;
                _at++;
            }
            content.Append(_text[_at]);
        }
        _at++;
        (Kind, Text) = (quote == '"' ? TokenKind.Name : TokenKind.String, content.ToString());
    }

    private void Number()
    {
        _at++;
        while (_at < _text.Length
            && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '.'
            || (_text[_at] is '+' or '-' && _text[_at - 1] is 'e' or 'E'))) _at++;
        (Kind, Text) = (TokenKind.Number, _text[_start.._at]);
    }

    private void Word()
    {
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] == '_')) _at++;
        (Kind, Text) = (TokenKind.Word, _text[_start.._at]);
    }

    private void Sign(char c)
    {
        if (c is '#' or ':') throw Wrong("placeholders are not used here; write the name or the value itself.");
        string two = _at + 1 < _text.Length ? _text.Substring(_at, 2) : "";
        if (two is "<>" or "<=" or ">=") (Kind, Text) = (TokenKind.Sign, two);
        else if ("=<>(),.[]".Contains(c, StringComparison.Ordinal)) (Kind, Text) = (TokenKind.Sign, c.ToString());
        else throw Wrong($"'{c}' means nothing here; names with other signs than letters, digits and _ need double quotes.");
        _at += Text.Length;
    }
}
