namespace DynamoCosmos.Import;

/// <summary>How far an import is, at one moment. Counts hold what earlier runs of it did.</summary>
/// <param name="Read">Items read.</param>
/// <param name="Done">Items written, deleted, skipped or rejected.</param>
/// <param name="Total">Null where no manifest says.</param>
/// <param name="ItemsPerSecond">Over the last ten seconds or so.</param>
/// <param name="RequestUnitsPerSecond">Likewise.</param>
/// <param name="ThrottledShare">Answers of 429 among all, from 0 to 1, likewise.</param>
/// <param name="TimeLeft">Null as long as there is nothing to tell it from.</param>
/// <param name="UnitsTotal">Data files; null where nobody knows.</param>
public readonly record struct ImportProgress(
    long Read,
    long Done,
    long Rejected,
    long? Total,
    double ItemsPerSecond,
    double RequestUnitsPerSecond,
    double ThrottledShare,
    TimeSpan? TimeLeft,
    int UnitsDone,
    int? UnitsTotal,
    int InFlight,
    TimeSpan Elapsed);
