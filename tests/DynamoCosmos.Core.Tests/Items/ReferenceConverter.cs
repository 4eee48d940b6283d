using System.Text;
using System.Text.Json;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>What a conversion came to, in plain values that can be compared.</summary>
internal sealed record ReferenceResult(ConversionOutcome Outcome, RejectionReason Reason, string Document = "", string Id = "",
    string PartitionKey = "", int NumberLosses = 0)
{
    internal static ReferenceResult Of(ConversionOutcome outcome, DocumentBuffer buffer) => outcome == ConversionOutcome.Rejected
        ? new(outcome, buffer.Reason)
        : new(outcome, buffer.Reason, Encoding.UTF8.GetString(buffer.Document.Span), buffer.Id,
            string.Join(' ', buffer.GetPartitionKey("undefined").Select(value => JsonSerializer.Serialize(value))),
                outcome == ConversionOutcome.Document ? buffer.NumberLosses : 0);
}

/// <summary>
/// The rules of docs/conversion.md once more, plainly and slowly, over System.Text.Json and big integers. It shares no code with the
/// converter, and the converter has to equal it on everything.
/// </summary>
internal sealed class ReferenceConverter(KeyMap keys, ConversionOptions options)
{
    internal ReferenceResult Convert(byte[] line, long now)
    {
        try
        {
            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(line);
            if (text.StartsWith('\uFEFF')) throw new Refusal(RejectionReason.MalformedItem);
            using JsonDocument record = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 2000 });
            return Convert(Members(record.RootElement), now);
        }
        catch (Refusal refusal)
        {
            return new(ConversionOutcome.Rejected, refusal.Reason);
        }
        catch (Exception error) when (error is JsonException or DecoderFallbackException or InvalidOperationException or ArgumentException)
        {
            return new(ConversionOutcome.Rejected, RejectionReason.MalformedItem);
        }
    }

    private ReferenceResult Convert(Dictionary<string, JsonElement> record, long now)
    {
        foreach ((string name, JsonElement member) in record)
        {
            if (name is not ("Item" or "Keys" or "NewImage" or "OldImage" or "Metadata")
                || member.ValueKind != JsonValueKind.Object) throw new Refusal(RejectionReason.MalformedItem);
            if (name != "Item") Prove(member, 0);
        }
        if (record.TryGetValue("Item", out JsonElement item) && record.Count == 1) return new ReferenceItem(keys, options, Attributes(item))
            .Upsert(now);
        if (record.ContainsKey("Item")
            || !record.TryGetValue("Keys", out JsonElement key)) throw new Refusal(RejectionReason.MalformedItem);
        if (record.TryGetValue("NewImage", out JsonElement image))
        {
            ReferenceItem upsert = new(keys, options, Attributes(image));
            if (new ReferenceItem(keys, options, Attributes(key))
                .KeyTexts() != upsert.KeyTexts()) throw new Refusal(RejectionReason.MalformedItem);
            ReferenceResult result = upsert.Upsert(now);
            // What an earlier state of the item has written has to go.
            return result.Outcome == ConversionOutcome.Expired && result.PartitionKey.Length > 0
                ? result with { Outcome = ConversionOutcome.Delete } : result;
        }
        bool keysSuffice = new ReferenceItem(keys, options, []).KeysSuffice();
        return new ReferenceItem(keys, options, Attributes(!keysSuffice && record.TryGetValue("OldImage", out JsonElement old) ? old : key))
            .Delete();
    }

    private List<(string Name, ReferenceValue Value)> Attributes(JsonElement map) =>
        [.. Members(map).Select(member => (member.Key, Value(member.Value, 0)))];

    private ReferenceValue Value(JsonElement typed, int depth)
    {
        Dictionary<string, JsonElement> members = Members(typed);
        if (members.Count != 1) throw new Refusal(RejectionReason.MalformedItem);
        (string type, JsonElement value) = members.Single();
        if (type is "M" or "L" && depth == 32) throw new Refusal(RejectionReason.MalformedItem);
        return type switch
        {
            "S" => ReferenceValue.String(Text(value)),
            "N" => ReferenceValue.Number(Text(value), options.NumberMode),
            "B" => ReferenceValue.Binary(Text(value)),
            "BOOL" when value.ValueKind is JsonValueKind.True or JsonValueKind.False => new("BOOL", value.GetBoolean() ? "true" : "false"),
            "NULL" when value.ValueKind == JsonValueKind.True => new("NULL", "null"),
            "M" => ReferenceValue.Map(Members(value).Select(member => (member.Key, Value(member.Value, depth + 1)))),
            "L" => ReferenceValue.List("L", Elements(value).Select(element => Value(element, depth + 1))),
            "SS" => ReferenceValue.List("SS", Elements(value).Select(element => ReferenceValue.String(Text(element)))
                .OrderBy(element => element.Bytes, ReferenceValue.ByBytes)),
            "BS" => ReferenceValue.List("BS", Elements(value).Select(element => ReferenceValue.Binary(Text(element)))
                .OrderBy(element => element.Bytes, ReferenceValue.ByBytes)),
            "NS" => ReferenceValue.List("NS", Elements(value).Select(element => ReferenceValue.Number(Text(element), options.NumberMode))
                .OrderBy(element => element.Decimal)),
            _ => throw new Refusal(RejectionReason.MalformedItem),
        };
    }

    private static Dictionary<string, JsonElement> Members(JsonElement map)
    {
        if (map.ValueKind != JsonValueKind.Object) throw new Refusal(RejectionReason.MalformedItem);
        Dictionary<string, JsonElement> members = [];
        foreach (JsonProperty member in map.EnumerateObject())
        {
            if (!members.TryAdd(member.Name, member.Value)) throw new Refusal(RejectionReason.MalformedItem);
        }
        return members;
    }

    private static IEnumerable<JsonElement> Elements(JsonElement array) =>
        array.ValueKind == JsonValueKind.Array ? array.EnumerateArray() : throw new Refusal(RejectionReason.MalformedItem);

    private static string Text(JsonElement text) =>
        text.ValueKind == JsonValueKind.String ? text.GetString()! : throw new Refusal(RejectionReason.MalformedItem);

    // What becomes nothing has to be sound JSON all the same: every string readable, and not endlessly deep.
    private static void Prove(JsonElement value, int depth)
    {
        if (depth > 68) throw new Refusal(RejectionReason.MalformedItem);
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement element in value.EnumerateArray()) Prove(element, depth + 1);
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    _ = member.Name;
                    Prove(member.Value, depth + 1);
                }
                break;
        }
    }
}

internal sealed class Refusal(RejectionReason reason) : Exception
{
    internal RejectionReason Reason { get; } = reason;
}
