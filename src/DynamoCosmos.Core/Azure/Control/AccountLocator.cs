using Azure;
using Azure.Core;
using DynamoCosmos.Model;

namespace DynamoCosmos.Azure.Control;

/// <summary>An account where the resource manager has it.</summary>
internal sealed record AccountPlace(string Id, string Name, string SubscriptionId, string ResourceGroup, Uri? Endpoint, bool IsServerless,
    bool KeysDisabled);

/// <summary>
/// Finds Cosmos DB and storage accounts by their names: at the place given, else by Resource Graph, else by listing every subscription that
/// the sign-in sees.
/// </summary>
internal sealed class AccountLocator(ResourceManagerClient client)
{
    private const string CosmosType = "Microsoft.DocumentDB/databaseAccounts";
    private const string StorageType = "Microsoft.Storage/storageAccounts";

    internal Task<AccountPlace> FindCosmosAsync(AccountReference account, CancellationToken cancellationToken) =>
        FindAsync(CosmosType, ApiVersions.Cosmos, account, cancellationToken);

    internal Task<AccountPlace> FindStorageAsync(AccountReference account, CancellationToken cancellationToken) =>
        FindAsync(StorageType, ApiVersions.Storage, account, cancellationToken);

    /// <summary>The ids of all Cosmos DB accounts that the sign-in sees, or of those of one subscription.</summary>
    internal Task<IReadOnlyList<string>> ListCosmosAsync(string? subscriptionId, CancellationToken cancellationToken) =>
        ListIdsAsync(CosmosType, ApiVersions.Cosmos, subscriptionId, cancellationToken);

    /// <inheritdoc cref="ListCosmosAsync"/>
    internal Task<IReadOnlyList<string>> ListStorageAsync(string? subscriptionId, CancellationToken cancellationToken) =>
        ListIdsAsync(StorageType, ApiVersions.Storage, subscriptionId, cancellationToken);

    internal static string GroupOf(string id) => new ResourceIdentifier(id).ResourceGroupName ?? "";

    private async Task<IReadOnlyList<string>> ListIdsAsync(string type, string apiVersion, string? subscriptionId,
        CancellationToken cancellationToken)
    {
        if (subscriptionId is null)
        {
            List<string> seenAnywhere = [];
            string? rest = null;
            do
            {
                string query = $"resources | where type =~ '{type.ToLowerInvariant()}' | project id";
                GraphAnswer answer = await AskGraphAsync(query, cancellationToken, rest);
                seenAnywhere.AddRange(answer.Data.Select(static row => row.Id));
                rest = answer.SkipToken;
            }
            while (rest is { Length: > 0 });
            return seenAnywhere;
        }
        List<string> ids = [];
        await foreach (
            AccountResource seen in client.ListAsync($"/subscriptions/{subscriptionId}/providers/{type}", apiVersion,
            ResourceManagerJson.Default.AccountPage, cancellationToken)) ids.Add(seen.Id);
        return ids;
    }

    private async Task<AccountPlace> FindAsync(string type, string apiVersion, AccountReference account,
        CancellationToken cancellationToken)
    {
        if (account is { SubscriptionId: { } subscription, ResourceGroup: { } group })
        {
            string id = $"/subscriptions/{subscription}/resourceGroups/{group}/providers/{type}/{account.AccountName}";
            return await client.FindAsync(id, apiVersion, ResourceManagerJson.Default.AccountResource, cancellationToken) is { } there
                ? Place(there)
                : throw AccessErrors.AccountNotThere(account.AccountName, group, subscription);
        }
        if (account.SubscriptionId is { } only)
            return await ListAsync(type, apiVersion, only, account, cancellationToken)
                ?? throw AccessErrors.AccountNotFound(type, account.AccountName, $"in subscription {only}");

        if (await FindByGraphAsync(type, apiVersion, account, cancellationToken) is { } known) return known;
        // Resource Graph learns of a new account, and of new access to one, some minutes late; the listing knows at once.
        int searched = 0;
        RequestFailedException? unseen = null;
        await foreach (
            SubscriptionResource seen in client.ListAsync("/subscriptions", ApiVersions.Subscriptions,
            ResourceManagerJson.Default.SubscriptionPage, cancellationToken))
        {
            searched++;
            try
            {
                if (await ListAsync(type, apiVersion, seen.SubscriptionId, account, cancellationToken) is { } found) return found;
            }
            catch (RequestFailedException refused) when (refused.Status is >= 400 and not (401 or 429))
            {
                // A subscription that is disabled, or that does not let itself be listed, need not be the one.
                unseen = refused;
            }
        }
        string where = searched == 0 ? "(this sign-in sees no subscription)" : $"in the {searched} subscription(s) that this sign-in sees";
        if (unseen is not null) where += $", of which some could not be searched ({AccessErrors.ServiceMessage(unseen).TrimEnd('.')})";
        throw AccessErrors.AccountNotFound(type, account.AccountName, where, unseen);
    }

    private async Task<AccountPlace?> FindByGraphAsync(string type, string apiVersion, AccountReference account,
        CancellationToken cancellationToken)
    {
        // Account names hold letters, digits and hyphens; anything else cannot be one and must not reach the query.
        if (!account.AccountName.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-')) return null;
        GraphAnswer answer;
        try
        {
            answer = await AskGraphAsync($"resources | where type =~ '{type.ToLowerInvariant()}' and name =~ '{account.AccountName}' | " +
                "project id", cancellationToken);
        }
        catch (RequestFailedException refused) when (refused.Status is 400 or 403 or 404)
        {
            // A cloud or tenant without Resource Graph, or a sign-in that sees no subscription: the listing finds or explains.
            return null;
        }
        foreach (string id in answer.Data.Select(row => row.Id)
            .Where(id => account.ResourceGroup is null || GroupOf(id).Equals(account.ResourceGroup, StringComparison.OrdinalIgnoreCase)))
        {
            if (await client.FindAsync(id, apiVersion, ResourceManagerJson.Default.AccountResource,
                cancellationToken) is { } found) return Place(found);
        }
        return null;
    }

    private Task<GraphAnswer> AskGraphAsync(string query, CancellationToken cancellationToken, string? rest = null) =>
        client.AskAsync("/providers/Microsoft.ResourceGraph/resources", ApiVersions.ResourceGraph,
            new(query, rest is null ? null : new(rest)),
            ResourceManagerJson.Default.GraphQuestion, ResourceManagerJson.Default.GraphAnswer, cancellationToken);

    private async Task<AccountPlace?> ListAsync(string type, string apiVersion, string subscription, AccountReference account,
        CancellationToken cancellationToken)
    {
        await foreach (
            AccountResource seen in client.ListAsync($"/subscriptions/{subscription}/providers/{type}", apiVersion,
            ResourceManagerJson.Default.AccountPage, cancellationToken))
        {
            if (seen.Name.Equals(account.AccountName, StringComparison.OrdinalIgnoreCase)
                && (account.ResourceGroup is null
                    || GroupOf(seen.Id).Equals(account.ResourceGroup, StringComparison.OrdinalIgnoreCase))) return Place(seen);
        }
        return null;
    }

    private static AccountPlace Place(AccountResource account) => new(
        account.Id,
        account.Name,
        new ResourceIdentifier(account.Id).SubscriptionId ?? "",
        GroupOf(account.Id),
        (account.Properties.DocumentEndpoint ?? account.Properties.PrimaryEndpoints?.Blob) is { } endpoint ? new(endpoint) : null,
        account.Properties.Capabilities?.Any(capability => capability.Name == "EnableServerless") == true,
        account.Properties.DisableLocalAuth == true);
}
