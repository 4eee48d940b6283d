using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Aws;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.RealServers;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>What conditions mean: what DynamoDB itself says of the same item.</summary>
[Collection(DynamoDBLocalTests.Name)]
[Trait("Category", "Slow")]
public sealed partial class ConditionTests(DynamoDBLocal server)
{
    private const string Item =
        """{"pk":{"S":"CUST#1"},"s":{"S":"é😀x"},"n":{"N":"5"},"n2":{"N":"5.0"},"big":{"N":"12345678901234567890"},"b":{"B":"aGk="},"t":{"BOOL":true},"f":{"BOOL":false},"z":{"NULL":true},"m":{"M":{"x":{"N":"1"},"y":{"S":"q\"}"},"e":{"M":{}}}},"l":{"L":[{"N":"1"},{"S":"1"},{"M":{"a":{"L":[]}}},{"BOOL":true}]},"e":{"L":[]},"ss":{"SS":["a","b"]},"ns":{"NS":["1","2.50"]},"bs":{"BS":["aGk="]},"order id":{"S":"o'1"},"m2":{"M":{"e":{"M":{}},"y":{"S":"q\"}"},"x":{"N":"1.0"}}},"m3":{"M":{"x":{"N":"1"},"y":{"S":"q\"}"},"q":{"M":{}}}},"l2":{"L":[{"N":"1.0"},{"S":"1"},{"M":{"a":{"L":[]}}},{"BOOL":true}]},"l3":{"L":[{"S":"1"},{"N":"1"},{"M":{"a":{"L":[]}}},{"BOOL":true}]},"ma":{"M":{"a":{"L":[]}}},"deep":{"L":[{"L":[{"N":"2"},{"S":"2"}]},{"L":[{"S":"x"}]},{"S":"z"}]},"wide":{"L":[{"N":"9007199254740993"},{"S":"a\"b"}]},"wns":{"NS":["9007199254740993"]},"wns2":{"NS":["9007199254740992"]}}""";

    // Not here: what DynamoDB refuses to compare before it looks, such as an attribute with itself.
    public static TheoryData<string> Conditions =>
    [
        "n = 5", "n = 5.0", "n = 5e0", "n <> 5", "n < 6", "n < 5", "n <= 5", "n > -1", "n >= 5.00001", "n = '5'", "n <> '5'", "n < 'x'",
            "n > 'x'", "big = 12345678901234567890", "big > 12345678901234567889",
        "n = n2", "n < big", "s = n", "s <> n", "s = 'é😀x'", "s < 'é😀y'", "s > 'é'", "s <> 'x'", "t = true", "t = false", "t <> true",
            "f = false", "f < t", "z = null", "z <> null", "n = null", "ss <> ns",
        "absent = 1", "absent <> 1", "NOT absent = 1", "absent < 1", "absent = absentb", "absent <> absentb", "absent = null",
        "size(s) = 4", "size(b) = 2", "size(l) = 4", "size(m) = 3", "size(ss) = 2", "size(ns) = 2", "size(bs) = 1", "size(e) = 0",
            "size(m.e) = 0", "size(m.y) = 3", "size(n) = 1", "size(n) <> 1", "size(t) = 1", "size(z) = 0", "size(absent) = 0",
            "size(absent) <> 0", "size(l) > size(ss)", "size(l) BETWEEN 1 AND 4", "size(l) IN (3, 4)",
        "contains(s, '😀')", "contains(s, 'y')", "contains(s, 1)", "contains(ss, 'a')", "contains(ss, 'c')", "contains(ss, 1)",
            "contains(ns, 2.5)", "contains(ns, '1')", "contains(l, '1')", "contains(l, 1.0)", "contains(l, 2)", "contains(l, true)",
            "contains(l, false)", "contains(n, 5)", "contains(m, 'x')", "contains(absent, 1)", "NOT contains(absent, 1)",
        "begins_with(s, 'é')", "begins_with(s, 'x')", "begins_with(n, '5')", "begins_with(absent, 'x')", "begins_with(pk, 'CUST#')",
        "n BETWEEN 1 AND 9", "n BETWEEN 5 AND 5", "n BETWEEN 6 AND 9", "n BETWEEN '1' AND '9'", "s BETWEEN 'a' AND 'ü'",
            "absent BETWEEN 1 AND 2", "n IN ('1', 5)", "n IN (1, 2)", "absent IN (1)", "n IN (n2)", "t IN (true, false)",
        "attribute_exists(n)", "attribute_exists(absent)", "attribute_not_exists(absent)", "attribute_not_exists(n)",
            "attribute_exists(m.x)", "attribute_exists(m.q)", "attribute_exists(m.x.y)", "attribute_exists(n.x)", "attribute_type(n, 'N')",
            "attribute_type(n, 'S')", "attribute_type(z, 'NULL')", "attribute_type(absent, 'NULL')", "attribute_type(m.e, 'M')",
            "attribute_type(l, 'L')", "attribute_type(ns, 'NS')",
        "m = m2", "m <> m2", "m = m3", "m <> m3", "m IN (m3, m2)", "m = l", "l = l2", "l <> l2", "l = l3", "e = e2", "contains(l, ma)",
            "contains(l, m)", "m = absent", "m <> absent", "m < m2",
        "contains(wide, 9007199254740993)", "contains(wide, 9007199254740992)", "contains(wide, 'a\"b')", "contains(wns, 9007199254740993)",
            "contains(wns, 9007199254740992)", "wns = wns2", "wns <> wns2",
        "l[0] = 1", "l[1] = '1'", "l[1] = 1", "l[0] < n", "l[2].a = e", "l[4] = 1", "attribute_exists(l[3])", "attribute_not_exists(l[9])",
            "attribute_exists(l.a)", "size(l[2]) = 1", "size(l[2].a) = 0", "m[0] = 1", "attribute_type(l[2], 'M')",
            "contains(l, 1) AND l[0] = 1",
        "deep[1][0] = 'x'", "contains(deep[0], '2') AND contains(deep, 'z') AND deep[0][0] = 2", "contains(deep[0], 'x')",
            "contains(deep, 2)", "deep[0] = deep[1]", "l[3] = t",
        "m.x = 1", "m.x < n", "m.y = 'q\"}'", "\"order id\" = 'o''1'",
        "n = 1 OR n = 5 AND t = false", "(n = 5 OR n = 1) AND t = false", "n = 5 OR n = 1 AND t = false", "NOT n = 5 OR n = 5",
            "NOT (n = 5 OR n = 1)", "NOT NOT n = 5", "not n = 1 and t = true",
            "attribute_exists(n) AND begins_with(pk, 'CUST#') AND NOT pk = 'CUST#2'",
    ];

