using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>Every row of the case files, through the converter.</summary>
public sealed class ConversionCasesTests
{
    public static TheoryData<string> Names => [.. ConversionCase.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_case_becomes_what_its_row_says(string name)
    {
        ConversionCase row = ConversionCase.All[name];
        DocumentBuffer buffer = new();
        ConversionOutcome outcome = new ItemConverter(row.Keys, row.Options, row.Format).Convert(row.Line, ConversionCase.Now, buffer);

        Assert.Equal(row.Outcome, outcome);
        Assert.Equal(row.Rejected ?? "None", buffer.Reason.ToString());
        if (outcome == ConversionOutcome.Rejected)
        {
            Assert.NotEmpty(buffer.Detail);
            return;
        }
        if (row.Id is not null) Assert.Equal(row.Id, buffer.Id);
        if (row.Document is null) return;
        string text = Encoding.UTF8.GetString(buffer.Document.Span);
        if (row.DocumentText is not null) Assert.Equal(row.DocumentText, text);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(row.Document.Value.GetRawText()), JsonNode.Parse(text)),
            $"{text} is not {row.Document}");
    }
}
