using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>
/// Ion as typed JSON: every type and value is what the same record has in JSON, and what no export has is refused with the words of the
/// conversion.
/// </summary>
[Trait("Category", "Slow")]
public sealed class IonTranscoderTests
{
    private const long Now = 1_767_225_600;

    private static readonly KeyMap s_keys = new(new("pk", KeyType.S), new("sk", KeyType.N), "exp");

    private readonly IonTranscoder _transcoder = new(), _moving = new(new DocumentBuffer(64, alwaysMoves: true));
    private readonly ArrayBufferWriter<byte> _typed = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_item_keeps_its_types_and_values(bool isWhimsical)
    {
        TypedJsonWriter json = new();
        IonWriter ion = new(isWhimsical ? new(1) : null);
        GeneratedItems items = new(7_000, s_keys) { HoldsPayloads = true };
        for (int i = 0; i < 2_000; i++)
        {
            IReadOnlyList<(string Name, GeneratedValue Value)> item = items.Next();
            Check(json.Item(item), ion.Item(item));
        }
    }

    [Fact]
    public void A_change_keeps_its_keys_and_images()
    {
        TypedJsonWriter json = new();
        IonWriter ion = new(new(2));
        GeneratedItems items = new(7_001, s_keys);
        IReadOnlyList<(string Name, GeneratedValue Value)> metadata = [("WriteTimestampMicros", new("N", "1680109764000000", []))];
        for (int i = 0; i < 300; i++)
        {
            IReadOnlyList<(string Name, GeneratedValue Value)> keys = [.. items.Next().Take(2)], image = items.Next(), old = items.Next();
            Check(json.Record(("Keys", keys), ("NewImage", image), ("OldImage", old)),
                ion.Record(("Metadata", metadata), ("OldImage", old), ("Keys", keys), ("NewImage", image)));
            Check(json.Record(("Keys", keys)), ion.Record(("Keys", keys), ("Metadata", metadata)));
        }
    }

    [Fact]
    public void What_is_damaged_is_refused_as_the_conversion_refuses_it_and_all_else_converts_to_the_same()
    {
        // Numbers as texts, since their quick way finds other words for what is wrong with one.
        ConversionOptions options = new() { NumberMode = NumberMode.String };
        ItemConverter fromIon = new(s_keys, options, ItemFormat.Ion), fromJson = new(s_keys, options);
        DocumentBuffer expected = new(), actual = new();
        IonWriter compact = new(), whimsical = new(new(3));
        LineDamage damage = new(4);
        GeneratedItems items = new(7_002, s_keys);
        int refused = 0, taken = 0;
        for (int i = 0; i < 4_000; i++)
        {
            byte[] record = damage.Harm(Encoding.UTF8.GetBytes((i % 2 == 0 ? compact : whimsical).Item(items.Next())));
            ReferenceResult direct = ReferenceResult.Of(fromIon.Convert(record, Now, expected), expected);
            if (Transcode(record))
            {
                taken++;
                Assert.Equal(direct, ReferenceResult.Of(fromJson.Convert(_typed.WrittenSpan, Now, actual), actual));
            }
            else
            {
                refused++;
                Assert.Equal((RejectionReason.MalformedItem, expected.Detail), (expected.Reason, _transcoder.Detail));
            }
        }
        Assert.True(refused > 400 && taken > 40, $"{refused} refused and {taken} taken say little.");
    }

    [Theory]
    [InlineData("{Item:{a:1", "The record ends too early")]
    [InlineData("{Item:{a:1.5e0}}", "A float stands here, which DynamoDB does not have")]
    [InlineData("{Other:{a:1}}", "The record has a member that does not belong")]
    [InlineData("{Record:{Keys:{a:1},NewImage:{b:sym}}}", "A symbol stands here, which DynamoDB does not have")]
    public void A_refusal_says_what_is_wrong(string record, string what)
    {
        Assert.False(Transcode(Encoding.UTF8.GetBytes(record)));
        Assert.StartsWith(what, _transcoder.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_and_dense_values_find_their_room()
    {
        string lists = new string('[', 32) + new string(']', 32), ones = string.Join(',', Enumerable.Repeat("1", 10_000)),
            maps = string.Join(',', Enumerable.Repeat("{}", 10_000));
        Assert.True(Transcode(Encoding.UTF8.GetBytes($"{{Item:{{deep:{lists},ones:[{ones}],maps:[{maps}],n:null,t:[true,null,false]}}}}")));
        JsonNode item = Parse(_typed.WrittenSpan)["Item"]!;
        Assert.Equal(10_000, item["ones"]!["L"]!.AsArray().Count);
        Assert.Equal("""{"L":[{"BOOL":true},{"NULL":true},{"BOOL":false}]}""", item["t"]!.ToJsonString());
    }

    private void Check(string json, string ion)
    {
        Assert.True(Transcode(Encoding.UTF8.GetBytes(ion)), $"{ion}\n{_transcoder.Detail}");
        string expected =
            Canonical(Parse(Encoding.UTF8.GetBytes(json))).ToJsonString(), actual = Canonical(Parse(_typed.WrittenSpan)).ToJsonString();
        if (expected != actual) Assert.Fail($"{ion}\n{expected}\n{actual}");
    }

    private bool Transcode(byte[] record)
    {
        ArrayBufferWriter<byte> moved = new();
        bool isMoved = record.Length <= 16 * 1024 && _moving.TryTranscode(record, moved);
        _typed.Clear();
        bool isTaken = _transcoder.TryTranscode(record, _typed);
        if (record.Length <= 16 * 1024)
        {
            Assert.Equal((isTaken, _transcoder.Detail), (isMoved, _moving.Detail));
            Assert.True(!isTaken || _typed.WrittenSpan.SequenceEqual(moved.WrittenSpan), Encoding.UTF8.GetString(record));
        }
        return isTaken;
    }

    private static JsonNode Parse(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 256 });
        return JsonNode.Parse(ref reader)!;
    }

    /// <summary>The same with each number in its canonical notation.</summary>
    private static JsonNode Canonical(JsonNode node)
    {
        switch (node)
        {
            case JsonObject { Count: 1 } map when map["N"] is JsonValue number:
                return new JsonObject { ["N"] = Canonical(number.GetValue<string>()) };
            case JsonObject { Count: 1 } map when map["NS"] is JsonArray numbers:
                return new JsonObject
                {
                    ["NS"] = new JsonArray(
                    [.. numbers.Select(static number => JsonValue.Create(Canonical(number!.GetValue<string>())))])
                };
            case JsonObject map:
                return new JsonObject(
                    map.Select(static member =>
                    KeyValuePair.Create(member.Key, member.Value is null ? null : (JsonNode?)Canonical(member.Value))));
            case JsonArray list:
                return new JsonArray([.. list.Select(static element => Canonical(element!))]);
            default:
                return node.DeepClone();
        }
    }

    private static string Canonical(string number) => ReferenceDecimal.Parse(number)!.Text;
}
