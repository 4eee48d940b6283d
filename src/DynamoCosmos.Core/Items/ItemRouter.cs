using System.Text.Unicode;

namespace DynamoCosmos.Items;

/// <summary>One way that items of a table can go: a container of its own.</summary>
/// <param name="Name">Names the route in counts and messages.</param>
/// <param name="Where">A condition as in <see cref="ItemMapping.Where"/>; null takes every item.</param>
/// <param name="Options">The route's own rules for id, partition key and mapping.</param>
public sealed record ItemRoute(string Name, string? Where, ConversionOptions Options);

/// <summary>
/// Splits a table over several containers: the first route whose condition an item meets converts it. Immutable and safe for any number of threads.
/// A record is looked at twice, once for its route and once by it, which is small beside writing it.
/// </summary>
public sealed class ItemRouter
{
    /// <summary>What <see cref="Convert"/> answers for an item that no route takes.</summary>
    public const int NoRoute = -1;

    private readonly ItemRoute[] _routes;
    private readonly ItemConverter[] _converters;
    private readonly ConversionPlan _scout;

    /// <exception cref="MigrationException">A route's condition or options cannot be meant.</exception>
    public ItemRouter(KeyMap keys, IReadOnlyList<ItemRoute> routes, ItemFormat format = ItemFormat.DynamoDBJson)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(routes);
        if (routes.Count == 0) throw ItemErrors.InvalidMapping("There are no routes. Give at least one.");
        if (routes.Select(route => route.Name).Distinct(StringComparer.Ordinal).Count() < routes.Count) throw ItemErrors.InvalidMapping("Two routes have one name. Give each its own.");
        _routes = [.. routes];
        _converters = [.. routes.Select(route => new ItemConverter(keys, route.Options, format))];
        _scout = new(keys, [.. routes.Select(route => route.Where)], format);
    }

    public IReadOnlyList<ItemRoute> Routes => _routes;

    /// <summary>The partition key paths that the container of a route has to have.</summary>
    public IReadOnlyList<string> GetPartitionKeyPaths(int route) => _converters[route].PartitionKeyPaths;

    /// <summary>Converts one record by its route.</summary>
    /// <param name="route">An index of <see cref="Routes"/>; <see cref="NoRoute"/> with the outcome Filtered if none takes the item, and for a malformed record.</param>
    public ConversionOutcome Convert(ReadOnlySpan<byte> record, long nowUnixSeconds, DocumentBuffer into, out int route)
    {
        ArgumentNullException.ThrowIfNull(into);
        ConversionOutcome outcome = ItemConverter.Convert(_scout, record, nowUnixSeconds, into);
        route = outcome == ConversionOutcome.Rejected ? NoRoute : into.Route;
        return route == NoRoute ? outcome : _converters[route].Convert(record, nowUnixSeconds, into);
    }
}
