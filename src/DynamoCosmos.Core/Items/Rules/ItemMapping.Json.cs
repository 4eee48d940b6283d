using System.Text;
using System.Text.Json;

namespace DynamoCosmos.Items.Rules;

/// <summary>A mapping as JSON: to be kept in a file, and to tell two mappings apart.</summary>
public sealed partial record ItemMapping
{
    private static readonly JsonWriterOptions s_written =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Everything that is set, in a fixed order: equal mappings have equal texts.</summary>
    public string ToJson()
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text, s_written))
        {
            writer.WriteStartObject();
            WriteTexts(writer, "excludeAttribute", ExcludeAttributes);
            WriteTexts(writer, "includeAttribute", IncludeAttributes);
            WriteMembers(writer, "renameAttribute", RenameAttributes, writer.WriteStringValue);
            WriteMembers(writer, "addProperty", AddProperties, json => writer.WriteRawValue(json));
            WriteTexts(writer, "stringAttribute", StringAttributes);
            WriteMembers(writer, "attributeNumberMode", NumberModes, mode => writer.WriteStringValue(mode.ToString()));
            WriteTexts(writer, "unpackJsonAttribute", UnpackJsonAttributes);
            if (Where is not null) writer.WriteString("where", Where);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0) return;
        writer.WriteStartArray(name);
        foreach (string text in texts.Order(StringComparer.Ordinal)) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static void WriteMembers<T>(Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, T> members, Action<T> write)
    {
        if (members.Count == 0) return;
        writer.WriteStartObject(name);
        foreach ((string member, T value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(member);
            write(value);
        }
        writer.WriteEndObject();
    }
}
