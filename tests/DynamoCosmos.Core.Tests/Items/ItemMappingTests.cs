using System.Text;
using DynamoCosmos.Items;

namespace DynamoCosmos.Tests.Items;

public sealed class ItemMappingTests
{
    private const string Order =
        """{"Item":{"pk":{"S":"o1"},"sk":{"N":"7"},"zip":{"N":"04109"},"address":{"M":{"city":{"S":"Leipzig"},"zip":{"N":"4109"},"geo.lat":{"N":"51.3"}}},"lines":{"L":[{"M":{"sku":{"S":"a"},"price":{"N":"1.5"},"tmp1":{"S":"x"}}},{"M":{"tmp2":{"S":"y"}}},{"S":"z"}]},"tmpA":{"S":"t"},"payload":{"S":"{\"a\": [1.50, \"\\u00e9\"]}"}}}""";

    [Theory]
    [InlineData("""{"exclude":["tmp*","address","lines","payload"]}""", """{"id":"o1|7","pk":"o1","sk":7,"zip":4109}""")]
    [InlineData("""{"exclude":["tmp*","lines.tmp?","address.\"geo.lat\"","sk","payload"]}""", """{"id":"o1|7","pk":"o1","zip":4109,"address":{"city":"Leipzig","zip":4109},"lines":[{"sku":"a","price":1.5},{},"z"]}""")]
    [InlineData("""{"include":["zip"]}""", """{"id":"o1|7","pk":"o1","sk":7,"zip":4109}""")]
    [InlineData("""{"include":["address.city","tmp*"]}""", """{"id":"o1|7","pk":"o1","sk":7,"address":{"city":"Leipzig"},"tmpA":"t"}""")]
    [InlineData("""{"include":["address","address.city"],"exclude":["address.zip"]}""", """{"id":"o1|7","pk":"o1","sk":7,"address":{"city":"Leipzig","geo.lat":51.3}}""")]
    [InlineData("""{"include":["zip"],"rename":{"pk":"orderId","zip":"postcode"}}""", """{"id":"o1|7","orderId":"o1","sk":7,"postcode":4109}""")]
    [InlineData("""{"include":["address","lines"],"rename":{"address.zip":"postcode","lines.price":"cost"},"exclude":["lines.tmp*"]}""", """{"id":"o1|7","pk":"o1","sk":7,"address":{"city":"Leipzig","postcode":4109,"geo.lat":51.3},"lines":[{"sku":"a","cost":1.5},{},"z"]}""")]
    [InlineData("""{"include":["zip","address","lines.price"],"string":["zip","address"]}""", """{"id":"o1|7","pk":"o1","sk":7,"zip":"4109","address":{"city":"Leipzig","zip":"4109","geo.lat":"51.3"},"lines":[{"price":1.5},{},"z"]}""")]
    [InlineData("""{"include":["zip"],"numberMode":{"sk":"String","zip":"Exact"}}""", """{"id":"o1|7","pk":"o1","sk":"7","zip":4109}""")]
    [InlineData("""{"include":["payload"],"unpackJson":["payload"]}""", """{"id":"o1|7","pk":"o1","sk":7,"payload":{"a":[1.5,"é"]}}""")]
    [InlineData("""{"include":["payload.b"],"unpackJson":["payload"],"rename":{"payload.a":"b"}}""", """{"id":"o1|7","pk":"o1","sk":7,"payload":{}}""")]
    [InlineData("""{"include":["payload.a"],"unpackJson":["payload"],"rename":{"payload.a":"b"}}""", """{"id":"o1|7","pk":"o1","sk":7,"payload":{"b":[1.5,"é"]}}""")]
    [InlineData("""{"include":["zip"],"add":{"type":"order","a":{"b":[1.0]}}}""", """{"id":"o1|7","pk":"o1","sk":7,"zip":4109,"a":{"b":[1]},"type":"order"}""")]
    [InlineData("""{"include":["zip"],"rename":{"zip":"sk","sk":"zip"}}""", """{"id":"o1|7","pk":"o1","zip":7,"sk":4109}""")]
    [InlineData("""{"include":["zip"],"where":"zip = 4109 AND attribute_exists(address.city)"}""", """{"id":"o1|7","pk":"o1","sk":7,"zip":4109}""")]
    public void A_mapping_changes_the_document(string mapping, string expected)
    {
        DocumentBuffer buffer = new();
        ItemConverter converter = new(new(new("pk", KeyType.S), new("sk", KeyType.N)), new() { Mapping = ItemMapping.FromJson(mapping) });
        Assert.Equal((ConversionOutcome.Document, ""), (converter.Convert(Encoding.UTF8.GetBytes(Order), 0, buffer), buffer.Detail));
        Assert.Equal(expected, Encoding.UTF8.GetString(buffer.Document.Span));
    }

