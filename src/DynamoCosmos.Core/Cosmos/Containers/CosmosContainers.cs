using System.Text.Json.Nodes;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Cosmos.Throughput;
using DynamoCosmos.Model;

namespace DynamoCosmos.Cosmos.Containers;

/// <summary>
/// Makes the container of a migration and brings it into its final state afterwards. Each is a plan first, found out by reading only; a
/// container that already is as wanted needs nothing.
/// </summary>
public sealed class CosmosContainers
{
    private readonly CosmosSettings _settings;
    private readonly AccountReference _account;
    private readonly CloudConnections _clouds;
    private readonly CosmosClients _clients;
    private readonly IContainerAdmin _admin;

    /// <summary>
    /// With the account's key where one is given, else through the resource manager, since data roles cannot make containers.
    /// </summary>
    /// <param name="account">Its subscription and resource group are looked up unless they are given.</param>
    public CosmosContainers(CosmosSettings settings, AccountReference account, CloudConnections clouds)
    {
        (_settings, _account, _clouds) = (settings, account, clouds);
        _clients = clouds.Cosmos.Get(settings);
        _admin = settings.Azure.AccountKey is null ? new ResourceManagerContainerAdmin(clouds.Control(settings.Azure), account)
            : new DataPlaneContainerAdmin(settings, _clients);
    }

    /// <summary>How far the index is, 0 to 100, while a completion waits for it; null before and where the service does not say.</summary>
    public int? IndexProgress { get; private set; }

    /// <summary>A completion did not wait for the index because nobody told how far it is.</summary>
    public bool IsIndexUnseen { get; private set; }

    /// <summary>The names of the account's databases.</summary>
    public Task<IReadOnlyList<string>> ListDatabasesAsync(CancellationToken cancellationToken) =>
        _admin.ListDatabasesAsync(cancellationToken);

    /// <summary>The names of a database's containers.</summary>
    public Task<IReadOnlyList<string>> ListContainersAsync(string database, CancellationToken cancellationToken) =>
        _admin.ListContainersAsync(database, cancellationToken);

    /// <summary>Finds out what the container needs to be as wanted.</summary>
    /// <exception cref="MigrationException">It is there with another partition key; or the request contradicts itself.</exception>
    public async Task<AccessPlan<CosmosTarget>> PlanAsync(ContainerRequest request, IRunMessages messages,
        CancellationToken cancellationToken)
    {
        ContainerPlanning planning = new(_settings, _admin, request);
        await planning.ReadAsync(cancellationToken).ConfigureAwait(false);
        await WarnOfThroughputAsync(planning, messages, cancellationToken).ConfigureAwait(false);
        if (planning.DescribeLostPolicy() is string lost) await messages.WarningAsync(lost, cancellationToken).ConfigureAwait(false);
        await WarnOfLoadAsync(planning, messages, cancellationToken).ConfigureAwait(false);
        AccessPlan<CosmosTarget> plan = planning.Plan();
        if (planning.IsThere || planning.Throughput is not null) return plan;
        // What the service gives a container that is made without a throughput depends on its account and database.
        return plan with
        {
            Apply = async stop => await SeeThroughputAsync(await plan.Apply(stop).ConfigureAwait(false), stop)
            .ConfigureAwait(false)
        };
    }

    /// <summary>Finds out what is left to do after the load: indexing policy, then throughput.</summary>
    /// <param name="wait">Wait until the index is whole before the throughput changes: a lower one would slow it down.</param>
    public async Task<AccessPlan<CosmosTarget>> PlanCompletionAsync(CompletionRequest request, bool wait, IRunMessages messages,
        CancellationToken cancellationToken)
    {
        ContainerReference reference = new(_settings, request.Target.DatabaseName, request.Target.ContainerName);
        JsonObject container =
            await _admin.FindContainerAsync(reference.DatabaseName, reference.ContainerName!, cancellationToken).ConfigureAwait(false)
            ?? throw CosmosErrors.ContainerNotFound(reference, null);
        JsonObject? policy = request.WantedPolicy(container);
        if (request.TakesServiceDefault(container))
        {
            await messages.WarningAsync(
                $"Nothing tells which indexing policy {reference} is to have, so it gets the service's default, which indexes " +
                    "everything. " +
                $"Give another as {Setting.IndexingPolicy}, or pipe what {Remedy.CreateContainer} gave: it remembers the policy.",
                    cancellationToken).ConfigureAwait(false);
        }
        AccessPlan<CosmosThroughput>? throughput =
            request.Throughput is null ? null : await PlanThroughputAsync(request, cancellationToken).ConfigureAwait(false);
        List<string> steps = [];
        if (policy is not null) steps.Add("put the indexing policy in place");
        if (throughput?.Action is { } change) steps.Add("throughput: " + char.ToLowerInvariant(change[0]) + change[1..]);
        CosmosTarget current = request.Target with
        {
            PartitionKeyPath = ContainerShape.Paths(container),
            DefaultTimeToLive = (int?)container["defaultTtl"],
            IndexingDeferred = false,
            IndexingPolicy = (policy ?? container["indexingPolicy"])?.ToJsonString(),
            SubscriptionId = _admin.Place?.SubscriptionId ?? request.Target.SubscriptionId,
            ResourceGroup = _admin.Place?.ResourceGroup ?? request.Target.ResourceGroup,
        };
        current = throughput?.Current is { } there
            ? With(current, there) : await SeeThroughputAsync(current, cancellationToken).ConfigureAwait(false);
        return new(reference.ToString(), steps.Count == 0 ? null : Capital(string.Join("; ", steps)), current, async stop =>
        {
            if (policy is not null)
            {
                container["indexingPolicy"] = policy.DeepClone();
                await _admin.ReplaceContainerAsync(reference.DatabaseName, container, stop).ConfigureAwait(false);
                if (wait) await AwaitIndexAsync(reference, stop).ConfigureAwait(false);
            }
            return throughput is { IsChange: true } ? With(current, await throughput.Apply(stop).ConfigureAwait(false)) : current;
        });
    }

