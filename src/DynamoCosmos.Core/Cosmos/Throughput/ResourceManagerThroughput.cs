using System.Globalization;
using Azure;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Model;

namespace DynamoCosmos.Cosmos.Throughput;

/// <summary>throughputSettings/default of databases and containers.</summary>
internal sealed class ResourceManagerThroughput(AccessSession session) : IThroughputStore
{
    private AccountPlace? _place;
    private bool _saidServerless;

    public async Task<CosmosThroughput?> ReadAsync(ThroughputTarget target, CancellationToken cancellationToken)
    {
        AccountPlace place = await FindAsync(target, cancellationToken);
        ThroughputSettings? settings;
        try
        {
            settings = await session.Manager.FindAsync(
                Address(place, target), ApiVersions.Cosmos, ResourceManagerJson.Default.ThroughputSettings, cancellationToken);
        }
        catch (RequestFailedException refused) when (AccessErrors.IsServerless(refused.Status, refused.Message))
        {
            _saidServerless = true;
            return null;
        }
        if (settings is not null) return Read(place, target, settings.Properties.Resource);
        // The service says 404 for "no throughput of its own" and for "no such container" alike.
        string database = $"{place.Id}/sqlDatabases/{target.DatabaseName}";
        if (await session.Manager.FindAsync(database, ApiVersions.Cosmos, ResourceManagerJson.Default.SqlResource,
            cancellationToken) is null)
            throw AccessErrors.DatabaseNotFound(place.Name, target.DatabaseName);
        if (target.ContainerName is { } container
            && await session.Manager.FindAsync($"{database}/containers/{container}", ApiVersions.Cosmos,
                ResourceManagerJson.Default.SqlResource, cancellationToken) is null)
            throw AccessErrors.ContainerNotFound(place.Name, target.DatabaseName, container);
        return null;
    }

    public async Task ReplaceAsync(ThroughputTarget target, ThroughputRequest request, CancellationToken cancellationToken)
    {
        ThroughputResource resource = request.Mode == ThroughputMode.Autoscale
            ? new(AutoscaleSettings: new(request.Value!.Value))
            : new(request.Value);
        AccountPlace place = await FindAsync(target, cancellationToken);
        await session.Manager.PutAsync(Address(place, target), ApiVersions.Cosmos, new(new(resource)),
            ResourceManagerJson.Default.ThroughputSettings, cancellationToken);
    }

    public async Task MigrateAsync(ThroughputTarget target, ThroughputMode mode, CancellationToken cancellationToken)
    {
        AccountPlace place = await FindAsync(target, cancellationToken);
        string operation = mode == ThroughputMode.Autoscale ? "migrateToAutoscale" : "migrateToManualThroughput";
        await session.Manager.PostAsync($"{Address(place, target)}/{operation}", ApiVersions.Cosmos, cancellationToken);
    }

    // The answer about throughput decides. The account itself may not tell: this version of the interface does not show the capacityMode.
    public async Task<bool?> IsServerlessAsync(ThroughputTarget target, CancellationToken cancellationToken) =>
        _saidServerless || (await FindAsync(target, cancellationToken)).IsServerless;

    private async Task<AccountPlace> FindAsync(ThroughputTarget target, CancellationToken cancellationToken) =>
        _place is { } known && known.Name.Equals(target.Account.AccountName, StringComparison.OrdinalIgnoreCase) ? known
            : _place = await session.Locator.FindCosmosAsync(target.Account, cancellationToken);

    private static string Address(AccountPlace place, ThroughputTarget target) =>
        $"{place.Id}/sqlDatabases/{target.DatabaseName}" + (target.ContainerName is { } container ? $"/containers/{container}" : "") +
            "/throughputSettings/default";

    private static CosmosThroughput Read(AccountPlace place, ThroughputTarget target, ThroughputResource resource) => new()
    {
        AccountName = place.Name,
        DatabaseName = target.DatabaseName,
        ContainerName = target.ContainerName,
        Mode = resource.AutoscaleSettings is null ? ThroughputMode.Manual : ThroughputMode.Autoscale,
        Throughput = resource.Throughput ?? (resource.AutoscaleSettings?.MaxThroughput ?? 0) / 10,
        AutoscaleMaxThroughput = resource.AutoscaleSettings?.MaxThroughput,
        MinimumThroughput = Number(resource.MinimumThroughput),
        InstantMaximumThroughput = Number(resource.InstantMaximumThroughput),
        IsPending = string.Equals(resource.OfferReplacePending, "true", StringComparison.OrdinalIgnoreCase),
        SubscriptionId = place.SubscriptionId,
        ResourceGroup = place.ResourceGroup,
        AccountEndpoint = place.Endpoint,
    };

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