    [RealServerTheory(RealServer.DynamoDBLocal)]
    [MemberData(nameof(Conditions))]
    public async Task A_condition_means_what_DynamoDB_makes_of_it(string condition)
    {
        bool expected = await AskDynamoAsync(condition);
        foreach (ItemFormat format in new[] { ItemFormat.DynamoDBJson, ItemFormat.Ion })
        {
            Assert.Equal(expected
                ? ConversionOutcome.Document : ConversionOutcome.Filtered, Convert(format, new() { Where = condition }, Item));
            // Whether the document keeps the attributes does not matter to the condition, and neither does what becomes of its numbers.
            Assert.Equal(expected
                ? ConversionOutcome.Document
                : ConversionOutcome.Filtered,
                Convert(format,
                new()
                {
                    Where = condition,
                    IncludeAttributes = ["pk"],
                    StringAttributes = ["n", "l", "ns"],
                    RenameAttributes = new Dictionary<string, string> { ["s"] = "sss" }
                }, Item));
            // Nor what becomes of the things in them.
            Assert.Equal(expected
                ? ConversionOutcome.Document
                : ConversionOutcome.Filtered,
                Convert(format,
                new()
                {
                    Where = condition,
                    ExcludeAttributes = ["m.x", "l.a"],
                    RenameAttributes = new Dictionary<string, string> { ["m2.y"] = "z" }
                }, Item));
            Assert.Equal(expected
                ? ConversionOutcome.Document
                : ConversionOutcome.Filtered, Convert(format, new() { Where = condition }, Item, NumberMode.Double));
        }
    }

    [RealServerTheory(RealServer.DynamoDBLocal)]
    [InlineData("PK begins_with 'CUST#'", "CUST#1", true)]
    [InlineData("PK begins_with 'CUST#'", "ORDER#1", false)]
    [InlineData("PK contains '#1'", "ORDER#1", true)]
    [InlineData("PK Begins_With 'CUST#' and size(PK) < 7", "CUST#1", true)]
    [InlineData("begins_with (PK, PK)", "x", true)]
    public void The_functions_may_stand_between_their_operands(string condition, string key, bool expected)
    {
        ItemConverter converter = new(new(new("PK", KeyType.S)), new() { Mapping = new() { Where = condition } });
        ConversionOutcome outcome = converter.Convert(Encoding.UTF8.GetBytes("{\"Item\":{\"PK\":{\"S\":\"" + key + "\"}}}"), 0, new());
        Assert.Equal(expected ? ConversionOutcome.Document : ConversionOutcome.Filtered, outcome);
    }

