using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoCosmos.Comparison;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Comparison;

public sealed class DocumentHasherTests
{
    private const long Now = 1_800_000_000;

    [Theory]
    [InlineData("""{"id":"1","pk":"a","x":1}""", """{"x":1,"pk":"a","id":"1"}""")]
    [InlineData("""{"id":"1","pk":"a","x":1}""", """{"id":"1","pk":"a","x":1.0}""")]
    [InlineData("""{"id":"1","pk":"a","x":1E+2}""", """{"id":"1","pk":"a","x":100}""")]
    [InlineData("""{"id":"1","pk":"a","x":0}""", """{"id":"1","pk":"a","x":-0.0}""")]
    [InlineData("""{"id":"1","pk":"a","x":0.1}""", """{"id":"1","pk":"a","x":0.1000000000000000055511}""")]
    [InlineData("""{"id":"1","pk":"a","x":"é/"}""", """{"id":"1","pk":"a","x":"\u00e9\/"}""")]
    [InlineData("""{"id":"1","pk":"a","é":1}""", """{"id":"1","pk":"a","\u00e9":1}""")]
    [InlineData("""{"id":"1","pk":"a","m":{"a":1,"b":{"c":2,"d":3}}}""", """{"id":"1","pk":"a","m":{"b":{"d":3,"c":2},"a":1}}""")]
    [InlineData("""{"id":"1","pk":"a"}""",
        """{"id":"1","pk":"a","_rid":"x","_self":"y","_etag":"\"z\"","_attachments":"attachments/","_ts":1800000000,"_lsn":7}""")]
    [InlineData("""{ "id" : "1", "pk" : "a" }""", """{"id":"1","pk":"a"}""")]
    public void What_means_the_same_has_the_same_fingerprint(string one, string other)
    {
        Assert.Equal(Hash(one), Hash(other));
        Assert.Empty(Diff(one, other));
    }

    [Theory]
    [InlineData("""{"id":"1","pk":"a","x":1}""", """{"id":"1","pk":"a","x":"1"}""", "/x")]
    [InlineData("""{"id":"1","pk":"a","x":1}""", """{"id":"1","pk":"a"}""", "/x")]
    [InlineData("""{"id":"1","pk":"a"}""", """{"id":"1","pk":"a","x":null}""", "/x")]
    [InlineData("""{"id":"1","pk":"a","x":null}""", """{"id":"1","pk":"a","x":false}""", "/x")]
    [InlineData("""{"id":"1","pk":"a","x":true}""", """{"id":"1","pk":"a","x":false}""", "/x")]
    [InlineData("""{"id":"1","pk":"a","x":[]}""", """{"id":"1","pk":"a","x":{}}""", "/x")]
    [InlineData("""{"id":"1","pk":"a","x":""}""", """{"id":"1","pk":"a","x":[]}""", "/x")]
    [InlineData("""{"id":"1","pk":"a","x":[1,2]}""", """{"id":"1","pk":"a","x":[2,1]}""", "/x/0 /x/1")]
    [InlineData("""{"id":"1","pk":"a","x":[[1],2]}""", """{"id":"1","pk":"a","x":[[1,2]]}""", "/x/0/1 /x/1")]
    [InlineData("""{"id":"1","pk":"a","m":{"n":[{"o":1234567}]}}""", """{"id":"1","pk":"a","m":{"n":[{"o":1234568}]}}""", "/m/n/0/o")]
    [InlineData("""{"id":"1","pk":"a","m":{"a/b~c":1}}""", """{"id":"1","pk":"a","m":{"a/b~c":2}}""", "/m/a~1b~0c")]
    [InlineData("""{"id":"1","pk":"a","a":"b","c":"d"}""", """{"id":"1","pk":"a","a":"d","c":"b"}""", "/a /c")]
    [InlineData("""{"id":"1","pk":"a","m":{"_ts":1,"ttl":2}}""", """{"id":"1","pk":"a","m":{"_ts":2,"ttl":3}}""", "/m/_ts /m/ttl")]
    public void What_means_another_thing_has_another_fingerprint_and_the_places_are_named(string one, string other, string paths)
    {
        Assert.Equal(Hash(one).Key, Hash(other).Key);
        Assert.NotEqual(Hash(one).Content, Hash(other).Content);
        Assert.Equal(paths.Split(' '), Diff(one, other).Select(v => v.Path));
    }