    [Fact]
    public void A_renamed_partition_key_takes_its_path_along()
    {
        ItemConverter converter = new(new(new("pk", KeyType.S), new("sk", KeyType.N)), new() { Hierarchical = true, Mapping = ItemMapping.FromJson("""{"rename":{"pk":"order id"}}""") });
        Assert.Equal(["/\"order id\"", "/sk"], converter.PartitionKeyPaths);
        DocumentBuffer buffer = new();
        converter.Convert(Encoding.UTF8.GetBytes(Order), 0, buffer);
        Assert.Equal(["o1", 7.0], buffer.GetPartitionKey("undefined"));
    }

    [Fact]
    public void A_partition_key_can_be_an_added_property_and_then_deletes_know_it_too()
    {
        ItemConverter converter = new(new(new("pk", KeyType.S), new("sk", KeyType.N)), new() { PartitionKeyPaths = ["/type", "/pk"], Mapping = ItemMapping.FromJson("""{"add":{"type":"order"}}""") });
        DocumentBuffer buffer = new();
        Assert.Equal(ConversionOutcome.Document, converter.Convert(Encoding.UTF8.GetBytes(Order), 0, buffer));
        Assert.Equal(["order", "o1"], buffer.GetPartitionKey("undefined"));
        Assert.Equal(ConversionOutcome.Delete, converter.Convert("""{"Keys":{"pk":{"S":"o1"},"sk":{"N":"7"}}}"""u8, 0, buffer));
        Assert.Equal(["order", "o1"], buffer.GetPartitionKey("undefined"));
    }

    [Theory]
    [InlineData("""{"rename":{"zip":"payload"}}""", RejectionReason.NameConflict, "zip")]
    [InlineData("""{"rename":{"address.zip":"city"}}""", RejectionReason.NameConflict, "zip")]
    [InlineData("""{"add":{"zip":1}}""", RejectionReason.NameConflict, "zip")]
    [InlineData("""{"unpackJson":["tmpA"]}""", RejectionReason.NotJson, "tmpA")]
    public void What_does_not_fit_an_item_rejects_it(string mapping, RejectionReason reason, string attribute)
    {
        DocumentBuffer buffer = new();
        ItemConverter converter = new(new(new("pk", KeyType.S), new("sk", KeyType.N)), new() { Mapping = ItemMapping.FromJson(mapping) });
        Assert.Equal((ConversionOutcome.Rejected, reason), (converter.Convert(Encoding.UTF8.GetBytes(Order), 0, buffer), buffer.Reason));
        Assert.Contains($"'{attribute}'", buffer.Detail, StringComparison.Ordinal);
        Assert.Equal("o1|7", buffer.Id);
    }

