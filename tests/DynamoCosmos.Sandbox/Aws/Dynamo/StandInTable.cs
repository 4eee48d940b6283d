using System.Text;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>A table: its items in the order of a scan, and, while recovery is on, every change that was made.</summary>
public sealed class StandInTable
{
    private const int BucketCount = 256;

    private readonly Lock _gate = new();
    private readonly List<StoredItem>[] _buckets = [.. Enumerable.Range(0, BucketCount).Select(static _ => new List<StoredItem>())];
    private readonly TimeProvider _time;
    private List<ItemChange>? _history;
    private long _lastMicros, _count, _bytes;

    internal StandInTable(string name, string arn, TableKeys keys, TimeProvider time, JsonObject settings)
    {
        Name = name;
        Arn = arn;
        Keys = keys;
        _time = time;
        Settings = settings;
        CreatedAt = time.GetUtcNow();
    }

    public string Name { get; }

    public string Arn { get; }

    public string Id { get; } = Guid.NewGuid().ToString();

    public TableKeys Keys { get; }

    public DateTimeOffset CreatedAt { get; }

    /// <summary>Null while TTL is off. Nothing expires by itself.</summary>
    public string? TimeToLiveAttribute { get; set; }

    /// <summary>When point-in-time recovery was asked for; null while it is off.</summary>
    public DateTimeOffset? RecoverySince { get; private set; }

    /// <summary>Read capacity units a second beyond which scans are refused; null is no limit.</summary>
    public double? ReadCapacityLimit { get; set; }

    /// <summary>Read capacity units that were taken so far.</summary>
    public double ReadUnits => Capacity.Total;

    public long ItemCount => Interlocked.Read(ref _count);

    public long SizeBytes => Interlocked.Read(ref _bytes);

    /// <summary>What CreateTable said of throughput, indexes and stream, as DescribeTable shows it.</summary>
    internal JsonObject Settings { get; }

    internal ReadCapacity Capacity { get; } = new();

    /// <summary>Writes an item, given as its typed JSON map (<c>{"pk":{"S":"a"}}</c>), as PutItem would.</summary>
    public void Put(string json) => Put(Encoding.UTF8.GetBytes(json));

    public void Put(ReadOnlySpan<byte> json) => Write(ItemParser.Parse(json, Keys));

    /// <summary>Deletes by the typed JSON of its key.</summary>
    public bool Delete(string keyJson) => Remove(ItemParser.Parse(Encoding.UTF8.GetBytes(keyJson), Keys, isKeyOnly: true)) is not null;

    /// <summary>Finds by the typed JSON of its key; the typed JSON of the item, or null.</summary>
    public string? Find(string keyJson) => Find(ItemParser.Parse(Encoding.UTF8.GetBytes(keyJson), Keys, isKeyOnly: true)) is StoredItem item
        ? Encoding.UTF8.GetString(item.Json)
        : null;

    /// <summary>The typed JSON of all items as they are now.</summary>
    public IReadOnlyList<byte[]> Items => [.. Snapshot(null).Select(static item => item.Json)];

    /// <summary>Turns recovery on or off, as UpdateContinuousBackups does.</summary>
    public void SetRecovery(bool isOn)
    {
        lock (_gate)
        {
            if (isOn == RecoverySince is not null) return;
            RecoverySince = isOn ? _time.GetUtcNow() : null;
            _history = isOn ? [] : null;
        }
    }

    internal StoredItem? Write(StoredItem item)
    {
        lock (_gate)
        {
            (List<StoredItem> bucket, int index) = Locate(item);
            StoredItem? before = index >= 0 ? bucket[index] : null;
            if (before is null) bucket.Insert(~index, item);
            else bucket[index] = item;
            Interlocked.Add(ref _count, before is null ? 1 : 0);
            Interlocked.Add(ref _bytes, item.Size - (before?.Size ?? 0));
            _history?.Add(new(NextMicros(), before, item));
            return before;
        }
    }