    [Theory]
    [InlineData("""{"id":"1","pk":"a"}""", """{"id":"2","pk":"a"}""")]
    [InlineData("""{"id":"1","pk":"a"}""", """{"id":"1","pk":"b"}""")]
    [InlineData("""{"id":"1","pk":"a"}""", """{"id":"1"}""")]
    [InlineData("""{"id":"1","pk":"a"}""", """{"id":"a","pk":"1"}""")]
    [InlineData("""{"id":"1","pk":"1"}""", """{"id":"1","pk":1}""")]
    public void Another_id_or_partition_key_is_another_document(string one, string other) =>
        Assert.NotEqual(Hash(one).Key, Hash(other).Key);

    [Fact]
    public void Documents_that_swapped_their_contents_leave_other_marks()
    {
        static string Document(string id, int x) => $$"""{"id":"{{id}}","pk":"a","x":{{x}}}""";
        UInt128 right = Hash(Document("1", 1)).Mark + Hash(Document("2", 2)).Mark;
        UInt128 swapped = Hash(Document("1", 2)).Mark + Hash(Document("2", 1)).Mark;
        Assert.NotEqual(right, swapped);
    }

    [Fact]
    public void A_partition_key_may_lie_deeper_or_have_a_strange_name()
    {
        ComparisonRules rules = Rules(["/a/b", "/\"order id\""]);
        Fingerprint one = Hash("""{"id":"1","a":{"x":{"b":9},"b":"k"},"order id":7}""", rules);
        Assert.Equal(one, Hash("""{"order id":7.0,"a":{"b":"\u006b","x":{"b":9}},"id":"1"}""", rules));
        Assert.NotEqual(one.Key, Hash("""{"id":"1","a":{"x":{"b":"k"},"b":9},"order id":7}""", rules).Key);
        Assert.NotEqual(one.Key, Hash("""{"id":"1","a":{"x":{"b":9},"b":"k"},"order id":8}""", rules).Key);
        PartitionKeyBytes alone = new();
        Utf8JsonReader reader = new("\"k\""u8);
        reader.Read();
        alone.Set(ref reader);
        Assert.Equal(alone.Place, one.Place);
    }

