namespace DynamoCosmos.Azure.Control;

/// <summary>A data-plane role definition of a Cosmos DB account.</summary>
public sealed record CosmosRoleDefinition
{
    // Arrays: a host may take elements by their number, which the lists that the compiler makes do not offer to all of them.
    private readonly string[] _dataAction = [];
    private readonly string[] _assignableScope = [];

    public required string RoleName { get; init; }

    /// <summary>The GUID that names it within its account.</summary>
    public required string RoleDefinitionId { get; init; }

    /// <summary>Cosmos DB's own; cannot be changed.</summary>
    public bool IsBuiltIn { get; init; }

    public required IReadOnlyList<string> DataAction { get => _dataAction; init => _dataAction = [.. value]; }

    /// <summary>Relative to the account: <c>/</c>, <c>/dbs/NAME</c>, <c>/dbs/NAME/colls/NAME</c>.</summary>
    public required IReadOnlyList<string> AssignableScope { get => _assignableScope; init => _assignableScope = [.. value]; }

    public required string AccountName { get; init; }

    public required string SubscriptionId { get; init; }

    public required string ResourceGroup { get; init; }
}

/// <summary>A data-plane role given to a principal.</summary>
public sealed record CosmosRoleAssignment
{
    public required string RoleAssignmentId { get; init; }

    public required string RoleName { get; init; }

    public required string RoleDefinitionId { get; init; }

    /// <summary>The principal's object id.</summary>
    public required string PrincipalId { get; init; }

    /// <summary>Relative to the account: <c>/</c>, <c>/dbs/NAME</c>, <c>/dbs/NAME/colls/NAME</c>.</summary>
    public required string Scope { get; init; }

    public required string AccountName { get; init; }

    public required string SubscriptionId { get; init; }

    public required string ResourceGroup { get; init; }
}
