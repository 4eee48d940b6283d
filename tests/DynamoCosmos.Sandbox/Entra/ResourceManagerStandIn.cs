using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Sandbox.Entra;

public sealed record ResourceManagerOptions
{
    public string SubscriptionId { get; init; } = Guid.NewGuid().ToString();

    public string ResourceGroup { get; init; } = "shop-rg";

    public string Location { get; init; } = "westeurope";

    /// <summary>
    /// How long the operation of each change of a Cosmos DB account's resources runs. With zero, it has ended when it is first asked for.
    /// </summary>
    public TimeSpan OperationTime { get; init; }

    /// <summary>
    /// What Retry-After says while an operation runs, in whole seconds. Cosmos DB sends none; without one azure-cli waits half a minute
    /// each time.
    /// </summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Most rows that Resource Graph gives in one answer; the rest follows by its $skipToken.</summary>
    public int GraphPage { get; init; } = 1000;

    /// <summary>Resource Graph follows late: accounts are not in it yet, and only listings find them.</summary>
    public bool GraphLags { get; init; }

    public int Port { get; init; }
}

/// <summary>
/// The Azure Resource Manager of one subscription and resource group: Cosmos DB accounts with databases, containers, throughput and data
/// roles, storage accounts, Azure roles. Every request needs a token of the tenant and a role for its action; changes can be long-running
/// operations.
/// </summary>
public sealed class ResourceManagerStandIn : IAsyncDisposable
{
    private readonly ControlListener _listener = new();
    private readonly Tenant _tenant;
    private readonly ArmOperations _operations;
    private readonly ArmAccounts _accounts;
    private readonly ArmContainers _containers;
    private readonly ArmThroughput _throughput;
    private readonly ArmDataRoles _dataRoles;
    private readonly ArmAuthorization _authorization;

    private ResourceManagerStandIn(Tenant tenant, ResourceManagerOptions options)
    {
        _tenant = tenant;
        Options = options;
        Access = new(tenant);
        _operations = new(options, tenant.Options.Time);
        _accounts = new(options, tenant, Access);
        _containers = new(_accounts, _operations);
        _throughput = new(_accounts, _operations, tenant.Options.Time);
        _dataRoles = new(_accounts, _operations, tenant, Access);
        _authorization = new(options, tenant, Access);
    }

    public Uri Endpoint => _listener.Endpoint;

    public ResourceManagerOptions Options { get; }

    /// <summary>What the data planes are given to decide by.</summary>
    public AccessControl Access { get; }

    public string SubscriptionScope => $"/subscriptions/{Options.SubscriptionId}";

    public string ResourceGroupScope => $"{SubscriptionScope}/resourceGroups/{Options.ResourceGroup}";

    public IReadOnlyList<ControlRequest> Requests => _listener.Requests;

    /// <summary>Those that change something: reading by POST (Resource Graph) is not one.</summary>
    public IReadOnlyList<ControlRequest> Writes =>
        [.. Requests.Where(request => request.IsWrite
            && !request.Path.StartsWith("/providers/Microsoft.ResourceGraph/", StringComparison.OrdinalIgnoreCase))];

    /// <summary>Method and path in; a status and error code out that takes the place of the real answer.</summary>
    public Func<string, string, (int Status, string Code, string Message)?>? Fault
    {
        set => _listener.Intercept = value is null ? null : (method, path) =>
            value(method, path) is (int status, string code, string message) ? ControlFault.Of(status, code, message).Answer : null;
    }

    public static async Task<ResourceManagerStandIn> StartAsync(Tenant tenant, SandboxCertificates certificates,
        ResourceManagerOptions? options = null)
    {
        ResourceManagerStandIn manager = new(tenant, options ?? new());
        await manager._listener.StartAsync(manager.AnswerAsync, certificates.Server, manager.Options.Port);
        manager._operations.Endpoint = manager.Endpoint;
        return manager;
    }

    public void ClearRequests() => _listener.Clear();

    /// <summary>
    /// Puts a Cosmos DB account under this resource manager. The stand-in must have been started with <see cref="Access"/>.
    /// </summary>
    /// <returns>Its resource id.</returns>
    public string Add(CosmosStandIn account) => _accounts.Add(account);

