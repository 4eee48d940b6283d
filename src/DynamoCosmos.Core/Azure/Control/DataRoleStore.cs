namespace DynamoCosmos.Azure.Control;

/// <summary>Data role definitions and assignments of one account, in the resource manager's shapes and ours.</summary>
internal sealed class DataRoleStore(ResourceManagerClient client)
{
    internal static string DefinitionId(AccountPlace account, string guid) => $"{account.Id}/sqlRoleDefinitions/{guid}";

    internal static string AssignmentId(AccountPlace account, string guid) => $"{account.Id}/sqlRoleAssignments/{guid}";

    internal async Task<IReadOnlyList<CosmosRoleDefinition>> ListDefinitionsAsync(AccountPlace account, CancellationToken cancellationToken)
    {
        List<CosmosRoleDefinition> found = [];
        await foreach (
            SqlRoleDefinitionResource resource in client.ListAsync($"{account.Id}/sqlRoleDefinitions", ApiVersions.Cosmos,
            ResourceManagerJson.Default.SqlRoleDefinitionPage, cancellationToken))
            found.Add(Read(account, resource));
        return found;
    }

    internal async Task<CosmosRoleDefinition> FindDefinitionAsync(AccountPlace account, string nameOrId,
        CancellationToken cancellationToken) =>
        Select(account, await ListDefinitionsAsync(account, cancellationToken), nameOrId)
            ?? throw AccessErrors.RoleDefinitionNotFound(account.Name, nameOrId);

    /// <summary>By id, else by name without regard to case; a name that is there twice is an error.</summary>
    internal static CosmosRoleDefinition? Select(AccountPlace account, IReadOnlyList<CosmosRoleDefinition> all, string nameOrId)
    {
        string guid = nameOrId.Split('/')[^1];
        if (Guid.TryParse(guid, out _)) return all.FirstOrDefault(definition =>
            definition.RoleDefinitionId.Equals(guid, StringComparison.OrdinalIgnoreCase));
        CosmosRoleDefinition[] named = [.. all.Where(definition =>
            definition.RoleName.Equals(nameOrId, StringComparison.OrdinalIgnoreCase))];
        return named.Length > 1
            ? throw AccessErrors.RoleDefinitionNameAmbiguous(account.Name, nameOrId, named.Select(one => one.RoleDefinitionId))
            : named.FirstOrDefault();
    }

    internal Task PutAsync(AccountPlace account, CosmosRoleDefinition definition, CancellationToken cancellationToken) =>
        client.PutAsync(DefinitionId(account, definition.RoleDefinitionId), ApiVersions.Cosmos,
            new(new(definition.RoleName, "CustomRole", [.. definition.AssignableScope.Select(scope => CosmosScope.Full(account.Id, scope))],
                [new(definition.DataAction)])),
            ResourceManagerJson.Default.SqlRoleDefinitionResource, cancellationToken);

    internal async Task<IReadOnlyList<CosmosRoleAssignment>> ListAssignmentsAsync(AccountPlace account, CancellationToken cancellationToken)
    {
        IReadOnlyList<CosmosRoleDefinition> definitions = await ListDefinitionsAsync(account, cancellationToken);
        List<CosmosRoleAssignment> found = [];
        await foreach (
            SqlRoleAssignmentResource resource in client.ListAsync($"{account.Id}/sqlRoleAssignments", ApiVersions.Cosmos,
            ResourceManagerJson.Default.SqlRoleAssignmentPage, cancellationToken))
            found.Add(Read(account, definitions, resource));
        return found;
    }

    internal Task PutAsync(AccountPlace account, CosmosRoleAssignment assignment, CancellationToken cancellationToken) =>
        client.PutAsync(AssignmentId(account, assignment.RoleAssignmentId), ApiVersions.Cosmos,
            new(new(DefinitionId(account, assignment.RoleDefinitionId), assignment.PrincipalId,
                CosmosScope.Full(account.Id, assignment.Scope))),
            ResourceManagerJson.Default.SqlRoleAssignmentResource, cancellationToken);

    private static CosmosRoleDefinition Read(AccountPlace account, SqlRoleDefinitionResource resource) => new()
    {
        RoleName = resource.Properties.RoleName,
        RoleDefinitionId = resource.Name ?? resource.Id!.Split('/')[^1],
        IsBuiltIn = resource.Properties.Type == "BuiltInRole",
        DataAction = [.. resource.Properties.Permissions.SelectMany(permission => permission.DataActions)],
        AssignableScope = [.. resource.Properties.AssignableScopes.Select(scope => CosmosScope.Relative(account.Id, scope))],
        AccountName = account.Name,
        SubscriptionId = account.SubscriptionId,
        ResourceGroup = account.ResourceGroup,
    };

    private static CosmosRoleAssignment Read(AccountPlace account, IReadOnlyList<CosmosRoleDefinition> definitions,
        SqlRoleAssignmentResource resource)
    {
        string definitionId = resource.Properties.RoleDefinitionId.Split('/')[^1];
        return new()
        {
            RoleAssignmentId = resource.Name ?? resource.Id!.Split('/')[^1],
            RoleName = definitions.FirstOrDefault(definition =>
                definition.RoleDefinitionId.Equals(definitionId, StringComparison.OrdinalIgnoreCase))?.RoleName ?? definitionId,
            RoleDefinitionId = definitionId,
            PrincipalId = resource.Properties.PrincipalId,
            Scope = CosmosScope.Relative(account.Id, resource.Properties.Scope),
            AccountName = account.Name,
            SubscriptionId = account.SubscriptionId,
            ResourceGroup = account.ResourceGroup,
        };
    }
}
