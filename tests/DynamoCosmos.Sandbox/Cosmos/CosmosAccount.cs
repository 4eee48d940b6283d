using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>
/// What the account holds, and the rules for making, changing and removing it. The gateway and the resource manager both act through it.
/// </summary>
internal sealed class CosmosAccount(CosmosStandInOptions options)
{
    private const int RequestUnitsPerRange = 10_000;

    private readonly Lock _gate = new();
    private uint _numbers;
    private int _offers;

    internal ConcurrentDictionary<string, StandInDatabase> Databases { get; } = new(StringComparer.Ordinal);

    internal StandInDatabase Database(string id) =>
        Databases.TryGetValue(id, out StandInDatabase? found) ? found : throw new RefusedException(StandInRefusal.NotFound($"dbs/{id}"));

    internal StandInContainer Container(string database, string id) =>
        Database(database).Containers.TryGetValue(id, out StandInContainer? found)
            ? found : throw new RefusedException(StandInRefusal.NotFound($"dbs/{database}/colls/{id}"));

    internal StandInContainer? ContainerByRid(string rid) =>
        Databases.Values.SelectMany(database => database.Containers.Values).FirstOrDefault(container => container.Rid == rid);

    internal StandInDatabase CreateDatabase(string id, int? throughput, int? autoscaleMaximum)
    {
        ContainerRules.CheckName(id);
        CheckOffer(throughput, autoscaleMaximum);
        lock (_gate)
        {
            StandInDatabase database = new(id, ++_numbers);
            if (!Databases.TryAdd(id, database)) throw Conflict();
            database.Offer = NewOffer(database.Rid, database.Self, throughput, autoscaleMaximum);
            return database;
        }
    }

    internal StandInContainer CreateContainer(string databaseId, JsonObject properties, int? throughput, int? autoscaleMaximum)
    {
        StandInDatabase database = Database(databaseId);
        CheckOffer(throughput, autoscaleMaximum);
        lock (_gate)
        {
            // A container outside a shared database has 400 RU/s when nothing is asked for.
            if (!options.Serverless && throughput is null && autoscaleMaximum is null && database.Offer is null) throughput = 400;
            StandInContainer container = new(database, ++_numbers, properties, options.RangeShares?.Count ?? options.InitialRanges
                ?? RangesFor(throughput, autoscaleMaximum), options);
            if (!database.Containers.TryAdd(container.Id, container)) throw Conflict();
            container.Offer = NewOffer(container.Rid, container.Self, throughput, autoscaleMaximum);
            return container;
        }
    }

    internal void SetThroughput(StandInOffer offer, int value, bool autoscale, DateTimeOffset now)
    {
        lock (_gate)
        {
            StandInContainer? container = ContainerByRid(offer.ResourceRid);
            bool isBeyond = container is not null && value > container.Ranges.Length * RequestUnitsPerRange;
            offer.Change(value, autoscale, container?.Bytes ?? 0, now, isBeyond ? options.ThroughputChangeTime : TimeSpan.Zero);
            if (isBeyond && !offer.IsPending) Grow(container!, value);
        }
    }

    /// <summary>Puts in force what was pending: the ranges split, then the throughput counts.</summary>
    internal void Settle(StandInOffer offer, DateTimeOffset now)
    {
        if (!offer.IsPending) return;
        lock (_gate)
        {
            if (offer.Settle(now) && ContainerByRid(offer.ResourceRid) is StandInContainer container) Grow(container, offer.Throughput);
        }
    }

    internal StandInOffer? OfferByRid(string rid) => Offers.FirstOrDefault(offer => offer.Rid == rid);

    internal StandInOffer? OfferOf(string resourceRid) => Offers.FirstOrDefault(offer => offer.ResourceRid == resourceRid);

    private IEnumerable<StandInOffer> Offers =>
        Databases.Values.SelectMany(database => database.Containers.Values.Select(container => container.Offer)
            .Append(database.Offer)).OfType<StandInOffer>();

    /// <summary>Request units that one range may use in a second; infinite where nothing is throttled.</summary>
    internal double PerRange(StandInContainer container, bool throttle)
    {
        StandInOffer? offer = container.Offer ?? container.Database.Offer;
        if (!throttle || offer is null) return double.PositiveInfinity;
        int ranges = container.Offer is not null
            ? container.Ranges.Length
            : container.Database.Containers.Values.Where(each => each.Offer is null).Sum(each => each.Ranges.Length);
        return (double)offer.Throughput / ranges;
    }

    private static void Grow(StandInContainer container, int throughput)
    {
        while (container.Ranges.Length * RequestUnitsPerRange < throughput)
            container.Split(
                container.Ranges.MaxBy(range => range.To == ulong.MaxValue ? (1UL << 62) - range.From : range.To - range.From)!.Id);
    }

    // "RU/s / 6,000, rounded up" for a new container beyond what one range can serve; autoscale counts full ranges.
    private static int RangesFor(int? throughput, int? autoscaleMaximum) =>
        autoscaleMaximum is int maximum ? (maximum + RequestUnitsPerRange - 1) / RequestUnitsPerRange
        : throughput > RequestUnitsPerRange ? (throughput.Value + 5999) / 6000 : 1;

    private void CheckOffer(int? throughput, int? autoscaleMaximum)
    {
        if (throughput is not null
            && autoscaleMaximum is not null) throw new RefusedException(
            StandInRefusal.BadRequest("Both manual and autoscale throughput were given."));
        if (options.Serverless && (throughput ?? autoscaleMaximum) is not null)
            throw new RefusedException(
                StandInRefusal.BadRequest("Setting offer throughput or autopilot on container is not supported for serverless accounts."));
        if (throughput is int manual) StandInOffer.Check(manual, false);
        if (autoscaleMaximum is int maximum) StandInOffer.Check(maximum, true);
    }

    private StandInOffer? NewOffer(string rid, string self, int? throughput, int? autoscaleMaximum) =>
        (throughput ?? autoscaleMaximum) is int value ? new($"of{++_offers:D2}", rid, self, value, autoscaleMaximum is not null) : null;

    private static RefusedException Conflict() => new(new(409, 0, "Resource with specified id, name, or unique index already exists."));
}
