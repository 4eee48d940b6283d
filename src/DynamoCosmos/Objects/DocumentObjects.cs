using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DynamoCosmos.Objects;

/// <summary>Makes an object of a document, and a document of an object: plain JSON, of whose numbers no digit is lost either way.</summary>
internal static class DocumentObjects
{
    // Cosmos DB's limit of nesting; an object that holds itself is found by it.
    private const int MaxDepth = 128;

    private static readonly JsonReaderOptions s_read = new() { MaxDepth = MaxDepth };

    private static readonly JsonWriterOptions s_written =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = 1_000 };

    internal static object Read(ReadOnlySpan<byte> document)
    {
        Utf8JsonReader reader = new(document, s_read);
        reader.Read();
        return ReadValue(ref reader)!;
    }

    /// <exception cref="NotAnItemException">It is no document.</exception>
    internal static ReadOnlyMemory<byte> Write(object given)
    {
        object value = DeserializedObjects.Unwrap(given)!;
        if (value is string text) return Encoding.UTF8.GetBytes(text);
        if (value is not PSObject
            && (ItemObjectWriter.IsNumber(value) || ItemObjectWriter.IsScalar(value) || value is IEnumerable and not IDictionary))
        {
            throw new NotAnItemException($"a {value.GetType().Name} is no document");
        }
        ArrayBufferWriter<byte> into = new();
        using Utf8JsonWriter writer = new(into, s_written);
        WriteMembers(value, new(), writer, 1);
        writer.Flush();
        return into.WrittenMemory;
    }

    private static object? ReadValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                List<(string Name, object? Value)> members = [];
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    string name = reader.GetString()!;
                    reader.Read();
                    members.Add((name, ReadValue(ref reader)));
                }
                return NoteObjects.Create(CollectionsMarshal.AsSpan(members));
            case JsonTokenType.StartArray:
                List<object?> elements = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) elements.Add(ReadValue(ref reader));
                return elements.ToArray();
            case JsonTokenType.String: return reader.GetString();
            case JsonTokenType.Number: return ItemObjectReader.ToNumber(reader.ValueSpan);
            case JsonTokenType.True: return true;
            case JsonTokenType.False: return false;
            default: return null;
        }
    }

    private static void WriteMembers(object map, ObjectMembers members, Utf8JsonWriter writer, int depth)
    {
        if (depth > MaxDepth) throw new NotAnItemException($"it is nested more than {MaxDepth} deep");
        writer.WriteStartObject();
        int begin = members.Push(map);
        for (int i = begin, end = members.Count; i < end; i++)
        {
            (string name, object? value) = members[i];
            writer.WritePropertyName(name);
            WriteValue(DeserializedObjects.Unwrap(value), members, writer, depth + 1);
        }
        members.Pop(begin);
        writer.WriteEndObject();
    }

    private static void WriteValue(object? value, ObjectMembers members, Utf8JsonWriter writer, int depth)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case SwitchParameter flag:
                writer.WriteBooleanValue(flag.IsPresent);
                break;
            case byte[] bytes:
                writer.WriteBase64StringValue(bytes);
                break;
            case double or float when !double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)):
                throw new NotAnItemException($"JSON has no number {ItemObjectWriter.Text(value)}");
            case var _ when ItemObjectWriter.IsNumber(value):
                writer.WriteRawValue(ItemObjectWriter.Text(value), skipInputValidation: true);
                break;
            case var _ when ItemObjectWriter.IsScalar(value):
                writer.WriteStringValue(ItemObjectWriter.Text(value));
                break;
            case IEnumerable some and not IDictionary:
                if (depth > MaxDepth) throw new NotAnItemException($"it is nested more than {MaxDepth} deep");
                ObjectMembers.RequireList(some);
                writer.WriteStartArray();
                foreach (object? element in some) WriteValue(DeserializedObjects.Unwrap(element), members, writer, depth + 1);
                writer.WriteEndArray();
                break;
            default:
                WriteMembers(value, members, writer, depth);
                break;
        }
    }
}
