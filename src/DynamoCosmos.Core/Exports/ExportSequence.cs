using DynamoCosmos.Basics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Exports;

/// <summary>The order in which a table's incremental exports are applied, and whether they follow each other.</summary>
public static class ExportSequence
{
    /// <summary>The windows of one table, the earliest first.</summary>
    /// <param name="nameOf">For messages.</param>
    /// <param name="follows">The full export that came with them; null where none did.</param>
    /// <param name="allowGap">Gaps and overlaps are taken as they are.</param>
    /// <exception cref="MigrationException">ExportWindowGap, ExportWindowOverlap.</exception>
    public static IReadOnlyList<T> Order<T>(IEnumerable<T> windows, Func<T, ExportSpan> spanOf, Func<T, string> nameOf, ExportSpan? follows,
        bool allowGap)
    {
        T[] ordered = [.. windows.OrderBy(window => spanOf(window).To).ThenBy(window => spanOf(window).From)];
        ExportSpan? before = follows;
        foreach (T window in ordered)
        {
            ExportSpan span = spanOf(window);
            // The same window twice is one: the second time there is nothing left to do.
            if (before is not null && span != before) CheckFollows(before.To, span, nameOf(window), allowGap);
            before = span;
        }
        return ordered;
    }

    /// <param name="end">Up to where everything has been applied.</param>
    internal static void CheckFollows(DateTimeOffset end, ExportSpan window, string name, bool allowGap)
    {
        if (window.To <= end) throw WindowErrors.Overlap(name, window, end);
        if (allowGap) return;
        if (window.From > end) throw WindowErrors.Gap(name, window, end);
        // Windows are of whole seconds, a full export's time is not.
        if (window.From < end.AddTicks(-(end.Ticks % TimeSpan.TicksPerSecond))) throw WindowErrors.Overlap(name, window, end);
    }
}
