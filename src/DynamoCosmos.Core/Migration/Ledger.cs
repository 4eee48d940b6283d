namespace DynamoCosmos.Migration;

/// <summary>
/// Keeps the books of a run: which lines of which unit are settled. It hears of a segment when its last operation ended, on any thread, and counts it
/// when all segments before it are settled too.
/// </summary>
internal sealed class Ledger
{
    private readonly object _gate = new();
    private readonly Checkpoint _begun;
    private readonly UnitRanges _completed;
    private readonly Dictionary<int, OpenUnit> _resumed;
    private readonly SortedDictionary<int, UnitProgress> _open = [];
    private List<Segment> _unwritten = [];
    private ImportCounts _counts;
    private bool _hasNews;

    /// <param name="begun">What earlier runs left, or an empty one.</param>
    internal Ledger(Checkpoint begun)
    {
        _begun = begun;
        _completed = UnitRanges.Parse(begun.CompletedUnits.ToString());
        _counts = begun.Counts;
        _resumed = begun.OpenUnits.ToDictionary(static open => open.Ordinal);
    }

    internal int CompletedUnits
    {
        get
        {
            lock (_gate) return _completed.Count;
        }
    }

    /// <returns>Null for a unit that is complete.</returns>
    internal UnitProgress? Begin(int ordinal, IItemUnit unit)
    {
        lock (_gate)
        {
            if (_completed.Contains(ordinal)) return null;
            if (_resumed.Remove(ordinal, out OpenUnit? resumed))
            {
                if (resumed.Name != unit.Name) throw MigrationErrors.SourceChanged(resumed.Name, $"it is the unit number {ordinal}, which is {unit.Name} now.");
                if (!unit.IsRepeatable) resumed = null;
            }
            UnitProgress progress = new(ordinal, unit, resumed);
            _open.Add(ordinal, progress);
            return progress;
        }
    }

    /// <summary>The next segment of a unit; segments are begun in the order of their lines.</summary>
    internal Segment BeginSegment(UnitProgress unit)
    {
        Segment segment = new(unit);
        lock (_gate) unit.Segments.Enqueue(segment);
        return segment;
    }

    /// <exception cref="MigrationException">CountsDoNotAddUp.</exception>
    internal void Settle(Segment settled)
    {
        UnitProgress unit = settled.Unit;
        ImportCounts? complete = null;
        lock (_gate)
        {
            while (unit.Segments.TryPeek(out Segment? segment) && segment.IsSettled)
            {
                unit.Segments.Dequeue();
                unit.Counts += segment.Tally.ToCounts();
                if (segment.LastLine > unit.Line) (unit.Line, unit.Hash) = (segment.LastLine, segment.Hash);
                if (segment.RejectionBytes > 0) _unwritten.Add(segment);
                _hasNews = true;
                if (!segment.IsLast) continue;
                _open.Remove(unit.Ordinal);
                complete = unit.Counts;
                if (AddsUp(unit))
                {
                    _completed.Add(unit.Ordinal);
                    _counts += unit.Counts;
                    complete = null;
                }
            }
        }
        if (complete is not null) throw MigrationErrors.CountsDoNotAddUp(unit.Unit.Name, unit.Unit.ItemCount, complete);
    }

    /// <summary>What is settled now, and the segments whose rejections go with it; null where nothing has been settled since the last time.</summary>
    internal Checkpoint? TakeNews(out IReadOnlyList<Segment> unwritten)
    {
        lock (_gate)
        {
            unwritten = _unwritten;
            if (!_hasNews) return null;
            _unwritten = [];
            _hasNews = false;
            return Describe();
        }
    }

    internal Checkpoint GetState()
    {
        lock (_gate) return Describe();
    }

    /// <summary>Segments of which not everything is settled, or not everything before them.</summary>
    internal IReadOnlyList<Segment> GetUnsettled()
    {
        lock (_gate) return [.. _open.Values.SelectMany(static unit => unit.Segments)];
    }

    private Checkpoint Describe() => _begun with
    {
        CompletedUnits = UnitRanges.Parse(_completed.ToString()),
        Counts = _counts,
        OpenUnits =
        [
            .. _open.Values.Where(static unit => unit.Line > 0).Select(static unit => new OpenUnit(unit.Ordinal, unit.Unit.Name, unit.Line, unit.Hash, unit.Counts))
                .Concat(_resumed.Values).OrderBy(static open => open.Ordinal),
        ],
    };

    private static bool AddsUp(UnitProgress unit) =>
        unit.Counts.Read == unit.Counts.Settled && (unit.Unit.ItemCount is not long promised || promised == unit.Counts.Read);
}
