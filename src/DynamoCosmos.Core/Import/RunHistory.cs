namespace DynamoCosmos.Import;

/// <summary>
/// The course of a run in at most <see cref="MaxMarks"/> steps, however long it takes: when there is no more room, every second mark goes
/// and the steps become twice as long. Marks are set by one thread; the history is read when the run is over.
/// </summary>
internal sealed class RunHistory(TimeProvider time)
{
    internal const int MaxMarks = 120;

    private static readonly TimeSpan s_firstStep = TimeSpan.FromMilliseconds(500);

    private readonly long _startedAt = time.GetTimestamp();
    private readonly List<Mark> _marks = [default];
    private TimeSpan _step = s_firstStep;

    internal void Note(long items, long centiRequestUnits, long throttled)
    {
        TimeSpan at = time.GetElapsedTime(_startedAt);
        if (at - _marks[^1].At < _step) return;
        _marks.Add(new(at, items, centiRequestUnits, throttled));
        if (_marks.Count <= MaxMarks) return;
        for (int i = _marks.Count - 2; i > 0; i -= 2) _marks.RemoveAt(i);
        _step *= 2;
    }

    /// <summary>What flowed between each two marks; the last reaches to the end.</summary>
    internal IReadOnlyList<ImportMoment> ToMoments(long items, long centiRequestUnits, long throttled)
    {
        Mark end = new(time.GetElapsedTime(_startedAt), items, centiRequestUnits, throttled);
        List<Mark> marks = [.. _marks];
        // A last step that is too short would show rates of nobody knows what.
        if (marks.Count > 1 && end.At - marks[^1].At < _step / 2) marks[^1] = end;
        else marks.Add(end);
        return [.. marks.Zip(marks.Skip(1), Between).Where(static moment => moment.Length > TimeSpan.Zero)];
    }

    private static ImportMoment Between(Mark from, Mark to)
    {
        double seconds = (to.At - from.At).TotalSeconds;
        return seconds <= 0
            ? default : new(from.At, to.At - from.At, (to.Items - from.Items) / seconds,
            (to.CentiRequestUnits - from.CentiRequestUnits) / 100 / seconds, to.Throttled - from.Throttled);
    }

    private readonly record struct Mark(TimeSpan At, long Items, long CentiRequestUnits, long Throttled);
}

/// <summary>A step in the course of a run.</summary>
/// <param name="At">Since the run began.</param>
/// <param name="Throttled">Answers of 429 in this step.</param>
public readonly record struct ImportMoment(TimeSpan At, TimeSpan Length, double ItemsPerSecond, double RequestUnitsPerSecond,
    long Throttled);
