using System.Globalization;
using System.Text;
using System.Text.Json;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>
/// The same item from JSON and from Ion makes the same bytes; damaged Ion makes a rejection or a sound document, never a crash.
/// </summary>
[Trait("Category", "Slow")]
public sealed class IonAgreementTests
{
    private const long Now = 1_767_225_600;

    private static readonly int s_runs =
        int.Parse(Environment.GetEnvironmentVariable("DYNAMOCOSMOS_CONVERSION_RUNS") ?? "20000", CultureInfo.InvariantCulture);

    private static readonly (KeyMap Keys, ConversionOptions Options)[] s_settings =
    [
        (new(new("pk", KeyType.S), new("sk", KeyType.N), "exp"), new()),
        (new(new("pk", KeyType.B), new("sk", KeyType.S), "ttl"), new() { Hierarchical = true, NumberMode = NumberMode.String }),
        (new(new("id", KeyType.N)), new() { NumberMode = NumberMode.Double }),
        (new(new("pk", KeyType.S), null, "exp"),
            new() { IdFrom = IdSource.Attribute, IdAttribute = "name", NumberMode = NumberMode.Reject }),
        (new(new("id", KeyType.S)), new() { PartitionKeyPaths = ["/x/y", "/customerId"] }),
    ];

    public static TheoryData<int> Settings => [.. Enumerable.Range(0, s_settings.Length)];

    [Theory]
    [MemberData(nameof(Settings))]
    public void The_same_item_makes_the_same_bytes(int index)
    {
        Pair pair = new(index);
        TypedJsonWriter json = new();
        IonWriter compact = new(), whimsical = new(new(index));
        GeneratedItems items = new(4000 + index, pair.Keys) { Usual = pair.Options.IdAttribute, HoldsPayloads = true };
        int values = 0;
        for (int i = 0; i < s_runs / 10; i++)
        {
            IReadOnlyList<(string Name, GeneratedValue Value)> item = items.Next();
            values += 2 * CountValues(item);
            string line = json.Item(item);
            pair.Check(line, compact.Item(item));
            pair.Check(line, whimsical.Item(item));
        }
        // Of all settings together 100,000, each in Ion twice.
        Assert.True(values >= s_runs, $"{values} values say little.");
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void The_same_change_makes_the_same_bytes(int index)
    {
        Pair pair = new(index);
        TypedJsonWriter json = new();
        IonWriter ion = new(new(index));
        GeneratedItems items = new(5000 + index, pair.Keys) { HoldsPayloads = true };
        for (int i = 0; i < s_runs / 50; i++)
        {
            IReadOnlyList<(string Name, GeneratedValue Value)> image = items.Next();
            List<(string Name, GeneratedValue Value)> keys = [.. image.Where(attribute => attribute.Name == pair.Keys.PartitionKey.Name
                || attribute.Name == pair.Keys.SortKey?.Name)];
            IReadOnlyList<(string Name, GeneratedValue Value)> metadata = [("WriteTimestampMicros", new("N", "1680109764000000", []))];
            pair.Check(json.Record(("Metadata", metadata), ("Keys", keys), ("NewImage", image)),
                ion.Record(("Metadata", metadata), ("Keys", keys), ("NewImage", image)));
            pair.Check(json.Record(("Metadata", metadata), ("Keys", keys), ("OldImage", image)),
                ion.Record(("Keys", keys), ("OldImage", image), ("Metadata", metadata)));
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Damaged_records_never_crash_and_never_make_an_unsound_document(int index)
    {
        Pair pair = new(index);
        IonWriter compact = new(), whimsical = new(new(index));
        LineDamage damage = new(index);
        GeneratedItems items = new(6000 + index, pair.Keys) { Usual = pair.Options.IdAttribute, HoldsPayloads = true };
        int documents = 0, rejections = 0;
        for (int i = 0; i < s_runs / 5; i++)
        {
            byte[] record = damage.Harm(Encoding.UTF8.GetBytes((i % 2 == 0 ? compact : whimsical).Item(items.Next())));
            switch (pair.Convert(record))
            {
                case ConversionOutcome.Document:
                    documents++;
                    using (JsonDocument document = JsonDocument.Parse(pair.Buffer.Document, new() { MaxDepth = 128 })) Assert.Equal(
                        pair.Buffer.Id, document.RootElement.GetProperty("id").GetString());
                    break;
                case ConversionOutcome.Rejected:
                    rejections++;
                    Assert.EndsWith(".", pair.Buffer.Detail, StringComparison.Ordinal);
                    if (pair.Buffer.Reason == RejectionReason.MalformedItem
                        && !pair.Buffer.Detail.Contains("UTF-8", StringComparison.Ordinal)) Assert.Matches("line [0-9]+, column [0-9]+",
                        pair.Buffer.Detail);
                    break;
            }
        }
        Assert.True(documents > s_runs / 500 && rejections > s_runs / 20, $"{documents} documents and {rejections} rejections say little.");
    }

    private static int CountValues(IReadOnlyList<(string Name, GeneratedValue Value)> members) =>
        members.Sum(static member => 1 + CountValues(member.Value.Members));

    private sealed class Pair
    {
        private readonly ItemConverter _json, _ion;
        private readonly BufferSweep _expected = new(), _actual = new();

        internal Pair(int index)
        {
            (Keys, Options) = s_settings[index];
            _json = new(Keys, Options);
            _ion = new(Keys, Options, ItemFormat.Ion);
        }

        internal KeyMap Keys { get; }

        internal ConversionOptions Options { get; }

        internal DocumentBuffer Buffer => _actual.Buffer;

        internal ConversionOutcome Convert(byte[] record) => _actual.Convert(_ion, record, Now);

        internal void Check(string json, string ion)
        {
            ReferenceResult expected = ReferenceResult.Of(_expected.Convert(_json, Encoding.UTF8.GetBytes(json), Now), _expected.Buffer);
            ReferenceResult actual = ReferenceResult.Of(Convert(Encoding.UTF8.GetBytes(ion)), Buffer);
            if (expected != actual) Assert.Fail($"{json}\n{ion}\nJSON: {expected} {_expected.Buffer.Detail}\nIon:  {actual} " +
                $"{Buffer.Detail}");
        }
    }
}
