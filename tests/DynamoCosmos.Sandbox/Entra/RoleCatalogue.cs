namespace DynamoCosmos.Sandbox.Entra;

/// <summary>An Azure role. Patterns may hold asterisks and match without regard to case.</summary>
internal sealed record AzureRole(string Id, string Name, string[] Actions, string[] NotActions, string[] DataActions,
    string[] NotDataActions)
{
    internal bool Permits(string action) => Matches(Actions, action) && !Matches(NotActions, action);

    internal bool PermitsData(string action) => Matches(DataActions, action) && !Matches(NotDataActions, action);

    internal static bool Matches(string[] patterns, string action) => patterns.Any(pattern => Matches(pattern, action));

    internal static bool Matches(string pattern, string action)
    {
        string[] parts = pattern.Split('*');
        if (parts.Length == 1) return pattern.Equals(action, StringComparison.OrdinalIgnoreCase);
        if (!action.StartsWith(parts[0], StringComparison.OrdinalIgnoreCase)) return false;
        int at = parts[0].Length;
        foreach (string part in parts[1..^1])
        {
            int found = action.IndexOf(part, at, StringComparison.OrdinalIgnoreCase);
            if (found < 0) return false;
            at = found + part.Length;
        }
        return action.Length - at >= parts[^1].Length && action.EndsWith(parts[^1], StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>The built-in roles that a migration meets, with their real ids and, as far as they matter here, their real actions.</summary>
internal static class RoleCatalogue
{
    internal const string Owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    internal const string Contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c";
    internal const string Reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
    internal const string CosmosOperator = "230815da-be43-4aae-9cb4-875f7bd000aa";
    internal const string BlobReader = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";
    internal const string BlobContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";

    private const string Blobs = "Microsoft.Storage/storageAccounts/blobServices/containers";

    internal static IReadOnlyList<AzureRole> BuiltIn { get; } =
    [
        new(Owner, "Owner", ["*"], [], [], []),
        new(Contributor, "Contributor", ["*"],
            ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write", "Microsoft.Authorization/elevateAccess/Action"], [],
            []),
        new(Reader, "Reader", ["*/read"], [], [], []),
        new("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "User Access Administrator",
            ["*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"], [], [], []),
        new(CosmosOperator, "Cosmos DB Operator",
            ["Microsoft.DocumentDb/databaseAccounts/*", "Microsoft.Insights/alertRules/*", "Microsoft.Authorization/*/read",
                "Microsoft.ResourceHealth/availabilityStatuses/read", "Microsoft.Resources/deployments/*",
                    "Microsoft.Resources/subscriptions/resourceGroups/read",
                "Microsoft.Support/*", "Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action"],
            ["Microsoft.DocumentDB/databaseAccounts/dataTransferJobs/*", "Microsoft.DocumentDB/databaseAccounts/readonlyKeys/*",
                "Microsoft.DocumentDB/databaseAccounts/regenerateKey/*", "Microsoft.DocumentDB/databaseAccounts/listKeys/*",
                "Microsoft.DocumentDB/databaseAccounts/listConnectionStrings/*",
                    "Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions/write",
                "Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions/delete",
                    "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments/write",
                "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments/delete"], [], []),
        new("5bd9cd88-fe45-4216-938b-f97437e15450", "DocumentDB Account Contributor",
            ["Microsoft.DocumentDb/databaseAccounts/*", "Microsoft.Authorization/*/read",
                "Microsoft.Resources/subscriptions/resourceGroups/read"], [], [], []),
        new("fbdf93bf-df7d-467e-a4d2-9458aa1360c8", "Cosmos DB Account Reader Role",
            ["Microsoft.Authorization/*/read", "Microsoft.DocumentDB/*/read", "Microsoft.DocumentDB/databaseAccounts/readonlykeys/action"],
                [], [], []),
        new(BlobReader, "Storage Blob Data Reader",
            [Blobs + "/read", "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action"], [],
                [Blobs + "/blobs/read"], []),
        new(BlobContributor, "Storage Blob Data Contributor",
            [Blobs + "/delete", Blobs + "/read", Blobs + "/write",
                "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action"], [],
            [Blobs + "/blobs/delete", Blobs + "/blobs/read", Blobs + "/blobs/write", Blobs + "/blobs/move/action", Blobs +
                "/blobs/add/action"], []),
        new("b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "Storage Blob Data Owner",
            [Blobs + "/*", "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action"], [], [Blobs + "/blobs/*"],
            []),
    ];
}
