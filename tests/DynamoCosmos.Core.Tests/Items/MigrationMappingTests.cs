using System.Text.Json;
using DynamoCosmos.Basics;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Mappings;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>The words of a mapping, and what is wrong with them by line.</summary>
public sealed class MigrationMappingTests
{
    private static readonly KeyMap s_keys = new(new("PK", KeyType.S), new("SK", KeyType.S));

    [Fact]
    public void What_a_route_says_stands_in_place_of_what_is_said_for_all()
    {
        IReadOnlyList<ItemRoute> routes = Read("""
            {
                "where": "attribute_exists(PK)", "numberMode": "String", "excludeAttribute": ["tmp", "old"],
                "route": [
                    { "container": "a", "where": "SK = 'A'", "excludeAttribute": "x", "hierarchical": true },
                    { "container": "b", "where": "SK = 'B'", "numberMode": "double" }
                ],
                "defaultContainer": "rest"
            }
            """).GetRoutes(null, null)!;
        Assert.Equal([("a", "SK = 'A'"), ("b", "SK = 'B'"), ("rest", null)], routes.Select(route => (route.Container, route.Where)));
        Assert.All(routes, route => Assert.Equal("attribute_exists(PK)", route.Options.Mapping!.Where));
        Assert.Equal([NumberMode.String, NumberMode.Double, NumberMode.String], routes.Select(route => route.Options.NumberMode));
        Assert.Equal([["x"], ["tmp", "old"], ["tmp", "old"]], routes.Select(route => route.Options.Mapping!.ExcludeAttributes));
        Assert.Equal([true, false, false], routes.Select(route => route.Options.Hierarchical));
        Assert.Equal(["a", "b", "rest"], new ItemRouter(s_keys, routes).Containers);
    }

    [Theory]
    [InlineData("{\n  \"numberMode\": \"Exact\",\n  \"renam\": {}\n}", "MappingUnknownWord", "m.json, line 3: 'renam'",
        "'renameAttribute' meant")]
    [InlineData("{\n  \"route\": [\n    { \"container\": \"a\" },\n    { \"container\": \"b\",\n      \"defaultContainer\": \"c\" }\n  " +
        "]\n}", "MappingUnknownWord", "m.json, line 5: 'defaultContainer'", "container, where")]
    [InlineData("{\n  \"route\": [\n    { \"where\": \"a = 1\" } ]\n}", "MappingNotReadable", "m.json, line 3", "'container'")]
    [InlineData("{\n  \"idFrom\": \"Key\"\n}", "MappingNotReadable", "m.json, line 2", "Keys, SortKey, Attribute")]
    [InlineData("{\n  \"hierarchical\": \"yes\"\n}", "MappingNotReadable", "m.json, line 2", "true or false")]
    [InlineData("{\n  \"route\": 7\n}", "MappingNotReadable", "m.json, line 2", "a list of objects")]
    [InlineData("{\n  \"where\": \"a\",\n  \"where\": \"b\"\n}", "MappingNotReadable", "m.json, line 3", "stands twice")]
    [InlineData("{\n  \"where\": \"a\"\n", "MappingNotReadable", "m.json, line 3", "not JSON")]
    [InlineData("{\n}\n7", "MappingNotReadable", "m.json, line 3", "not JSON")]
    [InlineData("[]", "MappingNotReadable", "m.json, line 1", "an object")]
    [InlineData("{\n  \"numberMode\": \"Exact\",\n  \"where\": \"a =\"\n}", "InvalidCondition", "m.json, line 3",
        "cannot be read at character")]
    [InlineData("{\n  \"route\": [\n    { \"container\": \"a\",\n      \"where\": \"size(\" }\n  ]\n}", "InvalidCondition",
        "m.json, line 4", "size(")]
    [InlineData("{\n  \"excludeAttribute\": [\n    \"ok\",\n    \"a..b\"\n  ]\n}", "InvalidAttributePath", "m.json, line 4",
        "a name is empty")]
    [InlineData("{\n  \"renameAttribute\": {\n    \"a*\": \"b\" }\n}", "InvalidAttributePath", "m.json, line 3", "wildcards")]
    public void What_is_wrong_is_told_with_its_line(string json, string errorId, params string[] told)
    {
        MigrationException error = Assert.Throws<MigrationException>(() => Read(json));
        Assert.Equal(errorId, error.ErrorId);
        Assert.All(told, words => Assert.Contains(words, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Parameters_stand_over_the_file_word_by_word()
    {
        MappingValue file = MappingText.Read("""{ "numberMode": "String", "hierarchical": true }""", "m.json");
        MappingValue given = MappingText.Read("""{ "NumberMode": "Double" }""", "parameters");
        ConversionOptions options = Assert.Single(new MigrationMapping(given.Over(file)).GetRoutes("orders", null)!).Options;
        Assert.Equal((NumberMode.Double, true), (options.NumberMode, options.Hierarchical));
    }

    [Fact]
    public void Without_routes_one_container_takes_everything_and_with_routes_none_is_named()
    {
        Assert.Null(Read("{}").GetRoutes(null, null));
        Assert.Equal("orders", Assert.Single(Read("{}").GetRoutes("orders", null)!).Container);
        MigrationMapping split = Read("""{ "route": { "container": "a", "where": "SK = 'A'" } }""");
        Assert.Equal("a", Assert.Single(split.GetRoutes(null, "a")!).Container);
        Assert.Equal("ContainerNameWithRoutes", Assert.Throws<MigrationException>(() => split.GetRoutes("a", null)).ErrorId);
        Assert.Equal("TargetNotRouted", Assert.Throws<MigrationException>(() => split.GetRoutes(null, "b")).ErrorId);
    }

    [Fact]
    public void Settings_that_change_nothing_make_the_same_import_as_none()
    {
        Assert.Null(Assert.Single(Read("""{ "excludeAttribute": [], "numberMode": "Exact" }""").GetRoutes("a", null)!).Options.Mapping);
    }

    [Fact]
    public void The_schema_for_editors_knows_the_same_words()
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "mapping.schema.json")));
        Assert.Equal(MigrationMapping.Words.Order(), Names(schema.RootElement));
        Assert.Equal(MigrationMapping.RouteWords.Order(), Names(schema.RootElement.GetProperty("$defs").GetProperty("route")));
        JsonElement words = schema.RootElement.GetProperty("$defs").GetProperty("words");
        Assert.Equal(Enum.GetNames<IdSource>(), words.GetProperty("idFrom").GetProperty("enum").EnumerateArray()
            .Select(value => value.GetString()));
        Assert.Equal(Enum.GetNames<ExpiredItemAction>(), words.GetProperty("expiredItem").GetProperty("enum").EnumerateArray()
            .Select(value => value.GetString()));
        Assert.Equal(Enum.GetNames<NumberMode>(), schema.RootElement.GetProperty("$defs").GetProperty("numberMode").GetProperty("enum")
            .EnumerateArray().Select(value => value.GetString()));
    }

    [Fact]
    public void A_mapping_with_a_mark_of_its_encoding_and_comments_is_read()
    {
        Assert.Equal("a",
            Assert.Single(Read("\uFEFF// reviewed\n{ \"defaultContainer\": \"a\", /* so */ }").GetRoutes(null, null)!).Container);
    }

    private static MigrationMapping Read(string json) => new(MappingText.Read(json, "m.json"));

    private static IEnumerable<string> Names(JsonElement schema) =>
        schema.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order();
}
