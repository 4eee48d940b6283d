using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;
using DynamoCosmos.Cosmos;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Access;

/// <summary>What a try showed.</summary>
internal enum ProbeOutcome
{
    Granted,
    Missing,

    /// <summary>The database or container is not there to be tried on.</summary>
    NotThere,

    /// <summary>The try itself failed otherwise.</summary>
    Unclear,
}

/// <summary>
/// Tries data actions without changing anything: every write is one that the service must refuse after it has let the caller in. Items of
/// an id that nobody has are read, replaced and deleted (404); created and upserted under another partition key than their own (400). The
/// upsert goes in a batch, as an import's do: which rights a batch needs is not documented, so that only a try shows whether a role is
/// enough.
/// </summary>
internal sealed class DataPermissionProbe : IDisposable
{
    private readonly CosmosClients _clients;
    private readonly CosmosCalls _calls;

    // With clients of its own: one that was once refused the account's metadata does not ask for it again.
    // Through the gateway whatever the import will use: what is tried is the role, not the way.
    internal DataPermissionProbe(string accountName, Uri? endpoint, AzureSettings azure, AzureConnections signIns)
    {
        CosmosSettings settings = CosmosSettings.Create(accountName, endpoint, azure with { AccountKey = null },
            CosmosConnectionMode.Gateway);
        _clients = new(settings, signIns);
        _calls = new(settings.RetryTimeout, TimeProvider.System);
    }

    public void Dispose() => _clients.Dispose();

    internal async Task<(ProbeOutcome Outcome, string? Detail)> TryAsync(string action, string database, string container,
        CancellationToken cancellationToken)
    {
        Container target = _clients.Reads.GetContainer(database, container);
        IReadOnlyList<string> paths;
        try
        {
            paths = (await _calls.TryAsync(stop => target.ReadContainerAsync(null, stop), cancellationToken)).Resource.PartitionKeyPaths;
        }
        catch (CosmosException refused)
        {
            (ProbeOutcome outcome, string? detail) = Judge(refused.StatusCode, refused.ResponseBody);
            return outcome == ProbeOutcome.Missing && action != CosmosDataActions.ReadMetadata
                ? (ProbeOutcome.Unclear, "Cannot be tried without readMetadata.") : (outcome, detail);
        }
        try
        {
            // Each try with an id of its own: one that was carried out leaves nothing behind, so it can be repeated.
            Container batches = _clients.Bulk.GetContainer(database, container);
            return await _calls.TryAsync(stop => action == CosmosDataActions.Items + "upsert"
                ? TryBatchAsync(target, batches, paths, stop)
                : TryAsync(action, target, paths, stop), cancellationToken);
        }
        catch (CosmosException refused)
        {
            return Judge(refused.StatusCode, refused.ResponseBody);
        }
    }

    private async Task<(ProbeOutcome, string?)> TryBatchAsync(
        Container target, Container batches, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        const string Upsert = CosmosDataActions.Items + "upsert";
        using MemoryStream mismatching = Document($"dynamocosmos-probe-{Guid.NewGuid():N}", paths, "other");
        using ResponseMessage response = await batches.UpsertItemStreamAsync(mismatching, Key(paths.Count, "own"), null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.BadRequest) return (ProbeOutcome.Granted, null);
        // A single upsert shows the rest: whether the service was only busy, and whether the role is enough for single upserts.
        (ProbeOutcome Outcome, string? Detail) alone = await TryAsync(Upsert, target, paths, cancellationToken);
        bool isRefused = response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized;
        if (alone.Outcome != ProbeOutcome.Granted || !isRefused) return alone;
        string asked = CosmosFailure.MissingAction(_clients.Gate.Refusal) is { } named ? $" Cosmos DB asked for {named}." : "";
        return (ProbeOutcome.Missing,
            $"The role allows a single upsert, but not one in a batch, which is how an import writes.{asked} " +
            $"{Remedy.GrantAccess} {Setting.Preset} Migration gives what a batch needs.");
    }

    private static async Task<(ProbeOutcome, string?)> TryAsync(string action, Container container, IReadOnlyList<string> paths,
        CancellationToken cancellationToken)
    {
        if (action == CosmosDataActions.ReadMetadata) return (ProbeOutcome.Granted, null);
        string id = $"dynamocosmos-probe-{Guid.NewGuid():N}";
        PartitionKey own = Key(paths.Count, "own");
        ItemRequestOptions never = new() { IfMatchEtag = "\"dynamocosmos-probe\"", EnableContentResponseOnWrite = false };
        using MemoryStream matching = Document(id, paths, "own"), mismatching = Document(id, paths, "other");
        using FeedIterator query =
            container.GetItemQueryStreamIterator("SELECT VALUE 1 FROM c WHERE false", null, new() { PartitionKey = own });
        using FeedIterator changes = container.GetChangeFeedStreamIterator(ChangeFeedStartFrom.Now(), ChangeFeedMode.LatestVersion);
        Task<ResponseMessage>? attempt = action switch
        {
            CosmosDataActions.Items + "read" => container.ReadItemStreamAsync(id, own, null, cancellationToken),
            CosmosDataActions.Items + "delete" => container.DeleteItemStreamAsync(id, own, never, cancellationToken),
            CosmosDataActions.Items + "replace" => container.ReplaceItemStreamAsync(matching, id, own, never, cancellationToken),
            CosmosDataActions.Items + "create" => container.CreateItemStreamAsync(mismatching, own, null, cancellationToken),
            CosmosDataActions.Items + "upsert" => container.UpsertItemStreamAsync(mismatching, own, null, cancellationToken),
            CosmosDataActions.Containers + "executeQuery" => query.ReadNextAsync(cancellationToken),
            CosmosDataActions.Containers + "readChangeFeed" => changes.ReadNextAsync(cancellationToken),
            _ => null,
        };
        return attempt is null ? (ProbeOutcome.Unclear, "cannot be tried without changing something") : await JudgeAsync(attempt);
    }

    private static async Task<(ProbeOutcome, string?)> JudgeAsync(Task<ResponseMessage> answer)
    {
        using ResponseMessage response = await answer;
        if ((int)response.StatusCode is 408 or 410 or 429 or 449 or >= 500) response.EnsureSuccessStatusCode();
        // The probes are made so that only an authorized request gets as far as these.
        return response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.PreconditionFailed
            or HttpStatusCode.NotModified || response.IsSuccessStatusCode
            ? (ProbeOutcome.Granted, null)
            : Judge(response.StatusCode, response.ErrorMessage);
    }

    private static (ProbeOutcome, string?) Judge(HttpStatusCode status, string? message) => status switch
    {
        HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => (ProbeOutcome.Missing, null),
        HttpStatusCode.NotFound => (ProbeOutcome.NotThere, null),
        _ => (ProbeOutcome.Unclear, $"Cosmos DB answered {(int)status}: {message?.Split('\n')[0]}"),
    };

    private static PartitionKey Key(int components, string value)
    {
        PartitionKeyBuilder builder = new();
        for (int i = 0; i < components; i++) builder.Add(value);
        return builder.Build();
    }

    private static MemoryStream Document(string id, IReadOnlyList<string> paths, string value)
    {
        JsonObject document = new() { ["id"] = id };
        foreach (string path in paths)
        {
            JsonObject at = document;
            string[] names = path.Trim('/').Split('/');
            foreach (string name in names[..^1]) at = (JsonObject)(at[name.Trim('"')] ??= new JsonObject());
            at[names[^1].Trim('"')] = value;
        }
        return new(Encoding.UTF8.GetBytes(document.ToJsonString()));
    }
}
