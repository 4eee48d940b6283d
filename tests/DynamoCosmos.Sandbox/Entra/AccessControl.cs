namespace DynamoCosmos.Sandbox.Entra;

/// <summary>An Azure role given to a principal on a scope and all below it.</summary>
public sealed record AzureAssignment(string Name, string Scope, string RoleId, string PrincipalId, string? PrincipalType,
    DateTimeOffset CreatedAt);

/// <summary>A role of Cosmos DB's own data plane; one account's.</summary>
public sealed record CosmosDataRole(string Account, string Id, string Name, bool IsBuiltIn,
    IReadOnlyList<string> AssignableScopes, IReadOnlyList<string> DataActions);

/// <summary>
/// A data role given to a principal on an account, a database or a container (the scope is relative to the account:
/// <c>/dbs/shop/colls/orders</c>).
/// </summary>
public sealed record CosmosDataAssignment(string Account, string Id, string RoleId, string Scope, string PrincipalId,
    DateTimeOffset CreatedAt);

/// <summary>
/// Every assignment in the tenant, and the decisions that follow from them. An assignment counts from its creation plus the tenant's delay.
/// </summary>
public sealed class AccessControl(Tenant tenant) : IAccessControl
{
    private readonly object _gate = new();
    private readonly List<AzureAssignment> _azure = [];
    private readonly List<CosmosDataRole> _dataRoles = [];
    private readonly List<CosmosDataAssignment> _data = [];
    private readonly HashSet<string> _withoutKeys = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _resources = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<(string PrincipalId, string Action)> _denied = [];

    public IReadOnlyList<AzureAssignment> AzureAssignments { get { lock (_gate) return [.. _azure]; } }

    public IReadOnlyList<CosmosDataRole> DataRoles { get { lock (_gate) return [.. _dataRoles]; } }

    public IReadOnlyList<CosmosDataAssignment> DataAssignments { get { lock (_gate) return [.. _data]; } }

    public string TenantId => tenant.Id;

    public bool AllowsKeys(string account) { lock (_gate) return !_withoutKeys.Contains(account); }

    public void SetKeys(string account, bool allowed)
    {
        lock (_gate)
        {
            if (allowed) _withoutKeys.Remove(account);
            else _withoutKeys.Add(account);
        }
    }

    /// <summary>Gives a role at once, by its built-in name: how a test sets its scene.</summary>
    public void Assign(TenantPrincipal principal, string roleName, string scope)
    {
        AzureRole role = RoleCatalogue.BuiltIn.Single(known => known.Name == roleName);
        lock (_gate) _azure.Add(
            new(Guid.NewGuid().ToString(), scope, role.Id, principal.ObjectId, "ServicePrincipal", DateTimeOffset.MinValue));
    }

    /// <summary>Takes one action away from a principal whatever its roles say, as a deny assignment would.</summary>
    public void Deny(string principalId, string action) { lock (_gate) _denied.Add((principalId, action.ToUpperInvariant())); }

    public AccessDecision Decide(string token, string action, string scope)
    {
        string[] parts = scope.Split('/', 3);
        bool isCosmos = parts[0] == "cosmos";
        TokenReading reading = tenant.Signer.Read(token, isCosmos ? Audiences.IsCosmos : Audiences.IsStorage);
        if (reading.ObjectId is null) return new(AccessOutcome.Unauthenticated, null, reading.Fault);
        string below = parts.Length > 2 ? "/" + parts[2] : "/";
        bool allowed = !IsDenied(reading.ObjectId, action)
            && (isCosmos
                ? PermitsCosmos(reading.ObjectId, parts[1], action, below) : PermitsBlob(reading.ObjectId, parts[1], action, below));
        if (allowed) return new(AccessOutcome.Allowed, reading.ObjectId);
        return new(AccessOutcome.Forbidden, reading.ObjectId, isCosmos
            ? $"Request blocked by Auth {parts[1]} : Request is blocked because principal [{reading.ObjectId}] does not have required " +
                $"RBAC permissions to perform action [{action}] on resource [{below.TrimStart('/')}]. Learn more: " +
                "https://aka.ms/cosmos-native-rbac."
            : "This request is not authorized to perform this operation using this permission.");
    }

