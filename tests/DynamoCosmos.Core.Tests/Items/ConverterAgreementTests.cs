using System.Globalization;
using System.Text;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>
/// The transcoder and its slow twin agree on everything: generated items in all notations, and damaged lines. DYNAMOCOSMOS_CONVERSION_RUNS
/// sets how many (20,000 without it; a million is the long run).
/// </summary>
[Trait("Category", "Slow")]
public sealed class ConverterAgreementTests
{
    private const long Now = 1_767_225_600;

    private static readonly int s_runs =
        int.Parse(Environment.GetEnvironmentVariable("DYNAMOCOSMOS_CONVERSION_RUNS") ?? "20000", CultureInfo.InvariantCulture);

    public static TheoryData<int> Settings => [.. Enumerable.Range(0, ConversionSettings.All.Count)];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Generated_items_convert_alike(int index)
    {
        (KeyMap keys, ConversionOptions options) = ConversionSettings.All[index];
        Agreement agreement = new(keys, options);
        GeneratedItems items = new(1000 + index, keys) { Usual = options.IdAttribute, HoldsPayloads = true };
        TypedJsonWriter compact = new(), whimsical = new(new(index));
        for (int i = 0; i < s_runs / 20; i++)
        {
            IReadOnlyList<(string Name, GeneratedValue Value)> item = items.Next();
            agreement.Check(Encoding.UTF8.GetBytes(compact.Item(item)));
            agreement.Check(Encoding.UTF8.GetBytes(whimsical.Item(item)));
        }
        Assert.True(agreement.Documents > s_runs / 200, $"Only {agreement.Documents} became documents: the generator says little.");
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Changes_convert_alike(int index)
    {
        (KeyMap keys, ConversionOptions options) = ConversionSettings.All[index];
        Agreement agreement = new(keys, options);
        GeneratedItems items = new(2000 + index, keys) { Usual = options.IdAttribute, HoldsPayloads = true };
        TypedJsonWriter writer = new(new(index));
        for (int i = 0; i < s_runs / 100; i++)
        {
            IReadOnlyList<(string Name, GeneratedValue Value)> image = items.Next();
            List<(string Name, GeneratedValue Value)> key = [.. image.Where(attribute => attribute.Name == keys.PartitionKey.Name
                || attribute.Name == keys.SortKey?.Name)];
            agreement.Check(
                Encoding.UTF8.GetBytes(
                writer.Record(("Metadata", [("WriteTimestampMicros", new("N", "1", []))]), ("Keys", key), ("NewImage", image))));
            agreement.Check(Encoding.UTF8.GetBytes(writer.Record(("OldImage", image), ("Keys", key))));
            agreement.Check(Encoding.UTF8.GetBytes(writer.Record(("Keys", key), ("NewImage", items.Next()))));
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Damaged_lines_convert_alike(int index)
    {
        (KeyMap keys, ConversionOptions options) = ConversionSettings.All[index];
        Agreement agreement = new(keys, options);
        GeneratedItems items = new(3000 + index, keys) { Usual = options.IdAttribute, HoldsPayloads = true };
        LineDamage damage = new(index);
        TypedJsonWriter writer = new();
        for (int i = 0; i < s_runs / 10; i++) agreement.Check(damage.Harm(Encoding.UTF8.GetBytes(writer.Item(items.Next()))));
    }

    [Theory]
    [InlineData(2_097_152, ConversionOutcome.Document)]
    [InlineData(2_097_153, ConversionOutcome.Rejected)]
    public void Two_megabytes_are_the_limit_for_both(int size, ConversionOutcome expected)
    {
        Agreement agreement = new(new(new("pk", KeyType.S)), new());
        string value = new('x', size - "{'id':'a','pk':'a','v':''}".Length);
        string line = "{'Item':{'pk':{'S':'a'},'v':{'S':'".Replace('\'', '"') + value + "'}}}".Replace('\'', '"');
        Assert.Equal(expected, agreement.Check(Encoding.UTF8.GetBytes(line)));
        Assert.Equal(ConversionOutcome.Document, agreement.Check("""{"Item":{"pk":{"S":"a"}}}"""u8.ToArray()));
    }

    private sealed class Agreement(KeyMap keys, ConversionOptions options)
    {
        private readonly ItemConverter _converter = new(keys, options);
        private readonly ReferenceConverter _reference = new(keys, options);
        private readonly BufferSweep _buffers = new();

        internal int Documents { get; private set; }

        internal ConversionOutcome Check(byte[] line)
        {
            ConversionOutcome outcome = _buffers.Convert(_converter, line, Now);
            DocumentBuffer buffer = _buffers.Buffer;
            if (outcome == ConversionOutcome.Document) Documents++;
            ReferenceResult expected = _reference.Convert(line, Now), actual = ReferenceResult.Of(outcome, buffer);
            if (outcome == ConversionOutcome.Expired) (expected, actual) =
                (expected with { PartitionKey = "" }, actual with { PartitionKey = "" });
            if (expected != actual) Assert.Fail($"{Encoding.Latin1.GetString(line)}\nreference:  {expected}\ntranscoder: {actual} " +
                $"{buffer.Detail}");
            return outcome;
        }
    }
}
