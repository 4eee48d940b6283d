using System.Text.Json.Nodes;
using DynamoCosmos.Basics;
using DynamoCosmos.Model;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Cosmos.Containers;

/// <summary>Holds what is wanted against what is there, and says what there is to do.</summary>
internal sealed class ContainerPlanning
{
    private readonly IContainerAdmin _admin;
    private readonly IReadOnlyList<string> _paths;
    private readonly JsonObject? _givenPolicy;
    private bool _hasDatabase;
    private JsonObject? _there;

    internal ContainerPlanning(CosmosSettings settings, IContainerAdmin admin, ContainerRequest request)
    {
        (_admin, Request) = (admin, request);
        Reference = new(settings, request.DatabaseName, request.ContainerName);
        _paths = request.ResolvePaths();
        _givenPolicy = request.IndexingPolicy is { } json ? IndexPolicy.Parse(json, null) : null;
        Throughput = ContainerShape.Request(request.Throughput, request.AutoscaleMaxThroughput);
    }

    internal ContainerRequest Request { get; }

    internal ContainerReference Reference { get; }

    internal ThroughputRequest? Throughput { get; }

    internal bool IsThere => _there is not null;

    /// <summary>The throughput of a container that is there, where it was read.</summary>
    internal CosmosThroughput? Current { get; set; }

    /// <summary>This sign-in may not see it.</summary>
    internal bool IsThroughputUnseen { get; set; }

    internal async Task ReadAsync(CancellationToken cancellationToken)
    {
        _hasDatabase = await _admin.HasDatabaseAsync(Request.DatabaseName, cancellationToken).ConfigureAwait(false);
        _there = _hasDatabase
            ? await _admin.FindContainerAsync(Request.DatabaseName, Request.ContainerName, cancellationToken).ConfigureAwait(false) : null;
        if (_there is null) return;
        IReadOnlyList<string> there = ContainerShape.Paths(_there);
        if (!there.SequenceEqual(_paths)) throw TargetErrors.PartitionKeyDiffers(Reference.ToString(), there, _paths);
    }

    /// <summary>Of the load that is to come; null where its size is not known.</summary>
    internal LoadWarnings? Load => Request.ItemCount is not long items ? null : new(
        Reference.ToString(), items, Request.SizeBytes ?? 0,
        !IndexPolicy.IsSame(LoadPolicy ?? _there?["indexingPolicy"] as JsonObject ?? [], IndexPolicy.Parse(IndexPolicy.Deferred, null)));

    /// <summary>
    /// What a user of the container should know before its indexing policy is replaced; null where it stays, or is one that indexes
    /// nothing.
    /// </summary>
    internal string? DescribeLostPolicy()
    {
        if (LoadPolicy is not { } policy || _there?["indexingPolicy"] is not JsonObject former) return null;
        if (IndexPolicy.IsSame(policy, former) || IndexPolicy.IsSame(former, IndexPolicy.Parse(IndexPolicy.Deferred, null))) return null;
        string what = !Request.DeferIndexing ? $"The container {Reference} is there already, and its indexing policy is replaced."
            : $"The container {Reference} is there already, and {Setting.DeferIndexing} takes its index away: until {Remedy.Complete} " +
                "every query reads all of its documents."
                + (_givenPolicy is null ? $" The object that this command gives keeps the former policy; {Remedy.Complete} puts it back " +
                    "if that object is piped to it." : "");
        return $"{what} The former policy, to be kept: {former.ToJsonString()}";
    }

    internal AccessPlan<CosmosTarget> Plan() => _there is { } there ? PlanChange(there) : PlanCreation();

    private bool WantsTimeToLive => Request.TtlAttribute is not null;

    /// <summary>The policy for the time of the load: null leaves it to the service, or to what is there.</summary>
    private JsonObject? LoadPolicy => Request.DeferIndexing ? IndexPolicy.Parse(IndexPolicy.Deferred, null) : _givenPolicy;

