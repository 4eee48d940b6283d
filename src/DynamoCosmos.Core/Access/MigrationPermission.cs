using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Model;

namespace DynamoCosmos.Access;

public enum PermissionState
{
    Granted,
    Missing,

    /// <summary>It could not be tried, and <see cref="MigrationPermission.Detail"/> says why.</summary>
    Unknown,
}

/// <summary>One right that a stage needs, and whether the one who asked has it.</summary>
public sealed record MigrationPermission
{
    public required MigrationStage Stage { get; init; }

    /// <summary>AWS or Azure.</summary>
    public required string Cloud { get; init; }

    /// <summary>As the cloud names it: <c>s3:GetObject</c>, <c>Microsoft.DocumentDB/databaseAccounts/readMetadata</c>.</summary>
    public required string Permission { get; init; }

    /// <summary>Where it is needed.</summary>
    public required string Scope { get; init; }

    public required PermissionState State { get; init; }

    public string? Detail { get; init; }

    /// <summary>The command that gives it, for whoever may; null where it is there.</summary>
    public string? GrantCommand { get; init; }

    /// <param name="grant">The command that gives the right. It is left out where the right is there.</param>
    internal static MigrationPermission Describe(MigrationStage stage, string cloud, string permission, string scope, PermissionState state,
        string? detail, string grant) => new()
        {
            Stage = stage,
            Cloud = cloud,
            Permission = permission,
            Scope = scope,
            State = state,
            Detail = HostWords.Fill(detail),
            GrantCommand = state == PermissionState.Granted ? null : HostWords.Fill(grant),
        };
}

/// <summary>What to test. What is not named is not tested.</summary>
public sealed record AccessTestRequest
{
    public MigrationStage Stage { get; init; }

    public IReadOnlyList<string> TableNames { get; init; } = [];

    public string? S3Bucket { get; init; }

    public string? S3Prefix { get; init; }

    /// <summary>Where the lake is; its path is not used.</summary>
    public LakeLocation? Lake { get; init; }

    public AccountReference? Cosmos { get; init; }

    public Uri? AccountEndpoint { get; init; }

    public string? DatabaseName { get; init; }

    public string? ContainerName { get; init; }

    internal bool Has(MigrationStage stage) => Stage == MigrationStage.All || Stage == stage;
}
