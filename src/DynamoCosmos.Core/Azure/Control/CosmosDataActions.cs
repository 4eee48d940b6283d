namespace DynamoCosmos.Azure.Control;

/// <summary>What a preset allows.</summary>
public enum CosmosRolePreset
{
    /// <summary>Everything in containers: what the usual walkthrough gives.</summary>
    Migration,

    /// <summary>
    /// No more than an import of a full export does: reading metadata, and creating, upserting, reading and replacing items.
    /// </summary>
    ImportOnly,

    /// <summary>Reading items, by id, by query and by change feed: for verification.</summary>
    ReadOnly,
}

/// <summary>
/// The data actions of Cosmos DB for NoSQL. Source: https://learn.microsoft.com/azure/cosmos-db/nosql/reference-data-plane-actions.
/// </summary>
public static class CosmosDataActions
{
    internal const string ReadMetadata = "Microsoft.DocumentDB/databaseAccounts/readMetadata";
    internal const string Containers = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/";
    internal const string Items = Containers + "items/";

    /// <summary>All that a role definition may name, the two wildcards included.</summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        ReadMetadata,
        Containers + "*",
        Containers + "executeQuery",
        Containers + "readChangeFeed",
        Containers + "executeStoredProcedure",
        Containers + "manageConflicts",
        Items + "*",
        Items + "create",
        Items + "read",
        Items + "replace",
        Items + "upsert",
        Items + "delete",
    ];

    public static IReadOnlyList<string> Of(CosmosRolePreset preset) => preset switch
    {
        CosmosRolePreset.Migration => [ReadMetadata, Items + "*", Containers + "*"],
        CosmosRolePreset.ImportOnly => [ReadMetadata, Items + "create", Items + "upsert", Items + "read", Items + "replace"],
        CosmosRolePreset.ReadOnly => [ReadMetadata, Items + "read", Containers + "executeQuery", Containers + "readChangeFeed"],
        _ => throw new ArgumentOutOfRangeException(nameof(preset), preset, null),
    };

    /// <summary>The actions as the service spells them, without doubles, in a fixed order.</summary>
    internal static IReadOnlyList<string> Check(IEnumerable<string> actions)
    {
        SortedSet<string> checkedActions = new(StringComparer.Ordinal);
        foreach (string action in actions)
            checkedActions.Add(Known.FirstOrDefault(known => known.Equals(action, StringComparison.OrdinalIgnoreCase))
                ?? throw AccessErrors.DataActionUnknown(action, Known));
        return [.. checkedActions];
    }

    internal static bool Allows(IEnumerable<string> patterns, string action) => patterns.Any(pattern =>
        pattern.EndsWith('*')
            ? action.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
            : pattern.Equals(action, StringComparison.OrdinalIgnoreCase));
}
