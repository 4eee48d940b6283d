using System.Collections.Concurrent;

namespace DynamoCosmos.Sandbox.Faults;

/// <summary>A request as a rule sees it.</summary>
/// <param name="Number">From 1, over all requests of the proxy, in the order in which they came.</param>
/// <param name="Path">Without its query, which may be a signature.</param>
/// <param name="Elapsed">Since the proxy began.</param>
public sealed record ProxiedRequest(long Number, string Method, string Path, IReadOnlyDictionary<string, string> Headers, TimeSpan Elapsed)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public bool IsRead => Method is "GET" or "HEAD";
}

/// <summary>
/// What goes wrong, and when. Rules are asked in their order, and all that apply do. Chance is drawn from the seed, the rule and the number
/// of matching requests so far: the same requests in the same order meet the same faults.
/// </summary>
/// <param name="mostInARow">Requests of one method and path that something happens to, one after the other. Requests that run beside each
/// other take their chances in another order each time; below the tries that a client makes, none of these orders ends in failure.</param>
public sealed class FaultScenario(int seed = 0, int mostInARow = int.MaxValue)
{
    private readonly List<Rule> _rules = [];
    private readonly ConcurrentDictionary<string, int> _inARow = new(StringComparer.Ordinal);

    /// <summary>Nothing goes wrong.</summary>
    public static FaultScenario None => new();

    /// <summary>A share (0 to 1) of the requests.</summary>
    public FaultScenario Sometimes(double share, Fault fault, Func<ProxiedRequest, bool>? of = null) =>
        Add(of, fault, (_, _, draw) => draw < share);

    /// <summary>The first requests, and no later ones.</summary>
    public FaultScenario First(int requests, Fault fault, Func<ProxiedRequest, bool>? of = null) =>
        Add(of, fault, (_, matched, _) => matched <= requests);

    /// <summary>The first request of each path: a second try always meets another answer, whatever runs beside it.</summary>
    public FaultScenario FirstOfEachPath(Fault fault, Func<ProxiedRequest, bool>? of = null)
    {
        ConcurrentDictionary<string, bool> seen = new(StringComparer.Ordinal);
        return Add(of, fault, (request, _, _) => seen.TryAdd(request.Path, true));
    }

    /// <summary>Every n-th request.</summary>
    public FaultScenario Every(int nth, Fault fault, Func<ProxiedRequest, bool>? of = null) =>
        Add(of, fault, (_, matched, _) => matched % nth == 0);

    /// <summary>A run of requests, counted from 1 among those that match.</summary>
    public FaultScenario Between(long first, long last, Fault fault, Func<ProxiedRequest, bool>? of = null) =>
        Add(of, fault, (_, matched, _) => matched >= first && matched <= last);

    /// <summary>A window of time since the proxy began.</summary>
    public FaultScenario During(TimeSpan from, TimeSpan until, Fault fault, Func<ProxiedRequest, bool>? of = null) =>
        Add(of, fault, (request, _, _) => request.Elapsed >= from && request.Elapsed < until);

    /// <summary>Storms: of each period the first part.</summary>
    public FaultScenario Periodically(TimeSpan period, TimeSpan part, Fault fault, Func<ProxiedRequest, bool>? of = null) =>
        Add(of, fault, (request, _, _) => request.Elapsed.Ticks % period.Ticks < part.Ticks);

    public FaultScenario Always(Fault fault, Func<ProxiedRequest, bool>? of = null) => Add(of, fault, (_, _, _) => true);

    /// <summary>What goes wrong with this request. Each call counts as a request.</summary>
    public IReadOnlyList<Fault> Draw(ProxiedRequest request)
    {
        List<Fault> faults = [];
        for (int i = 0; i < _rules.Count; i++)
        {
            Rule rule = _rules[i];
            if (rule.Of?.Invoke(request) == false) continue;
            long matched = Interlocked.Increment(ref rule.Matched);
            double draw = new Random(unchecked((int)(seed * 1_000_003L + i * 7_919L + matched * 104_729L))).NextDouble();
            if (rule.When(request, matched, draw)) faults.Add(rule.Fault);
        }
        if (mostInARow == int.MaxValue) return faults;
        int inARow = _inARow.AddOrUpdate($"{request.Method} {request.Path}", _ => Math.Sign(faults.Count), (_, before) => faults.Count == 0
            || before == mostInARow ? 0 : before + 1);
        return inARow == 0 ? [] : faults;
    }

    private FaultScenario Add(Func<ProxiedRequest, bool>? of, Fault fault, Func<ProxiedRequest, long, double, bool> when)
    {
        _rules.Add(new(of, fault, when));
        return this;
    }

    private sealed class Rule(Func<ProxiedRequest, bool>? of, Fault fault, Func<ProxiedRequest, long, double, bool> when)
    {
        internal long Matched;

        internal Func<ProxiedRequest, bool>? Of { get; } = of;

        internal Fault Fault { get; } = fault;

        internal Func<ProxiedRequest, long, double, bool> When { get; } = when;
    }
}
