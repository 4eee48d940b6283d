using DynamoCosmos.Azure.Control;
using DynamoCosmos.Basics;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>Accounts are found where Resource Graph gives its rows in pages, and where a subscription cannot be searched.</summary>
public sealed class AccountLocatorTests
{
    [Fact]
    public async Task All_pages_of_resource_graph_are_read()
    {
        await using AccessScene scene = await AccessScene.StartAsync(managerOptions: new() { GraphPage = 1 });
        CosmosStandInOptions options = new() { AccessControl = scene.Manager.Access };
        await using CosmosStandIn second = await CosmosStandIn.StartAsync(options with { AccountName = "second" });
        await using CosmosStandIn third = await CosmosStandIn.StartAsync(options with { AccountName = "third" });
        scene.Manager.Add(second);
        scene.Manager.Add(third);

        IReadOnlyList<string> ids = await scene.Open().Locator.ListCosmosAsync(null, default);

        Assert.Equal(["mycosmos", "second", "third"], ids.Select(id => id.Split('/')[^1]).Order());
    }

    [Fact]
    public async Task A_subscription_that_cannot_be_searched_does_not_end_the_search_and_is_named()
    {
        await using AccessScene scene = await AccessScene.StartAsync(managerOptions: new() { GraphLags = true });
        scene.Manager.Fault = (_, path) => path.EndsWith("/providers/Microsoft.DocumentDB/databaseAccounts", StringComparison.Ordinal)
            ? (403, "SubscriptionNotRegistered", "The subscription is not registered to use it.") : null;
        AccessSession session = scene.Open();

        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() =>
            session.RunAsync(() => session.Locator.FindCosmosAsync(new("my-eastus"), default)));

        Assert.Equal("AzureAccountNotFound", failure.ErrorId);
        Assert.Contains("could not be searched (The subscription is not registered to use it)", failure.Message);
        Assert.Contains($"give the account's name as {Setting.AccountName}", failure.Message);
    }
}
