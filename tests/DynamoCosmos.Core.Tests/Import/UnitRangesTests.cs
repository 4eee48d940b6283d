using DynamoCosmos.Import.Checkpoints;

namespace DynamoCosmos.Core.Tests.Import;

public sealed class UnitRangesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void It_holds_what_was_added_in_any_order_and_says_it_shortly(int seed)
    {
        Random random = new(seed);
        UnitRanges ranges = new();
        HashSet<int> model = [];
        for (int round = 0; round < 5_000; round++)
        {
            int unit = random.Next(300);
            Assert.Equal(model.Contains(unit), ranges.Contains(unit));
            Assert.Equal(model.Add(unit), ranges.Add(unit));
            Assert.Equal(model.Count, ranges.Count);
            if (round % 100 != 0) continue;
            UnitRanges read = UnitRanges.Parse(ranges.ToString());
            Assert.Equal(Enumerable.Range(0, 301).Select(model.Contains), Enumerable.Range(0, 301).Select(read.Contains));
            Assert.Equal(model.Count, read.Count);
        }
        Assert.Equal("0-299", ranges.ToString());
    }

    [Theory]
    [InlineData("3-1")]
    [InlineData("1,1")]
    [InlineData("5,1")]
    [InlineData("1-2-3")]
    [InlineData("a")]
    [InlineData("-1")]
    [InlineData("1,")]
    public void Other_text_is_a_format_error(string text) => Assert.Throws<FormatException>(() => UnitRanges.Parse(text));

    [Fact]
    public void Nothing_is_empty_text() => Assert.Equal(("", 0), (new UnitRanges().ToString(), UnitRanges.Parse("").Count));
}
