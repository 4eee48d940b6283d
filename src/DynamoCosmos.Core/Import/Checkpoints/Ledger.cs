using DynamoCosmos.Basics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Import.Checkpoints;

/// <summary>
/// Keeps the books of a run: which lines of which unit are settled. It hears of a segment when its last operation ended, on any thread, and
/// counts it when all segments before it are settled too.
/// </summary>
internal sealed class Ledger
{
    private readonly object _gate = new();
    private readonly Checkpoint _begun;
    private readonly int _containers;
    private readonly UnitRanges _completed;
    private readonly Dictionary<int, OpenUnit> _resumed;
    private readonly SortedDictionary<int, UnitProgress> _open = [];
    private readonly List<Segment> _unwritten = [];
    private ImportCounts _counts;
    private bool _hasNews;

    /// <param name="begun">What earlier runs left, or an empty one.</param>
    /// <param name="containers">See <see cref="Segment"/>.</param>
    internal Ledger(Checkpoint begun, int containers)
    {
        _begun = begun;
        _containers = containers;
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
                if (resumed.Name != unit.Name) throw LedgerErrors.SourceChanged(resumed.Name,
                    $"it is the unit number {ordinal}, which is {unit.Name} now.");
                if (!unit.IsRepeatable) resumed = null;
            }
            UnitProgress progress = new(ordinal, unit, resumed, _begun.Import);
            _open.Add(ordinal, progress);
            return progress;
        }
    }

    /// <summary>The next segment of a unit; segments are begun in the order of their lines.</summary>
    internal Segment BeginSegment(UnitProgress unit)
    {
        Segment segment = new(unit, _containers);
        lock (_gate) unit.Segments.Enqueue(segment);
        return segment;
    }

    /// <exception cref="MigrationException">CountsDoNotAddUp.</exception>
    internal void Settle(Segment settled)
    {
        UnitProgress unit = settled.Unit;
        lock (_gate)
        {
            bool isComplete = false;
            while (unit.Segments.TryPeek(out Segment? segment) && segment.IsSettled)
            {
                unit.Segments.Dequeue();
                unit.Settle(segment);
                isComplete = segment.IsLast;
            }
            if (!isComplete) return;
            ImportCounts counts = unit.SettledCounts;
            if (!counts.AddUp || (unit.Unit.ItemCount is long promised && promised != counts.Read))
            {
                // Before anything of it is claimed, its rejections too.
                unit.Discard();
                throw LedgerErrors.CountsDoNotAddUp(unit.Unit.Name, unit.Unit.ItemCount, counts);
            }
            Claim(unit);
            _open.Remove(unit.Ordinal);
            _completed.Add(unit.Ordinal);
            _counts += counts;
        }
    }

    /// <summary>The unit's text was not what it should be: nothing that was settled of it since the last claim counts.</summary>
    /// <returns>Bytes of rejections that will not be written.</returns>
    internal int Discard(UnitProgress unit)
    {
        lock (_gate) return unit.Discard().Sum(static segment => segment.RejectionBytes);
    }

    /// <summary>What is claimed now; null where nothing is new since the last time.</summary>
    /// <param name="claims">Which units that are still being read are claimed in part.</param>
    /// <param name="unwritten">Gets the segments whose rejections have to be durable before the claim is.</param>
    internal Checkpoint? TakeNews(OpenClaims claims, List<Segment> unwritten)
    {
        lock (_gate)
        {
            foreach (UnitProgress unit in _open.Values.Where(unit => unit.HasSettled
                && (claims == OpenClaims.All || (claims == OpenClaims.Repeatable && unit.Unit.IsRepeatable)))) Claim(unit);
            unwritten.AddRange(_unwritten);
            _unwritten.Clear();
            if (!_hasNews) return null;
            _hasNews = false;
            return Describe();
        }
    }

    internal Checkpoint GetState()
    {
        lock (_gate) return Describe();
    }

    /// <summary>Segments that are not claimed, settled or not.</summary>
    internal IReadOnlyList<Segment> GetUnclaimed()
    {
        lock (_gate) return [.. _open.Values.SelectMany(static unit => unit.Unclaimed)];
    }

    private Checkpoint Describe() => _begun with
    {
        CompletedUnits = UnitRanges.Parse(_completed.ToString()),
        Counts = _counts,
        OpenUnits =
        [
            .. _open.Values.Select(static unit => unit.Claimed).Where(static open => open.Line > 0).Concat(_resumed.Values)
                .OrderBy(static open => open.Ordinal),
        ],
    };

    private void Claim(UnitProgress unit)
    {
        _unwritten.AddRange(unit.Claim());
        _hasNews = true;
    }
}

/// <summary>
/// Which units are claimed before their end. Their text is not proved yet, so that is for those that take long, and for the end of a run.
/// </summary>
internal enum OpenClaims
{
    None,

    /// <summary>Those that the next run can go on with in their middle.</summary>
    Repeatable,

    /// <summary>
    /// Those too that the next run would begin anew, and then reject the same items again: only where memory asks for it, or there is no
    /// next run.
    /// </summary>
    All,
}