    [Theory]
    [InlineData("""{"exclude":["pk"]}""", "InvalidMapping")]
    [InlineData("""{"exclude":["p*"]}""", "InvalidMapping")]
    [InlineData("""{"exclude":["*"]}""", "InvalidMapping")]
    [InlineData("""{"exclude":[""]}""", "InvalidAttributePath")]
    [InlineData("""{"exclude":["a..b"]}""", "InvalidAttributePath")]
    [InlineData("""{"exclude":["a*.b"]}""", "InvalidAttributePath")]
    [InlineData("""{"include":["a?.b"]}""", "InvalidAttributePath")]
    [InlineData("""{"exclude":["\"a"]}""", "InvalidAttributePath")]
    [InlineData("""{"exclude":["\"a\"b"]}""", "InvalidAttributePath")]
    [InlineData("""{"rename":{"a*":"b"}}""", "InvalidAttributePath")]
    [InlineData("""{"rename":{"a":""}}""", "InvalidMapping")]
    [InlineData("""{"rename":{"a":"id"}}""", "InvalidMapping")]
    [InlineData("""{"rename":{"a":"_etag"}}""", "InvalidMapping")]
    [InlineData("""{"rename":{"a":"c","b":"c"}}""", "InvalidMapping")]
    [InlineData("""{"rename":{"a":"c"},"add":{"c":1}}""", "InvalidMapping")]
    [InlineData("""{"add":{"ttl":1}}""", "InvalidMapping")]
    [InlineData("""{"unpackJson":["pk"]}""", "InvalidMapping")]
    [InlineData("""{"string":["a"],"numberMode":{"a":"Double"}}""", "InvalidMapping")]
    [InlineData("""{"numberMode":{"a":"Round"}}""", "InvalidMapping")]
    [InlineData("""{"numberMode":{"a":"7"}}""", "InvalidMapping")]
    [InlineData("""{"drop":["a"]}""", "InvalidMapping")]
    [InlineData("""{"exclude":"a"}""", "InvalidMapping")]
    [InlineData("""{"exclude":[1]}""", "InvalidMapping")]
    [InlineData("""{"rename":["a"]}""", "InvalidMapping")]
    [InlineData("""{"where":1}""", "InvalidMapping")]
    [InlineData("""[]""", "InvalidMapping")]
    [InlineData("""{""", "InvalidMapping")]
    public void What_cannot_be_meant_is_an_error_before_any_item(string mapping, string errorId)
    {
        MigrationException error = Assert.Throws<MigrationException>(() => new ItemConverter(new(new("pk", KeyType.S)), new() { Mapping = ItemMapping.FromJson(mapping) }));
        Assert.Equal(errorId, error.ErrorId);
    }

    [Fact]
    public void A_mapping_is_the_same_after_it_was_written_and_read()
    {
        const string Json = """{"exclude":["a*","b"],"include":["*"],"rename":{"x":"y","é":"z"},"add":{"k":{"a":[1.0]}},"string":["s"],"numberMode":{"n":"Double"},"unpackJson":["u"],"where":"n = 'é'"}""";
        Assert.Equal(Json, ItemMapping.FromJson(Json).ToJson());
        Assert.Equal(Json, ItemMapping.FromJson("/* reviewed */" + Json.Replace("\"a*\",\"b\"", "\"b\",\"a*\"", StringComparison.Ordinal)).ToJson());
        Assert.Equal("{}", new ItemMapping().ToJson());
    }

    [Fact]
    public void An_update_that_leaves_the_condition_behind_deletes_what_was_written()
    {
        DocumentBuffer buffer = new();
        ItemConverter converter = new(new(new("pk", KeyType.S)), new() { Mapping = new() { Where = "status = 'open'" } });
        Assert.Equal(ConversionOutcome.Filtered, converter.Convert("""{"Item":{"pk":{"S":"a"},"status":{"S":"shut"}}}"""u8, 0, buffer));
        Assert.Equal(ConversionOutcome.Delete, converter.Convert("""{"Keys":{"pk":{"S":"a"}},"NewImage":{"pk":{"S":"a"},"status":{"S":"shut"}}}"""u8, 0, buffer));
        Assert.Equal(("a", "a"), (buffer.Id, Assert.Single(buffer.GetPartitionKey("undefined"))));
    }
}
