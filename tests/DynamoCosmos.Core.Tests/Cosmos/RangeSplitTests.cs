using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Core.Tests.Cosmos;

/// <summary>The stand-in's physical ranges, as clients remember them: by the tag of the list that they were given.</summary>
public sealed class RangeSplitTests
{
    [Fact]
    public async Task A_tag_belongs_to_the_ranges_that_it_comes_with_and_not_to_the_split_that_has_begun()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        standIn.CreateContainer("shop", "orders", "/pk");
        StandInContainer container = standIn.Account.Container("shop", "orders");
        PhysicalRange[] before = container.Ranges;
        string tag = container.ETagOf(before);
        standIn.Split("shop", "orders", before[0].Id);
        // A client with old ranges and the new tag would be told for ever that nothing has changed.
        Assert.Equal(tag, container.ETagOf(before));
        Assert.NotEqual(tag, container.ETagOf(container.Ranges));
    }
}
