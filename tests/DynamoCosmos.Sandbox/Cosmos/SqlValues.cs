using System.Globalization;
using System.Text.Json;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>Literals, comparison and functions of the query language.</summary>
internal static class SqlValues
{
    internal static JsonElement True { get; } = JsonSerializer.SerializeToElement(true);

    internal static JsonElement False { get; } = JsonSerializer.SerializeToElement(false);

    private static readonly JsonElement s_null = JsonSerializer.SerializeToElement<object?>(null);

    internal static JsonElement? Literal(string token)
    {
        if (token[0] is '"' or '\'') return JsonSerializer.SerializeToElement(token[1..^1]);
        if (double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture,
            out double number)) return JsonSerializer.SerializeToElement(number);
        return token.ToLowerInvariant() switch
        {
            "true" => True,
            "false" => False,
            "null" => s_null,
            _ => null,
        };
    }

    /// <summary>Null where the two cannot be compared: of different types, undefined, or no simple values.</summary>
    internal static int? Compare(JsonElement? left, JsonElement? right)
    {
        if (left is not JsonElement a || right is not JsonElement b) return null;
        return (a.ValueKind, b.ValueKind) switch
        {
            (JsonValueKind.Number, JsonValueKind.Number) => a.GetDouble().CompareTo(b.GetDouble()),
            (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(a.GetString(), b.GetString()),
            (JsonValueKind.True or JsonValueKind.False, JsonValueKind.True or JsonValueKind.False) =>
                a.GetBoolean().CompareTo(b.GetBoolean()),
            (JsonValueKind.Null, JsonValueKind.Null) => 0,
            _ => null,
        };
    }

    internal static SqlExpression? Function(string name, List<SqlExpression> arguments) => (name.ToUpperInvariant(), arguments) switch
    {
        ("IS_DEFINED", [SqlExpression value]) => document => SqlQuery.Truth(value(document) is not null),
        ("STARTSWITH", [SqlExpression value, SqlExpression start]) =>
            document => value(document) is { ValueKind: JsonValueKind.String } text
            ? SqlQuery.Truth(text.GetString()!.StartsWith(start(document)?.GetString() ?? "\0", StringComparison.Ordinal)) : null,
        ("ARRAY_CONTAINS", [SqlExpression list, SqlExpression value]) =>
            document => list(document) is { ValueKind: JsonValueKind.Array } items && value(document) is JsonElement wanted
            ? SqlQuery.Truth(items.EnumerateArray().Any(item => Compare(item, wanted) == 0)) : null,
        _ => null,
    };
}
