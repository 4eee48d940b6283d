using DynamoCosmos.Azure.Control;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Model;

namespace DynamoCosmos.Access;

/// <summary>
/// Data role assignments of Cosmos DB accounts: list, make, remove. One that says the same as one that is there is that one.
/// </summary>
public sealed class CosmosRoleAssignments
{
    private readonly AccessSession _session;

    public CosmosRoleAssignments(AzureSettings settings, CloudConnections clouds) : this(clouds.Control(settings)) { }

    internal CosmosRoleAssignments(AccessSession session) => _session = session;

    /// <param name="principal">Only this one's; null for all.</param>
    /// <param name="role">Only those of this definition, by name or id; null for all.</param>
    /// <param name="scope">Only those that hold in this scope; null for all.</param>
    public Task<IReadOnlyList<CosmosRoleAssignment>> ReadAsync(
        AccountReference account, PrincipalReference? principal, string? role, string? scope, CancellationToken cancellationToken) =>
            _session.RunAsync(async () =>
        {
            AccountPlace place = await _session.Locator.FindCosmosAsync(account, cancellationToken);
            string? principalId = principal is null ? null : (await _session.Principals.FindAsync(principal, cancellationToken)).ObjectId;
            string? roleId =
                role is null ? null : (await _session.DataRoles.FindDefinitionAsync(place, role, cancellationToken)).RoleDefinitionId;
            string? within = scope is null ? null : CosmosScope.Relative(place.Id, scope);
            IReadOnlyList<CosmosRoleAssignment> all = await _session.DataRoles.ListAssignmentsAsync(place, cancellationToken);
            return (IReadOnlyList<CosmosRoleAssignment>)[.. all.Where(one =>
                (principalId is null || one.PrincipalId.Equals(principalId, StringComparison.OrdinalIgnoreCase))
                && (roleId is null || one.RoleDefinitionId.Equals(roleId, StringComparison.OrdinalIgnoreCase))
                && (within is null || CosmosScope.Covers(one.Scope, within)))];
        });

    /// <param name="wait">Waits until it is in force, as far as that can be seen: for the principal that is signed in, by trying.</param>
    public Task<AccessPlan<CosmosRoleAssignment>> PlanAddAsync(
        AccountReference account, string role, PrincipalReference principal, string scope, bool wait,
            CancellationToken cancellationToken) => _session.RunAsync(async () =>
        {
            AccountPlace place = await _session.Locator.FindCosmosAsync(account, cancellationToken);
            CosmosRoleDefinition definition = await _session.DataRoles.FindDefinitionAsync(place, role, cancellationToken);
            FoundPrincipal found = await _session.Principals.FindAsync(principal, cancellationToken);
            return await PlanAddAsync(place, definition, found, CosmosScope.Relative(place.Id, scope), wait, cancellationToken);
        });

    public Task<AccessPlan<CosmosRoleAssignment>> PlanRemoveAsync(AccountReference account, string assignmentId,
        CancellationToken cancellationToken) => _session.RunAsync(async () =>
    {
        AccountPlace place = await _session.Locator.FindCosmosAsync(account, cancellationToken);
        string guid = assignmentId.Split('/')[^1];
        CosmosRoleAssignment current = (await _session.DataRoles.ListAssignmentsAsync(place, cancellationToken))
            .FirstOrDefault(one => one.RoleAssignmentId.Equals(guid, StringComparison.OrdinalIgnoreCase))
            ?? throw AccessErrors.RoleAssignmentNotFound(place.Name, guid);
        return new AccessPlan<CosmosRoleAssignment>($"{place.Name}{current.Scope}: {current.PrincipalId}",
            $"Remove data role '{current.RoleName}'", current, stop => _session.RunAsync(async () =>
        {
            await _session.Manager.DeleteAsync(DataRoleStore.AssignmentId(place, current.RoleAssignmentId), ApiVersions.Cosmos, stop);
            return current;
        }));
    });

