using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>
/// The part of the query language that a migration needs: <c>SELECT *</c>, <c>SELECT c.id, c.x.y AS z</c>, <c>SELECT VALUE c.id</c>,
/// <c>SELECT VALUE COUNT(1)</c>, and WHERE with comparisons, AND, OR, NOT, IN, IS_DEFINED, STARTSWITH and ARRAY_CONTAINS. All else is
/// refused.
/// </summary>
internal sealed class SqlQuery
{
    private SqlQuery(SqlSelection selection, IReadOnlyList<(string Name, SqlExpression Value)> columns, SqlExpression? filter,
        string source, string condition) =>
        (Selection, Columns, Filter, Source, Condition) = (selection, columns, filter, source, condition);

    internal SqlSelection Selection { get; }

    internal IReadOnlyList<(string Name, SqlExpression Value)> Columns { get; }

    internal SqlExpression? Filter { get; }

    /// <summary>The alias, and the text behind WHERE: for the rewritten query of a plan.</summary>
    internal string Source { get; }

    internal string Condition { get; }

    internal static SqlQuery Parse(string text, JsonArray? parameters)
    {
        Dictionary<string, JsonElement> values = [];
        foreach (JsonNode? parameter in parameters ?? [])
            values[(string)parameter!["name"]!] = JsonSerializer.SerializeToElement(parameter["value"]);
        return new Parser(text, values).Parse();
    }

    internal bool Matches(JsonElement document) => Filter is null || Filter(document) is { ValueKind: JsonValueKind.True };

    private sealed class Parser(string text, Dictionary<string, JsonElement> parameters)
    {
        private readonly SqlTokens _tokens = new(text);

        internal SqlQuery Parse()
        {
            _tokens.Expect("SELECT");
            SqlSelection selection = SqlSelection.Columns;
            List<(string, Func<string, SqlExpression>)> columns = [];
            if (_tokens.Take("*")) selection = SqlSelection.All;
            else if (_tokens.TakeAll("VALUE", "COUNT", "(", "1", ")")) selection = SqlSelection.Count;
            else if (_tokens.TakeAll("VALUE", "[", "{", "\"item\"", ":", "COUNT", "(", "1", ")", "}", "]")) selection =
                SqlSelection.PartialCount;
            else
            {
                if (_tokens.Take("VALUE")) selection = SqlSelection.Value;
                do columns.Add(ReadColumn());
                while (_tokens.Take(","));
                if (selection == SqlSelection.Value && columns.Count != 1) throw _tokens.Unexpected();
            }
            _tokens.Expect("FROM");
            string source = _tokens.Next();
            int conditionStart = text.Length;
            SqlExpression? filter = null;
            if (_tokens.Take("WHERE"))
            {
                conditionStart = _tokens.Position;
                filter = ReadOr(source);
            }
            if (!_tokens.IsAtEnd) throw _tokens.Unexpected();
            return new(selection, [.. columns.Select(column => (column.Item1, column.Item2(source)))], filter, source,
                text[conditionStart..].Trim());
        }

        // The alias is known only behind FROM, so a column's path is bound later.
        private (string Name, Func<string, SqlExpression>) ReadColumn()
        {
            string root = _tokens.Next();
            List<string> path = _tokens.ReadPath();
            string name = path.Count > 0 ? path[^1] : root;
            if (_tokens.Take("AS")) name = _tokens.Next();
            return (name, source => root == source ? document => Follow(document, path) : throw _tokens.Unexpected());
        }

        private SqlExpression ReadOr(string source)
        {
            SqlExpression left = ReadAnd(source);
            while (_tokens.Take("OR"))
            {
                SqlExpression first = left, second = ReadAnd(source);
                left = document => Truth(IsTrue(first(document)) || IsTrue(second(document)));
            }
            return left;
        }

        private SqlExpression ReadAnd(string source)
        {
            SqlExpression left = ReadNot(source);
            while (_tokens.Take("AND"))
            {
                SqlExpression first = left, second = ReadNot(source);
                left = document => Truth(IsTrue(first(document)) && IsTrue(second(document)));
            }
            return left;
        }

        private SqlExpression ReadNot(string source)
        {
            if (!_tokens.Take("NOT")) return ReadComparison(source);
            SqlExpression inner = ReadNot(source);
            return document =>
                inner(document) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? Truth(!IsTrue(value)) : null;
        }

        private SqlExpression ReadComparison(string source)
        {
            SqlExpression left = ReadOperand(source);
            if (_tokens.Take("IN"))
            {
                List<SqlExpression> items = ReadList(source);
                return document =>
                    left(document) is JsonElement value ? Truth(items.Any(item => SqlValues.Compare(value, item(document)) == 0)) : null;
            }
            foreach ((string sign, Func<int, bool> holds) in s_comparisons)
            {
                if (!_tokens.Take(sign)) continue;
                SqlExpression right = ReadOperand(source);
                return document => SqlValues.Compare(left(document), right(document)) is int order ? Truth(holds(order)) : null;
            }
            return left;
        }

        private static readonly (string, Func<int, bool>)[] s_comparisons =
        [
            ("=", order => order == 0), ("!=", order => order != 0), ("<>", order => order != 0),
            ("<=", order => order <= 0), (">=", order => order >= 0), ("<", order => order < 0), (">", order => order > 0),
        ];

        private List<SqlExpression> ReadList(string source)
        {
            List<SqlExpression> items = [];
            _tokens.Expect("(");
            do items.Add(ReadOperand(source));
            while (_tokens.Take(","));
            _tokens.Expect(")");
            return items;
        }

        private SqlExpression ReadOperand(string source)
        {
            if (_tokens.Take("("))
            {
                SqlExpression inner = ReadOr(source);
                _tokens.Expect(")");
                return inner;
            }
            string token = _tokens.Next();
            if (token.StartsWith('@'))
            {
                JsonElement value = parameters.TryGetValue(token, out JsonElement found) ? found : throw _tokens.Unexpected();
                return _ => value;
            }
            if (SqlValues.Literal(token) is JsonElement literal) return _ => literal;
            if (token == source)
            {
                List<string> path = _tokens.ReadPath();
                return document => Follow(document, path);
            }
            List<SqlExpression> arguments = ReadList(source);
            return SqlValues.Function(token, arguments) ?? throw _tokens.Unexpected();
        }
    }

    internal static bool IsTrue(JsonElement? value) => value is { ValueKind: JsonValueKind.True };

    internal static JsonElement Truth(bool value) => value ? SqlValues.True : SqlValues.False;

    private static JsonElement? Follow(JsonElement value, List<string> path)
    {
        foreach (string name in path)
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out JsonElement inner)) return null;
            value = inner;
        }
        return value;
    }
}

/// <summary>A value of a document; null stands for undefined.</summary>
internal delegate JsonElement? SqlExpression(JsonElement document);

internal enum SqlSelection
{
    All,
    Columns,
    Value,
    Count,

    /// <summary>The count of one range, as a query plan rewrites it.</summary>
    PartialCount,
}
