namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>The latest requests in a ring, and the sum of all charges.</summary>
internal sealed class RequestLog(int limit)
{
    private readonly Lock _gate = new();
    private readonly CosmosLogEntry[] _ring = new CosmosLogEntry[Math.Max(1, limit)];
    private long _count;
    private double _charge;

    internal double TotalCharge
    {
        get
        {
            lock (_gate) return _charge;
        }
    }

    internal void Add(in CosmosLogEntry entry)
    {
        lock (_gate)
        {
            _ring[_count++ % _ring.Length] = entry;
            _charge += entry.Charge;
        }
    }

    internal void Clear()
    {
        lock (_gate)
        {
            _count = 0;
            _charge = 0;
        }
    }

    internal CosmosLogEntry[] ToArray()
    {
        lock (_gate)
        {
            int length = (int)Math.Min(_count, _ring.Length);
            CosmosLogEntry[] entries = new CosmosLogEntry[length];
            for (int i = 0; i < length; i++) entries[i] = _ring[(_count - length + i) % _ring.Length];
            return entries;
        }
    }
}