    [RealServerTheory(RealServer.DynamoDBLocal)]
    [InlineData("", 1)]
    [InlineData("n", 2)]
    [InlineData("n =", 4)]
    [InlineData("n = 5 5", 7)]
    [InlineData("n = 5 AND", 10)]
    [InlineData("(n = 5", 7)]
    [InlineData("n = 'x", 5)]
    [InlineData("n = :v", 5)]
    [InlineData("#n = 5", 1)]
    [InlineData("n == 5", 4)]
    [InlineData("n != 5", 3)]
    [InlineData("n BETWEEN 1 OR 2", 13)]
    [InlineData("n IN 5", 6)]
    [InlineData("starts_with(n, 'x')", 1)]
    [InlineData("attribute_type(n, 'X')", 19)]
    [InlineData("attribute_exists('n')", 18)]
    [InlineData("l[x] = 1", 3)]
    [InlineData("l[-1] = 1", 3)]
    [InlineData("l[0 = 1", 5)]
    [InlineData("n = 1E999", 5)]
    [InlineData("order-id = 1", 6)]
    [InlineData("m. = 1", 4)]
    public void What_cannot_be_read_is_an_error_that_tells_the_character(string condition, int at)
    {
        MigrationException error =
            Assert.Throws<MigrationException>(() => Convert(ItemFormat.DynamoDBJson, new() { Where = condition }, Item));
        Assert.Equal("InvalidCondition", error.ErrorId);
        Assert.Contains($"at character {at}:", error.Message, StringComparison.Ordinal);
    }

    [RealServerTheory(RealServer.DynamoDBLocal)]
    [InlineData("attribute_exists(json.a)", false)]
    [InlineData("json.a = 1", false)]
    [InlineData("attribute_type(json, 'S') AND begins_with(json, '{') AND size(json) = 7", true)]
    public void What_is_unpacked_is_a_text_to_a_condition(string condition, bool expected)
    {
        const string Packed = """{"pk":{"S":"a"},"json":{"S":"{\"a\":1}"}}""";
        ItemMapping mapping = new() { Where = condition, UnpackJsonAttributes = ["json"] };
        Assert.Equal(expected ? ConversionOutcome.Document : ConversionOutcome.Filtered, Convert(ItemFormat.DynamoDBJson, mapping, Packed));
        Assert.Equal(expected ? ConversionOutcome.Document : ConversionOutcome.Filtered, Convert(ItemFormat.Ion, mapping, Packed));
    }

    [RealServerFact(RealServer.DynamoDBLocal)]
    public void A_change_is_looked_at_as_it_is_in_DynamoDB_too()
    {
        ItemConverter converter = new(new(new("pk", KeyType.S)),
            new() { NumberMode = NumberMode.Double, Mapping = new() { Where = "contains(n, 9007199254740993)" } });
        DocumentBuffer buffer = new();
        Assert.Equal(ConversionOutcome.Document,
            converter.Convert("""{"Keys":{"pk":{"S":"a"}},"NewImage":{"pk":{"S":"a"},"n":{"NS":["9007199254740993"]}}}"""u8, 0, buffer));
        Assert.Equal(ConversionOutcome.Delete,
            converter.Convert("""{"Keys":{"pk":{"S":"a"}},"NewImage":{"pk":{"S":"a"},"n":{"NS":["9007199254740992"]}}}"""u8, 0, buffer));
        Assert.Equal(ConversionOutcome.Delete, converter.Convert("""{"Keys":{"pk":{"S":"a"}}}"""u8, 0, buffer));
        Assert.Equal(ConversionOutcome.Rejected,
            converter.Convert("""{"Keys":{"pk":{"S":"a"}},"NewImage":{"pk":{"S":"a"},"n":{"NS":[7]}}}"""u8, 0, buffer));
        Assert.Equal(RejectionReason.MalformedItem, buffer.Reason);
    }

    [RealServerTheory(RealServer.DynamoDBLocal)]
    [InlineData("(", ")")]
    [InlineData("NOT ", "")]
    public void A_condition_without_end_is_an_error_and_not_the_end(string before, string after)
    {
        string condition = string.Concat(Enumerable.Repeat(before, 100_000)) + "n = 5" + string.Concat(Enumerable.Repeat(after, 100_000));
        Assert.Equal("InvalidCondition",
            Assert.Throws<MigrationException>(() => Convert(ItemFormat.DynamoDBJson, new() { Where = condition }, Item)).ErrorId);
    }

    [RealServerFact(RealServer.DynamoDBLocal)]
    public void A_long_row_of_alternatives_takes_no_deeper_stack()
    {
        string condition = string.Concat(Enumerable.Repeat("n = 4 OR ", 200_000)) + "n = 5";
        Assert.Equal(ConversionOutcome.Document, Convert(ItemFormat.DynamoDBJson, new() { Where = condition }, Item));
    }

