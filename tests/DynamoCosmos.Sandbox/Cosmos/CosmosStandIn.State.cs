using System.Text;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>What tests see of the account, and what they turn while it runs.</summary>
public sealed partial class CosmosStandIn
{
    private readonly RequestLog _log;

    /// <summary>Added to every answer.</summary>
    public TimeSpan Latency
    {
        get => _switches.Latency;
        set => _switches.Latency = value;
    }

    public bool Throttle
    {
        get => _switches.Throttle;
        set => _switches.Throttle = value;
    }

    /// <summary>Refuses the account's key from now on.</summary>
    public bool DisableLocalAuth
    {
        get => _gate.DisableLocalAuth;
        set => _gate.DisableLocalAuth = value;
    }

    internal CosmosStandInOptions Options => _options;

    /// <summary>Asked for every request; what it returns goes wrong.</summary>
    public Func<CosmosCall, CosmosFault?>? RequestFault
    {
        get => _switches.RequestFault;
        set => _switches.RequestFault = value;
    }

    /// <summary>Asked for every well-formed operation on a document, alone or in a batch.</summary>
    public Func<CosmosWrite, CosmosFault?>? OperationFault
    {
        get => _switches.OperationFault;
        set => _switches.OperationFault = value;
    }

    /// <summary>The latest requests, oldest first.</summary>
    public IReadOnlyList<CosmosLogEntry> Requests => _log.ToArray();

    /// <summary>Exceptions of the stand-in itself; empty unless it has a fault.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<Exception> Failures { get; } = new();

    public long RequestCount => Interlocked.Read(ref _requests);

    /// <summary>Request units charged since the start, or since <see cref="ClearLog"/>.</summary>
    public double TotalCharge => _log.TotalCharge;

    /// <summary>Operations that came in batches since the start, retries included, and how many of them were answered 429.</summary>
    public (long Tries, long Throttled) BatchOperations => _documents.Counts;

    public void ClearLog() => _log.Clear();

    private void Record(in CosmosLogEntry entry) => _log.Add(entry);

    public void CreateDatabase(string id, int? throughput = null, int? autoscaleMaximum = null) =>
        Account.CreateDatabase(id, throughput, autoscaleMaximum);

    public void CreateContainer(string database, string id, params string[] partitionKeyPaths) =>
        CreateContainer(database, id, partitionKeyPaths, null);

    /// <summary>Makes the database too where it is not there.</summary>
    /// <param name="isFirstVersion">Its partition key names no version, as that of containers made by older tools.</param>
    public void CreateContainer(
        string database, string id, string[] partitionKeyPaths, int? throughput, int? autoscaleMaximum = null, int? defaultTtl = null,
        JsonObject? indexingPolicy = null, bool isFirstVersion = false)
    {
        if (!Account.Databases.ContainsKey(database)) Account.CreateDatabase(database, null, null);
        JsonObject properties = new()
        {
            ["id"] = id,
            ["partitionKey"] = new JsonObject
            {
                ["paths"] = new JsonArray([.. partitionKeyPaths.Select(path => (JsonNode)path)]),
                ["kind"] = partitionKeyPaths.Length > 1 ? "MultiHash" : "Hash",
            },
        };
        if (!isFirstVersion) properties["partitionKey"]!["version"] = 2;
        if (defaultTtl is not null) properties["defaultTtl"] = defaultTtl;
        if (indexingPolicy is not null) properties["indexingPolicy"] = indexingPolicy;
        Account.CreateContainer(database, properties, throughput, autoscaleMaximum);
    }

    /// <summary>Removes it with its documents, as anybody with the rights may while others write to it.</summary>
    public void RemoveContainer(string database, string container) => Account.Database(database).Containers.TryRemove(container, out _);

    public bool HasContainer(string database, string container) =>
        Account.Databases.TryGetValue(database, out StandInDatabase? found) && found.Containers.ContainsKey(container);

