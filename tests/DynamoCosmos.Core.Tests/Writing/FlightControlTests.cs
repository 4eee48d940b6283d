using DynamoCosmos.Writing;

namespace DynamoCosmos.Core.Tests.Writing;

public sealed class FlightControlTests
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    /// <summary>Operations per second by operations in flight, in the worlds that the module meets.</summary>
    public static TheoryData<string, int, double> Worlds => new()
    {
        { "loopback", 10_000, 0.93 },
        { "distant", 10_000, 0.93 },
        { "throttled", 10_000, 0.97 },
        { "tiny", 10_000, 0.95 },
        { "distant", 800, 0.95 },
    };

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Within_seconds_it_comes_close_to_the_best_and_stays_there_under_noise(string world, int cap, double share)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Func<int, double> rate = World(world);
            double best = Enumerable.Range(1, cap).Max(limit => rate(limit));
            FlightControl control = new(cap);
            Drive(control, rate, seed, TimeSpan.FromSeconds(6));
            double reached = Drive(control, rate, seed + 100, TimeSpan.FromSeconds(60));
            Assert.True(reached >= share * best, $"{world}, seed {seed}: {reached / best:p1} of the best at {control.Limit} in flight");
            Assert.InRange(control.Limit, 1, cap);
        }
    }

    [Fact]
    public void It_never_tries_fewer_than_two_batches()
    {
        FlightControl control = new(10_000);
        int least = int.MaxValue;
        for (int second = 0; second < 120; second++)
        {
            Drive(control, World("throttled"), second, TimeSpan.FromSeconds(1));
            least = Math.Min(least, control.Limit);
        }
        Assert.Equal(FlightControl.First, least);
    }

    [Fact]
    public void It_climbs_from_a_loopbacks_number_to_a_distant_accounts_within_four_seconds()
    {
        FlightControl control = new(10_000);
        Drive(control, World("distant"), 1, TimeSpan.FromSeconds(4));
        Assert.InRange(control.Limit, 1_600, 10_000);
    }

    [Fact]
    public void It_follows_when_the_account_is_given_more_throughput()
    {
        FlightControl control = new(10_000);
        Drive(control, static inFlight => Math.Min(inFlight / 0.05, 2_000), 1, TimeSpan.FromSeconds(60));
        Assert.InRange(control.Limit, 1, 300);
        double reached = 0;
        for (int minute = 0; minute < 3; minute++) reached =
            Drive(control, static inFlight => Math.Min(inFlight / 0.05, 40_000), 2, TimeSpan.FromSeconds(60));
        Assert.True(reached > 0.9 * 40_000, $"{reached}/s at {control.Limit}");
    }

    [Fact]
    public void Where_answers_are_429_the_number_stays()
    {
        FlightControl control = new(10_000);
        for (int tick = 0; tick < 600; tick++) control.Observe(new(s_tick, 100 * tick, 10 * tick, WasFull: true));
        Assert.Equal(FlightControl.First, control.Limit);
    }

    [Fact]
    public void Where_the_source_holds_the_run_back_the_number_stays()
    {
        FlightControl control = new(10_000);
        for (int tick = 0; tick < 600; tick++) control.Observe(new(s_tick, 100 * tick, 0, WasFull: false));
        Assert.Equal(FlightControl.First, control.Limit);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(200)]
    [InlineData(201)]
    public void The_cap_is_never_passed(int cap)
    {
        FlightControl control = new(cap);
        for (int tick = 0; tick < 2_000; tick++)
        {
            control.Observe(new(s_tick, (long)(control.Limit * 10), tick % 300 == 0 ? control.Limit : 0, true));
            Assert.InRange(control.Limit, 1, cap);
        }
    }

    [Fact]
    public void An_account_that_answers_nothing_does_not_move_it_upwards()
    {
        FlightControl control = new(10_000);
        for (int tick = 0; tick < 1_000; tick++) control.Observe(new(s_tick, 0, 0, true));
        Assert.InRange(control.Limit, 1, FlightControl.First * 2);
    }

    [Theory]
    [InlineData(1, 10_000, 200)]
    [InlineData(10, 10_000, 2_000)]
    [InlineData(100, 10_000, 10_000)]
    [InlineData(10, 800, 800)]
    public void It_begins_with_two_batches_for_each_range_and_never_goes_below(int ranges, int cap, int expected)
    {
        FlightControl control = new(cap, ranges);
        int least = control.Limit;
        for (int second = 0; second < 60; second++)
        {
            Drive(control, World("throttled"), second, TimeSpan.FromSeconds(1));
            least = Math.Min(least, control.Limit);
        }
        Assert.Equal(expected, least);
    }

    private static Func<int, double> World(string name) => name switch
    {
        // Contention in the SDK: 50,000/s at 200, half of it at 2,000.
        "loopback" => static inFlight => Math.Min(inFlight / 0.002, 50_000) / (1 + (Math.Max(0, inFlight - 200) / 1_800.0)),
        // 40 ms a request, 10 ranges, batches that wait 100 ms to fill as long as there are too few for them.
        "distant" => static inFlight =>
            Math.Min(inFlight / (inFlight < 1_000 ? 0.14 : 0.05), 30_000) / (1 + (Math.Max(0, inFlight - 4_000) / 10_000.0)),
        "throttled" => static inFlight => Math.Min(inFlight / 0.02, 1_800),
        "tiny" => static inFlight => Math.Min(inFlight / 0.02, 40),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <returns>Operations per second, on average.</returns>
    private static double Drive(FlightControl control, Func<int, double> rate, int seed, TimeSpan duration)
    {
        Random random = new(seed);
        double carried = 0;
        long settled = 0;
        int ticks = (int)(duration / s_tick);
        for (int tick = 0; tick < ticks; tick++)
        {
            double noise = 1 + (0.06 * (random.NextDouble() + random.NextDouble() - 1));
            carried += rate(control.Limit) * noise * s_tick.TotalSeconds;
            long whole = (long)carried;
            carried -= whole;
            settled += whole;
            control.Observe(new(s_tick, whole, 0, WasFull: true));
        }
        return settled / duration.TotalSeconds;
    }
}
