using DynamoCosmos.Azure.Control;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Model;
using DynamoCosmos.RealServers;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Blob;
using DynamoCosmos.Sandbox.Cosmos;
using DynamoCosmos.Sandbox.Entra;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>A tenant with one subscription, one Cosmos DB account and one storage account, and an administrator who owns them.</summary>
internal sealed class AccessScene : IAsyncDisposable
{
    // CloudHttp reads the variable for each new handler, and it is one for the whole process: so is the root.
    private static readonly SandboxCertificates s_certificates = Trust();

    /// <summary>For further servers that clients are to trust.</summary>
    internal static System.Security.Cryptography.X509Certificates.X509Certificate2 Certificate => s_certificates.Server;

    private readonly SandboxTenant _sandbox;
    private readonly CloudConnections _clouds = new();

    private AccessScene(SandboxTenant sandbox)
    {
        _sandbox = sandbox;
        Settings = SettingsOf(sandbox.Administrator, sandbox.AdministratorSecret);
    }

    internal Tenant Tenant => _sandbox.Directory;

    internal EntraStandIn Entra => _sandbox.Entra;

    internal GraphStandIn Graph => _sandbox.Graph;

    internal ResourceManagerStandIn Manager => _sandbox.Manager;

    internal CosmosStandIn Cosmos => _sandbox.Cosmos;

    internal BlobStandIn Blob => _sandbox.Blob;

    internal TenantPrincipal Administrator => _sandbox.Administrator;

    internal string AccountId => _sandbox.CosmosId;

    internal string StorageId => _sandbox.StorageId;

    internal IReadOnlyList<ControlRequest> Writes => _sandbox.Writes;

    /// <summary>Signed in as the administrator.</summary>
    internal AzureSettings Settings { get; }

    internal AccountReference Account => new(Cosmos.AccountName);

    internal static async Task<AccessScene> StartAsync(TenantOptions? tenantOptions = null, ResourceManagerOptions? managerOptions = null,
        CosmosStandInOptions? cosmosOptions = null) =>
        new(await SandboxTenant.StartAsync(
            new() { Tenant = tenantOptions ?? new(), Manager = managerOptions ?? new(), Cosmos = cosmosOptions ?? new() }, s_certificates));

    internal AzureSettings SettingsOf(TenantPrincipal principal, string secret) => new()
    {
        Credential = AzureCredentialKind.ClientSecret,
        TenantId = Tenant.Id,
        ClientId = principal.AppId,
        ClientSecret = Secret.From(Secure(secret)),
        AuthorityHost = Entra.Endpoint,
        ResourceManagerEndpoint = Manager.Endpoint,
        GraphEndpoint = Graph.Endpoint,
    };

    /// <summary>A session that loses no time where the real services would need some.</summary>
    internal AccessSession Open(AzureSettings? settings = null)
    {
        return new(settings ?? Settings, _clouds.Azure, null, new(TimeProvider.System)
        {
            FirstPause = TimeSpan.FromMilliseconds(20),
            LookupTime = TimeSpan.FromSeconds(3),
            SettleTime = TimeSpan.FromSeconds(8),
        });
    }

    /// <summary>azure-cli, signed in as the administrator.</summary>
    internal Task<AzureCli> SignInToAzureCliAsync() => AzureCli.SignInAsync(
        Manager.Endpoint, Entra.AdfsEndpoint, s_certificates.RootFile, Administrator.AppId, _sandbox.AdministratorSecret, Tenant.Id);

    /// <summary>Forgets the requests so far: what follows is what a test counts.</summary>
    internal void ClearRequests() => _sandbox.ClearRequests();

    internal static System.Security.SecureString Secure(string text)
    {
        System.Security.SecureString secret = new();
        foreach (char c in text) secret.AppendChar(c);
        return secret;
    }

    public async ValueTask DisposeAsync()
    {
        _clouds.Dispose();
        await _sandbox.DisposeAsync();
    }

    private static SandboxCertificates Trust()
    {
        SandboxCertificates certificates = new();
        Environment.SetEnvironmentVariable(CloudHttp.BundleVariable, certificates.RootFile);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => certificates.Dispose();
        return certificates;
    }
}