    private static ConversionOutcome Convert(ItemFormat format, ItemMapping mapping, string item, NumberMode mode = NumberMode.Exact)
    {
        ItemConverter converter = new(new(new("pk", KeyType.S)), new() { NumberMode = mode, Mapping = mapping }, format);
        string record = $"{{\"Item\":{item}}}";
        if (format == ItemFormat.Ion) record = ToIon(record);
        DocumentBuffer buffer = new();
        ConversionOutcome outcome = converter.Convert(Encoding.UTF8.GetBytes(record), 0, buffer);
        Assert.Equal("", buffer.Detail);
        return outcome;
    }

    private static string ToIon(string record) =>
        Ion(JsonDocument.Parse(record).RootElement.GetProperty("Item")) is string item ? $"{{Item:{item}}}" : "";

    private static string Ion(JsonElement map) =>
        $"{{{string.Join(',', map.EnumerateObject().Select(member => $"{JsonSerializer.Serialize(member.Name)}:{IonValue(member.Value)}"))}}}";

    private static string IonValue(JsonElement typed)
    {
        JsonProperty value = typed.EnumerateObject().Single();
        return value.Name switch
        {
            "S" => JsonSerializer.Serialize(value.Value.GetString()),
            "N" => value.Value.GetString()!,
            "B" => $"{{{{{value.Value.GetString()}}}}}",
            "BOOL" => value.Value.GetRawText(),
            "NULL" => "null",
            "M" => Ion(value.Value),
            "L" => $"[{string.Join(',', value.Value.EnumerateArray().Select(IonValue))}]",
            _ => $"$dynamodb_{value.Name}::[{string.Join(',', value.Value.EnumerateArray().Select(element => value.Name switch { "SS" => element.GetRawText(), "NS" => element.GetString()!, _ => $"{{{{{element.GetString()}}}}}" }))}]",
        };
    }

    /// <summary>Puts the item into a table and filters a scan by the condition, its names and values made placeholders.</summary>
    private async Task<bool> AskDynamoAsync(string condition)
    {
        // Each access key has tables of its own.
        string account = "conditions" + System.Convert.ToHexString(Encoding.UTF8.GetBytes(condition));
        Dictionary<string, string> names = [], values = [];
        string expression = Values().Replace(condition, match =>
        {
            string text = match.Value;
            if (text[0] == '"') return Placeholder(names, "#n", text[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal));
            string json =
                text[0] == '\'' ? $"{{\"S\":{JsonSerializer.Serialize(text[1..^1].Replace("''", "'", StringComparison.Ordinal))}}}"
                : text is "true" or "false"
                    ? $"{{\"BOOL\":{text}}}" : text == "null"
                    ? "{\"NULL\":true}" : char.IsAsciiLetter(text[0]) ? "" : $"{{\"N\":\"{text}\"}}";
            if (json.Length > 0) return Placeholder(values, ":v", json);
            bool isWord = text.ToUpperInvariant() is "AND" or "OR" or "NOT" or "BETWEEN" or "IN" || text is "size" or "contains"
                or "begins_with" || text.StartsWith("attribute_", StringComparison.Ordinal);
            return isWord ? text : Placeholder(names, "#n", text);
        });
        await server.CallAsync("CreateTable",
            """{"TableName":"conditions","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}}""", account);
        await server.CallAsync("PutItem", $"{{\"TableName\":\"conditions\",\"Item\":{Item}}}", account);
        string scan = $"{{\"TableName\":\"conditions\",\"FilterExpression\":{JsonSerializer.Serialize(expression)}"
            + (names.Count > 0
                ? $",\"ExpressionAttributeNames\":{{{string.Join(',', names.Select(name => $"\"{name.Value}\":{JsonSerializer.Serialize(name.Key)}"))}}}" : "")
            + (values.Count > 0
                ? $",\"ExpressionAttributeValues\":{{{string.Join(',', values.Select(value => $"\"{value.Value}\":{value.Key}"))}}}" : "") +
                "}";
        using JsonDocument answer = JsonDocument.Parse(await server.CallAsync("Scan", scan, account));
        return answer.RootElement.GetProperty("Count").GetInt32() == 1;
    }

    private static string Placeholder(Dictionary<string, string> placeholders, string prefix, string meaning)
    {
        if (!placeholders.TryGetValue(meaning, out string? placeholder)) placeholders.Add(meaning,
            placeholder = string.Create(CultureInfo.InvariantCulture, $"{prefix}{placeholders.Count}"));
        return placeholder;
    }

    [GeneratedRegex("""'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<!\[)-?[0-9][0-9.eE+]*|[A-Za-z_][A-Za-z0-9_]*""")]
    private static partial Regex Values();
}
