using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Mappings;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

public sealed class ItemMappingTests
{
    private const string Order =
        """{"Item":{"pk":{"S":"o1"},"sk":{"N":"7"},"zip":{"N":"04109"},"address":{"M":{"city":{"S":"Leipzig"},"zip":{"N":"4109"},"geo.lat":{"N":"51.3"}}},"lines":{"L":[{"M":{"sku":{"S":"a"},"price":{"N":"1.5"},"tmp1":{"S":"x"}}},{"M":{"tmp2":{"S":"y"}}},{"S":"z"}]},"tmpA":{"S":"t"},"payload":{"S":"{\"a\": [1.50, \"\\u00e9\"]}"}}}""";

    [Theory]
    [InlineData("""{"excludeAttribute":["tmp*","address","lines","payload"]}""", """{"id":"o1|7","pk":"o1","sk":7,"zip":4109}""")]
    [InlineData("""{"excludeAttribute":["tmp*","lines.tmp?","address.\"geo.lat\"","sk","payload"]}""",
        """{"id":"o1|7","pk":"o1","zip":4109,"address":{"city":"Leipzig","zip":4109},"lines":[{"sku":"a","price":1.5},{},"z"]}""")]
    [InlineData("""{"excludeAttribute":["\"tmp[0]\"","address","lines","payload"],"renameAttribute":{"tmpA":"tmp[0]"}}""",
        """{"id":"o1|7","pk":"o1","sk":7,"zip":4109,"tmp[0]":"t"}""")]
    [InlineData("""{"includeAttribute":["zip"]}""", """{"id":"o1|7","pk":"o1","sk":7,"zip":4109}""")]
    [InlineData("""{"includeAttribute":["address.city","tmp*"]}""",
        """{"id":"o1|7","pk":"o1","sk":7,"address":{"city":"Leipzig"},"tmpA":"t"}""")]
    [InlineData("""{"includeAttribute":["address","address.city"],"excludeAttribute":["address.zip"]}""",
        """{"id":"o1|7","pk":"o1","sk":7,"address":{"city":"Leipzig","geo.lat":51.3}}""")]
    [InlineData("""{"includeAttribute":["zip"],"renameAttribute":{"pk":"orderId","zip":"postcode"}}""",
        """{"id":"o1|7","orderId":"o1","sk":7,"postcode":4109}""")]
    [InlineData("""{"includeAttribute":["address","lines"],"renameAttribute":{"address.zip":"postcode","lines.price":"cost"},"excludeAttribute":["lines.tmp*"]}""", """{"id":"o1|7","pk":"o1","sk":7,"address":{"city":"Leipzig","postcode":4109,"geo.lat":51.3},"lines":[{"sku":"a","cost":1.5},{},"z"]}""")]
    [InlineData("""{"includeAttribute":["zip","address","lines.price"],"stringAttribute":["zip","address"]}""",
        """{"id":"o1|7","pk":"o1","sk":7,"zip":"4109","address":{"city":"Leipzig","zip":"4109","geo.lat":"51.3"},"lines":[{"price":1.5},{},"z"]}""")]
    [InlineData("""{"includeAttribute":["zip"],"attributeNumberMode":{"sk":"String","zip":"Exact"}}""",
        """{"id":"o1|7","pk":"o1","sk":"7","zip":4109}""")]
    [InlineData("""{"includeAttribute":["payload"],"unpackJsonAttribute":["payload"]}""",
        """{"id":"o1|7","pk":"o1","sk":7,"payload":{"a":[1.5,"é"]}}""")]
    [InlineData("""{"includeAttribute":["payload.b"],"unpackJsonAttribute":["payload"],"renameAttribute":{"payload.a":"b"}}""",
        """{"id":"o1|7","pk":"o1","sk":7,"payload":{}}""")]
    [InlineData("""{"includeAttribute":["payload.a"],"unpackJsonAttribute":["payload"],"renameAttribute":{"payload.a":"b"}}""",
        """{"id":"o1|7","pk":"o1","sk":7,"payload":{"b":[1.5,"é"]}}""")]
    [InlineData("""{"includeAttribute":["zip"],"addProperty":{"type":"order","a":{"b":[1.0]}}}""",
        """{"id":"o1|7","pk":"o1","sk":7,"zip":4109,"a":{"b":[1]},"type":"order"}""")]
    [InlineData("""{"includeAttribute":["zip"],"renameAttribute":{"zip":"sk","sk":"zip"}}""",
        """{"id":"o1|7","pk":"o1","zip":7,"sk":4109}""")]
    [InlineData("""{"includeAttribute":["zip"],"where":"zip = 4109 AND attribute_exists(address.city)"}""",
        """{"id":"o1|7","pk":"o1","sk":7,"zip":4109}""")]
    public void A_mapping_changes_the_document(string mapping, string expected)
    {
        DocumentBuffer buffer = new();
        ItemConverter converter = new(new(new("pk", KeyType.S), new("sk", KeyType.N)), new() { Mapping = MappingJson.Read(mapping) });
        Assert.Equal((ConversionOutcome.Document, ""), (converter.Convert(Encoding.UTF8.GetBytes(Order), 0, buffer), buffer.Detail));
        Assert.Equal(expected, Encoding.UTF8.GetString(buffer.Document.Span));
    }

