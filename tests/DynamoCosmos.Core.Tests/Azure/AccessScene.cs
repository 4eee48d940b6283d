using DynamoCosmos.Azure;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Cosmos;
using DynamoCosmos.Sandbox.Entra;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>A tenant with one subscription, one Cosmos DB account and one storage account, and an administrator who owns them.</summary>
internal sealed class AccessScene : IAsyncDisposable
{
    // CloudHttp reads the variable for each new handler, and it is one for the whole process: so is the root.
    private static readonly SandboxCertificates s_certificates = Trust();

    private readonly EntraStandIn _entra;
    private readonly List<IDisposable> _clients = [];

    private AccessScene(Tenant tenant, EntraStandIn entra, GraphStandIn graph, ResourceManagerStandIn manager, CosmosStandIn cosmos)
    {
        (Tenant, _entra, Graph, Manager, Cosmos) = (tenant, entra, graph, manager, cosmos);
        (Administrator, string secret) = tenant.AddSignedInApplication("administrator", mayWriteDirectory: true);
        AdministratorSecret = secret;
        manager.Access.Assign(Administrator, "Owner", manager.SubscriptionScope);
        AccountId = manager.Add(cosmos);
        StorageId = manager.AddStorage("mylake", new("https://mylake.blob.core.windows.net/"), isHierarchical: true);
        Settings = SettingsOf(Administrator, secret);
    }

    internal Tenant Tenant { get; }

    internal EntraStandIn Entra => _entra;

    internal GraphStandIn Graph { get; }

    internal ResourceManagerStandIn Manager { get; }

    internal CosmosStandIn Cosmos { get; }

    internal TenantPrincipal Administrator { get; }

    internal string AdministratorSecret { get; }

    internal string AccountId { get; }

    internal string StorageId { get; }

    /// <summary>Signed in as the administrator.</summary>
    internal AzureSettings Settings { get; }

    internal AccountReference Account => new(Cosmos.AccountName);

    internal static async Task<AccessScene> StartAsync(TenantOptions? tenantOptions = null, ResourceManagerOptions? managerOptions = null, CosmosStandInOptions? cosmosOptions = null)
    {
        Tenant tenant = new(tenantOptions);
        EntraStandIn entra = await EntraStandIn.StartAsync(tenant, s_certificates);
        GraphStandIn graph = await GraphStandIn.StartAsync(tenant, s_certificates);
        ResourceManagerStandIn manager = await ResourceManagerStandIn.StartAsync(tenant, s_certificates, managerOptions);
        CosmosStandIn cosmos = await CosmosStandIn.StartAsync((cosmosOptions ?? new()) with { AccountName = "mycosmos", AccessControl = manager.Access });
        return new(tenant, entra, graph, manager, cosmos);
    }

    internal AzureSettings SettingsOf(TenantPrincipal principal, string secret) => new()
    {
        Credential = AzureCredentialKind.ClientSecret,
        TenantId = Tenant.Id,
        ClientId = principal.AppId,
        ClientSecret = Secret.From(Secure(secret)),
        AuthorityHost = _entra.Endpoint,
        ResourceManagerEndpoint = Manager.Endpoint,
        GraphEndpoint = Graph.Endpoint,
    };

    /// <summary>A session that loses no time where the real services would need some.</summary>
    internal AccessSession Open(AzureSettings? settings = null)
    {
        AccessSession session = new(settings ?? Settings, null, new(TimeProvider.System)
        {
            FirstPause = TimeSpan.FromMilliseconds(20),
            LookupTime = TimeSpan.FromSeconds(3),
            SettleTime = TimeSpan.FromSeconds(8),
        });
        _clients.Add(session);
        return session;
    }

    /// <summary>Forgets the requests so far: what follows is what a test counts.</summary>
    internal void ClearRequests()
    {
        Manager.ClearRequests();
        Graph.ClearRequests();
    }

    internal static System.Security.SecureString Secure(string text)
    {
        System.Security.SecureString secret = new();
        foreach (char c in text) secret.AppendChar(c);
        return secret;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IDisposable client in _clients) client.Dispose();
        await Cosmos.DisposeAsync();
        await Manager.DisposeAsync();
        await Graph.DisposeAsync();
        await _entra.DisposeAsync();
        Tenant.Dispose();
    }

    private static SandboxCertificates Trust()
    {
        SandboxCertificates certificates = new();
        Environment.SetEnvironmentVariable(CloudHttp.BundleVariable, certificates.RootFile);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => certificates.Dispose();
        return certificates;
    }
}
