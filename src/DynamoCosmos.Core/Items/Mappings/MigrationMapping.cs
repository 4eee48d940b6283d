using DynamoCosmos.Basics;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Items.Mappings;

/// <summary>
/// All that a migration's settings say of documents: their id, their partition key, what is changed on the way, and which container takes
/// which.
/// </summary>
public sealed class MigrationMapping
{
    private const string Container = "container", Condition = "where", RouteWord = "route", DefaultWord = "defaultContainer";

    // What a route's own condition is to it, the filter of all items is to the whole; neither stands in place of the other.
    private static readonly string[] s_inherited = [.. MappingReader.Words.Where(word => word != Condition)];
    private static readonly string[] s_routeWords = [Container, .. MappingReader.Words];
    private static readonly string[] s_allWords = [.. MappingReader.Words, RouteWord, DefaultWord, "$schema"];

    private readonly IReadOnlyList<ItemRoute> _routes;
    private readonly string? _defaultContainer;

    /// <exception cref="MigrationException">MappingUnknownWord, MappingNotReadable: with the line, where there are lines.</exception>
    public MigrationMapping(MappingValue settings)
    {
        MappingReader.RefuseUnknown(settings, s_allWords);
        Conversion = MappingReader.ReadConversion(settings);
        _defaultContainer = MappingReader.Find(settings, DefaultWord) is MappingMember named ? MappingReader.Text(named) : null;
        _routes = MappingReader.Find(settings, RouteWord) is MappingMember routes
            ? [.. MappingReader.Objects(routes).Select(route => ReadRoute(route, settings))] : [];
    }

    /// <summary>Every word that may stand at the top of a mapping.</summary>
    public static IReadOnlyList<string> Words => s_allWords;

    /// <summary>Every word that may stand in a route.</summary>
    public static IReadOnlyList<string> RouteWords => s_routeWords;

    /// <summary>What is said of all items, whatever their route says of them.</summary>
    public ConversionOptions Conversion { get; }

    /// <summary>Where items go, by the mapping or, if it has no routes, to one container.</summary>
    /// <param name="containerName">Given by name; must be absent where there are routes.</param>
    /// <param name="target">A container given as an object, which tells the account too; must be one of the routes' where there are
    /// routes.</param>
    /// <returns>Null if nothing names a container.</returns>
    /// <exception cref="MigrationException">ContainerNameWithRoutes, TargetNotRouted.</exception>
    public IReadOnlyList<ItemRoute>? GetRoutes(string? containerName, string? target)
    {
        if (_routes.Count == 0) return (target ?? containerName ?? _defaultContainer) is string single
            ? [new(single, null, Conversion)] : null;
        if (containerName is not null) throw MappingErrors.ContainerNameWithRoutes(containerName);
        ItemRoute[] routes = _defaultContainer is null ? [.. _routes] : [.. _routes, new(_defaultContainer, null, Conversion)];
        return target is null || routes.Any(route => route.Container == target) ? routes : throw MappingErrors.TargetNotRouted(target);
    }

    private static ItemRoute ReadRoute(MappingValue route, MappingValue common)
    {
        MappingReader.RefuseUnknown(route, s_routeWords);
        MappingMember container = MappingReader.Find(route, Container)
            ?? throw MappingErrors.NotReadable(route.Place, "A route has no 'container': the container that its items go to.");
        string? where = MappingReader.Find(route, Condition) is MappingMember condition ? MappingReader.Condition(condition) : null;
        MappingValue own = MappingReader.Only(route, s_inherited);
        return new(MappingReader.Text(container), where, MappingReader.ReadConversion(own.Over(common)));
    }
}
