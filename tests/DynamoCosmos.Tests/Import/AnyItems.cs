using System.Globalization;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Tests.Import;

/// <summary>
/// Items of every type and depth of DynamoDB, with keys of their own number: typed JSON, as the Sandbox's tables take it.
/// </summary>
internal sealed class AnyItems(int seed)
{
    // DynamoDB's own limit.
    private const int MostLevels = 32;

    private static readonly string[] s_texts = ["", "plain", "two words", "\"quoted\\\"", "'''", "line\nbreak\ttab", "\0\u001f\u007f",
        "é漢😀\U0010ffff", "</script>&'", "null", "{{aGk=}}", "//", "1."];
    private static readonly string[] s_names = ["name", "id", "ttl", "_ts", "a b", "null", "true", "nan", "$ion_1_0", "$10", "é",
        "with\"quote", "it's", "Item", "Keys", "x.y", "漢字"];
    private static readonly string[] s_numbers = ["0", "-1", "0.1", "12.50", "9007199254740993", "12345678901234567890123456789012345678",
        "1E-130", "-9.9E+125", "6E2", "100"];

    private readonly Random _random = new(seed);

    internal string Next(int number)
    {
        JsonObject item = new()
        {
            ["pk"] = Typed("S", $"customer {number % 1000}/{_random.Next(3)} ~#"),
            ["sk"] = Typed("N", number.ToString(CultureInfo.InvariantCulture)),
        };
        for (int i = _random.Next(8); i > 0; i--) item.TryAdd(_random.Next(3) == 0
            ? s_names[_random.Next(s_names.Length)] : $"a{_random.Next(50)}", Value(1));
        if (number % 100 == 0) item["deep"] = Chain(1);
        return item.ToJsonString();
    }

    private JsonObject Value(int depth) => _random.Next(depth < 6 ? 10 : 8) switch
    {
        0 or 1 => Typed("S", s_texts[_random.Next(s_texts.Length)] + (_random.Next(4) == 0 ? new string('x', _random.Next(200)) : "")),
        2 => Typed("N", Number()),
        3 => Typed("B", Convert.ToBase64String(Bytes())),
        4 => Typed("BOOL", _random.Next(2) == 0),
        5 => Typed("NULL", true),
        6 => Set("NS", Number),
        7 => _random.Next(2) == 0
            ? Set("SS", () => $"{s_texts[_random.Next(s_texts.Length)]}{_random.Next(20)}")
            : Set("BS", () => Convert.ToBase64String(Bytes())),
        8 => new() { ["L"] = new JsonArray([.. Enumerable.Range(0, _random.Next(4)).Select(_ => Value(depth + 1))]) },
        _ => new()
        {
            ["M"] = new JsonObject(Enumerable.Range(0, _random.Next(4))
            .Select(i => KeyValuePair.Create<string, JsonNode?>($"{s_names[_random.Next(s_names.Length)]}{i}", Value(depth + 1))))
        },
    };

    private static JsonObject Chain(int level) => level == MostLevels ? Typed("S", "deep") : level % 2 == 0
        ? new() { ["L"] = new JsonArray(Chain(level + 1)) }
        : new() { ["M"] = new JsonObject { ["d"] = Chain(level + 1) } };

    private static JsonObject Typed<T>(string type, T value) => new() { [type] = JsonValue.Create(value) };

    private JsonObject Set(string type, Func<string> element) =>
        new()
        {
            [type] = new JsonArray(
            [.. Enumerable.Range(0, 1 + _random.Next(4)).Select(_ => element()).Distinct()
            .Select(static text => JsonValue.Create(text))])
        };

    private string Number() => _random.Next(2) == 0
        ? s_numbers[_random.Next(s_numbers.Length)] : _random.NextInt64(-1_000_000, 1_000_000).ToString(CultureInfo.InvariantCulture);

    private byte[] Bytes()
    {
        byte[] bytes = new byte[1 + _random.Next(30)];
        _random.NextBytes(bytes);
        return bytes;
    }
}
