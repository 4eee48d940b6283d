namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>A query's words, quoted strings, numbers and signs.</summary>
internal sealed class SqlTokens
{
    private readonly List<(string Token, int End)> _tokens = [];
    private int _at;

    internal SqlTokens(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }
            int end = End(text, at);
            _tokens.Add((text[at..end], end));
            at = end;
        }
    }

    internal bool IsAtEnd => _at == _tokens.Count;

    /// <summary>Where in the text the last token ended.</summary>
    internal int Position => _at == 0 ? 0 : _tokens[_at - 1].End;

    internal string Next() => IsAtEnd ? throw Unexpected() : _tokens[_at++].Token;

    internal bool Take(string token) => TakeAll(token);

    internal bool TakeAll(params ReadOnlySpan<string> tokens)
    {
        if (_tokens.Count - _at < tokens.Length) return false;
        for (int i = 0; i < tokens.Length; i++)
            if (!string.Equals(_tokens[_at + i].Token, tokens[i], StringComparison.OrdinalIgnoreCase)) return false;
        _at += tokens.Length;
        return true;
    }

    internal void Expect(string token)
    {
        if (!Take(token)) throw Unexpected();
    }

    /// <summary>What follows an alias: <c>.a["b c"].d</c>.</summary>
    internal List<string> ReadPath()
    {
        List<string> path = [];
        while (true)
        {
            if (Take("."))
            {
                path.Add(Next());
            }
            else if (!IsAtEnd && _tokens[_at].Token == "[")
            {
                _at++;
                path.Add(Next()[1..^1]);
                Expect("]");
            }
            else
            {
                return path;
            }
        }
    }

    internal RefusedException Unexpected() =>
        new(StandInRefusal.BadRequest("Syntax error, or a query that this stand-in does not know, near " +
            $"'{(IsAtEnd ? "end" : _tokens[_at].Token)}'."));

    private static int End(string text, int at)
    {
        char first = text[at];
        if (first is '"' or '\'')
        {
            int close = text.IndexOf(first, at + 1);
            return close < 0 ? text.Length : close + 1;
        }
        if (char.IsLetterOrDigit(first) || first is '_' or '@' or '-')
        {
            int end = at + 1;
            bool isNumber = char.IsDigit(first) || first == '-';
            while (end < text.Length
                && (char.IsLetterOrDigit(text[end]) || text[end] == '_' || (isNumber && text[end] is '.' or '+' or '-'))) end++;
            return end;
        }
        return at + 1 < text.Length && text.Substring(at, 2) is "<=" or ">=" or "!=" or "<>" ? at + 2 : at + 1;
    }
}
