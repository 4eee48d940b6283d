using System.Collections.Specialized;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Text.Json;
using DynamoCosmos.Items;

namespace DynamoCosmos.Commands;

/// <summary>
/// Makes an object of a record in typed DynamoDB JSON, from which <see cref="ItemObjectWriter"/> writes the same item again: numbers are of the first
/// type that keeps them whole, sets are HashSets, binaries byte arrays.
/// </summary>
internal static class ItemObjectReader
{
    // DynamoDB's 32 levels take two of JSON each, and the record's own.
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = 128 };

    // What PSObject keeps for itself.
    private static readonly HashSet<string> s_reserved = new(StringComparer.OrdinalIgnoreCase) { "PSObject", "PSBase", "PSAdapted", "PSExtended", "PSTypeNames" };

    /// <exception cref="FormatException">The record is not one.</exception>
    internal static object Read(ReadOnlySpan<byte> record)
    {
        try
        {
            Utf8JsonReader reader = new(record, s_options);
            Expect(ref reader, JsonTokenType.StartObject);
            List<(string Name, object? Value)> maps = [];
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                Expect(ref reader, JsonTokenType.StartObject);
                // What a change tells of itself is no part of any item.
                if (name == "Metadata") reader.Skip();
                else maps.Add((name, ReadMembers(ref reader)));
            }
            return maps is [("Item", object item)] ? item : ToObject(maps);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException(error.Message, error);
        }
    }

    private static object ReadMembers(ref Utf8JsonReader reader)
    {
        List<(string Name, object? Value)> members = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) members.Add((reader.GetString()!, ReadTyped(ref reader)));
        return ToObject(members);
    }

    private static object? ReadTyped(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        Expect(ref reader, JsonTokenType.PropertyName);
        string tag = reader.GetString()!;
        reader.Read();
        object? value = tag switch
        {
            "S" => reader.GetString(),
            "N" => ToNumber(reader.GetString()!),
            "B" => reader.GetBytesFromBase64(),
            "BOOL" => reader.GetBoolean(),
            "NULL" => null,
            "M" => ReadMembers(ref reader),
            "L" => ReadList(ref reader),
            "SS" => ReadSet(ref reader, static (ref Utf8JsonReader element) => element.GetString()!),
            "NS" => ReadSet(ref reader, static (ref Utf8JsonReader element) => ToNumber(element.GetString()!)),
            "BS" => ReadSet(ref reader, static (ref Utf8JsonReader element) => element.GetBytesFromBase64()),
            _ => throw new JsonException($"'{tag}' is no type of DynamoDB."),
        };
        Expect(ref reader, JsonTokenType.EndObject);
        return value;
    }

    private static object?[] ReadList(ref Utf8JsonReader reader)
    {
        List<object?> elements = [];
        while (true)
        {
            // A look ahead at the end of the list: what follows otherwise is read whole.
            Utf8JsonReader ahead = reader;
            if (ahead.Read() && ahead.TokenType == JsonTokenType.EndArray) break;
            elements.Add(ReadTyped(ref reader));
        }
        reader.Read();
        return [.. elements];
    }

    private static HashSet<T> ReadSet<T>(ref Utf8JsonReader reader, ElementReading<T> read)
    {
        HashSet<T> set = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.String) set.Add(read(ref reader));
        return set;
    }

    /// <summary>
    /// Properties where PowerShell can tell them apart, which it does without regard to case; else a dictionary that regards it.
    /// </summary>
    internal static object ToObject(List<(string Name, object? Value)> members)
    {
        if (members.Exists(static member => member.Name.Length == 0 || s_reserved.Contains(member.Name)) || HasTwins(members))
        {
            OrderedDictionary dictionary = new(StringComparer.Ordinal);
            foreach ((string name, object? value) in members) dictionary[name] = value;
            return dictionary;
        }
        PSObject item = new();
        foreach ((string name, object? value) in members) item.Properties.Add(new PSNoteProperty(name, value), preValidated: true);
        return item;
    }

    private static bool HasTwins(List<(string Name, object? Value)> members)
    {
        // Few enough in nearly every map for this to be faster than a set.
        if (members.Count > 32) return members.Select(static member => member.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() != members.Count;
        for (int i = 1; i < members.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (members[i].Name.Length == members[j].Name.Length && members[i].Name.Equals(members[j].Name, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }
        return false;
    }

    internal static object ToNumber(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)) return whole;
        int digits = text.Count(char.IsAsciiDigit);
        bool isPlain = digits + (text[0] is '-' ? 1 : 0) + (text.Contains('.', StringComparison.Ordinal) ? 1 : 0) == text.Length;
        // A decimal keeps 28 digits, wherever the point is.
        if (isPlain && digits <= 28) return decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
        return isPlain && !text.Contains('.', StringComparison.Ordinal) ? BigInteger.Parse(text, CultureInfo.InvariantCulture) : new ExactNumber(text);
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token) throw new JsonException($"{token} is expected at byte {reader.TokenStartIndex} and {reader.TokenType} found.");
    }

    private delegate T ElementReading<T>(ref Utf8JsonReader reader);
}
