using DynamoCosmos.Writing;

namespace DynamoCosmos.Core.Tests.Writing;

/// <summary>The first minute counts as a whole: finding the throughput is a part of using it.</summary>
public sealed class PaceControlTests
{
    private const double ChargePerItem = 5.5;
    private const int Minute = 60;

    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(3, 6_000)]
    [InlineData(3, 30_000)]
    [InlineData(10, 20_000)]
    [InlineData(10, 100_000)]
    [InlineData(50, 100_000)]
    public void A_throttled_account_is_used_up_with_few_refusals(int ranges, double perSecond) =>
        ForSeeds(0.97, 0.05, seed => new ThrottledService(ranges, perSecond, seed).Run(new(), Minute * perSecond / ChargePerItem));

    [Theory]
    [InlineData(1, 10_000, 0.09)]
    [InlineData(10, 20_000, 0.3)]
    public void Without_a_pace_the_same_account_refuses_a_crowd(int ranges, double perSecond, double least)
    {
        ThrottledService service = new ThrottledService(ranges, perSecond, 1).Run(null, Minute * perSecond / ChargePerItem);
        Assert.True(service.Refused > least, $"{service.Refused:p1} refused");
    }

    [Fact]
    public void The_range_that_gets_most_is_used_up_and_the_others_as_far_as_it_lets_them()
    {
        double[] weights = [0.22, 0.2, 0.2, 0.2, 0.18];
        double attainable = 0.2 / weights[0];
        ForSeeds(0.97 * attainable, 0.05, seed => new ThrottledService(5, 25_000, seed) { Weights = weights }.Run(new(), Minute * attainable * 25_000 / ChargePerItem));
    }

    [Theory]
    [InlineData(1, 10_000, 0.97)]
    // A twentieth of the operations takes a third of the throughput: chance leaves such small ranges idle for longer.
    [InlineData(10, 40_000, 0.93)]
    public void Operations_of_very_unequal_charge_are_paced_too(int ranges, double perSecond, double least) =>
        ForSeeds(least, 0.05, seed => new ThrottledService(ranges, perSecond, seed) { Charge = static random => random.Next(20) == 0 ? 60 : ChargePerItem }
            .Run(new(), Minute * perSecond / ((0.95 * ChargePerItem) + (0.05 * 60))));

    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(10, 20_000)]
    public void What_a_service_has_saved_up_is_used_and_then_its_throughput(int ranges, double perSecond)
    {
        const int savedSeconds = 20;
        ForSeeds(1.25, 0.05, seed => new ThrottledService(ranges, perSecond, seed) { Saved = savedSeconds * perSecond / ranges }
            .Run(new(), (Minute + savedSeconds) * perSecond / ChargePerItem));
    }

    [Fact]
    public void More_throughput_is_found_within_seconds() =>
        ForSeeds(0.89, 0.05, seed => new ThrottledService(3, static second => second < 20 ? 10_000 : 30_000, seed).Run(new(), ((20 * 10_000) + (40 * 30_000)) / ChargePerItem));

    [Fact]
    public void Less_throughput_is_met_within_seconds() =>
        ForSeeds(0.96, 0.05, seed => new ThrottledService(3, static second => second < 20 ? 30_000 : 15_000, seed).Run(new(), ((20 * 30_000) + (40 * 15_000)) / ChargePerItem));

    [Fact]
    public void A_process_that_stands_still_now_and_then_keeps_its_pace() =>
        ForSeeds(0.82, 0.06, seed => new ThrottledService(1, 10_000, seed) { Stalls = 0.3 }.Run(new(), Minute * 10_000 / ChargePerItem));

    [Fact]
    public void A_service_that_does_not_throttle_never_gets_a_pace()
    {
        ThrottledService service = new ThrottledService(10, 1e9, 1) { Stalls = 0.3 }.Run(new(), 600_000);
        Assert.False(service.HadPace);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(50)]
    public void One_bad_second_is_no_reason(int begin)
    {
        PaceControl control = new();
        for (int tick = 0; tick < 100; tick++)
        {
            control.Observe(new(s_tick, 500, tick >= begin && tick < begin + 10 ? 400 : 0, true));
            Assert.Null(control.Pace);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void One_of_the_first_two_is_if_it_is_bad_enough_and_what_it_began_is_over_when_nothing_is_refused(int begin)
    {
        PaceControl control = new();
        for (int tick = 0; tick < begin + 10; tick++) control.Observe(new(s_tick, 100, tick >= begin ? 80 : 0, true));
        Assert.NotNull(control.Pace);
        int seconds = 0;
        for (; control.Pace is double pace && seconds < 60; seconds++)
        {
            for (int tick = 0; tick < 10; tick++) control.Observe(new(s_tick, (long)Math.Ceiling(pace / 10), 0, true));
        }
        Assert.InRange(seconds, 3, 15);
    }

    [Fact]
    public void An_outage_and_a_slow_source_leave_the_pace_as_it_is()
    {
        PaceControl control = new();
        for (int tick = 0; tick < 40; tick++) control.Observe(new(s_tick, 100, 10, true));
        double pace = control.Pace!.Value;
        Assert.InRange(pace, 1_000, 1_030);
        for (int tick = 0; tick < 100; tick++) control.Observe(new(s_tick, 0, 0, true));
        for (int tick = 0; tick < 100; tick++) control.Observe(new(s_tick, 20, 0, WasFull: false));
        Assert.Equal(pace, control.Pace);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public void Two_seconds_in_which_everything_is_refused_set_no_pace(int begin)
    {
        PaceControl control = new();
        for (int tick = 0; tick < 100; tick++)
        {
            bool isDark = tick >= 50 + begin && tick < 70 + begin;
            control.Observe(new(s_tick, isDark ? 0 : 2_200, isDark ? 1_000 : 0, true));
            Assert.Null(control.Pace);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public void A_pace_is_back_three_seconds_after_everything_was_refused(int begin)
    {
        PaceControl control = new();
        for (int tick = 0; tick < 40 + begin; tick++) control.Observe(new(s_tick, 100, tick < 20 ? 10 : 3, true));
        double pace = control.Pace!.Value;
        for (int tick = 0; tick < 20; tick++) control.Observe(new(s_tick, 0, 100, true));
        for (int tick = 0; tick < 30; tick++) control.Observe(new(s_tick, (long)Math.Min(100, Math.Ceiling((control.Pace ?? 1_000) / 10)), 0, true));
        Assert.InRange(control.Pace ?? pace, pace * 0.95, pace * 1.5);
    }

    [Fact]
    public void A_service_that_goes_on_refusing_is_asked_for_less_but_not_for_next_to_nothing()
    {
        PaceControl control = new();
        for (int tick = 0; tick < 40; tick++) control.Observe(new(s_tick, 100, 10, true));
        for (int tick = 0; tick < 50; tick++) control.Observe(new(s_tick, 0, 100, true));
        Assert.InRange(control.Pace!.Value, 200, 600);
    }

    /// <param name="used">What each run uses at least.</param>
    /// <param name="refused">What the runs see refused at most, on average; none more than a hundredth above it, whenever in the service's second it begins.</param>
    private static void ForSeeds(double used, double refused, Func<int, ThrottledService> run)
    {
        ThrottledService[] runs = [.. Enumerable.Range(0, 6).Select(run)];
        string facts = string.Join(", ", runs.Select(static service => $"{service.Used:p1} used and {service.Refused:p1} refused"));
        Assert.True(runs.Min(static service => service.Used) >= used, facts);
        Assert.True(runs.Average(static service => service.Refused) <= refused, facts);
        Assert.True(runs.Max(static service => service.Refused) <= refused + 0.01, facts);
    }
}
