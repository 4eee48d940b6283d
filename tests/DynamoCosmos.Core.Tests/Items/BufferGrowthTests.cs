using System.Text;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>A document is the same whatever its buffer begins with, and wherever in the item it has to grow.</summary>
public sealed class BufferGrowthTests
{
    private const long Now = 1_767_225_600;

    private const int Attributes = 10;

    private static readonly (string Name, GeneratedValue Value)[] s_specials =
    [
        ("id", new("N", "7", [])),
        ("ttl", new("S", "t", [])),
        ("_ts", new("BOOL", "true", [])),
        ("_attachments", new("M", "", [("id", new("N", "12345678901234567890", []))])),
        ("dynamo_id", new("NULL", "true", [])),
        ("exp", new("N", "1767229200", [])),
        ("old", new("S", "renamed", [])),
        ("text", new("S", "{\"a\":[1,\"\\n\"]}", [])),
        ("drop", new("S", new string('d', 100), [])),
    ];

    private static readonly ConversionOptions s_mapped = new()
    {
        Mapping = new()
        {
            ExcludeAttributes = ["drop"],
            RenameAttributes =
                new Dictionary<string, string> { ["old"] = "a_new_name_that_is_longer_than_thirty_two_bytes", ["pk"] = "customerId" },
            UnpackJsonAttributes = ["text"],
            AddProperties = new Dictionary<string, string> { ["added"] = "[1,2,3]" },
        },
    };

    [Fact]
    public void What_stands_before_a_renamed_attribute_is_kept_when_the_buffer_grows_there()
    {
        string payload = new('x', 15_000);
        byte[] json = Encoding.UTF8.GetBytes("""{"Item":{"id":{"N":"7"},"pk":{"S":"a"},"payload":{"S":"*"}}}""".Replace("*", payload,
            StringComparison.Ordinal));
        byte[] ion =
            Encoding.UTF8.GetBytes("""$ion_1_0 {Item:{id:7.,pk:"a",payload:"*"}}""".Replace("*", payload, StringComparison.Ordinal));
        foreach ((byte[] record, ItemFormat format) in new[] { (json, ItemFormat.DynamoDBJson), (ion, ItemFormat.Ion) })
        {
            DocumentBuffer buffer = new();
            Assert.Equal(ConversionOutcome.Document, new ItemConverter(new(new("pk", KeyType.S)), format: format)
                .Convert(record, Now, buffer));
            Assert.Equal($$"""{"id":"a","dynamo_id":7,"pk":"a","payload":"{{payload}}"}""", Encoding.UTF8.GetString(buffer.Document.Span));
        }
    }

    public static TheoryData<int> Specials => [.. Enumerable.Range(0, s_specials.Length)];

    [Theory]
    [MemberData(nameof(Specials))]
    public void Every_special_attribute_may_stand_anywhere(int special)
    {
        foreach (bool isMapped in (bool[])[false, true]) StandAnywhere(special, isMapped);
    }

