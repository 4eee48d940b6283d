using System.Text.RegularExpressions;
using Azure;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Model;

namespace DynamoCosmos.Access;

/// <summary>Gives a principal what the stages of a migration need, and no more. What it has already is left as it is.</summary>
public sealed class MigrationGrants
{
    // Ids of built-in roles are the same in every tenant: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
    private static readonly (string Name, string Id) s_blobContributor =
        ("Storage Blob Data Contributor", "ba92f5b4-2d11-453d-a403-e96b0029c9fe");
    private static readonly (string Name, string Id) s_cosmosOperator = ("Cosmos DB Operator", "230815da-be43-4aae-9cb4-875f7bd000aa");

    private readonly AccessSession _session;

    public MigrationGrants(AzureSettings settings, CloudConnections clouds) : this(clouds.Control(settings)) { }

    internal MigrationGrants(AccessSession session) => _session = session;

    /// <summary>One plan a role, in the order in which they are to be carried out.</summary>
    public Task<IReadOnlyList<AccessPlan<MigrationGrant>>> PlanAsync(GrantRequest request, CancellationToken cancellationToken) =>
        _session.RunAsync(async () =>
    {
        bool copies = request.Stage is MigrationStage.Copy or MigrationStage.All, imports = request.Stage is MigrationStage.Import
            or MigrationStage.All;
        if (copies && request.Storage is null) throw GrantErrors.StorageMissing(request.Stage);
        if (imports && request.Cosmos is null) throw GrantErrors.CosmosMissing(request.Stage);
        FoundPrincipal principal = await _session.Principals.FindAsync(request.Principal, cancellationToken);

        List<AccessPlan<MigrationGrant>> plans = [];
        if (request.Storage is { } storage)
        {
            AccountPlace place = await _session.Locator.FindStorageAsync(storage, cancellationToken);
            string scope = request.FileSystem is { } container ? $"{place.Id}/blobServices/default/containers/{container}" : place.Id;
            // An import writes too: its checkpoint and its rejected items lie beside the data.
            plans.Add(await PlanRoleAsync(copies
                ? MigrationStage.Copy : MigrationStage.Import, s_blobContributor, scope, principal, cancellationToken));
        }
        if (imports)
        {
            AccountPlace place = await _session.Locator.FindCosmosAsync(request.Cosmos!, cancellationToken);
            plans.Add(await PlanRoleAsync(MigrationStage.Import, s_cosmosOperator, place.Id, principal, cancellationToken));
            plans.Add(await PlanDataRoleAsync(request, place, principal, cancellationToken));
        }
        return (IReadOnlyList<AccessPlan<MigrationGrant>>)plans;
    });

    private async Task<AccessPlan<MigrationGrant>> PlanRoleAsync(
        MigrationStage stage, (string Name, string Id) role, string scope, FoundPrincipal principal, CancellationToken cancellationToken)
    {
        MigrationGrant grant =
            new() { Stage = stage, Kind = GrantKind.AzureRole, RoleName = role.Name, Scope = scope, PrincipalId = principal.ObjectId };
        string filter = $"$filter={Uri.EscapeDataString($"principalId eq '{principal.ObjectId}'")}";
        await foreach (AzureRoleAssignmentResource assignment in _session.Manager.ListAsync(
            $"{scope}/providers/Microsoft.Authorization/roleAssignments", ApiVersions.RoleAssignments,
                ResourceManagerJson.Default.AzureRoleAssignmentPage, cancellationToken, filter))
        {
            // What is given on the account or above holds here too; what is given further down does not.
            if (assignment.Properties.RoleDefinitionId.EndsWith(role.Id, StringComparison.OrdinalIgnoreCase)
                && Covers(assignment.Properties.Scope ?? scope, scope))
                return new($"{principal.DisplayName ?? principal.ObjectId}: {role.Name}", null, grant, _ => Task.FromResult(grant));
        }
        return new($"{principal.DisplayName ?? principal.ObjectId}", $"Give '{role.Name}' on {scope}", null, stop =>
            _session.RunAsync(async () =>
        {
            await AssignAsync(role.Id, scope, principal, stop);
            return grant with { IsNew = true };
        }));
    }

