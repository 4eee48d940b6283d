using DynamoCosmos.Import;

namespace DynamoCosmos.Core.Tests.Report;

/// <summary>A run's course stays small however long it takes, and loses nothing of its sums.</summary>
public sealed class RunHistoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(3_600)]
    [InlineData(200_000)]
    public void So_many_seconds_fit_and_add_up(int seconds)
    {
        Clock clock = new();
        RunHistory history = new(clock);
        long items = 0, charge = 0, throttled = 0;
        for (int tick = 0; tick < seconds * 10; tick++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            (items, charge, throttled) = (items + 7, charge + 5_000, throttled + (tick % 11 == 0 ? 1 : 0));
            history.Note(items, charge, throttled);
        }
        IReadOnlyList<ImportMoment> moments = history.ToMoments(items, charge, throttled);
        Assert.InRange(moments.Count, 1, RunHistory.MaxMarks + 1);
        if (seconds >= 60) Assert.InRange(moments.Count, RunHistory.MaxMarks / 2 - 1, RunHistory.MaxMarks + 1);
        Assert.Equal(items, moments.Sum(static moment => moment.ItemsPerSecond * moment.Length.TotalSeconds), 0.5);
        Assert.Equal(charge / 100d, moments.Sum(static moment => moment.RequestUnitsPerSecond * moment.Length.TotalSeconds), 0.5);
        Assert.Equal(throttled, moments.Sum(static moment => moment.Throttled));
        Assert.Equal(TimeSpan.Zero, moments[0].At);
        Assert.All(moments.Zip(moments.Skip(1)), static pair => Assert.Equal(pair.First.At + pair.First.Length, pair.Second.At));
        Assert.Equal(TimeSpan.FromSeconds(seconds), moments[^1].At + moments[^1].Length);
    }

    [Fact]
    public void A_run_without_a_moment_has_no_history() => Assert.Empty(new RunHistory(new Clock()).ToMoments(0, 0, 0));

    private sealed class Clock : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        internal void Advance(TimeSpan by) => _now += by.Ticks;
    }
}
