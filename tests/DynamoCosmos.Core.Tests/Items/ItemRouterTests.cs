using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Mappings;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>A single-table design split over containers.</summary>
public sealed class ItemRouterTests
{
    private static readonly KeyMap s_keys = new(new("PK", KeyType.S), new("SK", KeyType.S));

    private static readonly ItemRoute[] s_routes =
    [
        new("customers", "begins_with(PK, 'CUST#') AND SK = 'PROFILE'",
            new() { Mapping = MappingJson.Read("""{"renameAttribute":{"PK":"customer"}}""") }),
        new("orders", "begins_with(PK, 'CUST#') AND begins_with(SK, 'ORDER#')", new() { IdFrom = IdSource.SortKey }),
        new("big", "size(lines) > 1",
            new() { PartitionKeyPaths = ["/kind"], Mapping = MappingJson.Read("""{"addProperty":{"kind":"big"}}""") }),
    ];

    [Theory]
    [InlineData("""{"Item":{"PK":{"S":"CUST#1"},"SK":{"S":"PROFILE"}}}""", 0,
        """{"id":"CUST~231|PROFILE","customer":"CUST#1","SK":"PROFILE"}""")]
    [InlineData("""{"Item":{"PK":{"S":"CUST#1"},"SK":{"S":"ORDER#7"}}}""", 1, """{"id":"ORDER~237","PK":"CUST#1","SK":"ORDER#7"}""")]
    [InlineData("""{"Item":{"PK":{"S":"x"},"SK":{"S":"y"},"lines":{"L":[{"N":"1"},{"N":"2"}]}}}""", 2,
        """{"id":"x|y","PK":"x","SK":"y","lines":[1,2],"kind":"big"}""")]
    public void The_first_route_whose_condition_an_item_meets_converts_it(string line, int route, string document)
    {
        DocumentBuffer buffer = new();
        ItemRouter router = new(s_keys, s_routes);
        Assert.Equal(ConversionOutcome.Document, router.Convert(Encoding.UTF8.GetBytes(line), 0, buffer, out int taken));
        Assert.Equal((route, document), (taken, Encoding.UTF8.GetString(buffer.Document.Span)));
    }

    [Theory]
    [InlineData("""{"Item":{"PK":{"S":"x"},"SK":{"S":"y"}}}""", RejectionReason.NoRoute)]
    [InlineData("""{"Item":{"PK":{"S":"x"}}}""", RejectionReason.MissingKey)]
    [InlineData("""{"Item":{""", RejectionReason.MalformedItem)]
    [InlineData("""{"Keys":{"PK":{"S":"CUST#1"},"SK":{"S":"PROFILE"}}}""", RejectionReason.MissingKey)]
    public void What_no_route_takes_is_rejected(string line, RejectionReason expected)
    {
        DocumentBuffer buffer = new();
        Assert.Equal(ConversionOutcome.Rejected, new ItemRouter(s_keys, s_routes)
            .Convert(Encoding.UTF8.GetBytes(line), 0, buffer, out int taken));
        Assert.Equal((ItemRouter.NoContainer, expected), (taken, buffer.Reason));
        Assert.NotEmpty(buffer.Detail);
    }

    [Theory]
    [InlineData("w", ConversionOutcome.Filtered, ItemRouter.NoContainer)]
    [InlineData("x", ConversionOutcome.Document, 0)]
    [InlineData("y", ConversionOutcome.Rejected, ItemRouter.NoContainer)]
    [InlineData("z", ConversionOutcome.Filtered, 1)]
    public void What_a_filter_of_all_routes_leaves_out_needs_no_route(string pk, ConversionOutcome expected, int container)
    {
        ConversionOptions filtered = new() { Mapping = new() { Where = "PK IN ('x', 'y')" } };
        ItemRouter router = new(s_keys, [new("a", "PK = 'x'", filtered), new("b", "PK = 'z'", filtered)]);
        Assert.Equal(expected,
            router.Convert(
            Encoding.UTF8.GetBytes("""{"Item":{"PK":{"S":"?"},"SK":{"S":"s"}}}""".Replace("?", pk, StringComparison.Ordinal)), 0, new(),
            out int taken));
        Assert.Equal(container, taken);
    }

    [Fact]
    public void Two_routes_may_share_a_container_if_they_agree_on_its_partition_key()
    {
        DocumentBuffer buffer = new();
        ItemRouter router = new(s_keys,
            [new("people", "SK = 'PROFILE'", new()), new("orders", "SK = 'ORDER'", new()),
            new("people", "SK = 'ADDRESS'", new() { IdFrom = IdSource.SortKey })]);
        Assert.Equal(["people", "orders"], router.Containers);
        Assert.Equal(ConversionOutcome.Document,
            router.Convert("""{"Item":{"PK":{"S":"x"},"SK":{"S":"ADDRESS"}}}"""u8, 0, buffer, out int taken));
        Assert.Equal((0, "ADDRESS"), (taken, buffer.Id));
        MigrationException error = Assert.Throws<MigrationException>(() =>
            new ItemRouter(s_keys, [new("people", "SK = 'PROFILE'", new()), new("people", null, new() { Hierarchical = true })]));
        Assert.Equal("RoutesDisagree", error.ErrorId);
        Assert.Contains("/PK, /SK", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_delete_goes_where_its_keys_or_its_old_image_say()
    {
        DocumentBuffer buffer = new();
        ItemRouter byKeys = new(s_keys, s_routes[..2]);
        Assert.Equal(ConversionOutcome.Delete,
            byKeys.Convert("""{"Keys":{"PK":{"S":"CUST#1"},"SK":{"S":"ORDER#7"}}}"""u8, 0, buffer, out int taken));
        Assert.Equal((1, "ORDER~237"), (taken, buffer.Id));
        ItemRouter byAttribute = new(s_keys, s_routes);
        Assert.Equal(ConversionOutcome.Delete,
            byAttribute.Convert("""{"Keys":{"PK":{"S":"x"},"SK":{"S":"y"}},"OldImage":{"PK":{"S":"x"},"SK":{"S":"y"},"lines":{"SS":["a","b"]}}}"""u8, 0, buffer, out taken));
        Assert.Equal((2, "big"), (taken, Assert.Single(buffer.GetPartitionKey("undefined"))));
    }

    [Fact]
    public void A_route_without_a_condition_takes_the_rest()
    {
        DocumentBuffer buffer = new();
        ItemRouter router = new(s_keys, [.. s_routes, new("rest", null, new())]);
        Assert.Equal(ConversionOutcome.Document,
            router.Convert("""{"Item":{"PK":{"S":"x"},"SK":{"S":"y"}}}"""u8, 0, buffer, out int taken));
        Assert.Equal((3, "/PK"), (taken, Assert.Single(router.GetPartitionKeyPaths(taken))));
    }

    [Fact]
    public void Routes_that_cannot_be_meant_are_refused()
    {
        Assert.Equal("InvalidMapping", Assert.Throws<MigrationException>(() => new ItemRouter(s_keys, Array.Empty<ItemRoute>())).ErrorId);
        Assert.Equal("InvalidMapping",
            Assert.Throws<MigrationException>(() => new ItemRouter(s_keys, [s_routes[0], new("", null, new())])).ErrorId);
        Assert.Equal("InvalidMapping",
            Assert.Throws<MigrationException>(() => new ItemRouter(s_keys, [new("all", null, new()), s_routes[0]])).ErrorId);
        Assert.Equal("InvalidCondition", Assert.Throws<MigrationException>(() => new ItemRouter(s_keys, [new("a", "n =", new())])).ErrorId);
    }
}
