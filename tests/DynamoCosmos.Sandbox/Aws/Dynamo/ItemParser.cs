using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>
/// Reads typed DynamoDB JSON as a write would, refuses what DynamoDB refuses in its words, and writes it as DynamoDB gives it back: numbers
/// normalized, sets in another order than they came.
/// </summary>
internal ref struct ItemParser
{
    // 400 KB an item, attribute names included; 32 levels; key sizes: the service's documented limits.
    private const int MaxItemBytes = 400 * 1024, MaxLevels = 32, MaxPartitionKeyBytes = 2048, MaxSortKeyBytes = 1024;

    private static readonly JsonWriterOptions s_writerOptions =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = 1000 };

    private readonly TableKeys _keys;
    private readonly Utf8JsonWriter _writer;
    private Utf8JsonReader _reader;
    private byte[]? _partition, _sort;
    private int _size;

    private ItemParser(ReadOnlySpan<byte> json, TableKeys keys, Utf8JsonWriter writer)
    {
        _keys = keys;
        _writer = writer;
        _reader = new(json, new JsonReaderOptions { MaxDepth = 1000 });
    }

    /// <param name="isKeyOnly">The map must hold the key attributes and nothing else, as for GetItem.</param>
    internal static StoredItem Parse(ReadOnlySpan<byte> json, TableKeys keys, bool isKeyOnly = false)
    {
        ArrayBufferWriter<byte> buffer = new(json.Length + 64);
        using Utf8JsonWriter writer = new(buffer, s_writerOptions);
        ItemParser parser = new(json, keys, writer);
        try
        {
            return parser.Read(buffer, isKeyOnly);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new AwsException(400, "com.amazon.coral.service#SerializationException",
                "Start of structure or map found where not expected, or not JSON");
        }
    }

    private StoredItem Read(ArrayBufferWriter<byte> buffer, bool isKeyOnly)
    {
        _reader.Read();
        int count = ReadMap(0);
        _writer.Flush();
        if (_partition is null) throw MissingKey(_keys.PartitionKey, isKeyOnly);
        if (_keys.SortKey is not null && _sort is null) throw MissingKey(_keys.SortKey, isKeyOnly);
        if (isKeyOnly && count != (_keys.SortKey is null ? 1 : 2)) throw AwsException.Validation("The provided key element does not " +
            "match the schema");
        if (_size > MaxItemBytes) throw AwsException.Validation("Item size has exceeded the maximum allowed size");
        if (_partition.Length > MaxPartitionKeyBytes)
            throw AwsException.Validation("One or more parameter values were invalid: Size of hashkey has exceeded the maximum size " +
                "limit of2048 bytes");
        if (_sort?.Length > MaxSortKeyBytes)
            throw AwsException.Validation("One or more parameter values were invalid: Aggregated size of all range keys has exceeded " +
                "the size limit of 1024 bytes");
        return new(_partition, _sort ?? [], buffer.WrittenSpan.ToArray(), _size);
    }

    private static AwsException MissingKey(string name, bool isKeyOnly) => AwsException.Validation(isKeyOnly
        ? "The provided key element does not match the schema"
        : $"One or more parameter values were invalid: Missing the key {name} in the item");

    private int ReadMap(int level)
    {
        if (_reader.TokenType != JsonTokenType.StartObject) throw new JsonException();
        _writer.WriteStartObject();
        HashSet<string>? seen = null;
        int count = 0;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = _reader.GetString()!;
            seen ??= new(StringComparer.Ordinal);
            if (!seen.Add(name)) throw new JsonException();
            count++;
            _size += Encoding.UTF8.GetByteCount(name);
            if (level > 0) _size++;
            _writer.WritePropertyName(name);
            _reader.Read();
            string? key = level > 0 ? null : name == _keys.PartitionKey || name == _keys.SortKey ? name : null;
            ReadValue(level + 1, key);
        }
        if (_reader.TokenType != JsonTokenType.EndObject) throw new JsonException();
        _writer.WriteEndObject();
        return count;
    }

    private void ReadValue(int level, string? key)
    {
        if (_reader.TokenType != JsonTokenType.StartObject) throw new JsonException();
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.EndObject)
            throw AwsException.Validation("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
        string type = _reader.GetString()!;
        _reader.Read();
        _writer.WriteStartObject();
        _writer.WritePropertyName(type);
        if (key is not null) ReadKey(key, type);
        else ReadTyped(type, level);
        _writer.WriteEndObject();
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.EndObject)
            throw AwsException.Validation("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the " +
                "supported datatypes");
    }

    private void ReadKey(string name, string type)
    {
        bool isPartition = name == _keys.PartitionKey;
        string expected = isPartition ? _keys.PartitionType : _keys.SortType;
        if (type != expected)
            throw AwsException.Validation($"One or more parameter values were invalid: Type mismatch for key {name} expected: " +
                $"{expected} actual: {type}");
        byte[] bytes;
        if (type == "N")
        {
            DynamoNumber number = DynamoNumber.Parse(_reader.GetString()!);
            _writer.WriteStringValue(number.ToString());
            _size += number.Size;
            bytes = number.ToSortable();
        }
        else
        {
            string text = _reader.GetString()!;
            bytes = type == "B" ? _reader.GetBytesFromBase64() : Encoding.UTF8.GetBytes(text);
            _writer.WriteStringValue(text);
            _size += bytes.Length;
            if (bytes.Length == 0)
            {
                throw AwsException.Validation(
                    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " +
                        $"{(type == "B" ? "binary" : "string")} value. Key: {name}");
            }
        }
        if (isPartition) _partition = bytes;
        else _sort = bytes;
    }

    private void ReadTyped(string type, int level)
    {
        switch (type)
        {
            case "S":
                string text = _reader.GetString()!;
                _size += Encoding.UTF8.GetByteCount(text);
                _writer.WriteStringValue(text);
                break;
            case "N":
                DynamoNumber number = DynamoNumber.Parse(_reader.GetString()!);
                _size += number.Size;
                _writer.WriteStringValue(number.ToString());
                break;
            case "B":
                byte[] bytes = _reader.GetBytesFromBase64();
                _size += bytes.Length;
                _writer.WriteBase64StringValue(bytes);
                break;
            case "BOOL":
                _size++;
                _writer.WriteBooleanValue(_reader.GetBoolean());
                break;
            case "NULL":
                if (!_reader.GetBoolean()) throw AwsException.Validation("One or more parameter values were invalid: Null attribute " +
                    "value types must have the value of true");
                _size++;
                _writer.WriteBooleanValue(true);
                break;
            case "SS" or "NS" or "BS":
                ReadSet(type);
                break;
            case "M":
                CheckLevel(level);
                _size += 3;
                ReadMap(level);
                break;
            case "L":
                CheckLevel(level);
                _size += 3;
                ReadList(level);
                break;
            default:
                throw AwsException.Validation("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
        }
    }

    private void ReadList(int level)
    {
        if (_reader.TokenType != JsonTokenType.StartArray) throw new JsonException();
        _writer.WriteStartArray();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            _size++;
            ReadValue(level + 1, null);
        }
        _writer.WriteEndArray();
    }

    private void ReadSet(string type)
    {
        if (_reader.TokenType != JsonTokenType.StartArray) throw new JsonException();
        List<string> elements = [];
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            string element = type switch
            {
                "NS" => DynamoNumber.Parse(_reader.GetString()!).ToString(),
                "BS" => Convert.ToBase64String(_reader.GetBytesFromBase64()),
                _ => _reader.GetString()!,
            };
            _size += type switch
            {
                "NS" => DynamoNumber.Parse(element).Size,
                "BS" => Convert.FromBase64String(element).Length,
                _ => Encoding.UTF8.GetByteCount(element),
            };
            elements.Add(element);
        }
        if (elements.Count == 0)
        {
            string kind = type switch { "SS" => "An string set ", "NS" => "An number set ", _ => "Binary sets" };
            throw AwsException.Validation($"One or more parameter values were invalid: {kind} " +
                $"{(type == "BS" ? "should not" : "may not")} be empty");
        }
        if (elements.Distinct(StringComparer.Ordinal).Count() != elements.Count)
            throw AwsException.Validation($"One or more parameter values were invalid: Input collection [{string.Join(", ", elements)}] " +
                "contains duplicates.");
        // A set has no order, and nobody must come to rely on the one that it was written in.
        elements.Reverse();
        _writer.WriteStartArray();
        foreach (string element in elements) _writer.WriteStringValue(element);
        _writer.WriteEndArray();
    }

    private static void CheckLevel(int level)
    {
        if (level > MaxLevels) throw AwsException.Validation("Nesting Levels have exceeded supported limits: Attributes have nested " +
            "levels beyond supported limit");
    }
}
