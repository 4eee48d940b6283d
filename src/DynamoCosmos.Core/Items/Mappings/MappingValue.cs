using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Items.Mappings;

/// <summary>
/// A value of a mapping with the place it stands at: the one form that a JSON file, a PSD1 file, and parameters of a cmdlet take before
/// they are understood. A null reference stands for null.
/// </summary>
public sealed class MappingValue
{
    private static readonly JsonWriterOptions s_written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private MappingValue(MappingPlace place) => Place = place;

    internal MappingPlace Place { get; }

    internal string? Text { get; private init; }

    /// <summary>A number or a truth value as JSON text.</summary>
    internal string? Literal { get; private init; }

    internal IReadOnlyList<MappingValue?>? List { get; private init; }

    internal IReadOnlyList<MappingMember>? Members { get; private init; }

    public static MappingValue OfText(string text, MappingPlace place) => new(place) { Text = text };

    public static MappingValue OfBoolean(bool truth, MappingPlace place) => new(place) { Literal = truth ? "true" : "false" };

    /// <param name="json">A number as JSON writes it.</param>
    /// <exception cref="MigrationException">MappingNotReadable: it is none, such as NaN.</exception>
    public static MappingValue OfNumber(string json, MappingPlace place) =>
        json.Length > 0 && char.IsAsciiDigit(json[^1])
            ? new(place) { Literal = json } : throw MappingErrors.NotReadable(place, $"{json} is no number that a document can hold.");

    public static MappingValue OfList(IReadOnlyList<MappingValue?> list, MappingPlace place) => new(place) { List = list };

    /// <exception cref="MigrationException">MappingNotReadable: a word stands twice.</exception>
    public static MappingValue OfMembers(IReadOnlyList<MappingMember> members, MappingPlace place)
    {
        HashSet<string> words = new(StringComparer.Ordinal);
        foreach (MappingMember member in members)
        {
            if (!words.Add(member.Word)) throw MappingErrors.NotReadable(member.Place, $"'{member.Word}' stands twice.");
        }
        return new(place) { Members = members };
    }

    /// <summary>Both settings as one; a word that both have is this one's.</summary>
    public MappingValue Over(MappingValue below) =>
        new(Place)
        {
            Members = [.. Members
            ?? [], .. (below.Members ?? []).Where(member => !(Members ?? []).Any(own => own.Is(member.Word)))]
        };

    public string ToJson()
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text, s_written)) Write(writer, this);
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private static void Write(Utf8JsonWriter writer, MappingValue? value)
    {
        if (value is null) writer.WriteNullValue();
        else if (value.Text is not null) writer.WriteStringValue(value.Text);
        else if (value.Literal is not null) writer.WriteRawValue(value.Literal);
        else if (value.List is not null)
        {
            writer.WriteStartArray();
            foreach (MappingValue? element in value.List) Write(writer, element);
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteStartObject();
            foreach (MappingMember member in value.Members!)
            {
                writer.WritePropertyName(member.Word);
                Write(writer, member.Value);
            }
            writer.WriteEndObject();
        }
    }
}

/// <summary>A word and what is said about it.</summary>
public sealed record MappingMember(string Word, MappingValue? Value, MappingPlace Place)
{
    // JSON has them as excludeAttribute, PowerShell as ExcludeAttribute.
    internal bool Is(string word) => Word.Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Where something stands.</summary>
/// <param name="Source">A file, or a parameter.</param>
/// <param name="Line">From 1; 0 for what has no lines.</param>
public readonly record struct MappingPlace(string Source, int Line = 0)
{
    public override string ToString() => Line > 0 ? $"{Source}, line {Line}" : Source;
}
