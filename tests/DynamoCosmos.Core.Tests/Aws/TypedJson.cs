using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;

namespace DynamoCosmos.Core.Tests.Aws;

/// <summary>
/// Typed JSON and the SDK's attribute values, without any of our own code; sets are written in order so that they compare.
/// </summary>
internal static class TypedJson
{
    internal static Dictionary<string, AttributeValue> Read(string json) => Map(JsonNode.Parse(json)!.AsObject());

    internal static string Write(Dictionary<string, AttributeValue> item) => Node(item).ToJsonString();

    private static Dictionary<string, AttributeValue> Map(JsonObject map) =>
        map.ToDictionary(static pair => pair.Key, static pair => Value(pair.Value!.AsObject()));

    private static AttributeValue Value(JsonObject typed)
    {
        (string type, JsonNode? value) = typed.Single();
        return type switch
        {
            "S" => new() { S = value!.GetValue<string>() },
            "N" => new() { N = value!.GetValue<string>() },
            "B" => new() { B = new(Convert.FromBase64String(value!.GetValue<string>())) },
            "BOOL" => new() { BOOL = value!.GetValue<bool>() },
            "NULL" => new() { NULL = true },
            "SS" => new() { SS = [.. value!.AsArray().Select(static item => item!.GetValue<string>())] },
            "NS" => new() { NS = [.. value!.AsArray().Select(static item => item!.GetValue<string>())] },
            "L" => new() { L = [.. value!.AsArray().Select(static item => Value(item!.AsObject()))] },
            "M" => new() { M = Map(value!.AsObject()) },
            _ => throw new JsonException(type),
        };
    }

    private static JsonObject Node(Dictionary<string, AttributeValue> map) =>
        new(map.OrderBy(static pair => pair.Key, StringComparer.Ordinal)
            .Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)Typed(pair.Value))));

    private static JsonObject Typed(AttributeValue value) => value switch
    {
        { S: string text } => new() { ["S"] = text },
        { N: string number } => new() { ["N"] = number },
        { B: MemoryStream bytes } => new() { ["B"] = Convert.ToBase64String(bytes.ToArray()) },
        { BOOL: bool flag } => new() { ["BOOL"] = flag },
        { NULL: true } => new() { ["NULL"] = true },
        { SS.Count: > 0 } => new() { ["SS"] = Sorted(value.SS) },
        { NS.Count: > 0 } => new() { ["NS"] = Sorted(value.NS) },
        { L: not null } => new() { ["L"] = new JsonArray([.. value.L.Select(static item => (JsonNode)Typed(item))]) },
        { M: not null } => new() { ["M"] = Node(value.M) },
        _ => throw new JsonException("an empty value"),
    };

    private static JsonArray Sorted(List<string> elements) =>
        new([.. elements.Order(StringComparer.Ordinal).Select(static element => (JsonNode)element)]);
}
