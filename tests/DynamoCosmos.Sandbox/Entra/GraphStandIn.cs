using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DynamoCosmos.Sandbox.Entra;

/// <summary>
/// Microsoft Graph v1.0 for applications, service principals and directory objects. Reading needs a token of the tenant; writing needs a
/// principal with Application.ReadWrite.All. What is written stays unknown to later requests for the tenant's replication delay, as in the
/// real directory.
/// </summary>
public sealed partial class GraphStandIn : IAsyncDisposable
{
    private readonly ControlListener _listener = new();
    private readonly Tenant _tenant;

    private GraphStandIn(Tenant tenant) => _tenant = tenant;

    public Uri Endpoint => _listener.Endpoint;

    public IReadOnlyList<ControlRequest> Requests => _listener.Requests;

    public void ClearRequests() => _listener.Clear();

    public static async Task<GraphStandIn> StartAsync(Tenant tenant, SandboxCertificates certificates, int port = 0)
    {
        GraphStandIn graph = new(tenant);
        await graph._listener.StartAsync(graph.AnswerAsync, certificates.Server, port);
        return graph;
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task<ControlAnswer> AnswerAsync(HttpContext context)
    {
        TenantPrincipal caller = SignIn(context);
        string path = context.Request.Path.Value!;
        if (!path.StartsWith("/v1.0/", StringComparison.Ordinal)) throw ControlFault.Of(400, "BadRequest", "Invalid version.");
        string[] segments = path["/v1.0/".Length..].Trim('/').Split('/');
        bool isPost = context.Request.Method == "POST";
        if (isPost && !caller.MayWriteDirectory)
            throw ControlFault.Of(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");

        return (context.Request.Method, segments) switch
        {
            ("GET", ["applications"]) =>
                List(_tenant.Applications.Where(found => _tenant.IsKnown(found.CreatedAt)).Select(Describe),
                context.Request.Query["$filter"]),
            ("GET", ["servicePrincipals"]) =>
                List(KnownPrincipals().Where(found => found.Kind != PrincipalKind.User).Select(Describe), context.Request.Query["$filter"]),
            ("GET", ["applications" or "servicePrincipals" or "directoryObjects", string id]) => new(200, Find(segments[0], id)),
            ("POST", ["applications"]) => CreateApplication(await ControlListener.ReadBodyAsync(context)),
            ("POST", ["servicePrincipals"]) => CreatePrincipal(await ControlListener.ReadBodyAsync(context)),
            ("POST", ["applications", string id, "addPassword"]) => AddPassword(id, await ControlListener.ReadBodyAsync(context)),
            _ => throw ControlFault.Of(400, "BadRequest", $"Resource not found for the segment '{segments[0]}'."),
        };
    }

    private TenantPrincipal SignIn(HttpContext context)
    {
        string token =
            ControlListener.ReadBearer(context) ?? throw ControlFault.Of(401, "InvalidAuthenticationToken", "Access token is empty.");
        TokenReading reading = _tenant.Signer.Read(token, Audiences.IsGraph);
        return _tenant.Principals.FirstOrDefault(principal => principal.ObjectId == reading.ObjectId)
            ?? throw ControlFault.Of(401, "InvalidAuthenticationToken", reading.Fault
                ?? "The identity of the calling application could not be established.");
    }

    private IEnumerable<TenantPrincipal> KnownPrincipals() => _tenant.Principals.Where(found => _tenant.IsKnown(found.CreatedAt));

    private static ControlAnswer List(IEnumerable<JsonObject> found, string? filter)
    {
        IEnumerable<JsonObject> matching = found;
        if (!string.IsNullOrEmpty(filter))
        {
            Match match = Equality().Match(filter);
            if (!match.Success) throw ControlFault.Of(400, "Request_UnsupportedQuery", $"Unsupported query filter: {filter}");
            string name = match.Groups["name"].Value, value = match.Groups["value"].Value.Replace("''", "'");
            matching = found.Where(one => string.Equals((string?)one[name], value, StringComparison.OrdinalIgnoreCase));
        }
        return new(200, new JsonObject { ["@odata.context"] = "$metadata", ["value"] = new JsonArray([.. matching]) });
    }

    private JsonObject Find(string collection, string id)
    {
        JsonObject? found = null;
        if (collection == "applications") found = FindApplication(id) is { } application ? Describe(application) : null;
        else if (_tenant.FindPrincipal(known => known.ObjectId == id) is { } principal)
        {
            found = Describe(principal);
            if (collection == "directoryObjects") found["@odata.type"] =
                principal.Kind == PrincipalKind.User ? "#microsoft.graph.user" : "#microsoft.graph.servicePrincipal";
        }
        return found ?? throw ControlFault.Of(404, "Request_ResourceNotFound", $"Resource '{id}' does not exist or one of its queried " +
            "reference-property objects are not present.");
    }

    private TenantApplication? FindApplication(string objectId) =>
        _tenant.Applications.FirstOrDefault(known => known.ObjectId == objectId && _tenant.IsKnown(known.CreatedAt));

    private ControlAnswer CreateApplication(JsonObject body)
    {
        string name = (string?)body["displayName"] is { Length: > 0 } given ? given
            : throw ControlFault.Of(400, "Request_BadRequest", "A value is required for property 'displayName' of resource 'Application'.");
        return new(201, Describe(_tenant.AddApplication(name)));
    }

    private ControlAnswer CreatePrincipal(JsonObject body)
    {
        string appId = (string?)body["appId"] ?? "";
        TenantApplication application =
            _tenant.Applications.FirstOrDefault(known => known.AppId == appId && _tenant.IsKnown(known.CreatedAt))
            ?? throw ControlFault.Of(400, "Request_BadRequest",
                $"The appId '{appId}' of the service principal does not reference a valid application object.");
        if (_tenant.Principals.Any(known => known.AppId == appId))
            throw ControlFault.Of(409, "Request_MultipleObjectsWithSameKeyValue",
                $"The service principal cannot be created, updated, or restored because the service principal name {appId} is already " +
                "in use.");
        return new(201, Describe(_tenant.AddPrincipal(appId, application.DisplayName, PrincipalKind.Application)));
    }

    private ControlAnswer AddPassword(string id, JsonObject body)
    {
        TenantApplication application = FindApplication(id)
            ?? throw ControlFault.Of(404, "Request_ResourceNotFound",
                $"Resource '{id}' does not exist or one of its queried reference-property objects are not present.");
        JsonNode? given = body["passwordCredential"];
        DateTimeOffset endsAt =
            (string?)given?["endDateTime"] is { } end ? DateTimeOffset.Parse(end, CultureInfo.InvariantCulture) : _tenant.Now.AddYears(2);
        if (endsAt <= _tenant.Now) throw ControlFault.Of(400, "Request_BadRequest",
            "Credential lifetime is invalid: the end date is in the past.");
        (TenantPassword password, string secret) = _tenant.AddPassword(application.AppId, (string?)given?["displayName"] ?? "", endsAt);
        return new(200, new JsonObject
        {
            ["keyId"] = password.KeyId,
            ["displayName"] = password.DisplayName,
            ["startDateTime"] = password.CreatedAt.ToString("O"),
            ["endDateTime"] = password.EndsAt.ToString("O"),
            ["hint"] = secret[..3],
            ["secretText"] = secret,
        });
    }

    private JsonObject Describe(TenantApplication application) => new()
    {
        ["id"] = application.ObjectId,
        ["appId"] = application.AppId,
        ["displayName"] = application.DisplayName,
        ["signInAudience"] = "AzureADMyOrg",
        ["passwordCredentials"] = new JsonArray(
            [.. _tenant.Passwords.Where(password => password.AppId == application.AppId && _tenant.IsKnown(password.CreatedAt))
            .Select(password =>
            (JsonNode)new JsonObject { ["keyId"] = password.KeyId, ["displayName"] = password.DisplayName,
                ["endDateTime"] = password.EndsAt.ToString("O"), ["secretText"] = null })]),
    };

    private static JsonObject Describe(TenantPrincipal principal) => new()
    {
        ["id"] = principal.ObjectId,
        ["appId"] = principal.AppId,
        ["displayName"] = principal.DisplayName,
        ["servicePrincipalType"] = principal.Kind == PrincipalKind.ManagedIdentity ? "ManagedIdentity" : "Application",
        ["accountEnabled"] = true,
    };

    [GeneratedRegex(@"^(?<name>appId|displayName|id) eq '(?<value>(?:[^']|'')*)'$")]
    private static partial Regex Equality();
}
