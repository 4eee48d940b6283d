using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Entra;

/// <summary>
/// Entra ID's sign-in for one tenant: client credentials (v2.0, and v1/ADFS for azure-cli), discovery, keys, and the managed identity
/// endpoint of App Service. Tokens are RS256 JWTs with the principal's object id; resources that it does not know are refused with
/// AADSTS500011.
/// </summary>
public sealed class EntraStandIn : IAsyncDisposable
{
    private readonly ControlListener _listener = new();
    private readonly Tenant _tenant;
    private readonly ConcurrentQueue<string> _issued = new();

    private EntraStandIn(Tenant tenant) => _tenant = tenant;

    public Uri Endpoint => _listener.Endpoint;

    /// <summary>What azure-cli is given as its active directory: with this ending it asks no instance discovery.</summary>
    public Uri AdfsEndpoint => new(Endpoint, "adfs");

    /// <summary>IDENTITY_ENDPOINT of a managed identity's host.</summary>
    public Uri ManagedIdentityEndpoint => new(Endpoint, "msi/token");

    /// <summary>IDENTITY_HEADER of a managed identity's host.</summary>
    public string ManagedIdentityHeader { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Who the host is when no client id is asked for: its system-assigned identity.</summary>
    public TenantPrincipal? SystemAssignedIdentity { get; set; }

    /// <summary>Resources besides the clouds' own for which tokens are issued.</summary>
    public HashSet<string> Resources { get; } = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<ControlRequest> Requests => _listener.Requests;

    /// <summary>The audience of each token that was issued, in order.</summary>
    public IReadOnlyList<string> IssuedFor => [.. _issued];

    public static async Task<EntraStandIn> StartAsync(Tenant tenant, SandboxCertificates certificates, int port = 0)
    {
        EntraStandIn entra = new(tenant);
        await entra._listener.StartAsync(entra.AnswerAsync, certificates.Server, port);
        return entra;
    }

    public void ClearRequests()
    {
        _listener.Clear();
        _issued.Clear();
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task<ControlAnswer> AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!.TrimEnd('/');
        if (path.Equals("/msi/token", StringComparison.OrdinalIgnoreCase)) return AnswerManagedIdentity(context.Request);
        if (path.EndsWith("/.well-known/openid-configuration", StringComparison.OrdinalIgnoreCase)) return new(200,
            Describe(path.Split('/')[1]));
        if (path.EndsWith("/discovery/keys", StringComparison.OrdinalIgnoreCase)
            || path.EndsWith("/discovery/v2.0/keys", StringComparison.OrdinalIgnoreCase))
            return new(200, _tenant.Signer.ReadKeys());
        if (context.Request.Method == "POST" && path.EndsWith("/oauth2/v2.0/token", StringComparison.OrdinalIgnoreCase)
            && CheckTenant(path))
            return AnswerToken(await context.Request.ReadFormAsync(context.RequestAborted));
        if (context.Request.Method == "POST" && path.EndsWith("/oauth2/token", StringComparison.OrdinalIgnoreCase) && CheckTenant(path))
            return AnswerToken(await context.Request.ReadFormAsync(context.RequestAborted));
        return new(404, new JsonObject { ["error"] = "not_found" });
    }

    private bool CheckTenant(string path)
    {
        string tenant = path.Split('/')[1];
        if (tenant.Equals(_tenant.Id, StringComparison.OrdinalIgnoreCase)
            || tenant.Equals("adfs", StringComparison.OrdinalIgnoreCase)) return true;
        throw Refuse(400, "invalid_tenant", 90002,
            $"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.");
    }

    private JsonObject Describe(string tenant)
    {
        string root = $"{Endpoint}{tenant}", version = tenant == "adfs" ? "" : "v2.0/";
        return new()
        {
            ["issuer"] = _tenant.Signer.Issuer,
            ["authorization_endpoint"] = $"{root}/oauth2/{version}authorize",
            ["token_endpoint"] = $"{root}/oauth2/{version}token",
            ["device_authorization_endpoint"] = $"{root}/oauth2/{version}devicecode",
            ["jwks_uri"] = $"{root}/discovery/{version}keys",
            ["response_types_supported"] = new JsonArray("code", "id_token"),
            ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post", "private_key_jwt", "client_secret_basic"),
        };
    }

    private ControlAnswer AnswerToken(IFormCollection form)
    {
        if (form["grant_type"] != "client_credentials")
            throw Refuse(400, "unsupported_grant_type", 70003, $"The app requested an unsupported grant type '{form["grant_type"]}'.");
        string clientId = form["client_id"].ToString();
        TenantPrincipal principal = _tenant.FindPrincipal(known => known.Kind == PrincipalKind.Application
            && known.AppId.Equals(clientId, StringComparison.OrdinalIgnoreCase))
            ?? throw Refuse(400, "unauthorized_client", 700016,
                $"Application with identifier '{clientId}' was not found in the directory '{_tenant.Id}'.");
        if (!_tenant.HasSecret(principal.AppId, form["client_secret"].ToString()))
            throw Refuse(401, "invalid_client", 7000215, "Invalid client secret provided. Ensure the secret being sent in the request " +
                $"is the client secret value, not the client secret ID, for a secret added to app '{clientId}'.");

        string resource = ReadResource(form["scope"].ToString(), form["resource"].ToString());
        return new(200, new JsonObject
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = (int)_tenant.Options.TokenLifetime.TotalSeconds,
            ["ext_expires_in"] = (int)_tenant.Options.TokenLifetime.TotalSeconds,
            ["access_token"] = Issue(principal, resource),
        }, [("Cache-Control", "no-store, no-cache")]);
    }

