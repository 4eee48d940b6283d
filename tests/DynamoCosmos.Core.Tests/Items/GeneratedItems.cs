using System.Globalization;
using System.Text;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>A value of a generated item. Type is DynamoDB's own word for it.</summary>
/// <param name="Text">The string, the number's text, or base64; true or false; empty for the others.</param>
public sealed record GeneratedValue(string Type, string Text, IReadOnlyList<(string Name, GeneratedValue Value)> Members);

/// <summary>
/// Items of all of DynamoDB's types and depths, from a seed: the same seed gives the same items on every machine. The values are such as
/// DynamoDB stores; how they are written down is up to a writer (<see cref="TypedJsonWriter"/>).
/// </summary>
public sealed class GeneratedItems(int seed, KeyMap keys)
{
    private static readonly string[] s_names =
    [
        "id", "ttl", "_ts", "_rid", "_lsn", "_etag", "dynamo_id", "dynamo_ttl", "dynamo_dynamo_id", "name", "price", "created_at", "tags",
            "customer address", "é", "漢字", "😀",
        "a\"b", "back\\slash", "new\nline", "x", "y", "customerId", "very_long_attribute_name_that_goes_on_beyond_thirty_two_bytes_of_text",
            "S", "N", "M", "Item", "",
    ];

    private static readonly string[] s_runes =
    [
        "a", "b", "Z", "0", " ", "/", "\\", "\"", "?", "#", "%", "~", "|", "\n", "\t", "\r", "\b", "\f", "\0", "\u001f", "\u007f", "\u0085",
            "\u009f", "\u00a0", "é", "ß", "Ω", "漢", "\u2028", "\uffff",
        "\ufeff", "😀", "\U0010ffff", "'", "<", "&", "{", "}", "[", "]", ",", ":",
    ];

    private readonly Random _random = new(seed);

    /// <summary>Seconds around which the generated times to live lie.</summary>
    public long Now { get; init; } = 1_767_225_600;

    /// <summary>An attribute of type S, N or B that nine items of ten have: one to take ids from.</summary>
    public string? Usual { get; init; }

    /// <summary>One string of five is JSON, or nearly.</summary>
    public bool HoldsJson { get; init; }

    /// <summary>One item of a hundred is of 0.2 to 400 KB, DynamoDB's limit, small ones being as likely as large ones.</summary>
    public bool HoldsPayloads { get; init; }

