using System.Text;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>Documents that are JSON already.</summary>
public sealed class PlainJsonTests
{
    [Theory]
    [InlineData("""{"pk":"a"}""", """{"id":"a","pk":"a"}""")]
    [InlineData(""" { "pk" : "a" , "n" : 1.50 , "l" : [ 1 , { } , null , true , false ] } """,
        """{"id":"a","pk":"a","n":1.5,"l":[1,{},null,true,false]}""")]
    [InlineData("""{"pk":"a","s":"\u00e9\/\u0001","id":"x","_ts":1}""",
        """{"id":"a","pk":"a","s":"é/\u0001","dynamo_id":"x","dynamo__ts":1}""")]
    [InlineData("""{"pk":"a","n":9007199254740993,"m":1e2,"z":-0.0,"h":1E+200,"d":123456789012345678901234567890123456789012345}""",
        """{"id":"a","pk":"a","n":"9007199254740993","m":100,"z":0,"h":1E+200,"d":"123456789012345678901234567890123456789012345"}""")]
    [InlineData("""{"pk":"a","exp":1767229200}""", """{"id":"a","ttl":3600,"pk":"a","exp":1767229200}""")]
    public void A_document_gets_id_and_canonical_text(string line, string expected)
    {
        DocumentBuffer buffer = new();
        ItemConverter converter = new(new(new("pk", KeyType.S), null, "exp"), format: ItemFormat.Json);
        Assert.Equal((ConversionOutcome.Document, ""),
            (converter.Convert(Encoding.UTF8.GetBytes(line), 1_767_225_600, buffer), buffer.Detail));
        Assert.Equal(expected, Encoding.UTF8.GetString(buffer.Document.Span));
    }

    [Theory]
    [InlineData("", RejectionReason.MalformedItem)]
    [InlineData("[]", RejectionReason.MalformedItem)]
    [InlineData("{", RejectionReason.MalformedItem)]
    [InlineData("""{"pk":"a",}""", RejectionReason.MalformedItem)]
    [InlineData("""{"pk":"a"} x""", RejectionReason.MalformedItem)]
    [InlineData("""{"pk":"a","x":01}""", RejectionReason.MalformedItem)]
    [InlineData("""{"pk":"a","x":1.}""", RejectionReason.MalformedItem)]
    [InlineData("""{"pk":"a","x":+1}""", RejectionReason.MalformedItem)]
    [InlineData("""{"pk":"a","x":NaN}""", RejectionReason.MalformedItem)]
    [InlineData("""{"pk":"a","x":1,"x":2}""", RejectionReason.MalformedItem)]
    [InlineData("""{"pk":"a","x":"\ud800"}""", RejectionReason.MalformedItem)]
    [InlineData("""{"x":"a"}""", RejectionReason.MissingKey)]
    [InlineData("""{"pk":1}""", RejectionReason.KeyTypeMismatch)]
    public void What_is_no_document_is_rejected(string line, RejectionReason reason)
    {
        DocumentBuffer buffer = new();
        Assert.Equal(ConversionOutcome.Rejected, new ItemConverter(new(new("pk", KeyType.S)), format: ItemFormat.Json)
            .Convert(Encoding.UTF8.GetBytes(line), 0, buffer));
        Assert.Equal(reason, buffer.Reason);
        Assert.NotEqual("", buffer.Detail);
    }

    [Fact]
    public void A_binary_key_is_its_base64()
    {
        DocumentBuffer buffer = new();
        ItemConverter converter = new(new(new("pk", KeyType.B)), format: ItemFormat.Json);
        Assert.Equal(ConversionOutcome.Document, converter.Convert("""{"pk":"+/8="}"""u8, 0, buffer));
        Assert.Equal("-_8", buffer.Id);
        Assert.Equal(ConversionOutcome.Rejected, converter.Convert("""{"pk":"+/8"}"""u8, 0, buffer));
        Assert.Equal(RejectionReason.KeyTypeMismatch, buffer.Reason);
    }

    [Fact]
    public void Nesting_is_limited()
    {
        DocumentBuffer buffer = new();
        ItemConverter converter = new(new(new("pk", KeyType.S)), format: ItemFormat.Json);
        Assert.Equal(ConversionOutcome.Document, converter.Convert(Deep(63), 0, buffer));
        Assert.Equal(ConversionOutcome.Rejected, converter.Convert(Deep(64), 0, buffer));

        static byte[] Deep(int levels) =>
            Encoding.UTF8.GetBytes($"{{\"pk\":\"a\",\"l\":{new string('[', levels)}{new string(']', levels)}}}");
    }
}
