using System.Buffers;
using System.Text;
using System.Text.Json;

namespace DynamoCosmos.Objects;

/// <summary>
/// Writes a string of the pipeline as a record: a line of an export and an item in typed DynamoDB JSON as they are, plain JSON typed. What
/// is none of these goes on as it is too, to be rejected with its own text.
/// </summary>
internal sealed class ItemTextWriter(string partitionKey)
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 512 };

    private byte[] _text = [];

    internal void Write(string json, Utf8JsonWriter writer, IBufferWriter<byte> into)
    {
        int most = Encoding.UTF8.GetMaxByteCount(json.Length);
        if (_text.Length < most) _text = new byte[Math.Max(most, 4096)];
        ReadOnlyMemory<byte> text = _text.AsMemory(0, Encoding.UTF8.GetBytes(json, _text));
        JsonDocument? document = TryParse(text);
        using (document)
        {
            if (document?.RootElement is not { ValueKind: JsonValueKind.Object } root || IsRecord(root))
            {
                into.Write(text.Span);
                return;
            }
            writer.WriteStartObject();
            writer.WritePropertyName("Item"u8);
            if (root.TryGetProperty(partitionKey, out JsonElement key)
                && IsTypedKey(key)) writer.WriteRawValue(text.Span.Trim(" \t\r\n"u8), skipInputValidation: true);
            else WriteMembers(root, writer);
            writer.WriteEndObject();
        }
    }

    private bool IsRecord(JsonElement root) =>
        !root.TryGetProperty(partitionKey, out _) &&
        ((root.TryGetProperty("Item", out JsonElement map) && map.ValueKind == JsonValueKind.Object)
            || (root.TryGetProperty("Keys", out map) && map.ValueKind == JsonValueKind.Object));

    private static bool IsTypedKey(JsonElement key) =>
        key.ValueKind == JsonValueKind.Object
            && key.EnumerateObject().Take(2).ToArray() is [{ Name: "S" or "N" or "B", Value.ValueKind: JsonValueKind.String }];

    private static JsonDocument? TryParse(ReadOnlyMemory<byte> text)
    {
        try
        {
            return JsonDocument.Parse(text, s_options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void WriteMembers(JsonElement map, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (JsonProperty member in map.EnumerateObject())
        {
            writer.WritePropertyName(member.Name);
            WriteTyped(member.Value, writer);
        }
        writer.WriteEndObject();
    }

    private static void WriteTyped(JsonElement value, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                writer.WritePropertyName("S"u8);
                value.WriteTo(writer);
                break;
            case JsonValueKind.Number:
                writer.WriteString("N"u8, value.GetRawText());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.WriteBoolean("BOOL"u8, value.GetBoolean());
                break;
            case JsonValueKind.Object:
                writer.WritePropertyName("M"u8);
                WriteMembers(value, writer);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray("L"u8);
                foreach (JsonElement element in value.EnumerateArray()) WriteTyped(element, writer);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteBoolean("NULL"u8, true);
                break;
        }
        writer.WriteEndObject();
    }
}