    /// <summary>Whether the resource manager lets the principal do it.</summary>
    internal bool Permits(string principalId, string action, string scope) =>
        !IsDenied(principalId, action) && RolesOf(principalId, scope).Any(role => role.Permits(action));

    internal IEnumerable<AzureRole> RolesOf(string principalId, string scope) =>
        from assignment in AzureAssignments
        where assignment.PrincipalId == principalId && InForce(assignment.CreatedAt) && Covers(assignment.Scope, scope)
        select RoleCatalogue.BuiltIn.Single(role => role.Id == assignment.RoleId);

    internal IReadOnlyList<string> DeniedTo(string principalId)
    {
        lock (_gate) return [.. _denied.Where(denied => denied.PrincipalId == principalId).Select(denied => denied.Action)];
    }

    public void Add(AzureAssignment assignment) { lock (_gate) _azure.Add(assignment); }

    public void Put(CosmosDataRole role)
    {
        lock (_gate)
        {
            _dataRoles.RemoveAll(known => known.Account == role.Account && known.Id == role.Id);
            _dataRoles.Add(role);
        }
    }

    public void Put(CosmosDataAssignment assignment)
    {
        lock (_gate)
        {
            _data.RemoveAll(known => known.Account == assignment.Account && known.Id == assignment.Id);
            _data.Add(assignment);
        }
    }

    /// <summary>Tells where an account that the data plane knows by name is in the resource manager.</summary>
    internal void Register(string account, string resourceId) { lock (_gate) _resources[account] = resourceId; }

    public bool RemoveAzureAssignment(
        string name)
    { lock (_gate) return _azure.RemoveAll(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) > 0; }

    public bool RemoveDataAssignment(
        string id)
    { lock (_gate) return _data.RemoveAll(known => known.Id.Equals(id, StringComparison.OrdinalIgnoreCase)) > 0; }

    public bool RemoveDataRole(string account, string id)
    {
        lock (_gate) return _dataRoles.RemoveAll(known => known.Account == account
            && known.Id.Equals(id, StringComparison.OrdinalIgnoreCase)) > 0;
    }

    internal static bool Covers(string outer, string inner)
    {
        string trimmed = outer.TrimEnd('/');
        return inner.StartsWith(trimmed, StringComparison.OrdinalIgnoreCase)
            && (inner.Length == trimmed.Length || inner[trimmed.Length] == '/');
    }

    private bool PermitsCosmos(string principalId, string account, string action, string scope) =>
        DataAssignments.Any(assignment => assignment.PrincipalId == principalId
            && assignment.Account.Equals(account, StringComparison.OrdinalIgnoreCase)
            && InForce(assignment.CreatedAt)
            && CoversCosmos(assignment.Scope, scope, action)
            && DataRoles.Any(role => role.Account == assignment.Account && role.Id == assignment.RoleId
                && AzureRole.Matches([.. role.DataActions], action)));

    // Reading the account's metadata is asked of the account, and given by an assignment on anything in it.
    private static bool CoversCosmos(string assigned, string scope, string action) =>
        Covers(assigned, scope) || (action.EndsWith("/readMetadata", StringComparison.OrdinalIgnoreCase) && Covers(scope, assigned));

    private bool PermitsBlob(string principalId, string account, string action, string below)
    {
        string? resource;
        lock (_gate) resource = _resources.GetValueOrDefault(account);
        if (resource is null) return false;
        string scope = below == "/" ? resource : $"{resource}/blobServices/default{below}";
        // Containers are the control plane's; the blobs in them, the data plane's, where an owner's * counts for nothing.
        bool isData = action.Contains("/containers/blobs/", StringComparison.OrdinalIgnoreCase);
        return RolesOf(principalId, scope).Any(role => isData ? role.PermitsData(action) : role.Permits(action));
    }

    private bool IsDenied(string principalId,
        string action)
    { lock (_gate) return _denied.Contains((principalId, action.ToUpperInvariant())); }

    private bool InForce(DateTimeOffset createdAt) =>
        createdAt == DateTimeOffset.MinValue || createdAt + tenant.Options.AssignmentDelay <= tenant.Now;
}
