using Azure;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Model;

namespace DynamoCosmos.Cosmos.Throughput;

/// <summary>
/// Reads and changes throughput. A change is refused here where the service would refuse it, with the numbers that explain why.
/// </summary>
public sealed class ThroughputControl
{
    private static readonly TimeSpan s_pollPending = TimeSpan.FromSeconds(2);

    private readonly AzureSettings _settings;
    private readonly IThroughputStore _store;
    private readonly TimeProvider _time;

    /// <summary>By the account's key where one is given, else through the resource manager.</summary>
    public ThroughputControl(AzureSettings settings, CloudConnections clouds)
        : this(settings, StoreOf(settings, clouds), TimeProvider.System)
    {
    }

    internal ThroughputControl(AzureSettings settings, IThroughputStore store, TimeProvider time) =>
        (_settings, _store, _time) = (settings, store, time);

    /// <summary>What a change that is under way has come to, for progress.</summary>
    public CosmosThroughput? Pending { get; private set; }

    public Task<CosmosThroughput> ReadAsync(ThroughputTarget target, CancellationToken cancellationToken) =>
        AccessErrors.GuardAsync(_settings, () => RequireAsync(target, cancellationToken));

    /// <summary>Finds out what would have to change. A throughput that already is as wanted needs nothing.</summary>
    public Task<AccessPlan<CosmosThroughput>> PlanAsync(ThroughputTarget target, ThroughputRequest request,
        CancellationToken cancellationToken) => AccessErrors.GuardAsync(_settings, async () =>
    {
        if (request is { Mode: { } asked, Value: { } given }) CheckSteps(asked, given);
        CosmosThroughput current = await RequireAsync(target, cancellationToken);
        if (current.IsPending) current = await AwaitPendingAsync(target, cancellationToken);
        ThroughputMode mode = request.Mode ?? current.Mode;
        if (request is { Mode: null, Value: { } inForce }) CheckSteps(mode, inForce);
        bool changesMode = current.Mode != mode, changesValue = request.Value is { } wanted && wanted != current.Setting;
        // The minimum that was read is of the present mode; after a change of mode the new one is read and held against.
        if (!changesMode && request.Value is { } least && current.MinimumThroughput is { } minimum
            && least < minimum) throw ThroughputErrors.BelowMinimum(Name(target), mode, least, minimum);
        string? change = changesMode || changesValue
            ? $"Change from {Describe(current.Mode, current.Setting)} to {Describe(mode, request.Value)}" : null;
        return new AccessPlan<CosmosThroughput>(Name(target), change, current, stop =>
            AccessErrors.GuardAsync(_settings, () => ApplyAsync(target, new(mode, request.Value), stop)));
    });

    private static IThroughputStore StoreOf(AzureSettings settings, CloudConnections clouds) => settings.AccountKey is null
        ? new ResourceManagerThroughput(clouds.Control(settings))
        : new AccountKeyThroughput(settings, clouds.Cosmos);

    private async Task<CosmosThroughput> ApplyAsync(ThroughputTarget target, ThroughputRequest request, CancellationToken cancellationToken)
    {
        CosmosThroughput current = await RequireAsync(target, cancellationToken);
        try
        {
            if (request.Mode is { } mode && current.Mode != mode)
            {
                await _store.MigrateAsync(target, mode, cancellationToken);
                current = await AwaitPendingAsync(target, cancellationToken);
            }
            if (request.Value is not { } value || value == current.Setting) return current;
            if (current.MinimumThroughput is { } minimum
                && value < minimum) throw ThroughputErrors.BelowMinimum(Name(target), current.Mode, value, minimum);
            await _store.ReplaceAsync(target, request with { Mode = current.Mode }, cancellationToken);
        }
        catch (RequestFailedException refused) when (refused.Status == 429)
        {
            throw ThroughputErrors.TooManyChanges(Name(target), refused);
        }
        return await AwaitPendingAsync(target, cancellationToken);
    }

    // Beyond 10,000 RU/s for each partition the service splits partitions first, which takes minutes to hours.
    private async Task<CosmosThroughput> AwaitPendingAsync(ThroughputTarget target, CancellationToken cancellationToken)
    {
        TimeSpan pause = s_pollPending;
        while (true)
        {
            CosmosThroughput current = await RequireAsync(target, cancellationToken);
            Pending = current.IsPending ? current : null;
            if (!current.IsPending) return current;
            await Task.Delay(pause, _time, cancellationToken);
            if (pause < TimeSpan.FromSeconds(30)) pause *= 1.5;
        }
    }

    private async Task<CosmosThroughput> RequireAsync(ThroughputTarget target, CancellationToken cancellationToken)
    {
        // A name that cannot be one would lead to another resource's address.
        _ = Reference(target);
        if (await _store.ReadAsync(target, cancellationToken) is { } found) return found;
        throw await _store.IsServerlessAsync(target, cancellationToken) == true
            ? ThroughputErrors.Serverless(target.Account.AccountName)
            : ThroughputErrors.NoOwnThroughput(Name(target), target.ContainerName is not null);
    }

    // Manual: steps of 100 from 400. Autoscale: the maximum in steps of 1,000 from 1,000.
    // https://learn.microsoft.com/azure/cosmos-db/concepts-limits#provisioned-throughput
    internal static void CheckSteps(ThroughputMode mode, int value)
    {
        (int step, int least) = mode == ThroughputMode.Manual ? (100, 400) : (1000, 1000);
        if (value < least) throw ThroughputErrors.BelowFloor(mode, value, least);
        if (value % step != 0) throw ThroughputErrors.NotAMultiple(mode, value, step);
    }

    private string Name(ThroughputTarget target) => Reference(target).ToString();

    /// <exception cref="MigrationException">CosmosNameInvalid, CosmosAccountNameInvalid, CosmosEndpointInvalid.</exception>
    private ContainerReference Reference(ThroughputTarget target) => new(
        CosmosSettings.Create(target.Account.AccountName, target.AccountEndpoint, _settings), target.DatabaseName, target.ContainerName);

    private static string Describe(ThroughputMode mode, int? value) =>
        (mode == ThroughputMode.Manual ? "manual" : "autoscale up to") + (value is null ? "" : $" {value} RU/s");
}
