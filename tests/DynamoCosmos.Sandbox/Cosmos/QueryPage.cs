using System.Buffers;
using System.Text;
using System.Text.Json;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>One page of results being written; without a query it is a page of the change feed.</summary>
internal sealed class QueryPage(StandInContainer container, SqlQuery? query)
{
    // No published formula: a base, what is read and what is looked at, near what small queries cost in practice.
    private const double BaseCharge = 2.3, PerKilobyteRead = 0.5, PerDocumentSeen = 0.02;

    private readonly ArrayBufferWriter<byte> _results = new(64 * 1024);
    private readonly ArrayBufferWriter<byte> _document = new(4 * 1024);
    private double _charge = BaseCharge;
    private long _counted;
    private byte[] _body = [];

    internal int Count { get; private set; }

    internal int Length => _results.WrittenCount;

    internal ReadOnlyMemory<byte> Body => _body;

    internal void Consider(in StoredDocument document, EffectivePartitionKey? partitionKey, KeyRange keys)
    {
        _charge += PerDocumentSeen;
        bool isCounting = query?.Selection is SqlSelection.Count or SqlSelection.PartialCount;
        if (isCounting && query!.Filter is null && partitionKey is null && !keys.IsFine)
        {
            _counted++;
            return;
        }
        _document.ResetWrittenCount();
        DocumentText.WriteTo(_document, container, document, withLsn: query is null);
        ReadOnlyMemory<byte> text = _document.WrittenMemory;
        if (partitionKey is not null || keys.IsFine)
        {
            DocumentReading reading = new(container.Paths);
            if (!reading.Read(document.Body).IsNone || !keys.Holds(reading.PartitionKey.ToString())) return;
            if (partitionKey is { } prefix && !reading.PartitionKey.StartsWith(prefix)) return;
        }
        if (query is null or { Selection: SqlSelection.All, Filter: null })
        {
            Add(text.Span, text.Length);
            return;
        }
        using JsonDocument parsed = JsonDocument.Parse(text, new() { MaxDepth = DocumentReading.DeepestNesting });
        if (!query.Matches(parsed.RootElement)) return;
        if (isCounting) _counted++;
        else if (query.Selection == SqlSelection.All) Add(text.Span, text.Length);
        else Project(parsed.RootElement, text.Length);
    }

    private void Project(JsonElement document, int length)
    {
        if (query!.Selection == SqlSelection.Value)
        {
            if (query.Columns[0].Value(document) is JsonElement value) Add(Encoding.UTF8.GetBytes(value.GetRawText()), length);
            return;
        }
        ArrayBufferWriter<byte> row = new();
        using (Utf8JsonWriter writer = new(row))
        {
            writer.WriteStartObject();
            foreach ((string name, SqlExpression column) in query.Columns)
            {
                if (column(document) is not JsonElement value) continue;
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        Add(row.WrittenSpan, length);
    }

    private void Add(ReadOnlySpan<byte> result, int lengthRead)
    {
        if (Count > 0) _results.Write(","u8);
        _results.Write(result);
        Count++;
        _charge += lengthRead / 1024.0 * PerKilobyteRead;
    }

    /// <returns>The page's charge.</returns>
    internal double Finish()
    {
        if (query?.Selection == SqlSelection.Count) Add(Encoding.UTF8.GetBytes($"{_counted}"), 0);
        if (query?.Selection == SqlSelection.PartialCount) Add(Encoding.UTF8.GetBytes($"[{{\"item\":{_counted}}}]"), 0);
        byte[] head = Encoding.UTF8.GetBytes($"{{\"_rid\":\"{container.Rid}\",\"Documents\":["),
            tail = Encoding.UTF8.GetBytes($"],\"_count\":{Count}}}");
        _body = new byte[head.Length + Length + tail.Length];
        head.CopyTo(_body, 0);
        _results.WrittenSpan.CopyTo(_body.AsSpan(head.Length));
        tail.CopyTo(_body, head.Length + Length);
        return _charge;
    }
}
