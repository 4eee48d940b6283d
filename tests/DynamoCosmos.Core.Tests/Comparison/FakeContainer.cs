using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoCosmos.Comparison;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Transforms;

namespace DynamoCosmos.Core.Tests.Comparison;

/// <summary>A container of four physical partitions in memory, in the words of both seams.</summary>
internal sealed class FakeContainer(params string[] paths) : IDocumentReader, IItemSink
{
    private static readonly string[] s_bounds = ["", "0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
        "2FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "FF"];

    private readonly ConcurrentDictionary<string, JsonObject> _documents = new();

    public string Identity => "the container";

    public IReadOnlyList<string> PartitionKeyPaths { get; } = paths.Length == 0 ? ["/pk"] : paths;

    public bool CanReadParts { get; init; } = true;

    /// <summary>Documents given to readers.</summary>
    internal long DocumentsRead;

    internal ConcurrentQueue<DocumentRange> RangesRead { get; } = [];

    /// <summary>Answers writes in place of a 201.</summary>
    internal Queue<WriteAnswer> Answers { get; } = [];

    /// <summary>What a partition says of itself is not where its documents are, as if keys were hashed otherwise.</summary>
    internal bool HashesOtherwise { get; init; }

    internal long Now { get; set; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    internal Action? Reading { get; init; }

    internal int Count => _documents.Count;

    /// <summary>Imports as the real import would.</summary>
    internal async Task ImportAsync(FakeSource source, ConversionOptions? options = null, IDocumentTransform? transform = null)
    {
        ItemConverter converter = new(source.Keys, options ?? new());
        using DocumentMaker? maker = DocumentMaker.Open(transform, new(source.Keys, options ?? new()));
        DocumentBuffer buffer = new();
        await foreach (IItemUnit unit in source.ReadUnitsAsync(default))
        {
            await using ItemReader reader = await unit.OpenAsync(default);
            while (await reader.FillAsync(default)) Take(reader, converter, buffer, maker);
        }
        source.Reads = 0;
    }

    internal JsonObject this[string id] => _documents.Values.Single(d => (string?)d["id"] == id);

    internal void Put(string json)
    {
        JsonObject document = (JsonObject)JsonNode.Parse(json)!;
        document["_ts"] = Now;
        document["_rid"] = Guid.NewGuid().ToString();
        _documents[Key((string)document["id"]!, document)] = document;
    }

    internal void Remove(string id) => _documents.TryRemove(_documents.Single(d => (string?)d.Value["id"] == id));

    public Task<IReadOnlyList<DocumentRange>> ReadRangesAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DocumentRange>>(
            [.. Enumerable.Range(0, 4).Select(i => new DocumentRange(s_bounds[i], s_bounds[i + 1]))]);

    public async IAsyncEnumerable<DocumentPage> ReadAsync(DocumentRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RangesRead.Enqueue(range);
        foreach (JsonObject[] page in _documents.Values.Where(d => IsIn(range, d)).Chunk(10))
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            Reading?.Invoke();
            Interlocked.Add(ref DocumentsRead, page.Length);
            yield return new(Encoding.UTF8.GetBytes($"[{string.Join(",", page.Select(d => d.ToJsonString()))}],\"_count\":{page.Length}}}"),
                page.Length);
        }
    }

    public Task<PointRead> ReadOneAsync(string id, IReadOnlyList<object?> partitionKey, CancellationToken cancellationToken)
    {
        byte[]? found = _documents.TryGetValue($"{JsonSerializer.Serialize(partitionKey)}{id}", out JsonObject? document)
            ? Encoding.UTF8.GetBytes(document.ToJsonString()) : null;
        return Task.FromResult(new PointRead(found, 1));
    }

    public Task<WriteAnswer> WriteAsync(ItemWrite write, CancellationToken cancellationToken)
    {
        lock (Answers)
        {
            if (Answers.TryDequeue(out WriteAnswer answer)) return Task.FromResult(answer);
        }
        Put(Encoding.UTF8.GetString(write.Document.Span));
        return Task.FromResult(new WriteAnswer(201, 0, 10));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Take(ItemReader reader, ItemConverter converter, DocumentBuffer buffer, DocumentMaker? maker)
    {
        while (reader.TryRead(out ItemRecord record))
        {
            if (converter.Convert(record.Text, Now, buffer) != ConversionOutcome.Document) continue;
            if (maker is null) Put(Encoding.UTF8.GetString(buffer.Document.Span));
            else PutMade(maker, buffer);
        }
    }

    private void PutMade(DocumentMaker maker, DocumentBuffer buffer)
    {
        try
        {
            maker.Make(0, buffer, default);
        }
        catch (UnfitDocumentException)
        {
            // The import rejects it.
            return;
        }
        foreach (MadeDocument made in maker.Documents) Put(Encoding.UTF8.GetString(made.Json.Span));
    }

    private string Key(string id, JsonObject document) => $"{JsonSerializer.Serialize(Components(document))}{id}";

    private object?[] Components(JsonObject document) =>
        [.. PartitionKeyPaths.Select(p => document[p[1..]] is JsonValue value ? Value(value) : ItemWrite.Undefined)];

    private static object? Value(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Number => value.GetValue<double>(),
        _ => value.GetValueKind() == JsonValueKind.True,
    };

    private bool IsIn(DocumentRange range, JsonObject document)
    {
        PartitionKeyBytes bytes = new();
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(document[PartitionKeyPaths[0][1..]]!.ToJsonString()));
        reader.Read();
        bytes.Set(ref reader);
        ulong place = HashesOtherwise ? bytes.Place * 31 & (ulong.MaxValue >> 2) : bytes.Place;
        string place128 = place.ToString("X16") + "0000000000000001";
        return string.CompareOrdinal(place128, range.Min) >= 0 && string.CompareOrdinal(place128, range.Max) < 0;
    }
}
