using DynamoCosmos.Model;
using DynamoCosmos.Sessions;

namespace DynamoCosmos.Completion;

/// <summary>Cosmos DB accounts that the sign-in sees.</summary>
public sealed class CosmosAccountCompleter : NameCompleter
{
    private protected override NameQuestion? Ask(GivenParameters given, string typed) =>
        new(stop => ResourceNames.CosmosAccountsAsync(given.Azure, given.Text("SubscriptionId"), given.Text("ResourceGroup"), stop));
}

/// <summary>Storage accounts that the sign-in sees.</summary>
public sealed class StorageAccountCompleter : NameCompleter
{
    private protected override NameQuestion? Ask(GivenParameters given, string typed) =>
        new(stop => ResourceNames.StorageAccountsAsync(given.Azure, given.Text("SubscriptionId"), given.Text("ResourceGroup"), stop));
}

/// <summary>File systems of the storage account on the line.</summary>
public sealed class FileSystemCompleter : NameCompleter
{
    private protected override NameQuestion? Ask(GivenParameters given, string typed) =>
        given.Text("StorageAccountName") is { } account
            ? new(stop => ResourceNames.FileSystemsAsync(given.Azure, account, given.Address("BlobEndpoint"), stop)) : null;
}

/// <summary>What lies in the Cosmos DB account on the line, named there or by its endpoint.</summary>
public abstract class AccountContentCompleter : NameCompleter
{
    private protected sealed override NameQuestion? Ask(GivenParameters given, string typed)
    {
        Uri? endpoint = given.Address("AccountEndpoint");
        string? name = given.Text("AccountName") ?? endpoint?.Host.Split('.', 2)[0];
        return name is null ? null : Ask(given, new(name, given.Text("SubscriptionId"), given.Text("ResourceGroup")), endpoint);
    }

    private protected abstract NameQuestion? Ask(GivenParameters given, AccountReference account, Uri? endpoint);
}

/// <summary>Databases of the account on the line.</summary>
public sealed class DatabaseCompleter : AccountContentCompleter
{
    private protected override NameQuestion? Ask(GivenParameters given, AccountReference account, Uri? endpoint) =>
        new(stop => ResourceNames.DatabasesAsync(given.Azure, account, endpoint, stop));
}

/// <summary>Containers of the database on the line.</summary>
public sealed class ContainerCompleter : AccountContentCompleter
{
    private protected override NameQuestion? Ask(GivenParameters given, AccountReference account, Uri? endpoint) =>
        given.Text("DatabaseName") is { } database
            ? new(stop => ResourceNames.ContainersAsync(given.Azure, account, endpoint, database, stop)) : null;
}

/// <summary>Data roles of the account on the line.</summary>
public sealed class RoleCompleter : AccountContentCompleter
{
    private protected override NameQuestion? Ask(GivenParameters given, AccountReference account, Uri? endpoint) =>
        new(stop => ResourceNames.RolesAsync(given.Azure, account, stop));
}
