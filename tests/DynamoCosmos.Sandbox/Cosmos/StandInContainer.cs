using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>A container: its properties as JSON, and its documents in physical ranges.</summary>
internal sealed class StandInContainer
{
    private readonly Lock _gate = new();
    private readonly uint _databaseNumber;
    private readonly uint _number;
    private PhysicalRange[] _ranges;
    private int _nextRange;
    private long _sequence;
    private (DateTimeOffset From, TimeSpan For, bool IsNew) _indexChange;

    internal StandInContainer(StandInDatabase database, uint number, JsonObject properties, int ranges, CosmosStandInOptions options)
    {
        Database = database;
        (_databaseNumber, _number) = (database.Number, number | 0x80);
        (Properties, Paths, DefaultTtl, IsIndexed) = ContainerRules.Read(properties, null);
        Id = (string)Properties["id"]!;
        IsFirstVersion = ContainerRules.VersionOf(Properties["partitionKey"]!) == 1;
        IReadOnlyList<double> shares =
            options.RangeShares is { } uneven && uneven.Count == ranges ? uneven : [.. Enumerable.Repeat(1.0 / ranges, ranges)];
        ulong[] bounds = [.. Enumerable.Range(0, ranges).Select(i => Bound(shares.Take(i).Sum() / shares.Sum())), ulong.MaxValue];
        RangeThrottle MakeThrottle() => RangeThrottle.Create(options.ThrottleModel, options.SavedSeconds);
        _ranges = [.. Enumerable.Range(0, ranges).Select(i => new PhysicalRange(i.ToString(), bounds[i], bounds[i + 1], [], MakeThrottle))];
        _nextRange = ranges;
    }

    internal string Id { get; }

    internal StandInDatabase Database { get; }

    internal JsonObject Properties { get; private set; }

    internal PartitionKeyPaths Paths { get; }

    internal bool IsFirstVersion { get; }

    internal int? DefaultTtl { get; private set; }

    internal bool IsIndexed { get; private set; }

    internal StandInOffer? Offer { get; set; }

    internal string Rid => Base64(RidBytes(0, 8));

    internal string Self => $"{Database.Self}colls/{Rid}/";

    /// <summary>Those in force, in order of the hash space.</summary>
    internal PhysicalRange[] Ranges => Volatile.Read(ref _ranges);

    internal long Bytes => Ranges.Sum(range => range.Bytes);

    private static ulong Bound(double share) => (ulong)((1UL << 62) * share);

    /// <summary>Another one after every split. Whoever has it has exactly these ranges, also if they are split meanwhile.</summary>
    internal string ETagOf(PhysicalRange[] ranges) => $"\"{Rid}-{string.Join('.', ranges.Select(static range => range.Id))}\"";

    internal long NextSequence() => Interlocked.Increment(ref _sequence);

    internal string DocumentRid(long sequence) => Base64(RidBytes(sequence, 16));

    private byte[] RidBytes(long sequence, int length)
    {
        byte[] rid = new byte[length];
        BinaryPrimitives.WriteUInt32LittleEndian(rid, _databaseNumber);
        // The top bit of the fifth byte tells a container from a user.
        BinaryPrimitives.WriteUInt32LittleEndian(rid.AsSpan(4), _number);
        if (length == 16) BinaryPrimitives.WriteInt64LittleEndian(rid.AsSpan(8), sequence);
        return rid;
    }

    internal static string Base64(byte[] rid) => Convert.ToBase64String(rid).Replace('/', '-');

    /// <summary>
    /// Says where a key lies in the hash space. A key of the first version is written as a number and its value, "05C1…": all of them lie
    /// in a narrow band, in which this stand-in places them by the hash of the second version.
    /// </summary>
    internal ulong PlaceOf(in EffectivePartitionKey key) =>
        IsFirstVersion ? 0x05C1_0000_0000_0000UL | (key.Position << 2 >> 16) : key.Position;

    internal PhysicalRange RangeOf(ulong position)
    {
        PhysicalRange[] ranges = Ranges;
        foreach (PhysicalRange range in ranges)
            if (range.Holds(position)) return range;
        throw new InvalidOperationException("The ranges do not cover the hash space.");
    }

    internal PhysicalRange? Range(string id) => Array.Find(Ranges, range => range.Id == id);

    internal void Split(string rangeId)
    {
        lock (_gate)
        {
            PhysicalRange range = Range(rangeId) ?? throw new ArgumentException($"No range '{rangeId}' in {Id}.");
            lock (range.Gate)
            {
                (PhysicalRange lower, PhysicalRange upper) = range.Split((_nextRange++).ToString(), (_nextRange++).ToString());
                Volatile.Write(ref _ranges, [.. _ranges.SelectMany(each => each == range ? new[] { lower, upper } : [each])]);
            }
        }
    }

    internal void Replace(JsonObject properties, DateTimeOffset now, TimeSpan indexTime)
    {
        string before = Properties["indexingPolicy"]!.ToJsonString();
        (Properties, _, DefaultTtl, IsIndexed) = ContainerRules.Read(properties, Properties);
        if (Properties["indexingPolicy"]!.ToJsonString() != before) _indexChange = (now, indexTime, true);
    }

    /// <summary>0 to 100: how far the index has followed the latest change of its policy.</summary>
    internal int IndexProgress(DateTimeOffset now)
    {
        // The first look may still see the progress of the former policy.
        bool isNew = _indexChange.IsNew;
        _indexChange.IsNew = false;
        if (isNew || _indexChange.For <= TimeSpan.Zero) return 100;
        return (int)Math.Clamp((now - _indexChange.From) / _indexChange.For * 100, 0, 100);
    }
}
