using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Entra;

/// <summary>sqlRoleDefinitions and sqlRoleAssignments.</summary>
internal sealed class ArmDataRoles(ArmAccounts accounts, ArmOperations operations, Tenant tenant, AccessControl access)
{
    internal const string BuiltInReader = "00000000-0000-0000-0000-000000000001";
    internal const string BuiltInContributor = "00000000-0000-0000-0000-000000000002";
    internal const string Prefix = "Microsoft.DocumentDB/databaseAccounts/";
    internal const string Container = Prefix + "sqlDatabases/containers/";

    private static readonly string[] s_actions =
    [
        Prefix + "readMetadata", Container + "items/create", Container + "items/read", Container + "items/replace", Container +
            "items/upsert",
        Container + "items/delete", Container + "executeQuery", Container + "readChangeFeed", Container + "executeStoredProcedure",
            Container + "manageConflicts",
        Container + "*", Container + "items/*",
    ];

    internal ControlAnswer AnswerDefinition(string method, ArmPath path, JsonObject? body, TenantPrincipal caller)
    {
        ArmCosmosAccount account = accounts.Cosmos(path);
        IEnumerable<CosmosDataRole> known = access.DataRoles.Where(role => role.Account == account.Name);
        if (path.IsCollection) return ArmAccounts.List(known.Select(role => Describe(account, role)));
        string id = CheckGuid(path.Names[1]);
        CosmosDataRole? current = known.FirstOrDefault(role => role.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
        switch (method)
        {
            case "GET":
                return new(200, Describe(account, current ?? throw NotFound("Role Definition", id)));
            case "PUT":
                if (current is { IsBuiltIn: true }) throw Bad($"The Role Definition [{id}] is built in and cannot be changed.");
                CosmosDataRole wanted = ReadDefinition(account, id, body);
                return operations.Start(account, caller, () =>
                {
                    if (known.Any(role => role.Id != id && role.Name.Equals(wanted.Name, StringComparison.OrdinalIgnoreCase)))
                        throw ControlFault.OfCosmos(409, "Conflict", $"A Role Definition with the name [{wanted.Name}] already exists.");
                    access.Put(wanted);
                }, () => Describe(account, wanted));
            case "DELETE":
                if (current is null) return new(204);
                if (current.IsBuiltIn) throw Bad($"The Role Definition [{id}] is built in and cannot be deleted.");
                return operations.Start(account, caller, () =>
                {
                    if (access.DataAssignments.Any(assignment => assignment.Account == account.Name && assignment.RoleId == current.Id))
                        throw Bad($"The Role Definition [{id}] cannot be deleted because it is in use by Role Assignments.");
                    access.RemoveDataRole(account.Name, id);
                }, static () => null);
            default:
                throw ControlFault.OfCosmos(405, "MethodNotAllowed", $"{method} is not allowed on a role definition.");
        }
    }

    internal ControlAnswer AnswerAssignment(string method, ArmPath path, JsonObject? body, TenantPrincipal caller)
    {
        ArmCosmosAccount account = accounts.Cosmos(path);
        IEnumerable<CosmosDataAssignment> known = access.DataAssignments.Where(assignment => assignment.Account == account.Name);
        if (path.IsCollection) return ArmAccounts.List(known.Select(assignment => Describe(account, assignment)));
        string id = CheckGuid(path.Names[1]);
        CosmosDataAssignment? current = known.FirstOrDefault(assignment => assignment.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
        switch (method)
        {
            case "GET":
                return new(200, Describe(account, current ?? throw NotFound("Role Assignment", id)));
            case "PUT":
                CosmosDataAssignment wanted = ReadAssignment(account, id, body, current);
                return operations.Start(account, caller, () =>
                {
                    // The directory is asked when the operation runs, not by the request that starts it.
                    if (!tenant.IsKnownToProviders(wanted.PrincipalId))
                    {
                        throw Bad($"The provided principal ID [{wanted.PrincipalId}] was not found in the AAD tenant(s) [{tenant.Id}] " +
                            "which are associated with the customer's subscription.");
                    }
                    if (known.Any(other => other.Id != id && other with { Id = id, CreatedAt = wanted.CreatedAt } == wanted))
                    {
                        throw ControlFault.OfCosmos(409, "Conflict",
                            "A Role Assignment with the same Role Definition, Principal and Scope already exists.");
                    }
                    access.Put(wanted with { CreatedAt = current?.CreatedAt ?? tenant.Now });
                }, () => Describe(account, wanted));
            case "DELETE":
                if (current is null) return new(204);
                return operations.Start(account, caller, () => access.RemoveDataAssignment(id), static () => null);
            default:
                throw ControlFault.OfCosmos(405, "MethodNotAllowed", $"{method} is not allowed on a role assignment.");
        }
    }

    private static CosmosDataRole ReadDefinition(ArmCosmosAccount account, string id, JsonObject? body)
    {
        JsonNode properties = body?["properties"] ?? throw Bad("The request body has no properties.");
        string name = (string?)properties["roleName"] is { Length: > 0 } given ? given : throw Bad("The Role Definition must have a name.");
        string[] scopes = [.. (properties["assignableScopes"] as JsonArray ?? [])
            .Select(scope => Relative(account, (string)scope!, "assignable scope"))];
        if (scopes.Length == 0) throw Bad("The Role Definition must have at least one assignable scope.");
        JsonArray permissions = properties["permissions"] as JsonArray ?? [];
        string[] actions = [.. permissions.SelectMany(permission => permission!["dataActions"] as JsonArray ?? [])
            .Select(action => (string)action!)];
        if (actions.Length == 0) throw Bad("The Role Definition must have at least one data action.");
        if (permissions.Any(permission =>
            permission!["notDataActions"] is JsonArray { Count: > 0 })) throw Bad("NotDataActions are not supported.");
        foreach (string action in actions)
        {
            if (!s_actions.Contains(action, StringComparer.OrdinalIgnoreCase))
                throw Bad($"The provided data action string [{action}] does not correspond to any valid SQL data action.");
        }
        return new(account.Name, id, name, false, scopes, actions);
    }

    private CosmosDataAssignment ReadAssignment(ArmCosmosAccount account, string id, JsonObject? body, CosmosDataAssignment? current)
    {
        JsonNode properties = body?["properties"] ?? throw Bad("The request body has no properties.");
        string definition = (string?)properties["roleDefinitionId"] ?? "", prefix = $"{account.Id}/sqlRoleDefinitions/";
        if (!definition.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) throw Bad("The provided Role Definition ID " +
            $"[{definition}] is not a fully qualified id of this account.");
        string roleId = definition[prefix.Length..];
        CosmosDataRole role = access.DataRoles.FirstOrDefault(known => known.Account == account.Name
            && known.Id.Equals(roleId, StringComparison.OrdinalIgnoreCase))
            ?? throw NotFound("Role Definition", roleId);
        string scope = Relative(account, (string?)properties["scope"] ?? "", "scope");
        if (!role.AssignableScopes.Any(assignable => AccessControl.Covers(assignable, scope)))
            throw Bad($"The provided scope [{scope}] is not among the assignable scopes of the Role Definition [{roleId}].");
        string principalId = (string?)properties["principalId"] ?? "";
        if (current is not null
            && current.PrincipalId != principalId) throw Bad("Updating the principal of a Role Assignment is not permitted.");
        return new(account.Name, id, role.Id, scope, principalId, current is null ? tenant.Now : current.CreatedAt);
    }

    /// <summary>Fully qualified or relative in, relative out.</summary>
    private static string Relative(ArmCosmosAccount account, string scope, string what)
    {
        string below = scope.StartsWith(account.Id, StringComparison.OrdinalIgnoreCase) ? scope[account.Id.Length..] : scope;
        string relative = below.Length == 0 ? "/" : below;
        string[] parts = relative.Trim('/').Split('/');
        bool isValid = relative == "/"
            || (relative[0] == '/' && parts is ["dbs", { Length: > 0 }] or ["dbs", { Length: > 0 }, "colls", { Length: > 0 }]);
        return isValid ? relative : throw Bad($"The provided {what} [{scope}] is not valid, or lies outside the database account.");
    }

    private static string CheckGuid(string id) =>
        Guid.TryParseExact(id, "D", out _) ? id.ToLowerInvariant() : throw Bad($"The provided id [{id}] is not a GUID.");

    private static JsonObject Describe(ArmCosmosAccount account, CosmosDataRole role) => new()
    {
        ["id"] = $"{account.Id}/sqlRoleDefinitions/{role.Id}",
        ["name"] = role.Id,
        ["type"] = "Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions",
        ["properties"] = new JsonObject
        {
            ["roleName"] = role.Name,
            ["type"] = role.IsBuiltIn ? "BuiltInRole" : "CustomRole",
            ["assignableScopes"] = new JsonArray([.. role.AssignableScopes.Select(scope => (JsonNode)(account.Id + scope.TrimEnd('/')))]),
            ["permissions"] = new JsonArray(new JsonObject
            {
                ["dataActions"] = new JsonArray([.. role.DataActions.Select(action => (JsonNode)action)]),
                ["notDataActions"] = new JsonArray(),
            }),
        },
    };

    private static JsonObject Describe(ArmCosmosAccount account, CosmosDataAssignment assignment) => new()
    {
        ["id"] = $"{account.Id}/sqlRoleAssignments/{assignment.Id}",
        ["name"] = assignment.Id,
        ["type"] = "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments",
        ["properties"] = new JsonObject
        {
            ["roleDefinitionId"] = $"{account.Id}/sqlRoleDefinitions/{assignment.RoleId}",
            ["principalId"] = assignment.PrincipalId,
            ["scope"] = account.Id + assignment.Scope.TrimEnd('/'),
        },
    };

    private static ControlFault Bad(string message) => ControlFault.OfCosmos(400, "BadRequest", message);

    private static ControlFault NotFound(string what, string id) =>
        ControlFault.OfCosmos(404, "NotFound", $"The {what} with ID [{id}] was not found.");
}