    [Theory]
    [InlineData(1000L, 1000L, true)]
    [InlineData(1000L, 1600L, true)]
    [InlineData(1000L, 1601L, false)]
    [InlineData(1000L, 399L, false)]
    [InlineData(1000L, null, false)]
    [InlineData(600L, null, true)]
    [InlineData(1000L, -1L, false)]
    [InlineData(0L, null, true)]
    [InlineData(-100L, 1L, true)]
    [InlineData(-1000L, null, true)]
    [InlineData(-1000L, 1L, false)]
    [InlineData(2_147_483_647L, 2_147_483_647L, true)]
    [InlineData(2_147_483_648L, null, true)]
    [InlineData(2_147_483_648L, 2_147_483_647L, true)]
    [InlineData(2_147_490_000L, 2_147_483_647L, false)]
    [InlineData(null, null, true)]
    [InlineData(null, 1000L, false)]
    public void A_ttl_must_agree_with_the_documents_own_attribute_and_the_time_of_its_write(long? secondsLeft, long? ttl, bool isRight)
    {
        ComparisonRules rules = Rules(["/pk"], "expires");
        // Written long after the comparison's start, so that nothing is expired by it.
        long writtenAt = Now + 1_000_000;
        string attribute = secondsLeft is null ? "" : $",\"expires\":{writtenAt + secondsLeft}";
        string expected = $$"""{"id":"1","pk":"a"{{attribute}}}""";
        string actual = $$"""{"id":"1","pk":"a"{{attribute}}{{(ttl is null ? "" : $",\"ttl\":{ttl}")}},"_ts":{{writtenAt}}}""";
        DocumentHasher hasher = new(rules);
        Assert.Equal(isRight, hasher.Hash(Encoding.UTF8.GetBytes(expected)).Content == hasher.Hash(Encoding.UTF8.GetBytes(actual)).Content);
        Assert.Equal(isRight, hasher.TtlFault is null);
        if (!isRight) Assert.Equal(("/ttl", ttl?.ToString()), (hasher.TtlFault!.Path, hasher.TtlFault.Actual));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, true)]
    [InlineData(1, false)]
    [InlineData(-157_680_000, true)]
    [InlineData(-157_680_001, false)]
    public void A_document_is_expired_up_to_five_years_back(long secondsLeft, bool isExpired)
    {
        Assert.Equal(isExpired, Hash($$"""{"id":"1","pk":"a","expires":{{Now + secondsLeft}}}""", Rules(["/pk"], "expires")).IsExpired);
        Assert.Equal(isExpired, Hash($$"""{"id":"1","pk":"a","dynamo_ttl":{{Now + secondsLeft}}.5}""", Rules(["/pk"], "ttl")).IsExpired);
    }

    [Fact]
    public void Text_counts_as_a_time_only_where_numbers_are_written_as_text()
    {
        string document = $$"""{"id":"1","pk":"a","expires":"{{Now - 1}}"}""";
        Assert.False(Hash(document, Rules(["/pk"], "expires")).IsExpired);
        Assert.True(Hash(document, Rules(["/pk"], "expires", NumberMode.String)).IsExpired);
    }

    [Fact]
    public void Fingerprint_and_difference_agree_on_a_thousand_mutations()
    {
        Random random = new(4711);
        int different = 0;
        for (int i = 0; i < 1_000; i++)
        {
            JsonObject document = new() { ["id"] = "1", ["pk"] = "a", ["body"] = RandomValue(random, 0) };
            string one = document.ToJsonString();
            JsonObject copy = (JsonObject)JsonNode.Parse(one)!;
            copy["body"] = Mutate(copy["body"]!, random);
            string other = copy.ToJsonString();
            bool isEqual = Hash(one).Content == Hash(other).Content;
            Assert.Equal(Diff(one, other).Count == 0, isEqual);
            if (!isEqual) different++;
        }
        Assert.InRange(different, 300, 990);
    }

    internal static ComparisonRules Rules(string[] paths, string? ttl = null, NumberMode mode = NumberMode.Exact) =>
        new(paths, new ItemRouter(new(new("pk", KeyType.S), null, ttl), new ConversionOptions { NumberMode = mode }).GetExpiry(0), Now,
            TimeSpan.FromSeconds(600));

    private static Fingerprint Hash(string document, ComparisonRules? rules = null) =>
        new DocumentHasher(rules ?? Rules(["/pk"])).Hash(Encoding.UTF8.GetBytes(document));

    private static IReadOnlyList<ValueDifference> Diff(string one, string other) =>
        DocumentDiff.Find(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other), null, 100);

    private static JsonNode RandomValue(Random random, int depth) => random.Next(depth > 4 ? 4 : 6) switch
    {
        0 => JsonValue.Create(random.Next(5) * 0.5),
        1 => JsonValue.Create("v" + random.Next(4)),
        2 => JsonValue.Create(random.Next(2) == 0),
        3 => JsonValue.Create(random.NextDouble()),
        4 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomValue(random, depth + 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(4))
            .Select(n => KeyValuePair.Create("m" + n, (JsonNode?)RandomValue(random, depth + 1)))),
    };

    // Half of the mutations mean nothing: members reversed.
    private static JsonNode Mutate(JsonNode node, Random random)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } members when random.Next(3) > 0:
                List<KeyValuePair<string, JsonNode?>> pairs = [.. members.Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))];
                pairs.Reverse();
                int at = random.Next(pairs.Count);
                if (random.Next(2) == 0) pairs[at] = KeyValuePair.Create(pairs[at].Key, (JsonNode?)Mutate(pairs[at].Value!, random));
                return new JsonObject(pairs);
            case JsonArray { Count: > 0 } elements when random.Next(3) > 0:
                JsonNode[] copies = [.. elements.Select(e => e!.DeepClone())];
                int place = random.Next(copies.Length);
                copies[place] = Mutate(copies[place], random);
                return new JsonArray(copies);
            default:
                return RandomValue(random, 3);
        }
    }
}