    public IReadOnlyList<(string Name, GeneratedValue Value)> Next()
    {
        List<(string Name, GeneratedValue Value)> attributes = [(keys.PartitionKey.Name, Key(keys.PartitionKey.Type))];
        if (keys.SortKey is not null) attributes.Add((keys.SortKey.Name, Key(keys.SortKey.Type)));
        if (keys.TtlAttribute is not null && attributes.All(attribute => attribute.Name != keys.TtlAttribute)
            && Chance(70)) attributes.Add((keys.TtlAttribute, Time()));
        if (Usual is not null && Chance(90)) attributes.Add((Usual, Key((KeyType)_random.Next(3))));
        int budget = 60;
        foreach ((string name, GeneratedValue value) in Members(_random.Next(12), 0, ref budget))
        {
            if (name.Length > 0 && attributes.All(attribute => attribute.Name != name)) attributes.Add((name, value));
        }
        if (HoldsPayloads && Chance(1)) attributes.Add(("payload", Payload((int)(200 * Math.Pow(2_000, _random.NextDouble())))));
        // Sometimes an attribute says what the id will say.
        if (Chance(5) && attributes.All(attribute => attribute.Name != "id")) attributes.Add(("id", attributes[0].Value));
        _random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(attributes));
        return attributes;
    }

    private GeneratedValue Key(KeyType type) => type switch
    {
        KeyType.N => new("N", Number(), []),
        KeyType.B => new("B", Convert.ToBase64String(Bytes(1 + _random.Next(Chance(3) ? 2000 : 24))), []),
        _ => new("S", NotEmpty(Chance(3) ? Text(1200) : Chance(50) ? Plain(30) : Text(20)), []),
    };

    private GeneratedValue Time() => new("N", _random.Next(7) switch
    {
        0 => (Now - _random.Next(1, 200_000_000)).ToString(CultureInfo.InvariantCulture),
        1 => $"{Now + _random.Next(1_000_000)}.{_random.Next(1, 10)}",
        2 => Number(),
        3 => (Now + _random.NextInt64(-2, 3)).ToString(CultureInfo.InvariantCulture),
        _ => (Now + _random.Next(1, int.MaxValue)).ToString(CultureInfo.InvariantCulture),
    }, []);

    private GeneratedValue Value(int depth, ref int budget)
    {
        budget--;
        int kind = _random.Next(depth < 31 && budget > 0 ? 22 : 16);
        switch (kind)
        {
            case < 5 when HoldsJson && Chance(20): return new("S", Json(), []);
            case < 5: return new("S", Chance(40) ? Plain(40) : Text(Chance(5) ? 300 : 12), []);
            case < 10: return new("N", Number(), []);
            case 10: return new("B", Convert.ToBase64String(Bytes(_random.Next(40))), []);
            case 11: return new("BOOL", Chance(50) ? "true" : "false", []);
            case 12: return new("NULL", "true", []);
            case 13: return Set("SS", () => NotEmpty(Text(6)));
            case 14: return Set("NS", Number);
            case 15: return Set("BS", () => Convert.ToBase64String(Bytes(1 + _random.Next(6))));
            case < 19:
                List<(string, GeneratedValue)> members = Members(Chance(5) ? 40 : _random.Next(5), depth + 1, ref budget);
                return new("M", "", members);
            default:
                List<(string, GeneratedValue)> elements = [];
                for (int i = _random.Next(5); i > 0; i--) elements.Add(("", Value(depth + 1, ref budget)));
                // Now and then straight down to the deepest level that DynamoDB knows.
                if (Chance(3)) elements.Add(("", Chain(depth + 1)));
                return new("L", "", elements);
        }
    }

    /// <summary>A value of so many bytes as DynamoDB counts them, or a few less.</summary>
    private GeneratedValue Payload(int bytes)
    {
        switch (_random.Next(6))
        {
            case 0: return new("S", new('x', bytes), []);
            // A byte each, which takes six in JSON.
            case 1: return new("S", new('\u0001', bytes), []);
            case 2: return new("S", Text(bytes / 2), []);
            case 3: return new("B", Convert.ToBase64String(Bytes(bytes)), []);
            case 4: return new("L", "", [.. Enumerable.Range(0, bytes / 24).Select(_ => ("", new GeneratedValue("N", Number(), [])))]);
            default:
                return new("M", "",
                [.. Enumerable.Range(0, bytes / 40).Select(i => ($"member{i}", new GeneratedValue("S", Text(12), [])))]);
        }
    }

    private string Json() => _random.Next(9) switch
    {
        0 => "{\"x\":" + _random.Next(1000).ToString(CultureInfo.InvariantCulture) +
            ",\"y\":[true,null,\"\\u00e9\\n\"],\"name\":{\"x\":1.50}}",
        1 => $" [ {_random.Next(100)} , -0.5e1 , {{ }} , [ ] ] ",
        2 => "\"text\"",
        3 => "12345678901234567890",
        4 => "{\"x\":1,\"x\":2}",
        5 => "{\"x\":}",
        6 => "null",
        // A text in a text, and one that is none.
        7 => """{"x":"{\"y\":[7,\"\\n\"],\"x\":\"z\"}","y":"[1,","name":["é",1.0]}""",
        _ => "[1,]",
    };

    private GeneratedValue Chain(int depth)
    {
        if (depth == 32) return new("S", "deep", []);
        return Chance(50) ? new("L", "", [("", Chain(depth + 1))]) : new("M", "", [("d", Chain(depth + 1))]);
    }

    private List<(string Name, GeneratedValue Value)> Members(int count, int depth, ref int budget)
    {
        List<(string Name, GeneratedValue Value)> members = [];
        for (int i = 0; i < count; i++)
        {
            string name = Chance(60) ? s_names[_random.Next(s_names.Length)] : Chance(70) ? $"attribute{_random.Next(1000)}" : Text(12);
            GeneratedValue value = Value(depth, ref budget);
            if (members.All(member => member.Name != name)) members.Add((name, value));
        }
        return members;
    }

    private GeneratedValue Set(string type, Func<string> element)
    {
        List<(string, GeneratedValue)> elements = [];
        for (int i = 1 + _random.Next(Chance(5) ? 50 : 5); i > 0; i--) elements.Add(("", new(type[..1], element(), [])));
        return new(type, "", elements);
    }

    /// <summary>A number as DynamoDB keeps it: at most 38 digits, between 1E-130 and 9.9…E+125.</summary>
    private string Number()
    {
        switch (_random.Next(8))
        {
            // The greatest ones round to 1E+126, which is no number of DynamoDB's.
            case 0 when Chance(10):
                int nines = _random.Next(15, 39);
                return $"{(Chance(30) ? "-" : "")}{new string('9', nines)}E+{126 - nines}";
            case 0: return _random.Next(-10, 100).ToString(CultureInfo.InvariantCulture);
            case 1: return _random.NextInt64().ToString(CultureInfo.InvariantCulture);
            case 2: return (Math.Round(_random.NextDouble() * 10_000) / 100).ToString(CultureInfo.InvariantCulture);
            case 3: return ((_random.NextDouble() - 0.5) * Math.Pow(10, _random.Next(-30, 30))).ToString("R", CultureInfo.InvariantCulture);
            case 4: return (9_007_199_254_740_992 + _random.Next(-20, 20)).ToString(CultureInfo.InvariantCulture);
            case 5: return $"{(Chance(30) ? "-" : "")}{Digits(_random.Next(1, 18))}";
            default:
                string digits = Digits(_random.Next(1, 39));
                int exponent = _random.Next(-130, 126 - digits.Length + 1);
                return $"{(Chance(30) ? "-" : "")}{digits}{(exponent == 0 && Chance(80) ? "" : $"{(Chance(50) ? "E" : "e")}{(exponent >= 0 && Chance(50) ? "+" : "")}{exponent}")}";
        }
    }

    private string Digits(int count)
    {
        StringBuilder digits = new(count);
        digits.Append((char)('1' + _random.Next(9)));
        while (digits.Length < count) digits.Append((char)('0' + _random.Next(10)));
        return digits.ToString();
    }

    private string Text(int length)
    {
        StringBuilder text = new();
        for (int i = _random.Next(length); i > 0; i--) text.Append(Chance(50)
            ? ((char)('a' + _random.Next(26))).ToString() : s_runes[_random.Next(s_runes.Length)]);
        return text.ToString();
    }

    private string Plain(int length)
    {
        StringBuilder text = new();
        for (int i = _random.Next(length); i > 0; i--) text.Append("abcdefghijklmnopqrstuvwxyz0123456789-_ "[_random.Next(39)]);
        return text.ToString();
    }

    private string NotEmpty(string text) => text.Length > 0 ? text : ((char)('a' + _random.Next(26))).ToString();

    private byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private bool Chance(int percent) => _random.Next(100) < percent;
}
