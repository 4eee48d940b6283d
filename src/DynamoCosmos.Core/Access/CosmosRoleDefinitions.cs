using DynamoCosmos.Azure.Control;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Model;

namespace DynamoCosmos.Access;

/// <summary>
/// Data role definitions of Cosmos DB accounts: list, make, change, remove. Making one of a name that is there changes that one.
/// </summary>
public sealed class CosmosRoleDefinitions
{
    private readonly AccessSession _session;

    public CosmosRoleDefinitions(AzureSettings settings, CloudConnections clouds) : this(clouds.Control(settings)) { }

    internal CosmosRoleDefinitions(AccessSession session) => _session = session;

    /// <param name="select">Name or id, or null for all. A name or id that is not there is an error.</param>
    public Task<IReadOnlyList<CosmosRoleDefinition>> ReadAsync(AccountReference account, string? select,
        CancellationToken cancellationToken) =>
        _session.RunAsync<IReadOnlyList<CosmosRoleDefinition>>(async () =>
        {
            AccountPlace place = await _session.Locator.FindCosmosAsync(account, cancellationToken);
            return select is null
                ? await _session.DataRoles.ListDefinitionsAsync(place, cancellationToken)
                : [await _session.DataRoles.FindDefinitionAsync(place, select, cancellationToken)];
        });

    /// <param name="id">A GUID for a new definition; null derives one from account and name.</param>
    /// <param name="actions">Null keeps those of the definition that is there.</param>
    /// <param name="scopes">Null keeps those that are there, and is the whole account for a new one.</param>
    /// <param name="mustExist">True refuses to make one.</param>
    public Task<AccessPlan<CosmosRoleDefinition>> PlanPutAsync(
        AccountReference account, string nameOrId, string? id, IReadOnlyList<string>? actions, IReadOnlyList<string>? scopes,
            bool mustExist, string? newName, CancellationToken cancellationToken) =>
        _session.RunAsync(async () =>
        {
            IReadOnlyList<string>? checkedActions = actions is null ? null : CosmosDataActions.Check(actions);
            AccountPlace place = await _session.Locator.FindCosmosAsync(account, cancellationToken);
            IReadOnlyList<CosmosRoleDefinition> all = await _session.DataRoles.ListDefinitionsAsync(place, cancellationToken);
            CosmosRoleDefinition? current = DataRoleStore.Select(place, all, id ?? nameOrId);
            if (current is null && mustExist) throw AccessErrors.RoleDefinitionNotFound(place.Name, nameOrId);
            if (current is { IsBuiltIn: true }) throw AccessErrors.RoleDefinitionBuiltIn(current.RoleName);

            string name = newName ?? current?.RoleName ?? nameOrId;
            IReadOnlyList<string> wantedActions = checkedActions ?? current?.DataAction ?? [];
            if (wantedActions.Count == 0) throw AccessErrors.DataActionsMissing(name);
            IReadOnlyList<string> wantedScopes = scopes is null
                ? current?.AssignableScope ?? [CosmosScope.Account]
                : [.. scopes.Select(scope => CosmosScope.Relative(place.Id, scope)).Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)];
            CosmosRoleDefinition wanted = new()
            {
                RoleName = name,
                RoleDefinitionId = current?.RoleDefinitionId ?? id ?? StableId.Of(place.Id, "sqlRoleDefinition", name).ToString(),
                DataAction = wantedActions,
                AssignableScope = wantedScopes,
                AccountName = place.Name,
                SubscriptionId = place.SubscriptionId,
                ResourceGroup = place.ResourceGroup,
            };
            string? change =
                current is null ? $"Make data role definition with {wantedActions.Count} action(s) on {string.Join(", ", wantedScopes)}"
                : Same(current, wanted) ? null
                : $"Change data role definition to {wantedActions.Count} action(s) on {string.Join(", ", wantedScopes)}";
            return new AccessPlan<CosmosRoleDefinition>($"{place.Name}: {name}", change, current, stop => ApplyAsync(place, wanted, stop));
        });

    /// <summary>Removing one that is assigned is an error that lists the assignments.</summary>
    public Task<AccessPlan<CosmosRoleDefinition>> PlanRemoveAsync(AccountReference account, string nameOrId,
        CancellationToken cancellationToken) =>
        _session.RunAsync(async () =>
        {
            AccountPlace place = await _session.Locator.FindCosmosAsync(account, cancellationToken);
            CosmosRoleDefinition current = await _session.DataRoles.FindDefinitionAsync(place, nameOrId, cancellationToken);
            if (current.IsBuiltIn) throw AccessErrors.RoleDefinitionBuiltIn(current.RoleName);
            IReadOnlyList<CosmosRoleAssignment> uses = await _session.DataRoles.ListAssignmentsAsync(place, cancellationToken);
            string[] inUse = [.. uses.Where(use =>
                use.RoleDefinitionId.Equals(current.RoleDefinitionId, StringComparison.OrdinalIgnoreCase))
                .Select(use => $"{use.RoleAssignmentId} (principal {use.PrincipalId} on {use.Scope})")];
            if (inUse.Length > 0) throw AccessErrors.RoleDefinitionInUse(current.RoleName, inUse);
            return new AccessPlan<CosmosRoleDefinition>($"{place.Name}: {current.RoleName}", "Remove data role definition", current, stop =>
                RemoveAsync(place, current, stop));
        });

    private Task<CosmosRoleDefinition> ApplyAsync(AccountPlace place, CosmosRoleDefinition wanted, CancellationToken cancellationToken) =>
        _session.RunAsync(async () =>
        {
            await _session.DataRoles.PutAsync(place, wanted, cancellationToken);
            return wanted;
        });

    private Task<CosmosRoleDefinition> RemoveAsync(AccountPlace place, CosmosRoleDefinition current, CancellationToken cancellationToken) =>
        _session.RunAsync(async () =>
        {
            await _session.Manager.DeleteAsync(DataRoleStore.DefinitionId(place, current.RoleDefinitionId), ApiVersions.Cosmos,
                cancellationToken);
            return current;
        });

    private static bool Same(CosmosRoleDefinition left, CosmosRoleDefinition right) =>
        left.RoleName == right.RoleName
        && left.DataAction.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(right.DataAction)
        && left.AssignableScope.ToHashSet(StringComparer.Ordinal).SetEquals(right.AssignableScope);
}
