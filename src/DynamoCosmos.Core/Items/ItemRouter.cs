using DynamoCosmos.Basics;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Items;

/// <summary>One way that items of a table can go.</summary>
/// <param name="Container">Where its documents are written. Several routes may lead to one container.</param>
/// <param name="Where">A condition as in <see cref="ItemMapping.Where"/>; null takes every item.</param>
/// <param name="Options">The route's own rules for id, partition key and mapping.</param>
public sealed record ItemRoute(string Container, string? Where, ConversionOptions Options);

/// <summary>
/// Splits a table over several containers: the first route whose condition an item meets converts it. Immutable and safe for any number of
/// threads. A record is looked at twice, once for its route and once by it, which is small beside writing it; with one route that takes
/// everything, once.
/// </summary>
public sealed class ItemRouter
{
    /// <summary>What <see cref="Convert"/> tells of an item that no route takes.</summary>
    public const int NoContainer = -1;

    private readonly Way[] _ways;
    private readonly string[] _containers;
    private readonly ConversionPlan? _scout;

    /// <exception cref="MigrationException">A route's condition or options cannot be meant, or two routes make documents for one container
    /// that do not fit together.</exception>
    public ItemRouter(KeyMap keys, IReadOnlyList<ItemRoute> routes, ItemFormat format = ItemFormat.DynamoDBJson)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(routes);
        if (routes.Count == 0) throw ItemErrors.InvalidMapping("There are no routes. Give at least one.");
        if (routes.Any(route => route.Container.Length == 0)) throw ItemErrors.InvalidMapping("A route has no container. Name the " +
            "container that its items go to.");
        Routes = [.. routes];
        (Keys, Format) = (keys, format);
        _containers = [.. routes.Select(route => route.Container).Distinct(StringComparer.Ordinal)];
        _ways = [.. routes.Select(route => new Way(new(keys, route.Options, format), Array.IndexOf(_containers, route.Container)))];
        foreach (Way way in _ways)
        {
            IReadOnlyList<string> paths = GetPartitionKeyPaths(way.Container);
            if (!paths.SequenceEqual(way.Converter.PartitionKeyPaths)) throw ItemErrors.RoutesDisagree(_containers[way.Container], paths,
                way.Converter.PartitionKeyPaths);
        }
        int open = Array.FindIndex([.. routes], route => route.Where is null);
        if (open >= 0 && open < routes.Count - 1) throw ItemErrors.InvalidMapping($"The route to '{routes[open].Container}' takes every " +
            "item, so those behind it would never take one. Put it last, or give it a condition.");
        if (open == 0) return;
        // What a filter that holds for all leaves out needs no route.
        string?[] filters = [.. routes.Select(route => route.Options.Mapping?.Where).Distinct()];
        _scout = new(keys, [.. routes.Select(route => route.Where)], filters is [string filter] ? filter : null, format);
    }

    /// <summary>One way for all items.</summary>
    /// <exception cref="MigrationException">The options contradict each other or the keys.</exception>
    public ItemRouter(KeyMap keys, ConversionOptions options, ItemFormat format = ItemFormat.DynamoDBJson)
        : this(keys, [new ItemRoute("the container", null, options)], format)
    {
    }

    public IReadOnlyList<ItemRoute> Routes { get; }

    /// <summary>The table's.</summary>
    internal KeyMap Keys { get; }

    /// <summary>Of the records.</summary>
    internal ItemFormat Format { get; }

    /// <summary>
    /// Whether items are told apart at all: what is split has counts for each container, and may have items that no route takes.
    /// </summary>
    internal bool IsSplit => _scout is not null;

    /// <summary>
    /// Route, id and partition key are made of the table's keys alone, so that a change finds its document whatever else the item holds or
    /// held.
    /// </summary>
    internal bool KeysSuffice => _scout?.KeysSuffice != false && _ways.All(way => way.Converter.KeysSuffice);

    /// <summary>Where documents go, each once.</summary>
    public IReadOnlyList<string> Containers => _containers;

    /// <summary>The partition key paths that a container has to have.</summary>
    /// <param name="container">An index of <see cref="Containers"/>.</param>
    public IReadOnlyList<string> GetPartitionKeyPaths(int container) =>
        Array.Find(_ways, way => way.Container == container).Converter.PartitionKeyPaths;

    internal int IndexOf(string container) => Array.IndexOf(_containers, container);

    /// <summary>A container's name where it has to be told from others; null for what is not split, or has no route.</summary>
    internal string? NameOf(int container) => IsSplit && container != NoContainer ? _containers[container] : null;

    /// <summary>Converts one record by its route.</summary>
    /// <param name="container">
    /// An index of <see cref="Containers"/>; <see cref="NoContainer"/> if no route takes the item, which is rejected as
    /// <see cref="RejectionReason.NoRoute"/>
    /// (or filtered, if a filter that all routes have leaves it out), and for a malformed record.
    /// </param>
    /// <param name="nowUnixSeconds">What times to live count from.</param>
    /// <param name="into">Takes the result.</param>
    public ConversionOutcome Convert(ReadOnlySpan<byte> record, long nowUnixSeconds, DocumentBuffer into, out int container)
    {
        ArgumentNullException.ThrowIfNull(into);
        int route = 0;
        if (_scout is not null)
        {
            ConversionOutcome outcome = ItemConverter.Convert(_scout, record, nowUnixSeconds, into);
            if (outcome is ConversionOutcome.Rejected or ConversionOutcome.Filtered)
            {
                container = NoContainer;
                return outcome;
            }
            route = into.Route;
        }
        Way way = _ways[route];
        container = way.Container;
        return way.Converter.Convert(record, nowUnixSeconds, into);
    }

    /// <summary>Two items never make one document of this container.</summary>
    internal bool IdsAreUnique(int container) => _ways.Where(way => way.Container == container).All(way => way.Converter.IdIsUnique);

    /// <summary>What the documents of a container tell of the time at which they expire.</summary>
    internal ExpiryTraces GetExpiry(int container) =>
        ExpiryTraces.Of([.. _ways.Where(way => way.Container == container).Select(way => way.Converter)]);

    private readonly record struct Way(ItemConverter Converter, int Container);
}
