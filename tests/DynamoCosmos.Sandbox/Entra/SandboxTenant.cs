using DynamoCosmos.Sandbox.Blob;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Sandbox.Entra;

public sealed record SandboxTenantOptions
{
    public TenantOptions Tenant { get; init; } = new();

    public ResourceManagerOptions Manager { get; init; } = new();

    /// <summary>Its access control and account name are set here.</summary>
    public CosmosStandInOptions Cosmos { get; init; } = new();

    public string CosmosAccountName { get; init; } = "mycosmos";

    public string StorageAccountName { get; init; } = "mylake";
}

/// <summary>
/// A fresh tenant: sign-in, Graph and resource manager over one Cosmos DB and one storage account that obey its roles. There is an
/// administrator who owns the subscription and may register applications; nobody has any right to data.
/// </summary>
public sealed class SandboxTenant : IAsyncDisposable
{
    private readonly SandboxCertificates _certificates;
    private readonly bool _ownsCertificates;

    private SandboxTenant(SandboxCertificates certificates, bool ownsCertificates, Tenant directory, EntraStandIn entra, GraphStandIn graph,
        ResourceManagerStandIn manager, CosmosStandIn cosmos, BlobStandIn blob)
    {
        (_certificates, _ownsCertificates) = (certificates, ownsCertificates);
        (Directory, Entra, Graph, Manager, Cosmos, Blob) = (directory, entra, graph, manager, cosmos, blob);
        (Administrator, AdministratorSecret) = directory.AddSignedInApplication("administrator", mayWriteDirectory: true);
        manager.Access.Assign(Administrator, "Owner", manager.SubscriptionScope);
    }

    public Tenant Directory { get; }

    public EntraStandIn Entra { get; }

    public GraphStandIn Graph { get; }

    public ResourceManagerStandIn Manager { get; }

    public CosmosStandIn Cosmos { get; }

    public BlobStandIn Blob { get; }

    public TenantPrincipal Administrator { get; }

    public string AdministratorSecret { get; }

    public string CosmosId { get; private init; } = "";

    public string StorageId { get; private init; } = "";

    /// <summary>The root that clients have to be told of: DYNAMOCOSMOS_CA_BUNDLE.</summary>
    public string RootFile => _certificates.RootFile;

    /// <param name="certificates">Shared between several in one process, whose clients know one root only; null makes its own.</param>
    public static async Task<SandboxTenant> StartAsync(SandboxTenantOptions? options = null, SandboxCertificates? certificates = null)
    {
        options ??= new();
        SandboxCertificates used = certificates ?? new();
        Tenant directory = new(options.Tenant);
        EntraStandIn entra = await EntraStandIn.StartAsync(directory, used);
        GraphStandIn graph = await GraphStandIn.StartAsync(directory, used);
        ResourceManagerStandIn manager = await ResourceManagerStandIn.StartAsync(directory, used, options.Manager);
        CosmosStandIn cosmos =
            await CosmosStandIn.StartAsync(options.Cosmos with { AccountName = options.CosmosAccountName, AccessControl = manager.Access });
        BlobStandIn blob = await BlobStandIn.StartAsync(new()
        {
            Accounts = [new(options.StorageAccountName, IsHierarchical: true)],
            Certificate = used.Server,
            Access = manager.Access,
        });
        return new(used, certificates is null, directory, entra, graph, manager, cosmos, blob)
        {
            CosmosId = manager.Add(cosmos),
            StorageId = manager.AddStorage(options.StorageAccountName, blob.AccountEndpoint(options.StorageAccountName),
                isHierarchical: true),
        };
    }

    /// <summary>Forgets the control planes' requests so far: what follows is what a test counts.</summary>
    public void ClearRequests()
    {
        Manager.ClearRequests();
        Graph.ClearRequests();
        Entra.ClearRequests();
    }

    /// <summary>Every request of the control planes that would change something.</summary>
    public IReadOnlyList<ControlRequest> Writes => [.. Manager.Writes, .. Graph.Requests.Where(request => request.IsWrite)];

    public async ValueTask DisposeAsync()
    {
        await Blob.DisposeAsync();
        await Cosmos.DisposeAsync();
        await Manager.DisposeAsync();
        await Graph.DisposeAsync();
        await Entra.DisposeAsync();
        Directory.Dispose();
        if (_ownsCertificates) _certificates.Dispose();
    }
}
