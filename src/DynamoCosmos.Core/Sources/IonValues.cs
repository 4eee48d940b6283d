using System.Buffers;

namespace DynamoCosmos.Sources;

/// <summary>Where one value of Ion text stands, from where the last one ended.</summary>
/// <param name="Start">Of its text; its end if there is nothing but white space, comments and version markers up to
/// <paramref name="Next"/>.</param>
/// <param name="Next">Where the next one may begin.</param>
/// <param name="LinesBefore">Line ends before its start.</param>
/// <param name="Lines">Line ends up to <paramref name="Next"/>.</param>
internal readonly record struct IonValue(int Start, int End, int Next, int LinesBefore, int Lines);

/// <summary>
/// Cuts Ion text into its values, which may take many lines: a value ends at the first line end outside of all brackets, texts, binaries
/// and comments. AWS writes one a line, and such lines are told by a glance at their ends. A value that is damaged, does not end, or is
/// longer than allowed ends before the next line that begins a record, so that the good ones behind it are read.
/// </summary>
/// <remarks>Fed with the same text from its beginning it finds the same, in whatever pieces the text comes: a resumed run relies on
/// it.</remarks>
internal sealed partial class IonValues(int maxValue)
{
    // So often may a value seem to go on until it is too long, and prove damaged: from then on no text and no comment goes over a line that
    // begins a record.
    private const int LongFailures = 8;

    private static readonly SearchValues<byte> s_structure =
        SearchValues.Create("{}[]\"'/\n"u8), s_text = SearchValues.Create("\"\\\n"u8), s_quoted = SearchValues.Create("'\\\n"u8);

    private static readonly SearchValues<byte> s_comment = SearchValues.Create("*\n"u8), s_binary = SearchValues.Create("}\n"u8);

    private Place _place;
    private int _at;
    private int _depth;
    private int _content = -1;

    // The last byte that means something, up to _noted.
    private byte _last;
    private int _noted;
    private bool _isFailed;
    private long _scannedInVain;
    private int _searched;

    private enum Place
    {
        Structure,
        Text,
        Symbol,
        LongText,
        Binary,
        LineComment,
        Comment,
    }

    private enum Step
    {
        On,
        More,
        Ended,
        Failed,
    }

    /// <summary>It is known to be damaged, and looked through up to here for where the next record begins.</summary>
    internal int? Searched => _isFailed ? _searched : null;

    /// <summary>Where the value begins that is being looked at.</summary>
    internal int Content => Math.Max(0, _content);

    // A value of the longest length, and its line end.
    private int Window => maxValue + 2;

    private bool IsStrict => _scannedInVain > (long)LongFailures * maxValue;

    /// <summary>False if more of the text has to come first; then, or with more of it, this is called again.</summary>
    /// <param name="text">From <see cref="IonValue.Next"/> of the last one.</param>
    /// <param name="isEnded">There is no more of it.</param>
    internal bool TryFind(ReadOnlySpan<byte> text, bool isEnded, out IonValue value)
    {
        if (_at == 0 && TryFindLine(text, isEnded, out value)) return true;
        if (!_isFailed)
        {
            switch (Scan(text, isEnded))
            {
                case Step.Ended:
                    value = Take(text, _at, Math.Min(_at + 1, text.Length));
                    return true;
                case Step.More:
                    value = default;
                    return false;
            }
            _isFailed = true;
            _searched = Content;
        }
        if (TryFindRecord(text[_searched..], isEnded, out int ahead))
        {
            int next = _searched + ahead;
            _scannedInVain += Math.Max(0, _at - next);
            value = Take(text, next - 1, next);
            return true;
        }
        _searched += ahead;
        if (isEnded) value = Take(text, text.Length, text.Length);
        else value = default;
        return isEnded;
    }

    /// <summary>The value is too long to be held: what was seen of it is dropped, and whoever drops it looks for the next record.</summary>
    internal void Forget() => Begin();

    /// <summary>Looks for a line end behind which a record begins.</summary>
    /// <param name="at">Behind that line end; or, if there is none, how much of the text need not be looked at again.</param>
    internal static bool TryFindRecord(ReadOnlySpan<byte> text, bool isEnded, out int at)
    {
        at = 0;
        while (true)
        {
            int end = text[at..].IndexOf((byte)'\n');
            if (end < 0)
            {
                at = text.Length;
                return false;
            }
            RecordStart start = RecordStarts.At(text[(at + end + 1)..], isEnded);
            if (start == RecordStart.Unknown)
            {
                at += end;
                return false;
            }
            at += end + 1;
            if (start != RecordStart.No) return true;
        }
    }

    private IonValue Take(ReadOnlySpan<byte> text, int end, int next)
    {
        int lines = text[..next].Count((byte)'\n');
        // What stands before it on lines of their own is no part of it.
        int before = _content > 0 ? text[.._content].Count((byte)'\n') : 0;
        int start = _content < 0 && !_isFailed ? end : before > 0 ? _content : 0;
        Begin();
        return new(start, end, next, before, lines);
    }

    private void Begin()
    {
        _place = Place.Structure;
        _at = _depth = _noted = 0;
        _content = -1;
        _last = 0;
        _isFailed = false;
    }

    private Step Scan(ReadOnlySpan<byte> text, bool isEnded)
    {
        bool isBeyond = text.Length > Window;
        ReadOnlySpan<byte> window = isBeyond ? text[..Window] : text;
        while (_at < window.Length)
        {
            Step step = _place switch
            {
                Place.Structure => _content < 0 ? ScanBlank(text, isEnded) : ScanStructure(window, text, isEnded),
                Place.Text => ScanQuoted(window, s_text, (byte)'"'),
                Place.Symbol => ScanQuoted(window, s_quoted, (byte)'\''),
                Place.LongText => ScanLongText(window, text, isEnded),
                Place.Binary => ScanBinary(window, text, isEnded),
                Place.LineComment => ScanLineComment(window),
                _ => ScanComment(window, text, isEnded),
            };
            if (step == Step.On) continue;
            // The text ends within an escape or the like, or the longest value does.
            if (step == Step.More && (isEnded || text.Length >= Window + RecordStarts.Ahead)) return Step.Failed;
            return step;
        }
        if (isBeyond) return Step.Failed;
        if (!isEnded) return Step.More;
        return _depth == 0 && _place is Place.Structure or Place.LineComment ? EndAt(text.Length) : Step.Failed;
    }

    private Step EndAt(int at)
    {
        _at = at;
        return Step.Ended;
    }
}
