using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Objects;

/// <summary>
/// Makes an object of a record in typed DynamoDB JSON or Ion, from which <see cref="ItemObjectWriter"/> writes the same item again: numbers
/// are of the first type that keeps them whole, sets are HashSets, binaries byte arrays. Not for two threads at once.
/// </summary>
internal sealed class ItemObjectReader
{
    // DynamoDB's 32 levels take two of JSON each, and the record's own.
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = 128 };

    private static readonly object s_true = true, s_false = false;

    private readonly AttributeNames _names = new();

    // Of maps that are not at their end yet, the outer first.
    private readonly List<(string Name, object? Value)> _members = [];

    private readonly IonTranscoder _ion = new();
    private readonly ArrayBufferWriter<byte> _typed = new();

    /// <exception cref="FormatException">The record is not one.</exception>
    internal object Read(ReadOnlySpan<byte> record, ItemFormat format)
    {
        if (format != ItemFormat.Ion) return Read(record);
        _typed.ResetWrittenCount();
        if (!_ion.TryTranscode(record, _typed)) throw new FormatException(_ion.Detail);
        return Read(_typed.WrittenSpan);
    }

    private object Read(ReadOnlySpan<byte> record)
    {
        try
        {
            _members.Clear();
            Utf8JsonReader reader = new(record, s_options);
            Expect(ref reader, JsonTokenType.StartObject);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = _names.Get(ref reader);
                Expect(ref reader, JsonTokenType.StartObject);
                // What a change tells of itself is no part of any item.
                if (name == "Metadata") reader.Skip();
                else _members.Add((name, ReadMembers(ref reader)));
            }
            // What stands behind the record is an error of its own.
            reader.Read();
            return _members is [("Item", object item)] ? item : NoteObjects.Create(CollectionsMarshal.AsSpan(_members));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException(error.Message, error);
        }
    }

    private object ReadMembers(ref Utf8JsonReader reader)
    {
        int begin = _members.Count;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = _names.Get(ref reader);
            Expect(ref reader, JsonTokenType.StartObject);
            object? value = ReadTyped(ref reader);
            _members.Add((name, value));
        }
        object map = NoteObjects.Create(CollectionsMarshal.AsSpan(_members)[begin..]);
        _members.RemoveRange(begin, _members.Count - begin);
        return map;
    }

    private object? ReadTyped(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.PropertyName);
        ReadOnlySpan<byte> tag = reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
        reader.Read();
        object? value = tag switch
        {
            [(byte)'S'] => reader.GetString(),
            [(byte)'N'] => ReadNumber(ref reader),
            [(byte)'B'] => reader.GetBytesFromBase64(),
            [(byte)'B', (byte)'O', (byte)'O', (byte)'L'] => reader.GetBoolean() ? s_true : s_false,
            [(byte)'N', (byte)'U', (byte)'L', (byte)'L'] => null,
            [(byte)'M'] => ReadMap(ref reader),
            [(byte)'L'] => ReadList(ref reader),
            [(byte)'S', (byte)'S'] => ReadSet(ref reader, static (ref Utf8JsonReader element) => element.GetString()!),
            [(byte)'N', (byte)'S'] => ReadSet(ref reader, static (ref Utf8JsonReader element) => ReadNumber(ref element)),
            [(byte)'B', (byte)'S'] => ReadSet(ref reader, static (ref Utf8JsonReader element) => element.GetBytesFromBase64()),
            _ => throw new JsonException($"'{Encoding.UTF8.GetString(tag)}' is no type of DynamoDB."),
        };
        Expect(ref reader, JsonTokenType.EndObject);
        return value;
    }

    private object ReadMap(ref Utf8JsonReader reader)
    {
        Require(ref reader, JsonTokenType.StartObject);
        return ReadMembers(ref reader);
    }

    private object?[] ReadList(ref Utf8JsonReader reader)
    {
        Require(ref reader, JsonTokenType.StartArray);
        List<object?> elements = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Require(ref reader, JsonTokenType.StartObject);
            elements.Add(ReadTyped(ref reader));
        }
        return [.. elements];
    }

    private static HashSet<T> ReadSet<T>(ref Utf8JsonReader reader, ElementReading<T> read)
    {
        Require(ref reader, JsonTokenType.StartArray);
        HashSet<T> set = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) set.Add(read(ref reader));
        return set;
    }

    private static object ReadNumber(ref Utf8JsonReader reader)
    {
        Require(ref reader, JsonTokenType.String);
        return reader.ValueIsEscaped ? ToNumber(Encoding.UTF8.GetBytes(reader.GetString()!)) : ToNumber(reader.ValueSpan);
    }

    internal static object ToNumber(ReadOnlySpan<byte> text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)) return whole;
        int digits = 0, points = 0;
        foreach (byte letter in text)
        {
            if (letter is >= (byte)'0' and <= (byte)'9') digits++;
            else if (letter == '.') points++;
        }
        bool isPlain = digits > 0 && points <= 1 && digits + points + (text[0] is (byte)'-' ? 1 : 0) == text.Length;
        // A decimal keeps 28 digits, wherever the point is.
        if (isPlain && digits <= 28) return decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
        string characters = Encoding.UTF8.GetString(text);
        return isPlain && points == 0 ? BigInteger.Parse(characters, CultureInfo.InvariantCulture) : new ExactNumber(characters);
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        reader.Read();
        Require(ref reader, token);
    }

    private static void Require(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (reader.TokenType != token) throw new JsonException($"{token} is expected at byte {reader.TokenStartIndex} and " +
            $"{reader.TokenType} found.");
    }

    private delegate T ElementReading<T>(ref Utf8JsonReader reader);
}
