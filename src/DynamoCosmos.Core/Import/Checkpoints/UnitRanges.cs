using System.Globalization;

namespace DynamoCosmos.Import.Checkpoints;

/// <summary>
/// A set of unit numbers (from 0) as ranges: what is finished of a large export is nearly one range, however many files it has.
/// </summary>
internal sealed class UnitRanges
{
    private readonly List<(int From, int To)> _ranges = [];

    internal int Count { get; private set; }

    internal bool Contains(int unit) => Find(unit) >= 0;

    /// <summary>False if it was in the set already.</summary>
    internal bool Add(int unit)
    {
        int index = Find(unit);
        if (index >= 0) return false;
        index = ~index;
        bool joinsBefore = index > 0 && _ranges[index - 1].To == unit - 1;
        bool joinsAfter = index < _ranges.Count && _ranges[index].From == unit + 1;
        if (joinsBefore && joinsAfter)
        {
            _ranges[index - 1] = (_ranges[index - 1].From, _ranges[index].To);
            _ranges.RemoveAt(index);
        }
        else if (joinsBefore)
        {
            _ranges[index - 1] = (_ranges[index - 1].From, unit);
        }
        else if (joinsAfter)
        {
            _ranges[index] = (unit, _ranges[index].To);
        }
        else
        {
            _ranges.Insert(index, (unit, unit));
        }
        Count++;
        return true;
    }

    /// <summary>Such as <c>0-41,43</c>.</summary>
    public override string ToString() => string.Join(',', _ranges.Select(static range =>
        range.From == range.To
            ? range.From.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{range.From}-{range.To}")));

    /// <exception cref="FormatException">Not what <see cref="ToString"/> writes.</exception>
    internal static UnitRanges Parse(string text)
    {
        UnitRanges ranges = new();
        if (text.Length == 0) return ranges;
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            int from = Number(ends[0]), to = Number(ends[^1]);
            int last = ranges._ranges.Count == 0 ? -1 : ranges._ranges[^1].To;
            if (ends.Length > 2 || from <= last || to < from) throw new FormatException($"'{part}' is no range after {last}");
            ranges._ranges.Add((from, to));
            ranges.Count += to - from + 1;
        }
        return ranges;
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <returns>The index of the range that holds it, or the complement of where it would be inserted.</returns>
    private int Find(int unit)
    {
        int low = 0, high = _ranges.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (unit < _ranges[middle].From) high = middle - 1;
            else if (unit > _ranges[middle].To) low = middle + 1;
            else return middle;
        }
        return ~low;
    }
}
