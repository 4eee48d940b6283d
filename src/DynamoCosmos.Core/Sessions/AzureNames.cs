using Azure.Core;
using Azure.Storage.Blobs.Models;
using DynamoCosmos.Access;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Model;

namespace DynamoCosmos.Sessions;

/// <summary>Azure's part of <see cref="ResourceNames"/>. Fails as the SDK does.</summary>
internal static class AzureNames
{
    internal static Task<IReadOnlyList<ResourceName>> CosmosAccountsAsync(AzureSettings settings, string? subscriptionId,
        string? resourceGroup, CancellationToken cancellationToken) =>
        AccountsAsync(settings, resourceGroup, locator => locator.ListCosmosAsync(subscriptionId, cancellationToken));

    internal static Task<IReadOnlyList<ResourceName>> StorageAccountsAsync(AzureSettings settings, string? subscriptionId,
        string? resourceGroup, CancellationToken cancellationToken) =>
        AccountsAsync(settings, resourceGroup, locator => locator.ListStorageAsync(subscriptionId, cancellationToken));

    internal static async Task<IReadOnlyList<ResourceName>> FileSystemsAsync(AzureSettings settings, string accountName, Uri? blobEndpoint,
        CancellationToken cancellationToken)
    {
        // Any file system leads to the account, and one of this name need not be there.
        using CloudConnections clouds = new();
        LakeClient lake = clouds.Lakes.Get(LakeLocation.Of(accountName, "$root", "", blobEndpoint, settings.Environment), settings);
        List<string> names = [];
        await foreach (BlobContainerItem container in lake.Service.GetBlobContainersAsync(cancellationToken: cancellationToken)
            .ConfigureAwait(false)) names.Add(container.Name);
        return ResourceNames.Sorted(names);
    }

    internal static async Task<IReadOnlyList<ResourceName>> RolesAsync(AzureSettings settings, AccountReference account,
        CancellationToken cancellationToken)
    {
        using CloudConnections clouds = new();
        CosmosRoleDefinitions definitions = new(settings, clouds);
        IReadOnlyList<CosmosRoleDefinition> found = await definitions.ReadAsync(account, null, cancellationToken).ConfigureAwait(false);
        return ResourceNames.Sorted(found.Select(static role => new ResourceName(role.RoleName, role.IsBuiltIn ? "built-in" : "custom")));
    }

    private static async Task<IReadOnlyList<ResourceName>> AccountsAsync(
        AzureSettings settings, string? resourceGroup, Func<AccountLocator, Task<IReadOnlyList<string>>> list)
    {
        using CloudConnections clouds = new();
        IReadOnlyList<string> ids = await list(clouds.Control(settings).Locator).ConfigureAwait(false);
        return ResourceNames.Sorted(
            from id in ids
            let @group = AccountLocator.GroupOf(id)
            where resourceGroup is null || @group.Equals(resourceGroup, StringComparison.OrdinalIgnoreCase)
            select new ResourceName(new ResourceIdentifier(id).Name, $"resource group {@group}"));
    }
}
