using System.Net;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Basics;
using DynamoCosmos.Model;
using Microsoft.Azure.Cosmos;
using RequestFailedException = Azure.RequestFailedException;
using ThroughputProperties = Microsoft.Azure.Cosmos.ThroughputProperties;

namespace DynamoCosmos.Cosmos.Throughput;

/// <summary>
/// Throughput by the account's key, for emulators and accounts that are reached by nothing else. It can set values, but not change between
/// manual and autoscale: only the resource manager can.
/// </summary>
internal sealed class AccountKeyThroughput(AzureSettings settings, CosmosConnections accounts) : IThroughputStore
{
    private readonly CosmosCalls _calls = new(CosmosSettings.DefaultRetryTimeout, TimeProvider.System);
    private bool _saidServerless;

    public async Task<CosmosThroughput?> ReadAsync(ThroughputTarget target, CancellationToken cancellationToken)
    {
        try
        {
            Database database = Client(target).GetDatabase(target.DatabaseName);
            ThroughputResponse response = await _calls.TryAsync(stop => target.ContainerName is { } container
                ? database.GetContainer(container).ReadThroughputAsync(new RequestOptions(), stop)
                : database.ReadThroughputAsync(new RequestOptions(), stop), cancellationToken);
            return Read(target, response);
        }
        catch (CosmosException missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            await CheckThereAsync(target, cancellationToken);
            return null;
        }
        catch (CosmosException refused) when (AccessErrors.IsServerless((int)refused.StatusCode, refused.ResponseBody ?? refused.Message))
        {
            _saidServerless = true;
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
            await _calls.TryAsync(stop => target.ContainerName is { } container
                ? database.GetContainer(container).ReplaceThroughputAsync(properties, null, stop)
                : database.ReplaceThroughputAsync(properties, null, stop), cancellationToken);
        }
        catch (CosmosException refused)
        {
            throw Translate(refused);
        }
    }

    public Task MigrateAsync(ThroughputTarget target, ThroughputMode mode, CancellationToken cancellationToken) =>
        throw ThroughputErrors.ModeNeedsResourceManager(target.ContainerName ?? target.DatabaseName, mode);

    public Task<bool?> IsServerlessAsync(ThroughputTarget target, CancellationToken cancellationToken) =>
        Task.FromResult<bool?>(_saidServerless ? true : null);

    private CosmosClient Client(ThroughputTarget target) =>
        accounts.Get(CosmosSettings.Create(target.Account.AccountName, target.AccountEndpoint, settings,
            CosmosConnectionMode.Gateway)).Reads;

    private async Task CheckThereAsync(ThroughputTarget target, CancellationToken cancellationToken)
    {
        Database database = Client(target).GetDatabase(target.DatabaseName);
        if (!await IsThereAsync(stop => database.ReadStreamAsync(null, stop), cancellationToken)) throw AccessErrors.DatabaseNotFound(
            target.Account.AccountName, target.DatabaseName);
        if (target.ContainerName is not { } container) return;
        if (!await IsThereAsync(stop => database.GetContainer(container).ReadContainerStreamAsync(null, stop),
            cancellationToken)) throw AccessErrors.ContainerNotFound(target.Account.AccountName, target.DatabaseName, container);
    }

    private Task<bool> IsThereAsync(Func<CancellationToken, Task<ResponseMessage>> read, CancellationToken cancellationToken) =>
        _calls.TryAsync(async stop =>
    {
        using ResponseMessage answer = await read(stop);
        if (answer.StatusCode == HttpStatusCode.NotFound) return false;
        answer.EnsureSuccessStatusCode();
        return true;
    }, cancellationToken);

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
        new((int)refused.StatusCode, refused.ResponseBody is { Length: > 0 } body
            ? body : refused.Message, refused.StatusCode.ToString(), refused);
}
