using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Cosmos.Containers;
using DynamoCosmos.Model;

namespace DynamoCosmos.Sessions;

/// <summary>A name that a user may mean, and a word or two that tell it from others like it.</summary>
public sealed record ResourceName(string Name, string? Description = null);

/// <summary>
/// What there is to choose from, for completion: names only, in order, by the sign-in that is there already. Whatever keeps a question from
/// being answered (nobody is signed in, no network, no permission, a resource that is not there) makes its answer empty: somebody who is
/// still writing a line has asked nothing yet that could fail.
/// </summary>
public static class ResourceNames
{
    /// <summary>The regions of AWS by their system names, as this version of its SDK knows them.</summary>
    public static Task<IReadOnlyList<ResourceName>> RegionsAsync() => QuietAsync(static () => Task.FromResult(AwsNames.Regions()));

    /// <summary>The profiles of AWS's configuration on this machine.</summary>
    public static Task<IReadOnlyList<ResourceName>> ProfilesAsync() => QuietAsync(static () => Task.FromResult(AwsNames.Profiles()));

    public static Task<IReadOnlyList<ResourceName>> TablesAsync(AwsSettings settings, CancellationToken cancellationToken) =>
        QuietAsync(() => AwsNames.TablesAsync(settings, cancellationToken));

    public static Task<IReadOnlyList<ResourceName>> BucketsAsync(AwsSettings settings, CancellationToken cancellationToken) =>
        QuietAsync(() => AwsNames.BucketsAsync(settings, cancellationToken));

    /// <summary>The prefixes below which exports lie in a bucket, without a slash at their end.</summary>
    public static Task<IReadOnlyList<ResourceName>> PrefixesAsync(AwsSettings settings, string bucket,
        CancellationToken cancellationToken) =>
        QuietAsync(() => AwsNames.PrefixesAsync(settings, bucket, cancellationToken));

    /// <summary>The folders of the exports in a bucket, as <c>s3://bucket/prefix/AWSDynamoDB/…/</c>.</summary>
    public static Task<IReadOnlyList<ResourceName>> ExportsAsync(AwsSettings settings, string bucket,
        CancellationToken cancellationToken) =>
        QuietAsync(() => AwsNames.ExportsAsync(settings, bucket, cancellationToken));

    /// <param name="subscriptionId">Null for all that the sign-in sees.</param>
    /// <param name="resourceGroup">Likewise.</param>
    public static Task<IReadOnlyList<ResourceName>> CosmosAccountsAsync(AzureSettings settings, string? subscriptionId,
        string? resourceGroup, CancellationToken cancellationToken) =>
        QuietAsync(() => AzureNames.CosmosAccountsAsync(settings, subscriptionId, resourceGroup, cancellationToken));

    /// <inheritdoc cref="CosmosAccountsAsync"/>
    public static Task<IReadOnlyList<ResourceName>> StorageAccountsAsync(AzureSettings settings, string? subscriptionId,
        string? resourceGroup, CancellationToken cancellationToken) =>
        QuietAsync(() => AzureNames.StorageAccountsAsync(settings, subscriptionId, resourceGroup, cancellationToken));

    /// <summary>The file systems (containers) of a storage account.</summary>
    /// <param name="blobEndpoint">Null for the cloud's own.</param>
    public static Task<IReadOnlyList<ResourceName>> FileSystemsAsync(AzureSettings settings, string accountName, Uri? blobEndpoint,
        CancellationToken cancellationToken) =>
        QuietAsync(() => AzureNames.FileSystemsAsync(settings, accountName, blobEndpoint, cancellationToken));

    /// <summary>The data roles of a Cosmos DB account, built-in and own.</summary>
    public static Task<IReadOnlyList<ResourceName>> RolesAsync(AzureSettings settings, AccountReference account,
        CancellationToken cancellationToken) =>
        QuietAsync(() => AzureNames.RolesAsync(settings, account, cancellationToken));

    /// <summary>With the account's key where one is given, else through the resource manager.</summary>
    /// <param name="endpoint">Null for the cloud's own.</param>
    public static Task<IReadOnlyList<ResourceName>> DatabasesAsync(AzureSettings settings, AccountReference account, Uri? endpoint,
        CancellationToken cancellationToken) =>
        QuietAsync(async () =>
        {
            using CloudConnections clouds = new();
            CosmosContainers containers = new(CosmosSettings.Create(account.AccountName, endpoint, settings), account, clouds);
            return Sorted(await containers.ListDatabasesAsync(cancellationToken).ConfigureAwait(false));
        });

    /// <inheritdoc cref="DatabasesAsync"/>
    public static Task<IReadOnlyList<ResourceName>> ContainersAsync(AzureSettings settings, AccountReference account, Uri? endpoint,
        string database, CancellationToken cancellationToken) =>
        QuietAsync(async () =>
        {
            using CloudConnections clouds = new();
            CosmosContainers containers = new(CosmosSettings.Create(account.AccountName, endpoint, settings), account, clouds);
            return Sorted(await containers.ListContainersAsync(database, cancellationToken).ConfigureAwait(false));
        });

    internal static IReadOnlyList<ResourceName> Sorted(IEnumerable<string> names) =>
        Sorted(names.Select(static name => new ResourceName(name)));

    internal static IReadOnlyList<ResourceName> Sorted(IEnumerable<ResourceName> names) =>
        [.. names.OrderBy(static one => one.Name, StringComparer.OrdinalIgnoreCase)];

    private static async Task<IReadOnlyList<ResourceName>> QuietAsync(Func<Task<IReadOnlyList<ResourceName>>> look)
    {
        try
        {
            return await look().ConfigureAwait(false);
        }
        // Of every kind, for three SDKs have many: what the command itself meets, it will report in full.
        catch (Exception)
        {
            return [];
        }
    }
}
