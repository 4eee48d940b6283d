using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DynamoCosmos.Sandbox.Entra;

/// <summary>Microsoft.Authorization: role definitions (the built-in ones), role assignments, and the caller's own permissions.</summary>
internal sealed partial class ArmAuthorization(ResourceManagerOptions options, Tenant tenant, AccessControl access)
{
    internal ControlAnswer AnswerDefinition(string method, ArmPath path, string? filter)
    {
        if (method != "GET") throw ControlFault.Of(405, "MethodNotAllowed", "This stand-in knows the built-in roles only.");
        if (!path.IsCollection)
        {
            AzureRole role = FindRole(path.Names[0]) ?? throw ControlFault.Of(404, "RoleDefinitionDoesNotExist", "The specified role " +
                $"definition with ID '{path.Names[0]}' does not exist.");
            return new(200, Describe(role));
        }
        IEnumerable<AzureRole> found = RoleCatalogue.BuiltIn;
        if (!string.IsNullOrEmpty(filter))
        {
            Match match = RoleName().Match(filter);
            if (!match.Success) throw ControlFault.Of(400, "UnsupportedFilter", $"The filter '{filter}' is not supported.");
            found = found.Where(role => role.Name.Equals(match.Groups[1].Value, StringComparison.OrdinalIgnoreCase));
        }
        return ArmAccounts.List(found.Select(Describe));
    }

