using System.Text.Json;
using Amazon.DynamoDBv2.Model;

namespace DynamoCosmos.Aws;

/// <summary>
/// One page of a scan as DynamoDB wrote it: at most 1 MB of items (DynamoDB's limit), which as JSON takes up to six times that. It keeps
/// its buffer for the next page, of whatever segment. The shared pool would keep one of each size for every thread that ever gave one back:
/// 20 MB and more.
/// </summary>
internal sealed class ScanPage
{
    // Few pages take more than the second: a larger buffer is not kept.
    private const int FirstBytes = 256 * 1024, KeptBytes = 4 * 1024 * 1024;

    private readonly List<(int Start, int Length)> _items = [];
    private byte[] _text = [];
    private int _length;
    private int _next;

    /// <summary>Where the next page begins; null behind the last.</summary>
    internal Dictionary<string, AttributeValue>? LastKey { get; private set; }

    /// <summary>Read capacity units that it took.</summary>
    internal double Units { get; private set; }

    internal int Count => _items.Count;

    internal bool HasItem => _next < _items.Count;

    /// <exception cref="JsonException">The text is not a page of a scan.</exception>
    internal void Read(Stream answer)
    {
        Begin();
        int count;
        do
        {
            if (_length == _text.Length) Grow();
            _length += count = answer.Read(_text, _length, _text.Length - _length);
        }
        while (count > 0);
        Index();
    }

    /// <summary>
    /// The next item as a line of an export has it, <c>{"Item":{…}}</c>. The wrapper is written over what stands around the item in the
    /// page, so each is given once.
    /// </summary>
    internal ReadOnlySpan<byte> Take()
    {
        ReadOnlySpan<byte> before = "{\"Item\":"u8;
        (int start, int length) = _items[_next++];
        // What stands before the first item is at least {"Items":[ and what stands before another is an item that was given already.
        Span<byte> record = _text.AsSpan(start - before.Length, before.Length + length + 1);
        before.CopyTo(record);
        record[^1] = (byte)'}';
        // A line is a line: between tokens JSON may have line breaks, in strings it cannot.
        record.Replace((byte)'\n', (byte)' ');
        record.Replace((byte)'\r', (byte)' ');
        return record;
    }

    /// <summary>For another segment.</summary>
    internal void Clear()
    {
        Begin();
        if (_text.Length > KeptBytes) _text = [];
    }

    private void Begin()
    {
        _items.Clear();
        _length = _next = 0;
        LastKey = null;
        Units = 0;
    }

    private void Grow()
    {
        byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Max(FirstBytes, _text.Length * 2));
        _text.AsSpan(0, _length).CopyTo(larger);
        _text = larger;
    }

    private void Index()
    {
        Utf8JsonReader reader = new(_text.AsSpan(0, _length), new JsonReaderOptions { MaxDepth = 128 });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("The answer to the scan is not an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isItems = reader.ValueTextEquals("Items"u8), isKey = reader.ValueTextEquals("LastEvaluatedKey"u8),
                isCapacity = reader.ValueTextEquals("ConsumedCapacity"u8);
            reader.Read();
            if (isItems) IndexItems(ref reader);
            else if (isKey) LastKey = ReadKey(ref reader);
            else if (isCapacity) Units = ReadUnits(ref reader);
            else reader.Skip();
        }
    }

    private void IndexItems(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            _items.Add((start, (int)reader.BytesConsumed - start));
        }
    }

    private static Dictionary<string, AttributeValue>? ReadKey(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        using JsonDocument key = JsonDocument.ParseValue(ref reader);
        return key.RootElement.EnumerateObject()
            .ToDictionary(static attribute => attribute.Name, static attribute => ReadValue(attribute.Value.EnumerateObject().Single()));
    }

    private static AttributeValue ReadValue(JsonProperty typed) => typed.Name switch
    {
        "S" => new() { S = typed.Value.GetString() },
        "N" => new() { N = typed.Value.GetString() },
        "B" => new() { B = new(typed.Value.GetBytesFromBase64()) },
        _ => throw new JsonException($"A key of the type {typed.Name} cannot be."),
    };

    private static double ReadUnits(ref Utf8JsonReader reader)
    {
        using JsonDocument capacity = JsonDocument.ParseValue(ref reader);
        return capacity.RootElement.ValueKind == JsonValueKind.Object
            && capacity.RootElement.TryGetProperty("CapacityUnits", out JsonElement units) ? units.GetDouble() : 0;
    }
}