    /// <summary>Puts a storage account under this resource manager.</summary>
    /// <returns>Its resource id.</returns>
    public string AddStorage(string name, Uri blobEndpoint, bool isHierarchical = false) =>
        _accounts.AddStorage(name, blobEndpoint, isHierarchical);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task<ControlAnswer> AnswerAsync(HttpContext context)
    {
        TenantPrincipal caller = SignIn(context);
        HttpRequest request = context.Request;
        if (request.Query["api-version"].Count != 1)
            throw ControlFault.Of(400, "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required for all requests.");
        ArmPath path = ArmPath.Parse(request.Path.Value!);
        if (path.Subscription is { } subscription && !subscription.Equals(Options.SubscriptionId, StringComparison.OrdinalIgnoreCase))
            throw ControlFault.Of(404, "SubscriptionNotFound", $"The subscription '{subscription}' could not be found.");
        _operations.Settle();

        string type = path.Type.ToLowerInvariant();
        if (IsFilteredByCaller(type, path)) return await AnswerFilteredAsync(context, type, path, caller);
        Authorize(caller, path.ActionOf(request.Method), path.ActionScope);
        if (path.ResourceGroup is { } group && !group.Equals(Options.ResourceGroup, StringComparison.OrdinalIgnoreCase))
            throw ControlFault.Of(404, "ResourceGroupNotFound", $"Resource group '{group}' could not be found.");
        JsonObject? body = request.Method is "PUT" or "PATCH" or "POST" && request.ContentLength is > 0
            ? await ControlListener.ReadBodyAsync(context) : null;
        try
        {
            return Route(request, type, path, body, caller);
        }
        catch (RefusedException refused)
        {
            throw ControlFault.OfCosmos(refused.Refusal);
        }
    }

    private ControlAnswer Route(HttpRequest request, string type, ArmPath path, JsonObject? body, TenantPrincipal caller)
    {
        const string Cosmos = "microsoft.documentdb/databaseaccounts", Container = Cosmos + "/sqldatabases/containers";
        string method = request.Method;
        return type switch
        {
            "microsoft.resources/subscriptions/resourcegroups" => _accounts.AnswerResourceGroup(path),
            "microsoft.storage/storageaccounts" => _accounts.AnswerStorage(method, path, body),
            Cosmos => _accounts.AnswerCosmos(method, path, body),
            Cosmos + "/sqldatabases" => _containers.AnswerDatabase(method, path, body, caller),
            Container => _containers.AnswerContainer(method, path, body, caller),
            Cosmos + "/sqlroledefinitions" => _dataRoles.AnswerDefinition(method, path, body, caller),
            Cosmos + "/sqlroleassignments" => _dataRoles.AnswerAssignment(method, path, body, caller),
            "microsoft.authorization/roledefinitions" => _authorization.AnswerDefinition(method, path, request.Query["$filter"]),
            "microsoft.authorization/roleassignments" => _authorization.AnswerAssignment(method, path, body, request.Query["$filter"]),
            _ when type.StartsWith(Cosmos + "/sqldatabases/", StringComparison.Ordinal)
                && type.Contains("/throughputsettings", StringComparison.Ordinal) =>
                _throughput.Answer(method, path, body, caller),
            _ => throw ControlFault.Of(404, "InvalidResourceType", $"The resource type '{path.Type}' could not be found."),
        };
    }

    // These need no permission of their own: what they show is what the caller may see.
    private static bool IsFilteredByCaller(string type, ArmPath path) =>
        type is "microsoft.resources/subscriptions" or "microsoft.resources/tenants"
        or "microsoft.resourcegraph/resources" or "microsoft.authorization/permissions"
            || type.StartsWith("microsoft.documentdb/locations/", StringComparison.Ordinal)
        || (path.IsCollection && path.ResourceGroup is null && type is "microsoft.documentdb/databaseaccounts"
            or "microsoft.storage/storageaccounts" && path.Names.Count == 0);

    private async Task<ControlAnswer> AnswerFilteredAsync(HttpContext context, string type, ArmPath path, TenantPrincipal caller) =>
        type switch
        {
            "microsoft.resources/subscriptions" => _accounts.AnswerSubscriptions(path, caller),
            "microsoft.resources/tenants" =>
                new(200, new JsonObject
                {
                    ["value"] = new JsonArray(
                new JsonObject { ["id"] = $"/tenants/{_tenant.Id}", ["tenantId"] = _tenant.Id })
                }),
            "microsoft.resourcegraph/resources" => _accounts.AnswerGraph(await ControlListener.ReadBodyAsync(context), caller),
            "microsoft.authorization/permissions" => _authorization.AnswerPermissions(path, caller),
            "microsoft.documentdb/databaseaccounts" => _accounts.ListCosmos(caller),
            "microsoft.storage/storageaccounts" => _accounts.ListStorage(caller),
            _ => _operations.Answer(path, caller),
        };

    private TenantPrincipal SignIn(HttpContext context)
    {
        string token = ControlListener.ReadBearer(context)
            ?? throw ControlFault.Of(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.",
                ("WWW-Authenticate", $"Bearer authorization_uri=\"https://login.windows.net/{_tenant.Id}\", error=\"invalid_token\""));
        TokenReading reading = _tenant.Signer.Read(token, Audiences.IsManagement);
        return _tenant.Principals.FirstOrDefault(principal => principal.ObjectId == reading.ObjectId)
            ?? throw ControlFault.Of(401, "InvalidAuthenticationToken", reading.Fault
                ?? "The access token is of no principal of this tenant.");
    }

    private void Authorize(TenantPrincipal caller, string action, string scope)
    {
        if (Access.Permits(caller.ObjectId, action, scope)) return;
        throw ControlFault.Of(403, "AuthorizationFailed",
            $"The client '{caller.AppId}' with object id '{caller.ObjectId}' does not have authorization to perform action '{action}' " +
                $"over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.");
    }
}
