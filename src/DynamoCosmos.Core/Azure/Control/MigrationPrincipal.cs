using System.Security;

namespace DynamoCosmos.Azure.Control;

/// <summary>A service principal to run a migration as.</summary>
public sealed record MigrationPrincipal
{
    public required string DisplayName { get; init; }

    /// <summary>The application (client) id: what ClientId takes.</summary>
    public required string ApplicationId { get; init; }

    /// <summary>The object id of the service principal: what roles are given to.</summary>
    public required string PrincipalId { get; init; }

    public string? TenantId { get; init; }

    /// <summary>Only where this run made it: the directory shows a secret once.</summary>
    public SecureString? ClientSecret { get; init; }

    public DateTimeOffset? SecretExpiresAt { get; init; }

    public override string ToString() => $"{DisplayName} ({ApplicationId})";
}