    private static void StandAnywhere(int special, bool isMapped)
    {
        KeyMap keys = new(new("pk", KeyType.S), null, "exp");
        ConversionOptions options = isMapped ? s_mapped : new();
        ReferenceConverter reference = new(keys, options);
        ItemConverter json = new(keys, options), ion = new(keys, options, ItemFormat.Ion), plain = new(keys, options, ItemFormat.Json);
        TypedJsonWriter jsonWriter = new();
        IonWriter ionWriter = new();
        foreach (int bytes in (int[])[900, 15_000, 120_000])
        {
            for (int at = 0; at <= (bytes > 20_000 ? 1 : Attributes); at++)
            {
                List<(string Name, GeneratedValue Value)> item = [("pk", new("S", "a/b", []))];
                for (int i = 1; i < Attributes - 1; i++) item.Add(
                    ($"attribute{i}", i % 2 == 0 ? new("N", "1.50", []) : s_specials[(special + i) % s_specials.Length].Value));
                item.Insert(at % 3, ("payload", new("S", new('x', bytes), [])));
                item.Insert(Math.Min(at, item.Count), s_specials[special]);
                if (at % 2 == 0) item.Add(s_specials[(special + 1) % s_specials.Length]);
                string line = jsonWriter.Item(item);
                ReferenceResult expected = reference.Convert(Encoding.UTF8.GetBytes(line), Now);
                Assert.Equal(ConversionOutcome.Document, expected.Outcome);
                Check(expected, json, line);
                Check(expected, ion, ionWriter.Item(item));
                Check(expected, plain, PlainJsonWriter.Write(item));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Plain_json_makes_the_same_documents(int index)
    {
        (KeyMap keys, ConversionOptions options) = index == 0
            ? (new KeyMap(new("pk", KeyType.S), new("sk", KeyType.N), "exp"), new ConversionOptions())
            : (new KeyMap(new("id", KeyType.N)),
                new ConversionOptions
                {
                    NumberMode = NumberMode.Double,
                    Mapping = s_mapped.Mapping! with { RenameAttributes = new Dictionary<string, string> { ["name"] = "longer_than_name" } }
                });
        ItemConverter typed = new(keys, options), plain = new(keys, options, ItemFormat.Json);
        BufferSweep typedBuffers = new(), plainBuffers = new();
        GeneratedItems items = new(8_000 + index, keys) { HoldsPayloads = true, HoldsJson = true };
        TypedJsonWriter writer = new();
        for (int i = 0; i < 1_000; i++)
        {
            IReadOnlyList<(string Name, GeneratedValue Value)> item = PlainJsonWriter.WithoutSets(items.Next());
            byte[] line = Encoding.UTF8.GetBytes(writer.Item(item));
            ReferenceResult expected = ReferenceResult.Of(typedBuffers.Convert(typed, line, Now), typedBuffers.Buffer);
            ReferenceResult actual = ReferenceResult.Of(
                plainBuffers.Convert(plain, Encoding.UTF8.GetBytes(PlainJsonWriter.Write(item)), Now), plainBuffers.Buffer);
            if (expected != actual) Assert.Fail($"{Encoding.UTF8.GetString(line)}\ntyped: {expected}\nplain: {actual} " +
                $"{plainBuffers.Buffer.Detail}");
        }
    }

    /// <summary>A text in a text was once read while the inner one overwrote it.</summary>
    [Fact]
    public void A_text_in_a_text_is_unpacked_too()
    {
        ConversionOptions options =
            new() { PartitionKeyPaths = ["/x/z"], Mapping = new() { UnpackJsonAttributes = ["x", "x.y", "x.y.y"] } };
        DocumentBuffer buffer = new();
        string inner = """{"y":"[1,2,3]","long":"a text that is longer than what comes before it"}""";
        string outer = $$"""{"y":{{ReferenceValue.Quote(inner)}},"z":"behind","n":[{"y":1}]}""";
        string line = """{"Item":{"pk":{"S":"a"},"x":{"S":*}}}""".Replace("*", ReferenceValue.Quote(outer), StringComparison.Ordinal);
        Assert.Equal(ConversionOutcome.Document, new ItemConverter(new(new("pk", KeyType.S)), options)
            .Convert(Encoding.UTF8.GetBytes(line), Now, buffer));
        Assert.Equal("""{"id":"a","pk":"a","x":{"y":{"y":[1,2,3],"long":"a text that is longer than what comes before it"},"z":"behind","n":[{"y":1}]}}""", Encoding.UTF8.GetString(buffer.Document.Span));
    }

    [Theory]
    [InlineData("/x/y")]
    [InlineData("/x")]
    public void A_text_that_is_no_json_is_rejected_even_where_the_partition_key_would_come_from_it(string path)
    {
        ConversionOptions options = new() { PartitionKeyPaths = [path], Mapping = new() { UnpackJsonAttributes = ["x"] } };
        DocumentBuffer buffer = new();
        Assert.Equal(ConversionOutcome.Rejected, new ItemConverter(new(new("pk", KeyType.S)), options)
            .Convert("""{"Item":{"x":{"S":"{\"y\":"},"pk":{"S":"a"}}}"""u8, Now, buffer));
        Assert.Equal(RejectionReason.NotJson, buffer.Reason);
    }

    private static void Check(ReferenceResult expected, ItemConverter converter, string record)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(record);
        foreach ((int start, bool moves) in ((int, bool)[])[(64, false), (64, true), (8_192, false)])
        {
            DocumentBuffer buffer = new(start, moves);
            ReferenceResult actual = ReferenceResult.Of(converter.Convert(bytes, Now, buffer), buffer);
            if (expected != actual) Assert.Fail($"{record}\nfrom {start} bytes{(moves ? ", moving" : "")}\nexpected: " +
                $"{expected}\nactual:   {actual} {buffer.Detail}");
        }
    }
}
