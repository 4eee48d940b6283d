using DynamoCosmos.Cosmos;
using DynamoCosmos.Items;

namespace DynamoCosmos.Sessions;

/// <summary>The two ends of a migration and the conversion between them: what an import and its comparison have in common.</summary>
public abstract record MigrationEnds
{
    public required ItemOrigin Origin { get; init; }

    public required CosmosSettings Account { get; init; }

    public required string DatabaseName { get; init; }

    /// <summary>One that takes all items, or several that share them.</summary>
    public required IReadOnlyList<ItemRoute> Routes { get; init; }

    /// <summary>For plans and messages.</summary>
    public string TargetName => $"{Account.AccountName}/{DatabaseName}/{ContainerReference.Join(ContainerNames)}";

    internal IReadOnlyList<string> ContainerNames => [.. Routes.Select(route => route.Container).Distinct(StringComparer.Ordinal)];
}