    private ControlAnswer AnswerManagedIdentity(HttpRequest request)
    {
        if (request.Headers["X-IDENTITY-HEADER"] != ManagedIdentityHeader)
            return new(401, new JsonObject { ["statusCode"] = 401, ["message"] = "The X-IDENTITY-HEADER is missing or wrong." });
        string clientId = request.Query["client_id"].ToString();
        TenantPrincipal? principal = clientId.Length == 0
            ? SystemAssignedIdentity
            : _tenant.FindPrincipal(known => known.Kind == PrincipalKind.ManagedIdentity
                && known.AppId.Equals(clientId, StringComparison.OrdinalIgnoreCase));
        if (principal is null) return new(400, new JsonObject
        {
            ["statusCode"] = 400,
            ["message"] = "No User Assigned or Delegated " +
            "Managed Identity found for specified ClientId/ResourceId/PrincipalId."
        });
        string resource = ReadResource("", request.Query["resource"].ToString());
        long expires = (_tenant.Now + _tenant.Options.TokenLifetime).ToUnixTimeSeconds();
        return new(200, new JsonObject
        {
            ["access_token"] = Issue(principal, resource),
            ["expires_on"] = expires.ToString(CultureInfo.InvariantCulture),
            ["resource"] = resource,
            ["token_type"] = "Bearer",
            ["client_id"] = principal.AppId,
        });
    }

    private string Issue(TenantPrincipal principal, string resource)
    {
        _issued.Enqueue(resource);
        return _tenant.IssueToken(principal, resource);
    }

    private string ReadResource(string scope, string resource)
    {
        string wanted = resource;
        if (wanted.Length == 0)
        {
            string first = scope.Split(' ').FirstOrDefault(part => part.Contains("://", StringComparison.Ordinal)) ?? "";
            if (!first.EndsWith("/.default", StringComparison.Ordinal))
                throw Refuse(400, "invalid_scope", 1002012,
                    $"The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default " +
                    "suffixed to the resource identifier (application ID URI).");
            wanted = first[..^"/.default".Length];
        }
        string plain = wanted.TrimEnd('/');
        if (!Audiences.IsKnown(plain) && !Resources.Contains(plain))
            throw Refuse(400, "invalid_resource", 500011, $"The resource principal named {wanted} was not found in the tenant named " +
                $"{_tenant.Id}. This can happen if the application has not been installed by the administrator of the tenant or " +
                "consented to by any user in the tenant.");
        return plain;
    }

    private static ControlFault Refuse(int status, string error, int code, string message) => new(new(status, new JsonObject
    {
        ["error"] = error,
        ["error_description"] = $"AADSTS{code}: {message} Trace ID: {Guid.NewGuid()}",
        ["error_codes"] = new JsonArray(code),
        ["correlation_id"] = Guid.NewGuid().ToString(),
    }));
}

/// <summary>Whom a token is for.</summary>
internal static class Audiences
{
    internal static bool IsKnown(string resource) =>
        IsManagement(resource) || IsGraph(resource) || IsStorage(resource) || IsCosmos(resource);

    internal static bool IsManagement(string resource) =>
        resource.TrimEnd('/') is "https://management.azure.com" or "https://management.core.windows.net"
        or "https://management.usgovcloudapi.net" or "https://management.chinacloudapi.cn";

    internal static bool IsGraph(string resource) =>
        resource.TrimEnd('/') is "https://graph.microsoft.com" or "https://graph.microsoft.us" or "https://microsoftgraph.chinacloudapi.cn";

    internal static bool IsStorage(string resource) =>
        resource.TrimEnd('/') == "https://storage.azure.com" || IsAccount(resource, ".blob.core.windows.net");

    internal static bool IsCosmos(string resource) =>
        resource.TrimEnd('/') == "https://cosmos.azure.com" || IsAccount(resource, ".documents.azure.com");

    private static bool IsAccount(string resource, string suffix) =>
        Uri.TryCreate(resource, UriKind.Absolute, out Uri? uri) && uri.Host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase);
}
