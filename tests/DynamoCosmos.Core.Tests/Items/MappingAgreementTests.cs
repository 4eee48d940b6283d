using System.Globalization;
using System.Text;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>Mapped conversions, from JSON and from Ion, equal the slow twin.</summary>
[Trait("Category", "Slow")]
public sealed class MappingAgreementTests
{
    private const long Now = 1_767_225_600;

    private static readonly int s_runs =
        int.Parse(Environment.GetEnvironmentVariable("DYNAMOCOSMOS_CONVERSION_RUNS") ?? "20000", CultureInfo.InvariantCulture);

    private static readonly KeyMap s_table = new(new("pk", KeyType.S), new("sk", KeyType.N), "exp");

    private static readonly (KeyMap Keys, ConversionOptions Options)[] s_settings =
    [
        (s_table, new() { Mapping = new() { ExcludeAttributes = ["price", "_ts", "exp", "sk", "attribute1*", "x.y", "tags.n?me"] } }),
        (s_table, new() { Mapping = new() { IncludeAttributes = ["name", "attribute*", "x.name", "y", "y.x"] } }),
        (s_table, new() { NumberMode = NumberMode.Double,
            Mapping = new() { ExcludeAttributes = ["attribute2*"], IncludeAttributes = ["?", "a*", "dynamo_*"] } }),
        (s_table, new() { Mapping = new() { RenameAttributes = new Dictionary<string, string> { ["pk"] = "partition", ["name"] = "x",
            ["x"] = "name", ["id"] = "productId", ["y"] = "dynamo_ttl", ["tags.price"] = "name", ["price.x"] = "y" } } }),
        (s_table, new() { NumberMode = NumberMode.Reject,
            Mapping = new() { ExcludeAttributes = ["price", "y"], StringAttributes = ["x", "name.price"],
            NumberModes = new Dictionary<string, NumberMode> { ["sk"] = NumberMode.String, ["tags"] = NumberMode.Double } } }),
        (s_table, new() { PartitionKeyPaths = ["/kind", "/pk"],
            Mapping = new() { AddProperties = new Dictionary<string, string> { ["kind"] = " \"or\\u0064er\" ",
            ["a"] = "{ \"b\": [1.50, null] }", ["x"] = "true", ["dynamo_id"] = "1e2" } } }),
        (new(new("id", KeyType.S)),
            new() { PartitionKeyPaths = ["/x/y"],
            Mapping = new() { IncludeAttributes = ["x.name"], UnpackJsonAttributes = ["name"],
            RenameAttributes = new Dictionary<string, string> { ["id"] = "key" } } }),
        (s_table, new() { Mapping = new() { UnpackJsonAttributes = ["name", "x", "price.y"],
            RenameAttributes = new Dictionary<string, string> { ["name.x"] = "z" }, ExcludeAttributes = ["x.y"] } }),
        (s_table, new() { PartitionKeyPaths = ["/x/y", "/name"],
            Mapping = new() { UnpackJsonAttributes = ["name", "x", "x.x", "x.y", "y"],
            RenameAttributes = new Dictionary<string, string> { ["x.x"] = "a_name_that_is_longer_than_the_one_it_had", ["y"] = "z" } } }),
        (s_table, new() { Mapping = new() { RenameAttributes = new Dictionary<string, string> { ["payload"] = "a name that is longer",
            ["name"] = new string('n', 300), ["x"] = "\"\n" },
            AddProperties = new Dictionary<string, string> { ["id_of_origin"] = $"\"{new string('a', 5_000)}\"" } } }),
    ];

    public static TheoryData<int> Settings => [.. Enumerable.Range(0, s_settings.Length)];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Mapped_items_convert_alike(int index)
    {
        (KeyMap keys, ConversionOptions options) = s_settings[index];
        ItemConverter json = new(keys, options), ion = new(keys, options, ItemFormat.Ion);
        ReferenceConverter reference = new(keys, options);
        BufferSweep buffers = new();
        DocumentBuffer buffer = buffers.Buffer;
        GeneratedItems items = new(7000 + index, keys) { HoldsJson = true, HoldsPayloads = true };
        TypedJsonWriter jsonWriter = new();
        IonWriter ionWriter = new();
        Dictionary<RejectionReason, int> reasons = [];
        for (int i = 0; i < s_runs / 10; i++)
        {
            IReadOnlyList<(string Name, GeneratedValue Value)> item = items.Next();
            byte[] line = Encoding.UTF8.GetBytes(jsonWriter.Item(item));
            ReferenceResult expected = Comparable(reference.Convert(line, Now));
            ReferenceResult fromJson = Comparable(ReferenceResult.Of(buffers.Convert(json, line, Now), buffer));
            if (expected != fromJson) Assert.Fail($"{Encoding.UTF8.GetString(line)}\nreference: {expected}\nJSON:      {fromJson} " +
                $"{buffer.Detail}");
            string text = ionWriter.Item(item);
            ReferenceResult fromIon = Comparable(ReferenceResult.Of(buffers.Convert(ion, Encoding.UTF8.GetBytes(text), Now), buffer));
            if (expected != fromIon) Assert.Fail($"{text}\nreference: {expected}\nIon:       {fromIon} {buffer.Detail}");
            reasons[expected.Reason] = reasons.GetValueOrDefault(expected.Reason) + 1;
        }
        Assert.True(reasons[RejectionReason.None] > s_runs / 100, string.Join(", ", reasons));
    }

    private static ReferenceResult Comparable(ReferenceResult result) =>
        result.Outcome == ConversionOutcome.Expired ? result with { PartitionKey = "" } : result;
}
