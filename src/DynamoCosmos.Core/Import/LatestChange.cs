using System.IO.Hashing;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Import;

/// <summary>Which of one item's records in a window was written last.</summary>
internal sealed class LatestChange
{
    private string _unit = "";
    private long _line;
    private long _time;
    private ulong _text;
    private bool _isTie;
    private bool _isTimeless;

    internal int Records { get; private set; }

    internal void Note(ChangeTime times, string unit, in ItemRecord record)
    {
        Records++;
        if (times.Read(record.Text) is not long time)
        {
            _isTimeless = true;
            return;
        }
        ulong text = XxHash3.HashToUInt64(record.Text);
        bool isFirst = _unit.Length == 0;
        if (!isFirst && time == _time && text != _text) _isTie = true;
        // Of records that are the same, the one that stands first, however the data files are read side by side.
        bool isBefore = string.CompareOrdinal(unit, _unit) is int order && (order < 0 || (order == 0 && record.Line < _line));
        if (!isFirst && (time < _time || (time == _time && !isBefore))) return;
        if (isFirst || time > _time) _isTie = false;
        (_unit, _line, _time, _text) = (unit, record.Line, time, text);
    }

    internal ChangeVerdict Judge(ChangeTime times, string unit, in ItemRecord record)
    {
        if (Records == 1) return ChangeVerdict.Latest;
        if (_isTimeless) return ChangeVerdict.Undecided;
        if (_isTie) return times.Read(record.Text) == _time ? ChangeVerdict.Undecided : ChangeVerdict.Superseded;
        return unit == _unit && record.Line == _line ? ChangeVerdict.Latest : ChangeVerdict.Superseded;
    }
}