    private AccessPlan<CosmosTarget> PlanCreation()
    {
        JsonObject container = ContainerShape.Make(Request.ContainerName, _paths, WantsTimeToLive, LoadPolicy);
        string action = (_hasDatabase ? "Create the container" : "Create the database and the container")
            + $", partitioned by {string.Join(", ", _paths)}, with {ContainerShape.Describe(Throughput)}"
            + (WantsTimeToLive ? ", DefaultTimeToLive -1" : "") + (Request.DeferIndexing ? ", indexing deferred" : "") + ForItems();
        return new(Reference.ToString(), action, null, async stop =>
        {
            if (!_hasDatabase) await _admin.CreateDatabaseAsync(Request.DatabaseName, stop).ConfigureAwait(false);
            await _admin.CreateContainerAsync(Request.DatabaseName, container, Throughput, stop).ConfigureAwait(false);
            return Target(container, Request.DeferIndexing);
        });
    }

    private AccessPlan<CosmosTarget> PlanChange(JsonObject there)
    {
        JsonObject changed = (JsonObject)there.DeepClone();
        JsonObject? policyThere = there["indexingPolicy"] as JsonObject;
        List<string> changes = [];
        if (WantsTimeToLive && there["defaultTtl"] is null)
        {
            changed["defaultTtl"] = -1;
            changes.Add("DefaultTimeToLive becomes -1");
        }
        if (LoadPolicy is { } policy && !IndexPolicy.IsSame(policy, policyThere))
        {
            changed["indexingPolicy"] = policy;
            changes.Add(Request.DeferIndexing ? "indexing is deferred" : "the indexing policy is replaced");
        }
        bool isDeferred = IndexPolicy.IsSame(changed["indexingPolicy"] as JsonObject, IndexPolicy.Parse(IndexPolicy.Deferred, null));
        CosmosTarget target = Target(changed, isDeferred, policyThere);
        string? action = changes.Count == 0 ? null : $"Change the container: {string.Join(", ", changes)}{ForItems()}";
        return new(Reference.ToString(), action, target, async stop =>
        {
            if (changes.Count > 0) await _admin.ReplaceContainerAsync(Request.DatabaseName, changed, stop).ConfigureAwait(false);
            return target;
        });
    }

    private string ForItems() => Request.ItemCount is long items ? $", for {ContainerShape.Number(items)} items" : "";

    private CosmosTarget Target(JsonObject container, bool isDeferred, JsonObject? policyThere = null) => new()
    {
        AccountName = Reference.Settings.AccountName,
        AccountEndpoint = Reference.Settings.OtherEndpoint,
        DatabaseName = Request.DatabaseName,
        ContainerName = Request.ContainerName,
        PartitionKeyPath = _paths,
        DefaultTimeToLive = (int?)container["defaultTtl"],
        Throughput = Current is { AutoscaleMaxThroughput: null } ? Current.Throughput : IsThere ? null : Request.Throughput,
        AutoscaleMaxThroughput = Current?.AutoscaleMaxThroughput ?? (IsThere ? null : Request.AutoscaleMaxThroughput),
        IsThroughputUnseen = IsThroughputUnseen,
        IndexingDeferred = isDeferred,
        IndexingPolicy = isDeferred ? FinalPolicy(policyThere) : container["indexingPolicy"]?.ToJsonString(),
        SubscriptionId = _admin.Place?.SubscriptionId,
        ResourceGroup = _admin.Place?.ResourceGroup,
        Export = Request.Export,
        Table = Request.Table,
        PartitionKeyAttribute = Request.PartitionKey,
        SortKeyAttribute = Request.SortKey,
        TtlAttribute = Request.TtlAttribute,
    };

    /// <summary>
    /// What indexing is to be once the load is done: as given, else as it was before it was deferred, else the service's default.
    /// </summary>
    private string FinalPolicy(JsonObject? before)
    {
        if (_givenPolicy is not null) return _givenPolicy.ToJsonString();
        bool wasDeferred = before is null || IndexPolicy.IsSame(before, IndexPolicy.Parse(IndexPolicy.Deferred, null));
        return wasDeferred ? IndexPolicy.ServiceDefault : before!.ToJsonString();
    }
}
