using System.Text;
using DynamoCosmos.Assessment;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Statistics;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>The walk over typed JSON sees in every notation what a plain count over the generated items sees.</summary>
public sealed class TypedJsonWalkTests
{
    private static readonly KeyMap s_keys = new(new("pk", KeyType.S), new("sk", KeyType.N), "exp");

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Every_place_has_its_types_bytes_depth_and_losses(int seed, bool isWhimsical)
    {
        GeneratedItems items = new(seed, s_keys);
        TypedJsonWriter writer = new(isWhimsical ? new Random(seed) : null);
        ItemStatistics statistics = new(new(s_keys), items.Now);
        Dictionary<string, Seen> expected = [];
        // As many as have room in the tree: what comes beyond its limits has a test of its own.
        for (int i = 0; i < 40; i++)
        {
            IReadOnlyList<(string Name, GeneratedValue Value)> item = items.Next();
            string line = writer.Item(item);
            // A pair of surrogates of which the whim escaped one half is no UTF-8.
            if (line.EnumerateRunes().Contains(Rune.ReplacementChar)) continue;
            statistics.Observe(new(Encoding.UTF8.GetBytes(line), i + 1));
            foreach ((string name, GeneratedValue value) in item) Note(expected, AttributeListing.PathOf(name),
                Encoding.UTF8.GetByteCount(name), value);
        }
        Assert.False(AttributeListing.IsCapped(statistics.Attributes.Root), "The limits cut the test short: take fewer items.");
        IReadOnlyList<AttributeUsage> found = AttributeListing.List(statistics.Attributes);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), found.Select(static usage => usage.Path).Order(StringComparer.Ordinal));
        Assert.All(found, usage =>
        {
            Seen seen = expected[usage.Path];
            Assert.Equal(seen.Types.OrderBy(static type => type.Key), usage.Types.OrderBy(static type => type.Key));
            Assert.Equal((seen.Depth, seen.Losses), (usage.Depth, usage.NumberLosses));
            Assert.Equal((seen.Bytes, seen.MaxBytes), (usage.Bytes, usage.MaxBytes));
        });
    }

    [Fact]
    public void A_change_is_walked_by_its_new_image()
    {
        ItemStatistics statistics = new(new(s_keys), 0);
        const string Change = """{"Metadata":{"x":{"S":"}\"]"}},"OldImage":{"pk":{"S":"a"},"sk":{"N":"1"},"old":{"S":"x"}},"Keys":{"pk":{"S":"a"},"sk":{"N":"1"}},"NewImage":{"pk":{"S":"a"},"sk":{"N":"1"},"new":{"BOOL":false}}}""";
        statistics.Observe(new(Encoding.UTF8.GetBytes(Change), 1));
        Assert.Equal(["new", "pk", "sk"], AttributeListing.List(statistics.Attributes).Select(static usage => usage.Path));
    }

    [Fact]
    public void A_map_whose_names_are_data_is_cut_and_does_not_push_out_the_attributes_behind_it()
    {
        ItemStatistics statistics = new(new(s_keys), 0);
        for (int item = 0; item < 300; item++)
        {
            string scores = string.Join(',', Enumerable.Range(item * 10, 10).Select(static n => $"\"user{n}\":{{\"N\":\"1\"}}"));
            string line = $"{{\"Item\":{{\"pk\":{{\"S\":\"a\"}},\"sk\":{{\"N\":\"{item}\"}},\"scores\":{{\"M\":{{{scores}}}}},\"later{item}\":{{\"S\":\"x\"}}}}}}";
            statistics.Observe(new(Encoding.UTF8.GetBytes(line), item + 1));
        }
        IReadOnlyList<AttributeUsage> found = AttributeListing.List(statistics.Attributes);
        Assert.True(found.Single(static usage => usage.Path == "scores").HasMore);
        Assert.Equal(AttributeTree.MaxNamesInMap, found.Count(static usage => usage.Path.StartsWith("scores.", StringComparison.Ordinal)));
        Assert.Equal(300, found.Count(static usage => usage.Path.StartsWith("later", StringComparison.Ordinal)));
        Assert.Equal(3_000 - AttributeTree.MaxNamesInMap, statistics.Attributes.Unlisted);
    }

    [Fact]
    public void Trees_of_two_threads_add_up_to_the_tree_of_one()
    {
        ItemStatistics both = new(new(s_keys), 0), first = new(new(s_keys), 0), second = new(new(s_keys), 0);
        GeneratedItems items = new(5, s_keys);
        TypedJsonWriter writer = new();
        for (int i = 0; i < 40; i++)
        {
            byte[] line = Encoding.UTF8.GetBytes(writer.Item(items.Next()));
            both.Observe(new(line, 1));
            (i % 3 == 0 ? first : second).Observe(new(line, 1));
        }
        first.Add(second);
        static IEnumerable<string> Told(ItemStatistics of) => AttributeListing.List(of.Attributes)
            .Select(static usage => $"{usage.Path} {string.Join(' ', usage.Types.OrderBy(static type => type.Key))} {usage.Bytes} " +
                $"{usage.MaxBytes} {usage.Depth} {usage.NumberLosses}");
        Assert.Equal(Told(both), Told(first));
        Assert.Equal(both.Counts, first.Counts);
        Assert.Equal(both.SourceSizes.ToDistribution().Buckets, first.SourceSizes.ToDistribution().Buckets);
    }

    private static int Note(Dictionary<string, Seen> seen, string path, int before, GeneratedValue value)
    {
        int levels = 0, losses = 0, bytes = before;
        switch (value.Type)
        {
            case "S":
                bytes += Encoding.UTF8.GetByteCount(value.Text);
                break;
            case "N":
                (bytes, losses) = (bytes + NumberBytes(value.Text), Loss(value.Text));
                break;
            case "B":
                bytes += Convert.FromBase64String(value.Text).Length;
                break;
            case "BOOL" or "NULL":
                bytes++;
                break;
            case "M":
                bytes += 3;
                foreach ((string name, GeneratedValue member) in value.Members)
                {
                    string child = $"{path}.{AttributeListing.PathOf(name)}";
                    bytes += Note(seen, child, Encoding.UTF8.GetByteCount(name) + 1, member);
                    levels = Math.Max(levels, Levels(member));
                }
                levels++;
                break;
            case "L":
                bytes += 3;
                foreach ((_, GeneratedValue element) in value.Members)
                {
                    bytes += Note(seen, path + "[]", 1, element);
                    levels = Math.Max(levels, Levels(element));
                }
                levels++;
                break;
            default:
                foreach ((_, GeneratedValue element) in value.Members)
                {
                    bytes += value.Type switch
                    {
                        "SS" => Encoding.UTF8.GetByteCount(element.Text),
                        "NS" => NumberBytes(element.Text),
                        _ =>
                        Convert.FromBase64String(element.Text).Length
                    };
                    if (value.Type == "NS") losses += Loss(element.Text);
                }
                break;
        }
        if (!seen.TryGetValue(path, out Seen? place)) seen.Add(path, place = new());
        place.Types[value.Type] = place.Types.GetValueOrDefault(value.Type) + 1;
        place.Depth = Math.Max(place.Depth, levels);
        place.Bytes += bytes;
        place.MaxBytes = Math.Max(place.MaxBytes, bytes);
        place.Losses += losses;
        return bytes;
    }

    private static int Levels(GeneratedValue value) =>
        value.Type is "M" or "L" ? 1 + value.Members.Select(static member => Levels(member.Value)).DefaultIfEmpty().Max() : 0;

    private static int NumberBytes(string text) => (text.Length + 1) / 2 + 1;

    private static int Loss(string text)
    {
        ReferenceDecimal number = ReferenceDecimal.Parse(text)!;
        return number.Rounded == number ? 0 : 1;
    }

    private sealed class Seen
    {
        internal Dictionary<string, long> Types { get; } = [];

        internal long Bytes { get; set; }

        internal int MaxBytes { get; set; }

        internal int Depth { get; set; }

        internal long Losses { get; set; }
    }
}
