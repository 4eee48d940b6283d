using System.Net;
using DynamoCosmos.Azure;
using Microsoft.Azure.Cosmos;
using RequestFailedException = Azure.RequestFailedException;
using ThroughputProperties = Microsoft.Azure.Cosmos.ThroughputProperties;

namespace DynamoCosmos.Cosmos;

/// <summary>
/// Throughput by the account's key, for emulators and accounts that are reached by nothing else. It can set values, but not change between manual
/// and autoscale: only the resource manager can.
/// </summary>
internal sealed class AccountKeyThroughput(AzureSettings settings) : IThroughputStore
{
    private CosmosClients? _clients;

    public async Task<CosmosThroughput?> ReadAsync(ThroughputTarget target, CancellationToken cancellationToken)
    {
        try
        {
            Database database = Client(target).GetDatabase(target.DatabaseName);
            ThroughputResponse response = target.ContainerName is { } container
                ? await database.GetContainer(container).ReadThroughputAsync(new RequestOptions(), cancellationToken)
                : await database.ReadThroughputAsync(new RequestOptions(), cancellationToken);
            return Read(target, response);
        }
        catch (CosmosException missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            await CheckThereAsync(target, cancellationToken);
            return null;
        }
        catch (CosmosException refused)
        {
            throw Translate(refused);
        }
    }

    public async Task ReplaceAsync(ThroughputTarget target, ThroughputRequest request, CancellationToken cancellationToken)
    {
        ThroughputProperties properties = request.Mode == ThroughputMode.Autoscale
            ? ThroughputProperties.CreateAutoscaleThroughput(request.Value!.Value)
            : ThroughputProperties.CreateManualThroughput(request.Value!.Value);
        try
        {
            Database database = Client(target).GetDatabase(target.DatabaseName);
            if (target.ContainerName is { } container) await database.GetContainer(container).ReplaceThroughputAsync(properties, null, cancellationToken);
            else await database.ReplaceThroughputAsync(properties, null, cancellationToken);
        }
        catch (CosmosException refused)
        {
            throw Translate(refused);
        }
    }

    public Task MigrateAsync(ThroughputTarget target, ThroughputMode mode, CancellationToken cancellationToken) =>
        throw ThroughputErrors.ModeNeedsResourceManager(target.ContainerName ?? target.DatabaseName, mode);

    public Task<bool?> IsServerlessAsync(ThroughputTarget target, CancellationToken cancellationToken) => Task.FromResult<bool?>(null);

    public ValueTask DisposeAsync()
    {
        _clients?.Dispose();
        return ValueTask.CompletedTask;
    }

    private CosmosClient Client(ThroughputTarget target) =>
        (_clients ??= new(CosmosSettings.Create(target.Account.AccountName, target.AccountEndpoint, settings, CosmosConnectionMode.Gateway))).Reads;

    private async Task CheckThereAsync(ThroughputTarget target, CancellationToken cancellationToken)
    {
        Database database = Client(target).GetDatabase(target.DatabaseName);
        using ResponseMessage found = await database.ReadStreamAsync(null, cancellationToken);
        if (found.StatusCode == HttpStatusCode.NotFound) throw AccessErrors.DatabaseNotFound(target.Account.AccountName, target.DatabaseName);
        if (target.ContainerName is not { } container) return;
        using ResponseMessage inner = await database.GetContainer(container).ReadContainerStreamAsync(null, cancellationToken);
        if (inner.StatusCode == HttpStatusCode.NotFound) throw AccessErrors.ContainerNotFound(target.Account.AccountName, target.DatabaseName, container);
    }

    private static CosmosThroughput Read(ThroughputTarget target, ThroughputResponse response)
    {
        int? maximum = response.Resource.AutoscaleMaxThroughput;
        return new()
        {
            AccountName = target.Account.AccountName,
            DatabaseName = target.DatabaseName,
            ContainerName = target.ContainerName,
            Mode = maximum is null ? ThroughputMode.Manual : ThroughputMode.Autoscale,
            Throughput = response.Resource.Throughput ?? (maximum ?? 0) / 10,
            AutoscaleMaxThroughput = maximum,
            MinimumThroughput = response.MinThroughput,
            IsPending = response.IsReplacePending == true,
            SubscriptionId = target.Account.SubscriptionId,
            ResourceGroup = target.Account.ResourceGroup,
            AccountEndpoint = target.AccountEndpoint,
        };
    }

    private static RequestFailedException Translate(CosmosException refused) =>
        new((int)refused.StatusCode, refused.ResponseBody is { Length: > 0 } body ? body : refused.Message, refused.StatusCode.ToString(), refused);
}