    private Task<AccessPlan<CosmosThroughput>> PlanThroughputAsync(CompletionRequest request, CancellationToken cancellationToken) =>
        new ThroughputControl(_settings.Azure, _clouds)
        .PlanAsync(Throughput(request.Target.DatabaseName, request.Target.ContainerName), request.Throughput!, cancellationToken);

    private ThroughputTarget Throughput(string database, string container) =>
        new(_admin.Place ?? _account, database, container, _settings.Endpoint);

    private async Task AwaitIndexAsync(ContainerReference reference, CancellationToken cancellationToken)
    {
        IndexTransformation index = new(_clients, new(_settings.RetryTimeout, TimeProvider.System), reference);
        TimeSpan pause = TimeSpan.FromMilliseconds(500);
        // Right after the change, the progress may still be the former policy's: a first 100 is looked at again.
        for (bool isFirst = true; ; isFirst = false)
        {
            IndexProgress = await index.ReadAsync(cancellationToken).ConfigureAwait(false);
            IsIndexUnseen = IndexProgress is null;
            if (IndexProgress is null || (IndexProgress >= 100 && !isFirst)) return;
            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            if (pause < TimeSpan.FromSeconds(15)) pause *= 1.5;
        }
    }

    // A container that is there keeps its throughput: raising it costs money, lowering it may have a reason to wait.
    private async Task WarnOfThroughputAsync(ContainerPlanning planning, IRunMessages messages, CancellationToken cancellationToken)
    {
        if (!planning.IsThere) return;
        if (planning.Throughput is not { } wanted)
        {
            (planning.Current, planning.IsThroughputUnseen) = await FindThroughputAsync(planning.Request.DatabaseName,
                planning.Request.ContainerName, cancellationToken).ConfigureAwait(false);
            return;
        }
        ThroughputControl control = new(_settings.Azure, _clouds);
        CosmosThroughput current = await control.ReadAsync(Throughput(planning.Request.DatabaseName, planning.Request.ContainerName),
            cancellationToken).ConfigureAwait(false);
        planning.Current = current;
        if (current.Mode == wanted.Mode && (current.AutoscaleMaxThroughput ?? current.Throughput) == wanted.Value) return;
        await messages.WarningAsync(
            $"The container {planning.Reference} is there already and keeps its throughput ({ContainerShape.Describe(current)}). " +
                $"{Remedy.SetThroughput} changes it.", cancellationToken).ConfigureAwait(false);
    }

    private async Task WarnOfLoadAsync(ContainerPlanning planning, IRunMessages messages, CancellationToken cancellationToken)
    {
        if (planning.Load is not { } load) return;
        // What a container that is there indexes, its users may need now.
        if (!planning.IsThere && load.OfIndexing is string indexing) await messages.WarningAsync(indexing, cancellationToken)
            .ConfigureAwait(false);
        int? throughput = planning.IsThere
            ? planning.Current?.Setting
            : planning.Throughput?.Value;
        if (throughput is int value && load.OfThroughput(value) is string slow) await messages.WarningAsync(slow, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <returns>Null where it has none of its own (serverless, or its database's), and where this sign-in may not see it.</returns>
    private async Task<(CosmosThroughput? Found, bool IsUnseen)> FindThroughputAsync(string database, string container,
        CancellationToken cancellationToken)
    {
        try
        {
            ThroughputControl control = new(_settings.Azure, _clouds);
            return (await control.ReadAsync(Throughput(database, container), cancellationToken).ConfigureAwait(false), false);
        }
        catch (MigrationException none)
        {
            return (null, none.ErrorId is not (FailureCode.ThroughputServerless or FailureCode.ThroughputNotDedicated));
        }
    }

    private async Task<CosmosTarget> SeeThroughputAsync(CosmosTarget target, CancellationToken cancellationToken)
    {
        (CosmosThroughput? found, bool isUnseen) =
            await FindThroughputAsync(target.DatabaseName, target.ContainerName, cancellationToken).ConfigureAwait(false);
        return found is null
            ? target with { Throughput = null, AutoscaleMaxThroughput = null, IsThroughputUnseen = isUnseen } : With(target, found);
    }

    private static CosmosTarget With(CosmosTarget target, CosmosThroughput throughput) => target with
    {
        Throughput = throughput.AutoscaleMaxThroughput is null ? throughput.Throughput : null,
        AutoscaleMaxThroughput = throughput.AutoscaleMaxThroughput,
        IsThroughputUnseen = false,
    };

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
