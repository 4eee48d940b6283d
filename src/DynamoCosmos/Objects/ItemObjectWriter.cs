using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Objects;

/// <summary>
/// Writes an object of the pipeline as the record that an export would have of it, in typed DynamoDB JSON. An item is taken for typed
/// already where its partition key is: no plain key is an object of one member S, N or B.
/// </summary>
internal sealed class ItemObjectWriter(string partitionKey, ItemFormat format) : IDisposable
{
    // DynamoDB nests 32 deep; deeper is refused as an item, and an object that holds itself is found here.
    private const int MaxDepth = 64;

    private const string IonMark = "$ion_1_0";

    private static readonly JsonWriterOptions s_options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = 1_000 };

    private readonly Utf8JsonWriter _writer = new(Stream.Null, s_options);
    private readonly ItemTextWriter _texts = new(partitionKey);
    private readonly ObjectMembers _members = new();

    /// <summary>A rejected item tells, and a line of an Ion export begins so.</summary>
    internal static ItemFormat FormatOf(PSObject item) => item.BaseObject switch
    {
        RejectedItem rejected => rejected.Format,
        string line when line.AsSpan().TrimStart().StartsWith(IonMark, StringComparison.Ordinal) => ItemFormat.Ion,
        _ => ItemFormat.DynamoDBJson,
    };

    /// <exception cref="NotAnItemException">The object has no text as an item.</exception>
    internal void Write(object given, IBufferWriter<byte> into)
    {
        try
        {
            WriteUnwrapped(DeserializedObjects.Unwrap(given)!, into);
        }
        catch (Exception error) when (error is RuntimeException or InvalidOperationException)
        {
            // A property's own code failed, or a text holds half a character.
            throw new NotAnItemException(error.Message.TrimEnd('.'), error);
        }
    }

    public void Dispose() => _writer.Dispose();

    private void WriteUnwrapped(object value, IBufferWriter<byte> into)
    {
        if (value is RejectedItem rejected)
        {
            WriteRejected(rejected, into);
            return;
        }
        if (format != ItemFormat.DynamoDBJson)
        {
            if (value is not string line) throw new NotAnItemException($"the pipeline began with items in {format}, and no other can " +
                "follow");
            into.Write(Encoding.UTF8.GetBytes(line));
            return;
        }
        _writer.Reset(into);
        // What an object left that could not be written.
        _members.Pop(0);
        switch (value)
        {
            case string text:
                _texts.Write(text, _writer, into);
                break;
            case var _ when IsScalar(value) || value is IEnumerable and not IDictionary:
                throw new NotAnItemException($"a {value.GetType().Name} has no attributes");
            default:
                WriteRecord(value);
                break;
        }
        _writer.Flush();
    }

    /// <summary>The record as it stood in its data file, or as a script has mended it.</summary>
    private void WriteRejected(RejectedItem item, IBufferWriter<byte> into)
    {
        if (item.IsItemCut) throw new NotAnItemException("the rejected item was too long to be kept whole");
        if (item.Format != format) throw new NotAnItemException($"the rejected item is {item.Format}, and the pipeline began with " +
            $"{format}");
        if (item.IsItemBase64) into.Write(Convert.FromBase64String(item.Item));
        else if (format != ItemFormat.DynamoDBJson) into.Write(Encoding.UTF8.GetBytes(item.Item));
        else
        {
            _writer.Reset(into);
            _texts.Write(item.Item, _writer, into);
            _writer.Flush();
        }
    }

    private void WriteRecord(object item)
    {
        object? key = DeserializedObjects.Unwrap(Member(item, partitionKey));
        _writer.WriteStartObject();
        if (key is null && Member(item, "Keys") is object keys && IsMap(keys)) WriteChange(item);
        else
        {
            _writer.WritePropertyName("Item"u8);
            if (key is not null && IsTypedKey(key)) WriteAsIs(item, 0);
            else WriteMembers(item, 0);
        }
        _writer.WriteEndObject();
    }

    /// <summary>A change of an incremental export, as Read-DynamoExport gives it.</summary>
    private void WriteChange(object change)
    {
        foreach (string name in (ReadOnlySpan<string>)["Keys", "NewImage", "OldImage"])
        {
            if (Member(change, name) is not object map || !IsMap(map)) continue;
            _writer.WritePropertyName(name);
            WriteMembers(map, 0);
        }
    }

    private void WriteMembers(object map, int depth)
    {
        _writer.WriteStartObject();
        int begin = _members.Push(map);
        for (int i = begin, end = _members.Count; i < end; i++)
        {
            (string name, object? value) = _members[i];
            _writer.WritePropertyName(name);
            WriteTyped(value, depth + 1);
        }
        _members.Pop(begin);
        _writer.WriteEndObject();
    }

    private void WriteTyped(object? value, int depth)
    {
        if (depth > MaxDepth) throw new NotAnItemException($"it is nested more than {MaxDepth} deep");
        value = DeserializedObjects.Unwrap(value);
        _writer.WriteStartObject();
        switch (value)
        {
            case null:
                _writer.WriteBoolean("NULL"u8, true);
                break;
            case bool flag:
                _writer.WriteBoolean("BOOL"u8, flag);
                break;
            case SwitchParameter flag:
                _writer.WriteBoolean("BOOL"u8, flag.IsPresent);
                break;
            case byte[] bytes:
                _writer.WriteBase64String("B"u8, bytes);
                break;
            case string text:
                _writer.WriteString("S"u8, text);
                break;
            case var _ when IsNumber(value):
                WriteNumber(value);
                break;
            case var _ when IsScalar(value):
                _writer.WriteString("S"u8, Text(value));
                break;
            case IDictionary or PSObject:
                _writer.WritePropertyName("M"u8);
                WriteMembers(value, depth);
                break;
            case IEnumerable some:
                WriteElements(some, depth);
                break;
            default:
                _writer.WritePropertyName("M"u8);
                WriteMembers(value, depth);
                break;
        }
        _writer.WriteEndObject();
    }

    private void WriteNumber(object number)
    {
        Span<byte> text = stackalloc byte[32];
        // Nearly all are of these; their text needs no string.
        if (number is long or decimal or int
            && ((IUtf8SpanFormattable)number)
            .TryFormat(text, out int length, default, CultureInfo.InvariantCulture)) _writer.WriteString("N"u8, text[..length]);
        else _writer.WriteString("N"u8, Text(number));
    }

    private void WriteElements(IEnumerable some, int depth)
    {
        ObjectMembers.RequireList(some);
        string? set = ObjectSets.TagOf(some);
        _writer.WriteStartArray(set ?? "L");
        foreach (object? element in some)
        {
            if (set is null) WriteTyped(element, depth + 1);
            else if (DeserializedObjects.Unwrap(element) is byte[] bytes) _writer.WriteBase64StringValue(bytes);
            else _writer.WriteStringValue(Text(DeserializedObjects.Unwrap(element)));
        }
        _writer.WriteEndArray();
    }

    /// <summary>Of an item that is typed already.</summary>
    private void WriteAsIs(object? value, int depth)
    {
        if (depth > 2 * MaxDepth) throw new NotAnItemException($"it is nested more than {MaxDepth} deep");
        value = DeserializedObjects.Unwrap(value);
        switch (value)
        {
            case null:
                _writer.WriteNullValue();
                break;
            case bool flag:
                _writer.WriteBooleanValue(flag);
                break;
            case byte[] bytes:
                _writer.WriteBase64StringValue(bytes);
                break;
            case var _ when IsNumber(value) || IsScalar(value):
                _writer.WriteStringValue(Text(value));
                break;
            case IEnumerable and not IDictionary:
                _writer.WriteStartArray();
                foreach (object? element in (IEnumerable)value) WriteAsIs(element, depth + 1);
                _writer.WriteEndArray();
                break;
            default:
                _writer.WriteStartObject();
                int begin = _members.Push(value);
                for (int i = begin, end = _members.Count; i < end; i++)
                {
                    (string name, object? member) = _members[i];
                    _writer.WritePropertyName(name);
                    WriteAsIs(member, depth + 1);
                }
                _members.Pop(begin);
                _writer.WriteEndObject();
                break;
        }
    }

    private bool IsTypedKey(object key)
    {
        if (!IsMap(key)) return false;
        int begin = _members.Push(key);
        bool isTyped = _members.Count == begin + 1 && _members[begin].Name is "S" or "N" or "B";
        _members.Pop(begin);
        return isTyped;
    }

    private static bool IsMap(object value) => value is IDictionary or PSObject { BaseObject: PSCustomObject or IDictionary };

    private static object? Member(object map, string name) => map switch
    {
        IDictionary dictionary => dictionary.Contains(name) ? dictionary[name] : null,
        PSObject { BaseObject: IDictionary dictionary } => dictionary.Contains(name) ? dictionary[name] : null,
        _ => PSObject.AsPSObject(map).Properties[name]?.Value,
    };

    internal static bool IsNumber(object value) =>
        value is int or long or decimal or double or ExactNumber or BigInteger or float or short or byte or sbyte or ushort or uint or ulong
            or Int128 or UInt128;

    internal static bool IsScalar(object value) => value is string or char or bool or Uri or Version or (IFormattable and not PSObject);

    internal static string Text(object? value) => value switch
    {
        string text => text,
        PSObject wrapped => Text(wrapped.BaseObject),
        DateTime or DateTimeOffset => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };
}

/// <summary>An object of the pipeline cannot be written as an item.</summary>
internal sealed class NotAnItemException(string why, Exception? inner = null) : Exception(why, inner);