    internal ControlAnswer AnswerAssignment(string method, ArmPath path, JsonObject? body, string? filter)
    {
        if (path.IsCollection) return ArmAccounts.List(Filter(path.Scope, filter).Select(Describe));
        string name = path.Names[0];
        AzureAssignment? current =
            access.AzureAssignments.FirstOrDefault(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        switch (method)
        {
            case "GET":
                return new(200, Describe(current ?? throw ControlFault.Of(404, "RoleAssignmentNotFound", $"The role assignment '{name}' " +
                    "is not found.")));
            case "DELETE":
                if (current is null) return new(204);
                access.RemoveAzureAssignment(name);
                return new(200, Describe(current));
            case "PUT":
                return Put(name, path.Scope, body, current);
            default:
                throw ControlFault.Of(405, "MethodNotAllowed", $"{method} is not allowed on a role assignment.");
        }
    }

    /// <summary>What the caller's own roles add up to; the one question that everybody may ask.</summary>
    internal ControlAnswer AnswerPermissions(ArmPath path, TenantPrincipal caller)
    {
        JsonArray found = [];
        foreach (AzureRole role in access.RolesOf(caller.ObjectId, path.Scope))
        {
            JsonObject permission = Permission(role);
            foreach (string denied in access.DeniedTo(caller.ObjectId))
            {
                permission["notActions"]!.AsArray().Add(denied);
                permission["notDataActions"]!.AsArray().Add(denied);
            }
            found.Add(permission);
        }
        return new(200, new JsonObject { ["value"] = found });
    }

    private ControlAnswer Put(string name, string scope, JsonObject? body, AzureAssignment? current)
    {
        if (!Guid.TryParseExact(name, "D", out _)) throw ControlFault.Of(400, "InvalidRoleAssignmentId",
            $"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID.");
        JsonNode properties = body?["properties"]
            ?? throw ControlFault.Of(400, "InvalidCreateRoleAssignmentRequest", "The request to create role assignment is not valid.");
        string definition = (string?)properties["roleDefinitionId"] ?? "", principalId = (string?)properties["principalId"]
            ?? "", type = (string?)properties["principalType"] ?? "";
        AzureRole role = FindRole(definition.Split('/')[^1])
            ?? throw ControlFault.Of(400, "RoleDefinitionDoesNotExist",
            $"The specified role definition with ID '{definition}' does not exist.");
        // With the type given the directory is not asked: that is the service's own way round replication.
        if (type.Length == 0 && !tenant.IsKnownToProviders(principalId))
            throw ControlFault.Of(400, "PrincipalNotFound",
                $"Principal {principalId.Replace("-", "")} does not exist in the directory {tenant.Id}. Check that you have the correct " +
                "principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to " +
                "a replication delay. In this case, set the role assignment principalType property to a value, such as " +
                "ServicePrincipal, User, or Group.");
        TenantPrincipal? principal = tenant.Principals.FirstOrDefault(known => known.ObjectId == principalId);
        if (principal is not null && type.Length > 0 && principal.Kind == PrincipalKind.User != (type == "User"))
            throw ControlFault.Of(400, "UnmatchedPrincipalType",
                $"The PrincipalId '{principalId}' has type '{(principal.Kind == PrincipalKind.User ? "User" : "ServicePrincipal")}', " +
                $"which is different from specified PrinciaplType '{type}'.");
        if (current is not null)
        {
            if (current.PrincipalId != principalId || current.RoleId != role.Id
                || !current.Scope.Equals(scope, StringComparison.OrdinalIgnoreCase))
                throw ControlFault.Of(400, "RoleAssignmentUpdateNotPermitted",
                    "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.");
            throw ControlFault.Of(409, "RoleAssignmentExists", "The role assignment already exists.");
        }
        if (access.AzureAssignments.Any(known => known.PrincipalId == principalId && known.RoleId == role.Id
            && known.Scope.Equals(scope, StringComparison.OrdinalIgnoreCase)))
            throw ControlFault.Of(409, "RoleAssignmentExists", "The role assignment already exists.");
        AzureAssignment added = new(name, scope, role.Id, principalId, type.Length > 0 ? type : "ServicePrincipal", tenant.Now);
        access.Add(added);
        return new(201, Describe(added));
    }

    private IEnumerable<AzureAssignment> Filter(string scope, string? filter)
    {
        // Without a filter: those at the scope, above it and below it, as the service lists them.
        IEnumerable<AzureAssignment> found =
            access.AzureAssignments.Where(known => AccessControl.Covers(known.Scope, scope) || AccessControl.Covers(scope, known.Scope));
        if (string.IsNullOrEmpty(filter)) return found;
        foreach (string part in filter.Split(" and "))
        {
            Match principal = PrincipalId().Match(part);
            if (principal.Success) found =
                found.Where(known => known.PrincipalId.Equals(principal.Groups[1].Value, StringComparison.OrdinalIgnoreCase));
            else if (part == "atScope()") found = found.Where(known => AccessControl.Covers(known.Scope, scope));
            else throw ControlFault.Of(400, "UnsupportedFilter", $"The filter '{part}' is not supported.");
        }
        return found;
    }

    private static AzureRole? FindRole(string id) =>
        RoleCatalogue.BuiltIn.FirstOrDefault(role => role.Id.Equals(id, StringComparison.OrdinalIgnoreCase));

    private JsonObject Describe(AzureRole role) => new()
    {
        ["id"] = $"/subscriptions/{options.SubscriptionId}/providers/Microsoft.Authorization/roleDefinitions/{role.Id}",
        ["name"] = role.Id,
        ["type"] = "Microsoft.Authorization/roleDefinitions",
        ["properties"] = new JsonObject
        {
            ["roleName"] = role.Name,
            ["type"] = "BuiltInRole",
            ["assignableScopes"] = new JsonArray("/"),
            ["permissions"] = new JsonArray(Permission(role)),
        },
    };

    private static JsonObject Permission(AzureRole role) => new()
    {
        ["actions"] = Array(role.Actions),
        ["notActions"] = Array(role.NotActions),
        ["dataActions"] = Array(role.DataActions),
        ["notDataActions"] = Array(role.NotDataActions),
    };

    private static JsonArray Array(string[] values) => new([.. values.Select(value => (JsonNode)value)]);

    private JsonObject Describe(AzureAssignment assignment) => new()
    {
        ["id"] = $"{assignment.Scope}/providers/Microsoft.Authorization/roleAssignments/{assignment.Name}",
        ["name"] = assignment.Name,
        ["type"] = "Microsoft.Authorization/roleAssignments",
        ["properties"] = new JsonObject
        {
            ["roleDefinitionId"] =
                $"/subscriptions/{options.SubscriptionId}/providers/Microsoft.Authorization/roleDefinitions/{assignment.RoleId}",
            ["principalId"] = assignment.PrincipalId,
            ["principalType"] = assignment.PrincipalType,
            ["scope"] = assignment.Scope,
        },
    };

    [GeneratedRegex("^roleName eq '([^']+)'$")]
    private static partial Regex RoleName();

    [GeneratedRegex(@"^(?:principalId eq '([^']+)'|assignedTo\('(?<1>[^']+)'\))$")]
    private static partial Regex PrincipalId();
}