    private async Task AssignAsync(string roleId, string scope, FoundPrincipal principal, CancellationToken cancellationToken)
    {
        string subscription = string.Join('/', scope.Split('/').Take(3));
        string id = $"{scope}/providers/Microsoft.Authorization/roleAssignments/{StableId.Of(scope, roleId, principal.ObjectId)}";
        AzureRoleAssignmentResource assignment =
            new(new($"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{roleId}", principal.ObjectId, principal.Type));
        try
        {
            await _session.Replication.RetryAsync(async () =>
            {
                await _session.Manager.PutAsync(id, ApiVersions.RoleAssignments, assignment,
                    ResourceManagerJson.Default.AzureRoleAssignmentResource, cancellationToken);
                return assignment;
            }, PrincipalFinder.IsUnknownYet, _session.Replication.SettleTime, (failure, waited) =>
                AccessErrors.PrincipalNotReplicated(principal.ObjectId, waited, failure), cancellationToken);
        }
        catch (RequestFailedException there) when (there.ErrorCode == "RoleAssignmentExists")
        {
            // Made by someone else meanwhile, or by a request of ours whose answer was lost: it is what was wanted.
        }
    }

    private async Task<AccessPlan<MigrationGrant>> PlanDataRoleAsync(GrantRequest request, AccountPlace place, FoundPrincipal principal,
        CancellationToken cancellationToken)
    {
        string scope = CosmosScope.Of(request.DatabaseName, request.ContainerName), name = $"DynamoCosmos {Words(request.Preset)}";
        IReadOnlyList<string> actions = CosmosDataActions.Check(CosmosDataActions.Of(request.Preset));
        CosmosRoleDefinition? current =
            DataRoleStore.Select(place, await _session.DataRoles.ListDefinitionsAsync(place, cancellationToken), name);
        CosmosRoleDefinition definition = current ?? new()
        {
            RoleName = name,
            RoleDefinitionId = StableId.Of(place.Id, "sqlRoleDefinition", name).ToString(),
            DataAction = actions,
            AssignableScope = [CosmosScope.Account],
            AccountName = place.Name,
            SubscriptionId = place.SubscriptionId,
            ResourceGroup = place.ResourceGroup,
        };
        bool isDefined = current is not null && current.DataAction.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(actions)
            && current.AssignableScope.Any(given => CosmosScope.Covers(given, scope));
        if (current is not null && !isDefined) definition = current with { DataAction = actions, AssignableScope = [CosmosScope.Account] };
        CosmosRoleAssignments assignments = new(_session);
        AccessPlan<CosmosRoleAssignment> plan =
            await assignments.PlanAddAsync(place, definition, principal, scope, request.Wait, cancellationToken);
        MigrationGrant grant = new()
        {
            Stage = MigrationStage.Import,
            Kind = GrantKind.CosmosDataRole,
            RoleName = name,
            Scope = CosmosScope.Full(place.Id, scope),
            PrincipalId = principal.ObjectId
        };
        if (isDefined
            && !plan.IsChange) return new($"{principal.DisplayName ?? principal.ObjectId}: {name}", null, grant, _ =>
            Task.FromResult(grant));
        return new($"{principal.DisplayName ?? principal.ObjectId}",
            $"{(isDefined ? "Give" : "Define and give")} data role '{name}' on {place.Name}{scope}", null, stop =>
            _session.RunAsync(async () =>
        {
            if (!isDefined) await _session.DataRoles.PutAsync(place, definition, stop);
            if (plan.IsChange) await plan.Apply(stop);
            return grant with { IsNew = true };
        }));
    }

    private static bool Covers(string outer, string inner)
    {
        string trimmed = outer.TrimEnd('/');
        return inner.StartsWith(trimmed, StringComparison.OrdinalIgnoreCase)
            && (inner.Length == trimmed.Length || inner[trimmed.Length] == '/');
    }

    private static string Words(CosmosRolePreset preset) => Regex.Replace(preset.ToString(), "(?<=[a-z])(?=[A-Z])", " ");
}
