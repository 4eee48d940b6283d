namespace DynamoCosmos.Sandbox.Aws.SignIn;

/// <summary>What the stand-ins of AWS SSO and STS know.</summary>
public sealed record SignInOptions
{
    /// <summary>The one region whose signatures STS takes.</summary>
    public string Region { get; init; } = "eu-central-1";

    /// <summary>Who may sign requests to STS: the keys of users, and those of roles that were taken before.</summary>
    public IReadOnlyList<AwsCredential> Credentials { get; init; } = [];

    public IReadOnlyList<StandInRole> Roles { get; init; } = [];

    /// <summary>Access tokens of AWS SSO that are valid now.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = [];

    /// <summary>The client that may refresh a token.</summary>
    public SsoClient? Client { get; init; }
}

/// <summary>A role: what AWS gives to whoever takes it.</summary>
public sealed record StandInRole(string AccountId, string Name, AwsCredential Credential)
{
    public string Arn => $"arn:aws:iam::{AccountId}:role/{Name}";

    /// <summary>AWS SSO gives the role to the owner of every valid token.</summary>
    public bool IsAssigned { get; init; }

    /// <summary>Access keys that the role's trust policy names.</summary>
    public IReadOnlyList<string> Trusted { get; init; } = [];

    /// <summary>What the trust policy asks for in sts:ExternalId; null asks for none.</summary>
    public string? ExternalId { get; init; }
}

/// <summary>A client registered with SSO-OIDC.</summary>
/// <param name="RefreshToken">Can be used once, as the service rotates them.</param>
/// <param name="NextToken">The access token that it is exchanged for; from then on it is valid.</param>
public sealed record SsoClient(string Id, string Secret, string RefreshToken, string NextToken);
