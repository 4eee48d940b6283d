using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Transforms;

/// <summary>A document that a transform has made, found fit for its container.</summary>
internal sealed record MadeDocument(string Id, IReadOnlyList<object?> PartitionKey, ReadOnlyMemory<byte> Json, int NumberLosses);

/// <summary>What a transform has made cannot be written.</summary>
internal sealed class UnfitDocumentException(RejectionReason reason, string message) : Exception(message)
{
    internal RejectionReason Reason => reason;
}

/// <summary>
/// Holds what transforms make against the rules that conversions follow by themselves: id, partition key, size, and numbers of which a
/// double would lose digits. Not for two threads at once.
/// </summary>
/// <param name="paths">Of the container's partition key.</param>
/// <param name="numbers">Numbers that a double keeps stay what they are in every mode.</param>
internal sealed class MadeDocumentReader(IReadOnlyList<string> paths, NumberMode numbers)
{
    // Cosmos DB's limit of nesting (service limits: "Maximum level of nesting for embedded objects / arrays").
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 128 };

    private static readonly JsonWriterOptions s_written =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // Cosmos DB or its clients break on these.
    private static readonly SearchValues<char> s_notInIds = SearchValues.Create("/\\?#");

    private readonly string[][] _paths = [.. paths.Select(PartitionKeyPath.Parse)];
    private int _losses;

    /// <exception cref="UnfitDocumentException">It cannot be written.</exception>
    internal MadeDocument Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            using JsonDocument parsed = JsonDocument.Parse(text, s_options);
            if (parsed.RootElement.ValueKind != JsonValueKind.Object) throw new UnfitDocumentException(RejectionReason.TransformFailed,
                $"The transform returned a JSON {parsed.RootElement.ValueKind} where a document is expected.");
            string id = IdOf(parsed.RootElement);
            object?[] partitionKey = [.. _paths.Select(path => ComponentOf(parsed.RootElement, path))];
            ReadOnlyMemory<byte> json = Write(parsed.RootElement, text.Length);
            if (json.Length > DocumentBuffer.MaxDocumentBytes)
            {
                throw new UnfitDocumentException(RejectionReason.ItemTooLarge,
                    $"A document that the transform returned has {json.Length} bytes, and Cosmos DB takes at most " +
                    $"{DocumentBuffer.MaxDocumentBytes}.");
            }
            return new(id, partitionKey, json, _losses);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new UnfitDocumentException(RejectionReason.TransformFailed,
                $"The transform returned text that is not JSON: {error.Message.TrimEnd('.')}.");
        }
    }

    private static string IdOf(JsonElement document)
    {
        if (!document.TryGetProperty("id"u8, out JsonElement given)) throw new UnfitDocumentException(RejectionReason.MissingKey,
            "A document that the transform returned has no id.");
        if (given.ValueKind != JsonValueKind.String) throw new UnfitDocumentException(RejectionReason.TransformFailed,
            $"The id of a document that the transform returned is a JSON {given.ValueKind}, and has to be a string.");
        string id = given.GetString()!;
        if (id.Length == 0) throw new UnfitDocumentException(RejectionReason.MissingKey,
            "The id of a document that the transform returned is empty.");
        int length = Encoding.UTF8.GetByteCount(id);
        if (length > IdText.MaxLength) throw new UnfitDocumentException(RejectionReason.TransformFailed,
            $"The id of a document that the transform returned has {length} bytes, and Cosmos DB takes at most {IdText.MaxLength}.");
        if (id.AsSpan().ContainsAny(s_notInIds) || id.Any(char.IsControl))
        {
            throw new UnfitDocumentException(RejectionReason.TransformFailed,
                "The id of a document that the transform returned holds a control character, or one of / \\ ? #, which Cosmos DB's ids " +
                "may not.");
        }
        if (document.EnumerateObject()
            .Count(static property => property.NameEquals("id"u8)) > 1) throw new UnfitDocumentException(RejectionReason.TransformFailed,
            "A document that the transform returned has two ids.");
        return id;
    }

    private object? ComponentOf(JsonElement document, string[] path)
    {
        JsonElement at = document;
        foreach (string segment in path)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(segment, out at))
            {
                throw new UnfitDocumentException(RejectionReason.MissingKey,
                    $"A document that the transform returned has no partition key: nothing is at /{string.Join('/', path)}.");
            }
        }
        switch (at.ValueKind)
        {
            case JsonValueKind.Null: return null;
            case JsonValueKind.True: return true;
            case JsonValueKind.False: return false;
            case JsonValueKind.Object or JsonValueKind.Array:
                throw new UnfitDocumentException(RejectionReason.KeyTypeMismatch,
                    $"A document that the transform returned has a JSON {at.ValueKind} as its partition key at /{string.Join('/', path)}.");
        }
        // By the rule that the document itself follows: what a double does not keep is a string.
        if (at.ValueKind == JsonValueKind.Number
            && Exact(at.GetRawText()) is { AsText: false } number) return double.Parse(number.Text, NumberStyles.Float,
            CultureInfo.InvariantCulture);
        string text = at.ValueKind == JsonValueKind.Number ? Exact(at.GetRawText()).Text : at.GetString()!;
        int length = Encoding.UTF8.GetByteCount(text);
        if (length > DocumentBuffer.MaxPartitionKeyBytes)
        {
            throw new UnfitDocumentException(RejectionReason.PartitionKeyTooLong,
                $"The partition key of a document that the transform returned has {length} bytes, and Cosmos DB takes at most " +
                $"{DocumentBuffer.MaxPartitionKeyBytes}.");
        }
        return text;
    }

    private ReadOnlyMemory<byte> Write(JsonElement document, int length)
    {
        _losses = 0;
        ArrayBufferWriter<byte> into = new(Math.Max(256, length + length / 8));
        using Utf8JsonWriter writer = new(into, s_written);
        WriteValue(document, writer);
        writer.Flush();
        return into.WrittenMemory;
    }

    private void WriteValue(JsonElement value, Utf8JsonWriter writer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    WriteValue(property.Value, writer);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (JsonElement element in value.EnumerateArray()) WriteValue(element, writer);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                (string text, bool asText, bool isLoss) = Exact(value.GetRawText());
                if (isLoss) _losses++;
                if (asText) writer.WriteStringValue(text);
                else writer.WriteRawValue(text, skipInputValidation: true);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    /// <summary>What becomes of a number, by the rules of <see cref="DocumentBuffer"/>.</summary>
    private unsafe (string Text, bool AsText, bool IsLoss) Exact(string raw)
    {
        bool isNumber = DynamoNumber.Parse(Encoding.ASCII.GetBytes(raw), out DynamoNumber number, DynamoNumber.MaxDoubleExponent) is null;
        if (isNumber && number.FitsDouble()) return (TextOf(number), false, false);
        if (numbers == NumberMode.Reject) throw new UnfitDocumentException(RejectionReason.NumberLoss,
            "A double cannot keep all digits of a number in a document that the transform returned.");
        if (numbers != NumberMode.Double) return (isNumber ? TextOf(number) : raw, true, false);
        double nearest = double.Parse(raw, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(nearest)
            ? (isNumber ? TextOf(number.Round()) : nearest.ToString("R", CultureInfo.InvariantCulture), false, true) : (raw, true, false);
    }

    private static unsafe string TextOf(in DynamoNumber number)
    {
        byte* text = stackalloc byte[DynamoNumber.MaxLength];
        return Encoding.ASCII.GetString(text, number.Write(text));
    }
}
