using System.Buffers;
using System.Text;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Core.Tests.Import;

public sealed class RejectionLinesTests
{
    private static readonly KeyMap s_keys = new(new("a:b", KeyType.N), new("sk", KeyType.B), "ttl");

    [Fact]
    public void Everything_that_is_known_comes_back()
    {
        RejectedItem item = RoundTrip("{\"Item\":\"é\\n\u0001\"}"u8, "id/1", ["a", 1.5, true, null, ItemWrite.Undefined],
            new WriteAnswer(400, 1001, 1), "why", isCut: false);
        Assert.Equal(("data/1.json.gz", 7, RejectionReason.Refused, "id/1", 400, 1001, "why"),
            (item.DataFile, item.Line, item.Reason, item.Id, item.Status, item.SubStatus, item.Detail));
        Assert.Equal("""["a",1.5,true,null,{}]""", item.PartitionKey);
        Assert.Equal("{\"Item\":\"é\\n\u0001\"}", item.Item);
        Assert.Equal((s_keys, ItemFormat.Ion), (item.TableKeys, item.Format));
        Assert.False(item.IsItemCut || item.IsItemBase64);
    }

    [Fact]
    public void What_is_not_known_stays_unknown()
    {
        RejectedItem item = RoundTrip("x"u8, null, null, null, null, isCut: false);
        Assert.Equal((null, null, null, null, null), (item.Id, item.PartitionKey, item.Status, item.SubStatus, item.Detail));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_kept_as_base64()
    {
        byte[] bytes = [0xFF, 0x00, 0xC3];
        RejectedItem item = RoundTrip(bytes, null, null, null, null, isCut: false);
        Assert.True(item.IsItemBase64);
        Assert.Equal(bytes, Convert.FromBase64String(item.Item));
    }

    [Fact]
    public void Mostly_control_characters_are_kept_as_base64_which_is_shorter()
    {
        RejectedItem item = RoundTrip(new byte[300], null, null, null, null, isCut: false);
        Assert.True(item.IsItemBase64);
        Assert.Equal(new byte[300], Convert.FromBase64String(item.Item));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_cut_through_a_character_leaves_text(int kept)
    {
        byte[] text = [.. "abc"u8, .. "🎁"u8[..kept]];
        RejectedItem item = RoundTrip(text, null, null, null, null, isCut: true);
        Assert.Equal(("abc", true, false), (item.Item, item.IsItemCut, item.IsItemBase64));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"dataFile":"a","line":"1","reason":"Refused","item":""}""")]
    [InlineData("""{"dataFile":"a","line":1,"reason":"Whim","item":""}""")]
    [InlineData("""{"dataFile":"a","line":1,"reason":"Refused"}""")]
    [InlineData("""{"dataFile":"a","line":1,"reason":"Refused","item":"","format":"Whim"}""")]
    [InlineData("""{"dataFile":"a","line":1,"reason":"Refused","item":"","table":{}}""")]
    [InlineData("""{"dataFile":"a","line":1,"reason":"Refused","item":"","table":{"partitionKey":""}}""")]
    public void A_line_of_another_make_is_a_format_error(string line) =>
        Assert.Throws<FormatException>(() => RejectionLines.Read(Encoding.UTF8.GetBytes(line)));

    private static RejectedItem RoundTrip(ReadOnlySpan<byte> text, string? id, IReadOnlyList<object?>? partitionKey, WriteAnswer? answer,
        string? detail, bool isCut)
    {
        ArrayBufferWriter<byte> lines = new();
        RejectionLines.Write(lines, new(s_keys, new ConversionOptions(), ItemFormat.Ion), "data/1.json.gz", 7, "import1",
            RejectionReason.Refused, null, id, partitionKey, answer, detail, text, isCut);
        Assert.Equal((byte)'\n', lines.WrittenSpan[^1]);
        Assert.Equal(1, lines.WrittenSpan.Count((byte)'\n'));
        return RejectionLines.Read(lines.WrittenSpan[..^1]);
    }
}
