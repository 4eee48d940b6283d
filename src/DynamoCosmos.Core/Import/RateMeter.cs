namespace DynamoCosmos.Import;

/// <summary>What flowed over the last ten seconds or so. Marks are set by one thread and read by any.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private const int Marks = 64;

    private static readonly TimeSpan s_span = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly Queue<Mark> _marks = new();
    private Mark _last;

    internal void Set(long done, long requestUnits, long answers, long throttled)
    {
        Mark mark = new(time.GetTimestamp(), done, requestUnits, answers, throttled);
        lock (_gate)
        {
            _last = mark;
            _marks.Enqueue(mark);
            while (_marks.Count > Marks || time.GetElapsedTime(_marks.Peek().At, mark.At) > s_span) _marks.Dequeue();
        }
    }

    /// <returns>Items and request units (hundredths) a second, and the share of answers that were 429.</returns>
    internal (double Items, double CentiRequestUnits, double ThrottledShare) Get()
    {
        lock (_gate)
        {
            if (_marks.Count < 2) return default;
            Mark first = _marks.Peek();
            double seconds = time.GetElapsedTime(first.At, _last.At).TotalSeconds;
            long answers = _last.Answers - first.Answers;
            return seconds <= 0 ? default
                : ((_last.Done - first.Done) / seconds, (_last.RequestUnits - first.RequestUnits) / seconds, answers == 0
                    ? 0 : (double)(_last.Throttled - first.Throttled) / answers);
        }
    }

    private readonly record struct Mark(long At, long Done, long RequestUnits, long Answers, long Throttled);
}
