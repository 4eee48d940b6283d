using System.Collections.Concurrent;

namespace DynamoCosmos.Sandbox.Aws.S3;

/// <summary>A bucket and its objects, open to the tests.</summary>
public sealed class StandInBucket(string name, string region, string ownerId)
{
    private readonly Lock _gate = new();
    private readonly SortedList<string, StandInObject> _objects = new(Utf8Order.Instance);

    public string Name { get; } = name;

    public string Region { get; } = region;

    /// <summary>The account that owns it.</summary>
    public string OwnerId { get; } = ownerId;

    internal DateTimeOffset CreatedAt { get; } = DateTimeOffset.UtcNow;

    internal ConcurrentDictionary<string, S3Upload> Uploads { get; } = new();

    public IReadOnlyList<string> Keys
    {
        get
        {
            lock (_gate) return [.. _objects.Keys];
        }
    }

    public StandInObject? Find(string key)
    {
        lock (_gate) return _objects.GetValueOrDefault(key);
    }

    public void Put(string key, byte[] content) => Put(new StandInObject(key, [content], isMultipart: false));

    public void Put(StandInObject item)
    {
        lock (_gate) _objects[item.Key] = item;
    }

    /// <summary>Puts it only if what is there now is as the writer believes it to be.</summary>
    internal void Put(StandInObject item, Action<StandInObject?> check)
    {
        lock (_gate)
        {
            check(_objects.GetValueOrDefault(item.Key));
            _objects[item.Key] = item;
        }
    }

    public bool Remove(string key)
    {
        lock (_gate) return _objects.Remove(key);
    }

    /// <summary>Up to so many objects with the prefix whose keys come after the given one.</summary>
    internal List<StandInObject> After(string after, string prefix, int count)
    {
        lock (_gate)
        {
            List<StandInObject> found = [];
            bool isFromPrefix = Utf8Order.Instance.Compare(prefix, after) > 0;
            for (int index = LowerBound(isFromPrefix ? prefix : after); index < _objects.Count && found.Count < count; index++)
            {
                string key = _objects.GetKeyAtIndex(index);
                if (key == after && after.Length > 0) continue;
                if (!key.StartsWith(prefix, StringComparison.Ordinal)) break;
                found.Add(_objects.GetValueAtIndex(index));
            }
            return found;
        }
    }

    private int LowerBound(string key)
    {
        int low = 0, high = _objects.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Utf8Order.Instance.Compare(_objects.GetKeyAtIndex(middle), key) < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}

/// <summary>The order of UTF-8 bytes, which is S3's.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    internal static Utf8Order Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null) return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        int common = Math.Min(x.Length, y.Length);
        for (int index = 0; index < common; index++)
        {
            if (x[index] == y[index]) continue;
            bool isXHigh = char.IsSurrogate(x[index]), isYHigh = char.IsSurrogate(y[index]);
            return isXHigh == isYHigh ? x[index].CompareTo(y[index]) : isXHigh ? 1 : -1;
        }
        return x.Length.CompareTo(y.Length);
    }
}
