using System.Text;
using System.Text.Json;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Items.Mappings;

/// <summary>
/// What some items of a table tell about it: which attributes they have, and which kinds of items there are by the beginnings of their
/// keys.
/// </summary>
public sealed class MappingSample(KeyMap keys, ItemFormat format)
{
    // More kinds than these are no design that routes could follow.
    private const int MostKinds = 20;

    private static readonly char[] s_separators = ['#', '|', ':'];

    // A document has other names for what Cosmos DB owns, and an id of its own. Behind this mark the table's names stand as they are.
    private const string Mark = "\u0001";

    private static readonly ConversionOptions s_asInTable = new()
    {
        Mapping = new() { RenameAttributes = ConversionPlan.ReservedNames.ToDictionary(static name => name, static name => Mark + name) },
    };

    private readonly ItemConverter _converter = new(keys with { TtlAttribute = null }, s_asInTable, format);
    private readonly DocumentBuffer _buffer = new();
    private readonly SortedDictionary<string, AttributeSample> _attributes = new(StringComparer.Ordinal);
    private readonly Dictionary<ItemKind, int> _kinds = [];

    public KeyMap Keys => keys;

    /// <summary>Items looked at.</summary>
    public int Count { get; private set; }

    internal IReadOnlyDictionary<string, AttributeSample> Attributes => _attributes;

    /// <summary>The kinds of items, those with most to tell them by first; none if the keys tell of no kinds.</summary>
    internal IReadOnlyList<KeyValuePair<ItemKind, int>> Kinds =>
        _kinds.Count is > 1 and <= MostKinds && _kinds.Keys.All(kind => kind.Where is not null)
            ? [.. _kinds.OrderByDescending(kind => kind.Key.Precision).ThenBy(kind => kind.Key.Name, StringComparer.Ordinal)]
            : [];

    /// <summary>Looks at one record; one that cannot be converted tells nothing.</summary>
    internal void Add(ReadOnlySpan<byte> record)
    {
        if (_converter.Convert(record, 0, _buffer) != ConversionOutcome.Document) return;
        Count++;
        using JsonDocument document = JsonDocument.Parse(_buffer.Document, new JsonDocumentOptions { MaxDepth = 256 });
        foreach (JsonProperty property in document.RootElement.EnumerateObject().Where(property => property.Name != "id"))
        {
            string name = property.Name.StartsWith(Mark, StringComparison.Ordinal)
                && ConversionPlan.ReservedNames.Contains(property.Name[Mark.Length..]) ? property.Name[Mark.Length..] : property.Name;
            if (!_attributes.TryGetValue(name, out AttributeSample? sample)) _attributes.Add(name, sample = new());
            sample.Add(property.Value);
        }
        ItemKind kind = new(BeginningOf(keys.PartitionKey, document.RootElement), keys.SortKey is null
            ? null : BeginningOf(keys.SortKey, document.RootElement));
        if (_kinds.Count <= MostKinds) _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
    }

    private static KeyBeginning? BeginningOf(KeyAttribute key, JsonElement document)
    {
        string property = ConversionPlan.ReservedNames.Contains(key.Name) ? Mark + key.Name : key.Name;
        if (key.Type != KeyType.S || !document.TryGetProperty(property, out JsonElement value)
            || value.ValueKind != JsonValueKind.String) return null;
        string text = value.GetString()!;
        int end = text.IndexOfAny(s_separators);
        if (end > 0) return new(key.Name, text[..(end + 1)], IsWhole: false);
        // A word such as PROFILE is a kind by itself; what has digits is a value.
        return text.All(static c => char.IsAsciiLetter(c) || c is '_' or '-') ? new(key.Name, text, IsWhole: true) : null;
    }
}

/// <summary>How the keys of a kind of items begin.</summary>
internal readonly record struct KeyBeginning(string Attribute, string Text, bool IsWhole)
{
    private static readonly HashSet<string> s_taken =
        new(StringComparer.OrdinalIgnoreCase) { "AND", "OR", "NOT", "IN", "BETWEEN", "TRUE", "FALSE", "NULL" };

    internal string Condition
    {
        get
        {
            // Names that are no plain words, or that a condition has a meaning for, stand in double quotes.
            bool isPlain = (char.IsAsciiLetter(Attribute[0]) || Attribute[0] == '_')
                && Attribute.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_') && !s_taken.Contains(Attribute);
            string name = isPlain ? Attribute : $"\"{Attribute.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            string value = $"'{Text.Replace("'", "''", StringComparison.Ordinal)}'";
            return IsWhole ? $"{name} = {value}" : $"begins_with({name}, {value})";
        }
    }
}

/// <summary>A kind of items, by the beginnings of their keys.</summary>
internal readonly record struct ItemKind(KeyBeginning? PartitionKey, KeyBeginning? SortKey)
{
    internal int Precision => (PartitionKey is null ? 0 : 1) + (SortKey is null ? 0 : SortKey.Value.IsWhole ? 3 : 2);

    /// <summary>Null for items whose keys tell nothing.</summary>
    internal string? Where => PartitionKey is null && SortKey is null
        ? null : string.Join(" AND ", new[] { PartitionKey, SortKey }.OfType<KeyBeginning>().Select(beginning => beginning.Condition));

    /// <summary>For a container.</summary>
    internal string Name
    {
        get
        {
            StringBuilder name = new();
            foreach (KeyBeginning beginning in new[] { PartitionKey, SortKey }.OfType<KeyBeginning>())
            {
                if (name.Length > 0) name.Append('-');
                foreach (char c in beginning.Text.Where(static c => char.IsAsciiLetterOrDigit(c))) name.Append(char.ToLowerInvariant(c));
            }
            return name.ToString();
        }
    }
}

/// <summary>What a sample shows of one attribute.</summary>
internal sealed class AttributeSample
{
    private readonly SortedSet<string> _kinds = new(StringComparer.Ordinal);
    private int _texts, _json;

    internal int Count { get; private set; }

    /// <summary>Such as <c>string</c>, or <c>number, string</c>.</summary>
    internal string Kinds => string.Join(", ", _kinds);

    /// <summary>Wherever it stood it was a text with a JSON object or array in it.</summary>
    internal bool HoldsJson => _texts == Count && _json == Count;

    internal void Add(JsonElement value)
    {
        Count++;
        _kinds.Add(value.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind kind => kind.ToString().ToLowerInvariant(),
        });
        if (value.ValueKind != JsonValueKind.String) return;
        _texts++;
        string text = value.GetString()!.Trim();
        if (text.Length > 1 && text[0] is '{' or '[' && IsJson(text)) _json++;
    }

    private static bool IsJson(string text)
    {
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(text));
        try
        {
            reader.Read();
            return reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
