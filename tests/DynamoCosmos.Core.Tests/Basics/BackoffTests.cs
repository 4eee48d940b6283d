using DynamoCosmos.Basics;

namespace DynamoCosmos.Core.Tests.Basics;

public sealed class BackoffTests
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 200)]
    [InlineData(5, 1_600)]
    [InlineData(8, 12_800)]
    [InlineData(9, 15_000)]
    [InlineData(1_000, 15_000)]
    public void Pauses_double_up_to_a_limit_and_are_spread_over_their_upper_half(int tries, int milliseconds)
    {
        Assert.Equal(milliseconds / 2.0, Backoff.Next(s_first, tries, null, 0).TotalMilliseconds);
        Assert.Equal(milliseconds, Backoff.Next(s_first, tries, null, 1).TotalMilliseconds, 3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void What_the_service_asks_for_is_the_least(double chance)
    {
        TimeSpan asked = TimeSpan.FromSeconds(20);
        Assert.InRange(Backoff.Next(s_first, 3, asked, chance), asked, asked + s_first * 4);
    }
}