    [Fact]
    public void A_renamed_partition_key_takes_its_path_along()
    {
        ItemConverter converter = new(new(new("pk", KeyType.S), new("sk", KeyType.N)),
            new() { Hierarchical = true, Mapping = MappingJson.Read("""{"renameAttribute":{"pk":"order id"}}""") });
        Assert.Equal(["/\"order id\"", "/sk"], converter.PartitionKeyPaths);
        DocumentBuffer buffer = new();
        converter.Convert(Encoding.UTF8.GetBytes(Order), 0, buffer);
        Assert.Equal(["o1", 7.0], buffer.GetPartitionKey("undefined"));
    }

    [Fact]
    public void A_partition_key_can_be_an_added_property_and_then_deletes_know_it_too()
    {
        ItemConverter converter = new(new(new("pk", KeyType.S), new("sk", KeyType.N)),
            new() { PartitionKeyPaths = ["/type", "/pk"], Mapping = MappingJson.Read("""{"addProperty":{"type":"order"}}""") });
        DocumentBuffer buffer = new();
        Assert.Equal(ConversionOutcome.Document, converter.Convert(Encoding.UTF8.GetBytes(Order), 0, buffer));
        Assert.Equal(["order", "o1"], buffer.GetPartitionKey("undefined"));
        Assert.Equal(ConversionOutcome.Delete, converter.Convert("""{"Keys":{"pk":{"S":"o1"},"sk":{"N":"7"}}}"""u8, 0, buffer));
        Assert.Equal(["order", "o1"], buffer.GetPartitionKey("undefined"));
    }

    [Theory]
    [InlineData("""{"renameAttribute":{"zip":"payload"}}""", RejectionReason.NameConflict, "'zip' cannot be renamed to 'payload'")]
    [InlineData("""{"renameAttribute":{"address.zip":"city"}}""", RejectionReason.NameConflict, "'zip' cannot be renamed to 'city'")]
    [InlineData("""{"addProperty":{"zip":1}}""", RejectionReason.NameConflict, "'zip'")]
    [InlineData("""{"unpackJsonAttribute":["tmpA"]}""", RejectionReason.NotJson, "'tmpA'")]
    public void What_does_not_fit_an_item_rejects_it(string mapping, RejectionReason reason, string says)
    {
        DocumentBuffer buffer = new();
        ItemConverter converter = new(new(new("pk", KeyType.S), new("sk", KeyType.N)), new() { Mapping = MappingJson.Read(mapping) });
        Assert.Equal((ConversionOutcome.Rejected, reason), (converter.Convert(Encoding.UTF8.GetBytes(Order), 0, buffer), buffer.Reason));
        Assert.Contains(says, buffer.Detail, StringComparison.Ordinal);
        Assert.Equal("o1|7", buffer.Id);
    }

