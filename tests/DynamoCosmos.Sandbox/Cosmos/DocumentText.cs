using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>The text of a document as it is kept, and as it goes out with the service's own properties.</summary>
internal static class DocumentText
{
    /// <summary>Every number as the double that it is; the service's own properties, where a client sent them, left out.</summary>
    internal static byte[] Rewrite(ReadOnlySpan<byte> json)
    {
        ArrayBufferWriter<byte> target = new(json.Length);
        using (Utf8JsonWriter writer = new(target,
            new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1000 }))
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = DocumentReading.DeepestNesting });
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && DocumentReading.IsSystemName(ref reader))
                {
                    reader.Read();
                    reader.Skip();
                    continue;
                }
                Write(ref reader, writer);
            }
        }
        return target.WrittenSpan.ToArray();
    }

    private static void Write(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.PropertyName:
                writer.WritePropertyName(reader.GetString()!);
                break;
            case JsonTokenType.Number:
                Span<byte> own = stackalloc byte[32];
                reader.GetDouble().TryFormat(own, out int length, default, CultureInfo.InvariantCulture);
                writer.WriteRawValue(own[..length], skipInputValidation: true);
                break;
            case JsonTokenType.String:
                writer.WriteStringValue(reader.GetString());
                break;
            case JsonTokenType.True:
                writer.WriteBooleanValue(true);
                break;
            case JsonTokenType.False:
                writer.WriteBooleanValue(false);
                break;
            case JsonTokenType.Null:
                writer.WriteNullValue();
                break;
        }
    }

    /// <summary>Writes a kept document with _rid, _self, _etag, _attachments and _ts, and _lsn where the change feed asks for it.</summary>
    internal static void WriteTo(IBufferWriter<byte> target, StandInContainer container, in StoredDocument document, bool withLsn = false)
    {
        byte[] body =
            document.Body ?? throw new RefusedException(new(500, 0, "This stand-in keeps no documents (KeepDocuments is false)."));
        target.Write(body.AsSpan(0, body.Length - 1));
        string rid = container.DocumentRid(document.Sequence);
        StringBuilder own = new(200);
        own.Append(",\"_rid\":\"").Append(rid).Append("\",\"_self\":\"").Append(container.Self).Append("docs/").Append(rid)
            .Append("/\",\"_etag\":\"\\\"")
            .Append(ETag(document.Lsn)).Append("\\\"\",\"_attachments\":\"attachments/\",\"_ts\":").Append(document.Timestamp);
        if (withLsn) own.Append(",\"_lsn\":").Append(document.Lsn);
        own.Append('}');
        Encoding.UTF8.GetBytes(own.ToString(), target);
    }

    /// <summary>Without its quotes.</summary>
    internal static string ETag(long lsn) => $"00000000-0000-0000-0000-{lsn:x12}";
}
