using DynamoCosmos.Tests.Access;

namespace DynamoCosmos.Tests.Completion;

/// <summary>Names from the resource manager, by the sign-in that $PSDefaultParameterValues give every cmdlet.</summary>
public sealed class TenantCompletionTests : IAsyncLifetime
{
    private TenantSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await TenantSession.StartAsync();
        _session.Tenant.Cosmos.CreateDatabase("shop");
        _session.Tenant.Cosmos.CreateContainer("shop", "orders", "/id");
    }

    public async Task DisposeAsync() => await _session.DisposeAsync();

    [Theory]
    [InlineData("Get-CosmosRoleDefinition ", "mycosmos")]
    [InlineData("Grant-MigrationAccess -AccountName my", "mycosmos")]
    [InlineData("Grant-MigrationAccess -StorageAccountName ", "mylake")]
    [InlineData("Get-CosmosThroughput -AccountName mycosmos -DatabaseName ", "shop")]
    [InlineData("Import-CosmosItems -AccountName mycosmos -DatabaseName shop -ContainerName ", "orders")]
    [InlineData("New-CosmosRoleAssignment mycosmos -RoleName cosmos", "'Cosmos DB Built-in Data Contributor'",
        "'Cosmos DB Built-in Data Reader'")]
    [InlineData("Get-CosmosRoleDefinition mycosmos -RoleName Reader", "'Cosmos DB Built-in Data Reader'")]
    public void A_signed_in_user_is_offered_what_is_there(string line, params string[] texts) =>
        Assert.Equal(texts, _session.Host.Complete(line));
}
