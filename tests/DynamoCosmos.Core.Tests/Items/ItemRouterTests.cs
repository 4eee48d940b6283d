using System.Text;
using DynamoCosmos.Items;

namespace DynamoCosmos.Tests.Items;

/// <summary>A single-table design split over containers.</summary>
public sealed class ItemRouterTests
{
    private static readonly KeyMap s_keys = new(new("PK", KeyType.S), new("SK", KeyType.S));

    private static readonly ItemRoute[] s_routes =
    [
        new("customers", "begins_with(PK, 'CUST#') AND SK = 'PROFILE'", new() { Mapping = ItemMapping.FromJson("""{"rename":{"PK":"customer"}}""") }),
        new("orders", "begins_with(PK, 'CUST#') AND begins_with(SK, 'ORDER#')", new() { IdFrom = IdSource.SortKey }),
        new("big", "size(lines) > 1", new() { PartitionKeyPaths = ["/kind"], Mapping = ItemMapping.FromJson("""{"add":{"kind":"big"}}""") }),
    ];

    [Theory]
    [InlineData("""{"Item":{"PK":{"S":"CUST#1"},"SK":{"S":"PROFILE"}}}""", 0, """{"id":"CUST~231|PROFILE","customer":"CUST#1","SK":"PROFILE"}""")]
    [InlineData("""{"Item":{"PK":{"S":"CUST#1"},"SK":{"S":"ORDER#7"}}}""", 1, """{"id":"ORDER~237","PK":"CUST#1","SK":"ORDER#7"}""")]
    [InlineData("""{"Item":{"PK":{"S":"x"},"SK":{"S":"y"},"lines":{"L":[{"N":"1"},{"N":"2"}]}}}""", 2, """{"id":"x|y","PK":"x","SK":"y","lines":[1,2],"kind":"big"}""")]
    public void The_first_route_whose_condition_an_item_meets_converts_it(string line, int route, string document)
    {
        DocumentBuffer buffer = new();
        ItemRouter router = new(s_keys, s_routes);
        Assert.Equal(ConversionOutcome.Document, router.Convert(Encoding.UTF8.GetBytes(line), 0, buffer, out int taken));
        Assert.Equal((route, document), (taken, Encoding.UTF8.GetString(buffer.Document.Span)));
    }

    [Theory]
    [InlineData("""{"Item":{"PK":{"S":"x"},"SK":{"S":"y"}}}""", ConversionOutcome.Filtered)]
    [InlineData("""{"Item":{"PK":{"S":"x"}}}""", ConversionOutcome.Rejected)]
    [InlineData("""{"Item":{""", ConversionOutcome.Rejected)]
    [InlineData("""{"Keys":{"PK":{"S":"CUST#1"},"SK":{"S":"PROFILE"}}}""", ConversionOutcome.Rejected)]
    public void What_no_route_takes_is_told(string line, ConversionOutcome expected)
    {
        DocumentBuffer buffer = new();
        Assert.Equal(expected, new ItemRouter(s_keys, s_routes).Convert(Encoding.UTF8.GetBytes(line), 0, buffer, out int taken));
        Assert.Equal(ItemRouter.NoRoute, taken);
        Assert.Equal(expected == ConversionOutcome.Rejected, buffer.Detail.Length > 0);
    }

    [Fact]
    public void A_delete_goes_where_its_keys_or_its_old_image_say()
    {
        DocumentBuffer buffer = new();
        ItemRouter byKeys = new(s_keys, s_routes[..2]);
        Assert.Equal(ConversionOutcome.Delete, byKeys.Convert("""{"Keys":{"PK":{"S":"CUST#1"},"SK":{"S":"ORDER#7"}}}"""u8, 0, buffer, out int taken));
        Assert.Equal((1, "ORDER~237"), (taken, buffer.Id));
        ItemRouter byAttribute = new(s_keys, s_routes);
        Assert.Equal(ConversionOutcome.Delete, byAttribute.Convert("""{"Keys":{"PK":{"S":"x"},"SK":{"S":"y"}},"OldImage":{"PK":{"S":"x"},"SK":{"S":"y"},"lines":{"SS":["a","b"]}}}"""u8, 0, buffer, out taken));
        Assert.Equal((2, "big"), (taken, Assert.Single(buffer.GetPartitionKey("undefined"))));
    }

    [Fact]
    public void A_route_without_a_condition_takes_the_rest()
    {
        DocumentBuffer buffer = new();
        ItemRouter router = new(s_keys, [.. s_routes, new("rest", null, new())]);
        Assert.Equal(ConversionOutcome.Document, router.Convert("""{"Item":{"PK":{"S":"x"},"SK":{"S":"y"}}}"""u8, 0, buffer, out int taken));
        Assert.Equal((3, "/PK"), (taken, Assert.Single(router.GetPartitionKeyPaths(taken))));
    }

    [Fact]
    public void Routes_need_names_of_their_own()
    {
        Assert.Equal("InvalidMapping", Assert.Throws<MigrationException>(() => new ItemRouter(s_keys, [])).ErrorId);
        Assert.Equal("InvalidMapping", Assert.Throws<MigrationException>(() => new ItemRouter(s_keys, [s_routes[0], s_routes[0]])).ErrorId);
        Assert.Equal("InvalidCondition", Assert.Throws<MigrationException>(() => new ItemRouter(s_keys, [new("a", "n =", new())])).ErrorId);
    }
}
