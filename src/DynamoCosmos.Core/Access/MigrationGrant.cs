using DynamoCosmos.Azure.Control;
using DynamoCosmos.Model;

namespace DynamoCosmos.Access;

/// <summary>The parts of a migration that need rights.</summary>
public enum MigrationStage
{
    All,
    Export,
    Copy,
    Import,
}

public enum GrantKind
{
    AzureRole,
    CosmosDataRole,
}

/// <summary>A role that a principal has, or is to have, for a stage.</summary>
public sealed record MigrationGrant
{
    public required MigrationStage Stage { get; init; }

    public required GrantKind Kind { get; init; }

    public required string RoleName { get; init; }

    /// <summary>A resource id; for a data role the account's, followed by <c>/dbs/NAME/colls/NAME</c> where it is narrower.</summary>
    public required string Scope { get; init; }

    public required string PrincipalId { get; init; }

    /// <summary>False where it was there before.</summary>
    public bool IsNew { get; init; }
}

/// <summary>What to give, and where.</summary>
public sealed record GrantRequest
{
    public required PrincipalReference Principal { get; init; }

    /// <summary>Copy, Import, or All for both. Export is AWS's alone.</summary>
    public MigrationStage Stage { get; init; }

    public AccountReference? Storage { get; init; }

    /// <summary>Narrows the storage roles to one container.</summary>
    public string? FileSystem { get; init; }

    public AccountReference? Cosmos { get; init; }

    /// <summary>Narrows the data role to one database.</summary>
    public string? DatabaseName { get; init; }

    /// <summary>Narrows the data role to one container.</summary>
    public string? ContainerName { get; init; }

    public CosmosRolePreset Preset { get; init; } = CosmosRolePreset.ImportOnly;

    public bool Wait { get; init; } = true;
}