    /// <summary>The container's properties as the service would show them, without system properties.</summary>
    public JsonObject ContainerProperties(string database, string container) =>
        (JsonObject)Account.Container(database, container).Properties.DeepClone();

    /// <summary>Manual RU/s or the autoscale maximum; null where the container has none of its own.</summary>
    public (int Value, bool IsAutoscale)? Throughput(string database, string container) =>
        Account.Container(database, container).Offer is StandInOffer offer ? (offer.Throughput, offer.IsAutoscale) : null;

    /// <summary>Documents that are there now, expired ones left out.</summary>
    public long Count(string database, string container)
    {
        long count = 0;
        ForEach(database, container, (in StoredDocument _) => count++);
        return count;
    }

    /// <summary>Each document's own bytes, without system properties, range by range in the order in which they came.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Documents(string database, string container)
    {
        List<ReadOnlyMemory<byte>> documents = [];
        ForEach(database, container, (in StoredDocument document) =>
            documents.Add(document.Body ?? throw new InvalidOperationException("Only hashes are kept.")));
        return documents;
    }

    /// <summary>Writes a document (UTF-8 JSON) behind everybody's back: nothing is charged, logged or asked for faults.</summary>
    /// <param name="partitionKey">As a JSON array.</param>
    public void Put(string database, string container, string partitionKey, ReadOnlySpan<byte> document) =>
        Apply(database, container, CosmosOperationKind.Upsert, partitionKey, "", document);

    /// <summary>Likewise.</summary>
    public void Remove(string database, string container, string partitionKey, string id) =>
        Apply(database, container, CosmosOperationKind.Delete, partitionKey, id, default);

    /// <summary>A hash of the whole content that does not depend on the order, and the bytes it is of.</summary>
    public (long Count, long Bytes, ulong Hash) Content(string database, string container)
    {
        long count = 0, bytes = 0;
        ulong hash = 0;
        ForEach(database, container, (in StoredDocument document) =>
        {
            count++;
            bytes += document.Length;
            hash = unchecked(hash + document.Hash);
        });
        return (count, bytes, hash);
    }

    public IReadOnlyList<(string Id, int Documents, long Bytes)> Ranges(string database, string container) =>
        [.. Account.Container(database, container).Ranges.Select(range => (range.Id, range.Count, range.Bytes))];

    /// <summary>Splits a physical range in two; requests that name it are answered 410/1002 from now on.</summary>
    public void Split(string database, string container, string range) => Account.Container(database, container).Split(range);

    private void Apply(string database, string container, CosmosOperationKind kind, string partitionKey, string id,
        ReadOnlySpan<byte> document)
    {
        StandInContainer found = Account.Container(database, container);
        DocumentWriting writing = new() { Kind = kind, Id = Encoding.UTF8.GetBytes(id) };
        StandInRefusal refusal = writing.Prepare(found, Encoding.UTF8.GetBytes(partitionKey), document, _options.KeepDocuments);
        if (!refusal.IsNone) throw new ArgumentException(refusal.Message);
        PhysicalRange range = found.RangeOf(writing.Position);
        lock (range.Gate)
        {
            int status = writing.Apply(found, range, _options.Clock.GetUtcNow().ToUnixTimeSeconds(), _options.KeepDocuments).Status;
            if (status >= 400) throw new ArgumentException($"The document {id} is not there.");
        }
    }

    private delegate void Visit(in StoredDocument document);

    private void ForEach(string database, string container, Visit visit)
    {
        StandInContainer found = Account.Container(database, container);
        long now = _options.Clock.GetUtcNow().ToUnixTimeSeconds();
        foreach (PhysicalRange range in found.Ranges)
        {
            lock (range.Gate)
            {
                foreach (ref StoredDocument document in range.Documents)
                    if (!document.IsRemoved && !document.IsExpired(found.DefaultTtl, now)) visit(document);
            }
        }
    }
}