    [Theory]
    [InlineData("""{"excludeAttribute":["pk"]}""", "InvalidMapping")]
    [InlineData("""{"excludeAttribute":["p*"]}""", "InvalidMapping")]
    [InlineData("""{"excludeAttribute":["*"]}""", "InvalidMapping")]
    [InlineData("""{"excludeAttribute":[""]}""", "InvalidAttributePath")]
    [InlineData("""{"excludeAttribute":["a..b"]}""", "InvalidAttributePath")]
    [InlineData("""{"excludeAttribute":["a*.b"]}""", "InvalidAttributePath")]
    [InlineData("""{"includeAttribute":["a?.b"]}""", "InvalidAttributePath")]
    [InlineData("""{"excludeAttribute":["\"a"]}""", "InvalidAttributePath")]
    [InlineData("""{"excludeAttribute":["\"a\"b"]}""", "InvalidAttributePath")]
    [InlineData("""{"renameAttribute":{"a*":"b"}}""", "InvalidAttributePath")]
    [InlineData("""{"renameAttribute":{"a":""}}""", "InvalidMapping")]
    [InlineData("""{"renameAttribute":{"a":"id"}}""", "InvalidMapping")]
    [InlineData("""{"renameAttribute":{"a":"_etag"}}""", "InvalidMapping")]
    [InlineData("""{"renameAttribute":{"a":"c","b":"c"}}""", "InvalidMapping")]
    [InlineData("""{"renameAttribute":{"a":"c"},"addProperty":{"c":1}}""", "InvalidMapping")]
    [InlineData("""{"addProperty":{"ttl":1}}""", "InvalidMapping")]
    [InlineData("""{"unpackJsonAttribute":["pk"]}""", "InvalidMapping")]
    [InlineData("""{"stringAttribute":["a"],"attributeNumberMode":{"a":"Double"}}""", "InvalidMapping")]
    [InlineData("""{"attributeNumberMode":{"a":"Round"}}""", "MappingNotReadable")]
    [InlineData("""{"attributeNumberMode":{"a":"7"}}""", "MappingNotReadable")]
    [InlineData("""{"drop":["a"]}""", "MappingUnknownWord")]
    [InlineData("""{"where":"a = 1","Where":"a = 2"}""", "MappingNotReadable")]
    [InlineData("""{"excludeAttribute":["a"],"excludeAttribute":["b"]}""", "MappingNotReadable")]
    [InlineData("""{"excludeAttribute":"pk"}""", "InvalidMapping")]
    [InlineData("""{"excludeAttribute":[1]}""", "MappingNotReadable")]
    [InlineData("""{"excludeAttribute":["lines[0].price"]}""", "InvalidAttributePath")]
    [InlineData("""{"renameAttribute":{"lines[].price":"cost"}}""", "InvalidAttributePath")]
    [InlineData("""{"renameAttribute":["a"]}""", "MappingNotReadable")]
    [InlineData("""{"where":1}""", "MappingNotReadable")]
    [InlineData("""[]""", "MappingNotReadable")]
    [InlineData("""{""", "MappingNotReadable")]
    public void What_cannot_be_meant_is_an_error_before_any_item(string mapping, string errorId)
    {
        MigrationException error = Assert.Throws<MigrationException>(() =>
            new ItemConverter(new(new("pk", KeyType.S)), new() { Mapping = MappingJson.Read(mapping) }));
        Assert.Equal(errorId, error.ErrorId);
    }

    [Fact]
    public void A_mapping_is_the_same_after_it_was_written_and_read()
    {
        const string Json = """{"excludeAttribute":["a*","b"],"includeAttribute":["*"],"renameAttribute":{"x":"y","é":"z"},"addProperty":{"k":{"a":[1.0]}},"stringAttribute":["s"],"attributeNumberMode":{"n":"Double"},"unpackJsonAttribute":["u"],"where":"n = 'é'"}""";
        Assert.Equal(Json, MappingJson.Read(Json).ToJson());
        Assert.Equal(Json, MappingJson.Read("/* reviewed */" + Json.Replace("\"a*\",\"b\"", "\"b\",\"a*\"", StringComparison.Ordinal))
            .ToJson());
        Assert.Equal("{}", new ItemMapping().ToJson());
    }

    [Fact]
    public void An_update_that_leaves_the_condition_behind_deletes_what_was_written()
    {
        DocumentBuffer buffer = new();
        ItemConverter converter = new(new(new("pk", KeyType.S)), new() { Mapping = new() { Where = "status = 'open'" } });
        Assert.Equal(ConversionOutcome.Filtered, converter.Convert("""{"Item":{"pk":{"S":"a"},"status":{"S":"shut"}}}"""u8, 0, buffer));
        Assert.Equal(ConversionOutcome.Delete,
            converter.Convert("""{"Keys":{"pk":{"S":"a"}},"NewImage":{"pk":{"S":"a"},"status":{"S":"shut"}}}"""u8, 0, buffer));
        Assert.Equal(("a", "a"), (buffer.Id, Assert.Single(buffer.GetPartitionKey("undefined"))));
    }
}
