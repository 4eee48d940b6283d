using System.Text.Json.Nodes;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Model;

namespace DynamoCosmos.Cosmos.Containers;

/// <summary>Databases and containers through Azure's resource manager: data roles cannot make them.</summary>
internal sealed class ResourceManagerContainerAdmin(AccessSession session, AccountReference account) : IContainerAdmin
{
    private static readonly string[] s_readOnly = ["_rid", "_ts", "_etag", "_self", "_docs", "_sprocs", "_triggers", "_udfs", "_conflicts",
        "statistics"];

    private AccountPlace? _place;

    public AccountReference? Place => _place is { } place ? new(place.Name, place.SubscriptionId, place.ResourceGroup) : null;

    public Task<IReadOnlyList<string>> ListDatabasesAsync(CancellationToken cancellationToken) => ListAsync(null, cancellationToken);

    public Task<IReadOnlyList<string>> ListContainersAsync(string database, CancellationToken cancellationToken) =>
        ListAsync(database, cancellationToken);

    public Task<bool> HasDatabaseAsync(string database, CancellationToken cancellationToken) => session.RunAsync(async () =>
        await session.Manager.FindAsync(await AddressAsync(database, null, cancellationToken), ApiVersions.Cosmos,
            ResourceManagerJson.Default.SqlResource, cancellationToken) is not null);

    public Task<JsonObject?> FindContainerAsync(string database, string container, CancellationToken cancellationToken) =>
        session.RunAsync(async () =>
    {
        SqlResource? found = await session.Manager.FindAsync(await AddressAsync(database, container, cancellationToken), ApiVersions.Cosmos,
            ResourceManagerJson.Default.SqlResource, cancellationToken);
        return found?.Properties.Resource;
    });

    public Task CreateDatabaseAsync(string database, CancellationToken cancellationToken) =>
        PutAsync(database, null, new() { ["id"] = database }, new(), cancellationToken);

    public Task CreateContainerAsync(string database, JsonObject container, ThroughputRequest? throughput,
        CancellationToken cancellationToken) =>
        PutAsync(database, container, container, throughput switch
        {
            null => new(),
            { Mode: ThroughputMode.Autoscale } => new(AutoscaleSettings: new(throughput.Value!.Value)),
            _ => new(throughput.Value),
        }, cancellationToken);

    public Task ReplaceContainerAsync(string database, JsonObject container, CancellationToken cancellationToken) =>
        PutAsync(database, container, container, new(), cancellationToken);

    private Task PutAsync(string database, JsonObject? container, JsonObject resource, SqlOptions options,
        CancellationToken cancellationToken) => session.RunAsync(async () =>
    {
        JsonObject body = (JsonObject)resource.DeepClone();
        foreach (string name in s_readOnly) body.Remove(name);
        string address = await AddressAsync(database, (string?)container?["id"], cancellationToken);
        await session.Manager.PutAsync(address, ApiVersions.Cosmos, new(new(body, options)), ResourceManagerJson.Default.SqlResource,
            cancellationToken);
        return true;
    });

    private Task<IReadOnlyList<string>> ListAsync(string? database, CancellationToken cancellationToken) =>
        session.RunAsync<IReadOnlyList<string>>(async () =>
    {
        string address = database is null
            ? $"{(await PlaceAsync(cancellationToken)).Id}/sqlDatabases"
            : await AddressAsync(database, null, cancellationToken) + "/containers";
        List<string> names = [];
        await foreach (
            SqlResource found in session.Manager.ListAsync(address, ApiVersions.Cosmos, ResourceManagerJson.Default.SqlResourcePage,
            cancellationToken))
            names.Add((string)found.Properties.Resource["id"]!);
        return names;
    });

    private async Task<string> AddressAsync(string database, string? container, CancellationToken cancellationToken) =>
        $"{(await PlaceAsync(cancellationToken)).Id}/sqlDatabases/{database}" + (container is null ? "" : $"/containers/{container}");

    private async Task<AccountPlace> PlaceAsync(CancellationToken cancellationToken) =>
        _place ??= await session.Locator.FindCosmosAsync(account, cancellationToken);
}
