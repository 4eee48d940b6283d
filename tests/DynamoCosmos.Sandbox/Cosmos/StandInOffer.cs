using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>The throughput of a database or container.</summary>
internal sealed class StandInOffer(string rid, string resourceRid, string resourceSelf, int throughput, bool isAutoscale)
{
    // "A maximum of 25 throughput updates in 5 minutes", from the service's limits page.
    private const int MostChanges = 25;
    private static readonly TimeSpan s_changeSpan = TimeSpan.FromMinutes(5);

    private readonly Queue<DateTimeOffset> _changes = new();
    private int _highest = throughput;
    private (int Throughput, DateTimeOffset At)? _pending;

    internal string Rid => rid;

    internal string ResourceRid => resourceRid;

    internal bool IsAutoscale { get; private set; } = isAutoscale;

    /// <summary>Manual RU/s, or the autoscale maximum.</summary>
    internal int Throughput { get; private set; } = throughput;

    internal bool IsPending => _pending is not null;

    internal int Minimum(long bytes)
    {
        double gigabytes = bytes / (1024.0 * 1024 * 1024);
        return IsAutoscale
            ? RoundUp(Math.Max(1000, Math.Max(gigabytes * 10, _highest / 10.0)), 1000)
            : RoundUp(Math.Max(400, Math.Max(gigabytes, _highest / 100.0)), 100);
    }

    private static int RoundUp(double value, int step) => (int)Math.Ceiling(value / step) * step;

    internal static void Check(int value, bool isAutoscale)
    {
        int step = isAutoscale ? 1000 : 100, least = isAutoscale ? 1000 : 400;
        if (value < least || value % step != 0)
            throw new RefusedException(StandInRefusal.BadRequest($"The offer should have valid throughput values between {least} and " +
                $"1000000 inclusive in increments of {step}."));
    }

    /// <param name="pendingFor">How long it takes; zero is at once.</param>
    internal void Change(int value, bool autoscale, long bytes, DateTimeOffset now, TimeSpan pendingFor)
    {
        Check(value, autoscale);
        if (IsPending) throw new RefusedException(new(409, 0, "A throughput change is already in progress for this resource."));
        while (_changes.TryPeek(out DateTimeOffset first) && now - first > s_changeSpan) _changes.Dequeue();
        if (_changes.Count >= MostChanges) throw new RefusedException(
            new(429, 0, "Too many throughput updates: at most 25 in 5 minutes.", _changes.Peek() + s_changeSpan - now));
        if (autoscale == IsAutoscale)
        {
            int minimum = Minimum(bytes);
            if (value < minimum) throw new RefusedException(
                StandInRefusal.BadRequest($"The offer should have valid throughput values between {minimum} and 1000000 inclusive in " +
                $"increments of {(autoscale ? 1000 : 100)}."));
        }
        _changes.Enqueue(now);
        _highest = Math.Max(_highest, value);
        IsAutoscale = autoscale;
        if (pendingFor > TimeSpan.Zero) _pending = (value, now + pendingFor);
        else Throughput = value;
    }

    /// <summary>Puts a pending change in force once its time has come.</summary>
    /// <returns>True when it just did.</returns>
    internal bool Settle(DateTimeOffset now)
    {
        if (_pending is not (int value, DateTimeOffset at) || now < at) return false;
        Throughput = value;
        _pending = null;
        return true;
    }

    internal JsonObject ToJson()
    {
        JsonObject content = IsAutoscale
            ? new()
            {
                ["offerThroughput"] = Throughput / 10,
                ["offerAutopilotSettings"] = new JsonObject { ["maxThroughput"] = _pending?.Throughput ?? Throughput }
            }
            : new() { ["offerThroughput"] = _pending?.Throughput ?? Throughput };
        return new()
        {
            ["resource"] = resourceSelf,
            ["offerType"] = "Invalid",
            ["offerResourceId"] = resourceRid,
            ["offerVersion"] = "V2",
            ["content"] = content,
            ["id"] = rid,
            ["_rid"] = rid,
            ["_self"] = $"offers/{rid}/",
            ["_etag"] = "\"00000000-0000-0000-0000-000000000000\"",
            ["_ts"] = 0,
        };
    }
}
