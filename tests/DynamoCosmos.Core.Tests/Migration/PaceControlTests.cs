using DynamoCosmos.Migration;

namespace DynamoCosmos.Core.Tests.Migration;

public sealed class PaceControlTests
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(1_820, 1, 0.97)]
    [InlineData(3_640, 10, 0.97)]
    [InlineData(36_400, 10, 0.97)]
    [InlineData(73, 1, 0.95)]
    public void A_throttled_account_is_used_up_with_few_refusals(int perSecond, int ranges, double least)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            Account account = new(perSecond, ranges, seed);
            PaceControl control = new();
            account.Drive(control, seconds: 15);
            (double used, double refused) = account.Drive(control, seconds: 120);
            Assert.True(used >= least, $"seed {seed}: {used:p1} of the throughput used");
            Assert.True(refused <= 0.05, $"seed {seed}: {refused:p1} refused");
        }
    }

    [Theory]
    [InlineData(1_820, 1)]
    [InlineData(3_640, 10)]
    public void The_first_minute_counts_too(int perSecond, int ranges)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            (double used, double refused) = new Account(perSecond, ranges, seed).Drive(new(), seconds: 60);
            Assert.True(used >= 0.97, $"seed {seed}: {used:p1} of the throughput used");
            Assert.True(refused <= 0.05, $"seed {seed}: {refused:p1} refused");
        }
    }

    [Fact]
    public void Without_refusals_there_is_no_pace()
    {
        PaceControl control = new();
        for (int tick = 0; tick < 100; tick++) control.Observe(new(s_tick, 5_000, 100, true));
        Assert.Null(control.Pace);
    }

    [Fact]
    public void One_bad_second_is_no_reason()
    {
        PaceControl control = new();
        for (int tick = 0; tick < 100; tick++) control.Observe(new(s_tick, 500, tick is >= 30 and < 40 ? 400 : 0, true));
        Assert.Null(control.Pace);
    }

    [Fact]
    public void More_throughput_is_found_within_seconds()
    {
        Account account = new(1_000, 1, 1);
        PaceControl control = new();
        account.Drive(control, seconds: 20);
        Assert.InRange(control.Pace!.Value, 900, 1_100);
        account.PerSecond = 10_000;
        account.Drive(control, seconds: 20);
        (double used, _) = account.Drive(control, seconds: 20);
        Assert.True(used > 0.95, $"{used:p1}, pace {control.Pace}");
    }

    [Fact]
    public void Less_throughput_is_met_too()
    {
        Account account = new(2_000, 1, 1);
        PaceControl control = new();
        account.Drive(control, seconds: 20);
        account.PerSecond = 1_500;
        account.Drive(control, seconds: 30);
        (double used, double refused) = account.Drive(control, seconds: 30);
        Assert.True(used > 0.96 && refused < 0.05, $"{used:p1} used, {refused:p1} refused");
    }

    [Fact]
    public void An_outage_and_a_slow_source_leave_the_pace_as_it_is()
    {
        PaceControl control = new();
        for (int tick = 0; tick < 40; tick++) control.Observe(new(s_tick, 100, 10, true));
        // What waited is gone by then, and the pace is what the service can do, and a little.
        for (int tick = 0; tick < 50; tick++) control.Observe(new(s_tick, 0, 0, true));
        double pace = control.Pace!.Value;
        Assert.InRange(pace, 1_000, 1_030);
        for (int tick = 0; tick < 100; tick++) control.Observe(new(s_tick, 0, 0, true));
        for (int tick = 0; tick < 100; tick++) control.Observe(new(s_tick, 20, 0, WasFull: false));
        Assert.Equal(pace, control.Pace);
    }

    /// <summary>So many operations a second, spread over ranges that each have their own part of every second; what is refused comes again in the next one.</summary>
    private sealed class Account(int perSecond, int ranges, int seed)
    {
        private const double Unpaced = 50_000;

        private readonly Random _random = new(seed);
        private readonly int[] _left = new int[ranges];
        private readonly int[] _again = new int[ranges];
        private double _carried;

        internal int PerSecond { get; set; } = perSecond;

        /// <returns>Share of the throughput that was used, and of the operations that were refused.</returns>
        internal (double Used, double Refused) Drive(PaceControl control, int seconds)
        {
            long done = 0, refusals = 0, waiting = 0;
            for (int tick = 0; tick < seconds * 10; tick++)
            {
                int tickDone = 0, tickRefused = 0;
                if (tick % 10 == 0)
                {
                    for (int range = 0; range < ranges; range++)
                    {
                        _left[range] = PerSecond / ranges;
                        int again = _again[range];
                        waiting -= again;
                        _again[range] = 0;
                        for (; again > 0; again--) Send(range, ref tickDone, ref tickRefused, ref waiting);
                    }
                }
                _carried += (control.Pace ?? Unpaced) * s_tick.TotalSeconds;
                // At most so many are in flight at all.
                for (; _carried >= 1 && waiting < 400; _carried--) Send(_random.Next(ranges), ref tickDone, ref tickRefused, ref waiting);
                _carried = Math.Min(_carried, 1);
                done += tickDone;
                refusals += tickRefused;
                control.Observe(new(s_tick, tickDone, tickRefused, true));
            }
            return ((double)done / seconds / PerSecond, (double)refusals / (done + refusals));
        }

        private void Send(int range, ref int done, ref int refused, ref long waiting)
        {
            if (_left[range] > 0)
            {
                _left[range]--;
                done++;
                return;
            }
            refused++;
            waiting++;
            _again[range]++;
        }
    }
}
