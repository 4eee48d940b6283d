using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Import.Checkpoints;

/// <summary>Rejected items as NDJSON. The names are for life, as the reasons are.</summary>
internal static class RejectionLines
{
    // The file is read by people and tools, not by browsers: é and < stay what they are.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="text">The record as it stands in its unit.</param>
    /// <param name="partitionKey">As in <see cref="ItemWrite.PartitionKey"/>; null where unknown.</param>
    /// <param name="import">Of the checkpoint: another import that is given the same file tells its lines by it.</param>
    /// <param name="from">How the record was read: what another import of it has to know.</param>
    internal static void Write(
        IBufferWriter<byte> into, ItemRouter from, string dataFile, long line, string import, RejectionReason reason,
        string? container, string? id, IReadOnlyList<object?>? partitionKey, WriteAnswer? answer,
        string? detail, ReadOnlySpan<byte> text, bool isCut)
    {
        using (Utf8JsonWriter writer = new(into, s_options))
        {
            writer.WriteStartObject();
            writer.WriteString("dataFile"u8, dataFile);
            writer.WriteNumber("line"u8, line);
            if (import.Length > 0) writer.WriteString("import"u8, import);
            writer.WriteString("reason"u8, reason.ToString());
            if (container is not null) writer.WriteString("container"u8, container);
            if (id is not null) writer.WriteString("id"u8, id);
            if (partitionKey is not null) WritePartitionKey(writer, partitionKey);
            if (answer is WriteAnswer given)
            {
                writer.WriteNumber("status"u8, given.Status);
                if (given.SubStatus != 0) writer.WriteNumber("subStatus"u8, given.SubStatus);
            }
            if (detail is not null) writer.WriteString("detail"u8, detail);
            WriteTable(writer, from.Keys);
            if (from.Format != default) writer.WriteString("format"u8, from.Format.ToString());
            if (isCut) writer.WriteBoolean("itemCut"u8, true);
            // A cut may have gone through a character.
            if (isCut) text = WithoutHalfCharacter(text);
            if (Utf8.IsValid(text) && !IsMostlyControl(text)) writer.WriteString("item"u8, text);
            else writer.WriteBase64String("itemBase64"u8, text);
            writer.WriteEndObject();
        }
        into.Write("\n"u8);
    }

    /// <exception cref="FormatException">Not what <see cref="Write"/> writes.</exception>
    internal static RejectedItem Read(ReadOnlySpan<byte> line)
    {
        try
        {
            Utf8JsonReader reader = new(line);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            JsonElement root = document.RootElement;
            string? base64 = Text(root, "itemBase64");
            return new()
            {
                DataFile = root.GetProperty("dataFile").GetString() ?? throw new FormatException("dataFile is null"),
                Line = root.GetProperty("line").GetInt64(),
                Reason = Enum.TryParse(Text(root, "reason"), out RejectionReason reason)
                    ? reason : throw new FormatException($"reason is '{Text(root, "reason")}'"),
                Container = Text(root, "container"),
                Id = Text(root, "id"),
                PartitionKey = root.TryGetProperty("partitionKey", out JsonElement key) ? key.GetRawText() : null,
                Status = Number(root, "status"),
                SubStatus = Number(root, "subStatus"),
                Detail = Text(root, "detail"),
                TableKeys = root.TryGetProperty("table", out JsonElement table) ? ReadTable(table) : null,
                Format = Text(root, "format") is not string name
                    ? default : Enum.TryParse(name, out ItemFormat format) ? format : throw new FormatException($"format is '{name}'"),
                Item = base64 ?? Text(root, "item") ?? throw new FormatException("item is not there"),
                IsItemCut = root.TryGetProperty("itemCut", out JsonElement cut) && cut.GetBoolean(),
                IsItemBase64 = base64 is not null,
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException(error.Message, error);
        }
    }

    private static void WriteTable(Utf8JsonWriter writer, KeyMap keys)
    {
        writer.WriteStartObject("table"u8);
        writer.WriteString("partitionKey"u8, keys.PartitionKey.ToArgument());
        if (keys.SortKey is not null) writer.WriteString("sortKey"u8, keys.SortKey.ToArgument());
        if (keys.TtlAttribute is not null) writer.WriteString("ttl"u8, keys.TtlAttribute);
        writer.WriteEndObject();
    }

    private static KeyMap ReadTable(JsonElement table) => new(
        KeyAttribute.Parse(Text(table, "partitionKey") ?? throw new FormatException("table has no partitionKey")),
        Text(table, "sortKey") is string sortKey ? KeyAttribute.Parse(sortKey) : null, Text(table, "ttl"));

    private static void WritePartitionKey(Utf8JsonWriter writer, IReadOnlyList<object?> partitionKey)
    {
        writer.WriteStartArray("partitionKey"u8);
        foreach (object? value in partitionKey)
        {
            switch (value)
            {
                case null: writer.WriteNullValue(); break;
                case string text: writer.WriteStringValue(text); break;
                case bool flag: writer.WriteBooleanValue(flag); break;
                case double number: writer.WriteNumberValue(number); break;
                // Cosmos DB writes a value that the document does not have so.
                default:
                    writer.WriteStartObject();
                    writer.WriteEndObject();
                    break;
            }
        }
        writer.WriteEndArray();
    }

    // Each would become six characters.
    private static bool IsMostlyControl(ReadOnlySpan<byte> text)
    {
        int controls = 0;
        foreach (byte value in text) controls += value < ' ' ? 1 : 0;
        return controls > text.Length / 4;
    }

    private static ReadOnlySpan<byte> WithoutHalfCharacter(ReadOnlySpan<byte> text)
    {
        for (int cut = 0; cut <= 3 && cut <= text.Length; cut++)
        {
            ReadOnlySpan<byte> shorter = text[..^cut];
            if (Rune.DecodeLastFromUtf8(shorter, out _, out _) == OperationStatus.Done) return shorter;
        }
        return text;
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static int? Number(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : null;
}
