using System.Security.Cryptography;

namespace DynamoCosmos.Sandbox.Entra;

public sealed record TenantOptions
{
    public string TenantId { get; init; } = Guid.NewGuid().ToString();

    /// <summary>How long an access token lives. Entra ID: 60 to 90 minutes.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long what Graph wrote stays unknown to everyone else: Graph's own reads, sign-in, the resource manager, Cosmos DB.
    /// </summary>
    public TimeSpan ReplicationDelay { get; init; }

    /// <summary>
    /// How often the resource manager and Cosmos DB do not find a new principal although sign-in and Graph know it: each service learns of
    /// it in its own time.
    /// </summary>
    public int LateLookups { get; init; }

    /// <summary>How long a new role or data role assignment is not yet in force.</summary>
    public TimeSpan AssignmentDelay { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}

public enum PrincipalKind
{
    Application,
    ManagedIdentity,
    User,
}

/// <summary>A service principal (of an application or a managed identity) or a user.</summary>
/// <param name="AppId">The application's id; empty for a user.</param>
/// <param name="MayWriteDirectory">Holds Graph's Application.ReadWrite.All; without it Graph refuses to make applications.</param>
public sealed record TenantPrincipal(string ObjectId, string AppId, string DisplayName, PrincipalKind Kind, DateTimeOffset CreatedAt,
    bool MayWriteDirectory = false);

/// <summary>An app registration.</summary>
public sealed record TenantApplication(string ObjectId, string AppId, string DisplayName, DateTimeOffset CreatedAt);

/// <summary>A client secret; only its hash is kept.</summary>
public sealed record TenantPassword(string KeyId, string AppId, string DisplayName, DateTimeOffset CreatedAt, DateTimeOffset EndsAt,
    byte[] Hash);

/// <summary>
/// One directory: applications, principals, secrets, and the key that signs tokens. EntraStandIn, GraphStandIn and ResourceManagerStandIn
/// share it.
/// </summary>
public sealed class Tenant : IDisposable
{
    private readonly object _gate = new();
    private readonly List<TenantApplication> _applications = [];
    private readonly List<TenantPrincipal> _principals = [];
    private readonly List<TenantPassword> _passwords = [];
    private readonly Dictionary<string, int> _lookups = [];

    public Tenant(TenantOptions? options = null)
    {
        Options = options ?? new();
        Signer = new(Options.TenantId, Options.Time);
    }

    public TenantOptions Options { get; }

    public string Id => Options.TenantId;

    internal TokenSigner Signer { get; }

    internal DateTimeOffset Now => Options.Time.GetUtcNow();

    public IReadOnlyList<TenantApplication> Applications { get { lock (_gate) return [.. _applications]; } }

    public IReadOnlyList<TenantPrincipal> Principals { get { lock (_gate) return [.. _principals]; } }

    public IReadOnlyList<TenantPassword> Passwords { get { lock (_gate) return [.. _passwords]; } }

    /// <summary>An application with its principal and a secret, known everywhere at once: how a test gets its administrator.</summary>
    public (TenantPrincipal Principal, string Secret) AddSignedInApplication(string displayName, bool mayWriteDirectory = false)
    {
        TenantApplication application = AddApplication(displayName, DateTimeOffset.MinValue);
        TenantPrincipal principal =
            AddPrincipal(application.AppId, displayName, PrincipalKind.Application, DateTimeOffset.MinValue, mayWriteDirectory);
        return (principal, AddPassword(application.AppId, "first", Now.AddDays(365), DateTimeOffset.MinValue).Secret);
    }

    public TenantPrincipal AddManagedIdentity(string name) =>
        AddPrincipal(Guid.NewGuid().ToString(), name, PrincipalKind.ManagedIdentity, DateTimeOffset.MinValue, false);

    public TenantPrincipal AddUser(string displayName) => AddPrincipal("", displayName, PrincipalKind.User, DateTimeOffset.MinValue, false);

    /// <summary>A token as Entra ID would issue it, without the round trip.</summary>
    public string IssueToken(TenantPrincipal principal, string audience, TimeSpan? lifetime = null) =>
        Signer.Sign(principal, audience, lifetime ?? Options.TokenLifetime);

    public bool RemovePrincipal(string objectId)
    {
        lock (_gate) return _principals.RemoveAll(principal => principal.ObjectId == objectId) > 0;
    }

    public TenantApplication AddApplication(string displayName, DateTimeOffset? createdAt = null)
    {
        TenantApplication application = new(Guid.NewGuid().ToString(), Guid.NewGuid().ToString(), displayName, createdAt ?? Now);
        lock (_gate) _applications.Add(application);
        return application;
    }

    public TenantPrincipal AddPrincipal(string appId, string displayName, PrincipalKind kind, DateTimeOffset? createdAt = null,
        bool mayWriteDirectory = false)
    {
        TenantPrincipal principal = new(Guid.NewGuid().ToString(), appId, displayName, kind, createdAt ?? Now, mayWriteDirectory);
        lock (_gate) _principals.Add(principal);
        return principal;
    }

    public (TenantPassword Password, string Secret) AddPassword(string appId, string displayName, DateTimeOffset endsAt,
        DateTimeOffset? createdAt = null)
    {
        // Real secrets are 40 characters, and have characters that need escaping in a form body.
        string secret = "~" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(29))[..39];
        TenantPassword password = new(Guid.NewGuid().ToString(), appId, displayName, createdAt ?? Now, endsAt, Hash(secret));
        lock (_gate) _passwords.Add(password);
        return (password, secret);
    }

    /// <summary>Whether services other than the one that wrote it know of it by now.</summary>
    internal bool IsKnown(DateTimeOffset createdAt) => createdAt + Options.ReplicationDelay <= Now;

    /// <summary>Asks for a principal as the resource providers do.</summary>
    internal bool IsKnownToProviders(string objectId)
    {
        if (FindPrincipal(principal => principal.ObjectId == objectId) is not { } found) return false;
        if (found.CreatedAt == DateTimeOffset.MinValue) return true;
        lock (_gate) return (_lookups[objectId] = _lookups.GetValueOrDefault(objectId) + 1) > Options.LateLookups;
    }

    internal TenantPrincipal? FindPrincipal(Func<TenantPrincipal, bool> which) =>
        Principals.FirstOrDefault(principal => IsKnown(principal.CreatedAt) && which(principal));

    public bool HasSecret(string appId, string secret)
    {
        byte[] hash = Hash(secret);
        return Passwords.Any(password => password.AppId == appId && IsKnown(password.CreatedAt) && password.EndsAt > Now
            && CryptographicOperations.FixedTimeEquals(password.Hash, hash));
    }

    public void Dispose() => Signer.Dispose();

    private static byte[] Hash(string secret) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret));
}
