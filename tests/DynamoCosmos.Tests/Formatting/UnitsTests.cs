namespace DynamoCosmos.Tests.Formatting;

public sealed class UnitsTests(UnitsTests.Host host) : IClassFixture<UnitsTests.Host>
{
    [Theory]
    [InlineData("Bytes($null)", "")]
    [InlineData("Bytes(0)", "0 B")]
    [InlineData("Bytes(812)", "812 B")]
    [InlineData("Bytes(1000)", "1 KB")]
    [InlineData("Bytes(1536)", "1.5 KB")]
    [InlineData("Bytes(1048575)", "1 MB")]
    [InlineData("Bytes(120GB)", "120 GB")]
    [InlineData("Bytes(99.96GB)", "100 GB")]
    [InlineData("Bytes(1500GB)", "1.5 TB")]
    [InlineData("Bytes(-2048)", "-2 KB")]
    [InlineData("Bytes([long]::MaxValue)", "8192 PB")]
    [InlineData("Count($null)", "")]
    [InlineData("Count(1250000)", "1,250,000")]
    [InlineData("Count(0.4)", "0")]
    [InlineData("Percent(0.0345)", "3.5 %")]
    [InlineData("Percent($null)", "")]
    [InlineData("Duration($null)", "")]
    [InlineData("Duration([timespan]::FromMilliseconds(80))", "80 ms")]
    [InlineData("Duration([timespan]'00:00:04.24')", "4.2 s")]
    [InlineData("Duration([timespan]'00:03:09')", "3 min 09 s")]
    [InlineData("Duration([timespan]'01:05:59')", "1 h 05 min")]
    [InlineData("Duration([timespan]'2.04:30:00')", "2 d 4 h")]
    [InlineData("Rate(1000, [timespan]'00:00:04')", "250/s")]
    [InlineData("Rate(1000, [timespan]::Zero)", "")]
    [InlineData("Time($null)", "")]
    [InlineData("Time([DateTimeOffset]'2024-05-06T14:30:59+02:00')", "2024-05-06 12:30Z")]
    public void A_number_is_written_as_people_read_it(string call, string text) =>
        Assert.Equal(text, host.Module.Invoke($"[DynamoCosmos.Objects.Units]::{call}").Single().BaseObject);

    public sealed class Host : IDisposable
    {
        public ModuleHost Module { get; } = new();

        public void Dispose() => Module.Dispose();
    }
}
