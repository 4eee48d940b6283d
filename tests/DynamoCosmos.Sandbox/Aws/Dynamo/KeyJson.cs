using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>An item's key as typed JSON, taken from the item.</summary>
internal static class KeyJson
{
    internal static byte[] Of(StoredItem item, TableKeys keys)
    {
        using JsonDocument document = JsonDocument.Parse(item.Json, new JsonDocumentOptions { MaxDepth = 1000 });
        ArrayBufferWriter<byte> buffer = new(128);
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            foreach (string? name in (string?[])[keys.PartitionKey, keys.SortKey])
            {
                if (name is null) continue;
                writer.WritePropertyName(name);
                document.RootElement.GetProperty(name).WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