    internal async Task<AccessPlan<CosmosRoleAssignment>> PlanAddAsync(
        AccountPlace place, CosmosRoleDefinition definition, FoundPrincipal principal, string scope, bool wait,
            CancellationToken cancellationToken)
    {
        if (!definition.AssignableScope.Any(assignable => CosmosScope.Covers(assignable, scope))) throw AccessErrors.ScopeNotAssignable(
            definition.RoleName, scope, definition.AssignableScope);
        CosmosRoleAssignment? current = (await _session.DataRoles.ListAssignmentsAsync(place, cancellationToken)).FirstOrDefault(one =>
            one.RoleDefinitionId.Equals(definition.RoleDefinitionId, StringComparison.OrdinalIgnoreCase)
            && one.PrincipalId.Equals(principal.ObjectId, StringComparison.OrdinalIgnoreCase)
            && one.Scope == scope);
        CosmosRoleAssignment wanted = current ?? new()
        {
            RoleAssignmentId =
                StableId.Of(place.Id, "sqlRoleAssignment", definition.RoleDefinitionId, principal.ObjectId, scope).ToString(),
            RoleName = definition.RoleName,
            RoleDefinitionId = definition.RoleDefinitionId,
            PrincipalId = principal.ObjectId,
            Scope = scope,
            AccountName = place.Name,
            SubscriptionId = place.SubscriptionId,
            ResourceGroup = place.ResourceGroup,
        };
        string? change =
            current is null ? $"Give data role '{definition.RoleName}' to {principal.DisplayName ?? principal.ObjectId}" : null;
        return new($"{place.Name}{scope}", change, current, stop =>
            _session.RunAsync(() => ApplyAsync(place, definition, wanted, wait, stop)));
    }

    private async Task<CosmosRoleAssignment> ApplyAsync(AccountPlace place, CosmosRoleDefinition definition, CosmosRoleAssignment wanted,
        bool wait, CancellationToken cancellationToken)
    {
        await _session.Replication.RetryAsync(async () =>
        {
            await _session.DataRoles.PutAsync(place, wanted, cancellationToken);
            return wanted;
        }, PrincipalFinder.IsUnknownYet, _session.Replication.SettleTime, (failure, waited) =>
            AccessErrors.PrincipalNotReplicated(wanted.PrincipalId, waited, failure), cancellationToken);
        if (wait && (await _session.Manager.ReadCallerAsync(cancellationToken)).ObjectId.Equals(wanted.PrincipalId,
            StringComparison.OrdinalIgnoreCase))
            await WaitUntilInForceAsync(place, definition, wanted, cancellationToken);
        return wanted;
    }

    // Only the principal itself can see it, and only where there is a container to try on; for others the operation's end is all there is
    // to wait for.
    private async Task WaitUntilInForceAsync(AccountPlace place, CosmosRoleDefinition definition, CosmosRoleAssignment wanted,
        CancellationToken cancellationToken)
    {
        if (wanted.Scope.Split('/') is not ["", "dbs", { } database, "colls", { } container]) return;
        string[] actions = [.. CosmosDataActions.Known.Where(action => !action.EndsWith('*')
            && CosmosDataActions.Allows(definition.DataAction, action))];
        string? inForce = await _session.Replication.LookAsync(async () =>
        {
            // A client that was once refused the account's metadata does not ask again: each look takes a new one.
            using DataPermissionProbe probe = new(place.Name, place.Endpoint, _session.Settings, _session.Azure);
            foreach (string action in actions)
            {
                if ((await probe.TryAsync(action, database, container, cancellationToken)).Outcome == ProbeOutcome.Missing) return null;
            }
            return wanted.RoleAssignmentId;
        }, _session.Replication.SettleTime, cancellationToken);
        if (inForce is null) throw AccessErrors.AssignmentNotInForce(wanted.PrincipalId, $"{place.Name}{wanted.Scope}",
            _session.Replication.SettleTime);
    }
}
