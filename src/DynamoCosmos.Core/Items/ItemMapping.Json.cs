using System.Text;
using System.Text.Json;

namespace DynamoCosmos.Items;

/// <summary>A mapping as JSON: to be kept in a file, and to tell two mappings apart.</summary>
public sealed partial record ItemMapping
{
    private static readonly JsonWriterOptions s_written = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Reads <c>{"exclude":["a*"],"include":[],"rename":{"old":"new"},"add":{"type":"order"},"string":["zip"],"numberMode":{"price":"Double"},
    /// "unpackJson":["payload"],"where":"…"}</c>. All members may be absent.
    /// </summary>
    /// <exception cref="MigrationException">It is not JSON, or has a word that is not known.</exception>
    public static ItemMapping FromJson(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return FromJson(document.RootElement);
        }
        catch (JsonException error)
        {
            throw ItemErrors.InvalidMapping($"The mapping is not JSON: {error.Message}");
        }
    }

    /// <summary>The same from a part of a larger file.</summary>
    /// <exception cref="MigrationException">It has a word that is not known.</exception>
    public static ItemMapping FromJson(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw ItemErrors.InvalidMapping("A mapping is a JSON object.");
        ItemMapping mapping = new();
        foreach (JsonProperty member in json.EnumerateObject())
        {
            mapping = member.Name switch
            {
                "exclude" => mapping with { ExcludeAttributes = Texts(member) },
                "include" => mapping with { IncludeAttributes = Texts(member) },
                "rename" => mapping with { RenameAttributes = Members(member).ToDictionary(renamed => renamed.Name, Text) },
                "add" => mapping with { AddProperties = Members(member).ToDictionary(added => added.Name, added => added.Value.GetRawText()) },
                "string" => mapping with { StringAttributes = Texts(member) },
                "numberMode" => mapping with { NumberModes = Members(member).ToDictionary(mode => mode.Name, Mode) },
                "unpackJson" => mapping with { UnpackJsonAttributes = Texts(member) },
                "where" => mapping with { Where = Text(member) },
                _ => throw ItemErrors.InvalidMapping($"The mapping has an unknown word '{member.Name}'. Known are exclude, include, rename, add, string, numberMode, unpackJson and where."),
            };
        }
        return mapping;
    }

    /// <summary>Everything that is set, in a fixed order: equal mappings have equal texts.</summary>
    public string ToJson()
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text, s_written))
        {
            writer.WriteStartObject();
            WriteTexts(writer, "exclude", ExcludeAttributes);
            WriteTexts(writer, "include", IncludeAttributes);
            WriteMembers(writer, "rename", RenameAttributes, writer.WriteStringValue);
            WriteMembers(writer, "add", AddProperties, json => writer.WriteRawValue(json));
            WriteTexts(writer, "string", StringAttributes);
            WriteMembers(writer, "numberMode", NumberModes, mode => writer.WriteStringValue(mode.ToString()));
            WriteTexts(writer, "unpackJson", UnpackJsonAttributes);
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

    private static string[] Texts(JsonProperty member) => member.Value.ValueKind == JsonValueKind.Array && member.Value.EnumerateArray().All(element => element.ValueKind == JsonValueKind.String)
        ? [.. member.Value.EnumerateArray().Select(element => element.GetString()!)]
        : throw ItemErrors.InvalidMapping($"The mapping's '{member.Name}' is a list of names in quotes.");

    private static JsonElement.ObjectEnumerator Members(JsonProperty member) => member.Value.ValueKind == JsonValueKind.Object
        ? member.Value.EnumerateObject()
        : throw ItemErrors.InvalidMapping($"The mapping's '{member.Name}' is an object: a name and what becomes of it.");

    private static string Text(JsonProperty member) => member.Value.ValueKind == JsonValueKind.String
        ? member.Value.GetString()!
        : throw ItemErrors.InvalidMapping($"The mapping's '{member.Name}' is a text in quotes.");

    private static NumberMode Mode(JsonProperty member) => Enum.TryParse(Text(member), ignoreCase: true, out NumberMode mode) && Enum.IsDefined(mode)
        ? mode
        : throw ItemErrors.InvalidMapping($"The mapping's number mode of '{member.Name}' is one of Exact, String, Double and Reject.");
}