    internal StoredItem? Remove(StoredItem key)
    {
        lock (_gate)
        {
            (List<StoredItem> bucket, int index) = Locate(key);
            if (index < 0) return null;
            StoredItem before = bucket[index];
            bucket.RemoveAt(index);
            Interlocked.Decrement(ref _count);
            Interlocked.Add(ref _bytes, -before.Size);
            _history?.Add(new(NextMicros(), before, null));
            return before;
        }
    }

    internal StoredItem? Find(StoredItem key)
    {
        lock (_gate)
        {
            (List<StoredItem> bucket, int index) = Locate(key);
            return index >= 0 ? bucket[index] : null;
        }
    }

    /// <summary>All items in scan order as they were then, by undoing what came after.</summary>
    internal List<StoredItem> Snapshot(DateTimeOffset? time)
    {
        lock (_gate)
        {
            List<StoredItem> now = [.. _buckets.SelectMany(static bucket => bucket)];
            if (time is null || _history is null) return now;
            long micros = ItemChange.Micros(time.Value);
            SortedDictionary<StoredItem, StoredItem?> undone = [];
            for (int index = _history.Count - 1; index >= 0 && _history[index].At > micros; index--)
                undone[_history[index].Key] = _history[index].Before;
            if (undone.Count == 0) return now;
            List<StoredItem> then = [.. now.Where(item => !undone.ContainsKey(item)), .. undone.Values.OfType<StoredItem>()];
            then.Sort();
            return then;
        }
    }

    /// <summary>What became of each item that was changed in the window (from inclusive, to exclusive): one entry an item.</summary>
    internal List<ItemChange> Changes(DateTimeOffset from, DateTimeOffset to)
    {
        lock (_gate)
        {
            SortedDictionary<StoredItem, ItemChange> changes = [];
            foreach (ItemChange change in _history ?? [])
            {
                if (change.At < ItemChange.Micros(from) || change.At >= ItemChange.Micros(to)) continue;
                changes[change.Key] = changes.TryGetValue(change.Key, out ItemChange? earlier)
                    ? new(change.At, earlier.Before, change.After) { Key = change.Key } : change;
            }
            return [.. changes.Values];
        }
    }

    /// <summary>The next items of a hash range after a key, while they fit.</summary>
    /// <param name="after">Exclusive; null starts at the range's beginning.</param>
    /// <param name="last">Inclusive.</param>
    internal List<StoredItem> Page(ulong first, ulong last, StoredItem? after, int maxItems, int maxBytes, out bool isMore)
    {
        lock (_gate)
        {
            List<StoredItem> page = [];
            long bytes = 0;
            int bucketIndex = BucketOf(after?.Hash ?? first);
            int index = after is null ? 0 : Next(after);
            isMore = false;
            for (; bucketIndex < BucketCount; bucketIndex++, index = 0)
            {
                List<StoredItem> bucket = _buckets[bucketIndex];
                for (; index < bucket.Count; index++)
                {
                    StoredItem item = bucket[index];
                    if (item.Hash < first) continue;
                    if (item.Hash > last) return page;
                    page.Add(item);
                    bytes += item.Size;
                    // As DynamoDB: the page ends when the limit is reached, and has a LastEvaluatedKey even if nothing comes after.
                    isMore = page.Count == maxItems || bytes >= maxBytes;
                    if (isMore) return page;
                }
            }
            return page;
        }
    }

    private int Next(StoredItem after)
    {
        int index = _buckets[BucketOf(after.Hash)].BinarySearch(after);
        return index >= 0 ? index + 1 : ~index;
    }

    private (List<StoredItem> Bucket, int Index) Locate(StoredItem key)
    {
        List<StoredItem> bucket = _buckets[BucketOf(key.Hash)];
        return (bucket, bucket.BinarySearch(key));
    }

    private static int BucketOf(ulong hash) => (int)(hash >> 56);

    // Two writes never have the same time, so that the last one of an item is the last one.
    private long NextMicros() => _lastMicros = Math.Max(_lastMicros + 1, ItemChange.Micros(_time.GetUtcNow()));
}
