using System.Net;
using System.Text.Json.Nodes;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Model;
using Microsoft.Azure.Cosmos;
using Newtonsoft.Json;
using ThroughputProperties = Microsoft.Azure.Cosmos.ThroughputProperties;

namespace DynamoCosmos.Cosmos.Containers;

/// <summary>Databases and containers by the account's key.</summary>
internal sealed class DataPlaneContainerAdmin(CosmosSettings settings, CosmosClients clients) : IContainerAdmin
{
    private readonly CosmosCalls _calls = new(settings.RetryTimeout, TimeProvider.System);

    public AccountReference? Place => null;

    public Task<IReadOnlyList<string>> ListDatabasesAsync(CancellationToken cancellationToken) =>
        RunAsync(new(settings, ""), "list the databases", () =>
        NamesAsync(clients.Reads.GetDatabaseQueryIterator<DatabaseProperties>(), static database => database.Id, cancellationToken),
            cancellationToken);

    public Task<IReadOnlyList<string>> ListContainersAsync(string database, CancellationToken cancellationToken) =>
        RunAsync(new(settings, database), "list the containers", () =>
        NamesAsync(clients.Reads.GetDatabase(database).GetContainerQueryIterator<ContainerProperties>(), static container => container.Id,
            cancellationToken), cancellationToken);

    public Task<bool> HasDatabaseAsync(string database, CancellationToken cancellationToken) =>
        RunAsync(new(settings, database), "read the database", async () =>
    {
        using ResponseMessage response = await clients.Reads.GetDatabase(database).ReadStreamAsync(null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound) return false;
        response.EnsureSuccessStatusCode();
        return true;
    }, cancellationToken);

    public Task<JsonObject?> FindContainerAsync(string database, string container, CancellationToken cancellationToken) =>
        RunAsync(new(settings, database, container), "read the container", async () =>
    {
        using ResponseMessage response =
            await clients.Reads.GetContainer(database, container).ReadContainerStreamAsync(null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        response.EnsureSuccessStatusCode();
        return (JsonObject?)await JsonNode.ParseAsync(response.Content, cancellationToken: cancellationToken);
    }, cancellationToken);

    public Task CreateDatabaseAsync(string database, CancellationToken cancellationToken) =>
        RunAsync(new(settings, database), "create a database", async () =>
    {
        // Somebody else may have made it in between, which is as good.
        await clients.Reads.CreateDatabaseIfNotExistsAsync(database, (int?)null, null, cancellationToken);
        return true;
    }, cancellationToken);

    public Task CreateContainerAsync(string database, JsonObject container, ThroughputRequest? throughput,
        CancellationToken cancellationToken)
    {
        ThroughputProperties? properties = throughput switch
        {
            null => null,
            { Mode: ThroughputMode.Autoscale } => ThroughputProperties.CreateAutoscaleThroughput(throughput.Value!.Value),
            _ => ThroughputProperties.CreateManualThroughput(throughput.Value!.Value),
        };
        int tries = 0;
        return RunAsync(Reference(database, container), "create a container", async () =>
        {
            tries++;
            try
            {
                await clients.Reads.GetDatabase(database).CreateContainerAsync(Read(container), properties, null, cancellationToken);
            }
            catch (CosmosException conflict) when (conflict.StatusCode == HttpStatusCode.Conflict && tries > 1)
            {
                // The try before was carried out, though its answer was a failure.
            }
            return true;
        }, cancellationToken);
    }

    public Task ReplaceContainerAsync(string database, JsonObject container, CancellationToken cancellationToken) =>
        RunAsync(Reference(database, container), "change the container", async () =>
    {
        ContainerProperties properties = Read(container);
        await clients.Reads.GetContainer(database, properties.Id).ReplaceContainerAsync(properties, null, cancellationToken);
        return true;
    }, cancellationToken);

    private static async Task<IReadOnlyList<string>> NamesAsync<T>(FeedIterator<T> pages, Func<T, string> name,
        CancellationToken cancellationToken)
    {
        using (pages)
        {
            List<string> names = [];
            while (pages.HasMoreResults) names.AddRange((await pages.ReadNextAsync(cancellationToken)).Select(name));
            return names;
        }
    }

    // The SDK's own type by the SDK's own serializer, so that what it does not know by name is kept.
    private static ContainerProperties Read(JsonObject container) =>
        JsonConvert.DeserializeObject<ContainerProperties>(container.ToJsonString())!;

    private ContainerReference Reference(string database, JsonObject container) => new(settings, database, (string?)container["id"]);

    private async Task<T> RunAsync<T>(ContainerReference target, string doing, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await _calls.TryAsync(_ => work(), cancellationToken);
        }
        catch (Exception failure) when (CosmosFailure.IsKnown(failure, cancellationToken))
        {
            throw CosmosFailure.IsStatus(failure, 400) && !AccessErrors.IsServerless(400, CosmosFailure.Reason(failure) ?? "")
                ? CosmosErrors.ContainerRefused(target, CosmosFailure.Reason(failure), failure)
                : CosmosFailure.Translate(failure, target, doing);
        }
    }
}
