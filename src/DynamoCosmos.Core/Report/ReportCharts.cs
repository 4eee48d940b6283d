using System.Globalization;
using DynamoCosmos.Import;

namespace DynamoCosmos.Report;

/// <summary>A part of a whole, with the class that colors it.</summary>
internal readonly record struct ChartPart(string Name, double Value, string Color);

/// <summary>A bar that reaches at least so far, and perhaps further.</summary>
internal readonly record struct ChartBar(string Name, double Value, double MaxValue, string Label);

/// <summary>
/// Charts as inline SVG: each has a title and a description for those who do not see it, no part of one is told by its color alone, and
/// colors are classes of the sheet, so that they follow the reader's scheme.
/// </summary>
internal sealed class ReportCharts(HtmlText page)
{
    private const int Width = 520;

    /// <summary>Of a chart that has the page's whole width.</summary>
    private const int Wide = 1_000;

    private int _charts;

    /// <summary>One bar over its whole width, and its key below.</summary>
    internal void Stack(string title, IReadOnlyList<ChartPart> parts, bool isWide = false)
    {
        int whole = isWide ? Wide : Width;
        double total = parts.Sum(static part => part.Value);
        if (total <= 0) return;
        string told =
            string.Join(", ", parts.Where(static part => part.Value > 0).Select(part => $"{part.Name} {ReportText.Count(part.Value)}"));
        Begin(whole, 22, title, told);
        double at = 0;
        foreach (ChartPart part in parts.Where(static part => part.Value > 0))
        {
            // What is there at all is to be seen.
            double width = Math.Max(2, part.Value / total * whole);
            page.Add($"""<rect class="{part.Color}" x="{at:0.##}" y="0" width="{Math.Min(width, whole - at):0.##}" height="22" rx="3"/>""");
            at = Math.Min(whole - 2, at + width);
        }
        page.Add($"""</svg><ul class="keys">""");
        foreach (ChartPart part in parts.Where(static part => part.Value > 0))
        {
            page.Add($"""<li><svg viewBox="0 0 11 11" aria-hidden="true"><rect class="{part.Color}" width="11" height="11" rx="3"/></svg>{part.Name} {ReportText.Count(part.Value)} ({ReportText.Percent(part.Value / total)})</li>""");
        }
        page.Add($"</ul>");
    }

    /// <summary>Bars that lie below each other.</summary>
    internal void Bars(string title, IReadOnlyList<ChartBar> bars)
    {
        const int Row = 26, Names = 170, Labels = 112;
        double most = bars.Max(static bar => bar.MaxValue);
        Begin(Width, bars.Count * Row, title, string.Join(", ", bars.Select(static bar => $"{bar.Name} {bar.Label}")));
        for (int i = 0; i < bars.Count; i++)
        {
            ChartBar bar = bars[i];
            double room = Width - Names - Labels, scale = most <= 0 ? 0 : room / most;
            page.Add($"""<text x="{Names - 10}" y="{i * Row + 17}" text-anchor="end" class="v">{Short(bar.Name)}</text><rect class="k" x="{Names}" y="{i * Row + 5}" width="{room}" height="16" rx="4"/>""");
            page.Add($"""<rect class="may" x="{Names}" y="{i * Row + 5}" width="{bar.MaxValue * scale:0.##}" height="16" rx="4"/><rect class="a" x="{Names}" y="{i * Row + 5}" width="{Math.Max(2, bar.Value * scale):0.##}" height="16" rx="4"/>""");
            page.Add($"""<text x="{Width - Labels + 8}" y="{i * Row + 17}">{bar.Label}</text>""");
        }
        page.Add($"</svg>");
    }

    /// <summary>Two series of bars side by side, over shared steps.</summary>
    internal void Columns(string title, IReadOnlyList<string> steps, IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        const int Height = 230, Top = 10, Bottom = 26, Left = 46;
        double most = Ceiling(first.Concat(second).Max());
        Begin(Width, Height, title,
            string.Join(", ", steps.Select((step, i) => $"{step}: {ReportText.Count(first[i])} and {ReportText.Count(second[i])}")));
        Axis(most, Top, Height - Bottom, Left);
        double slot = (double)(Width - Left) / steps.Count, bar = Math.Min(26, slot * 0.36);
        int every = (int)Math.Ceiling(steps.Count / 9.0);
        for (int i = 0; i < steps.Count; i++)
        {
            double middle = Left + slot * (i + 0.5);
            Column("a", middle - bar - 1, bar, first[i]);
            Column("b", middle + 1, bar, second[i]);
            if (i % every == 0) page.Add($"""<text x="{middle:0.##}" y="{Height - 8}" text-anchor="middle">{steps[i]}</text>""");
        }
        page.Add($"</svg>");

        void Column(string color, double x, double width, double value)
        {
            double height = most <= 0 || value <= 0 ? 0 : Math.Max(1.5, value / most * (Height - Bottom - Top));
            page.Add($"""<rect class="{color}" x="{x:0.##}" y="{Height - Bottom - height:0.##}" width="{width:0.##}" height="{height:0.##}" rx="2"/>""");
        }
    }

    /// <summary>A rate over a run, with what was refused as bars below it.</summary>
    internal void Course(string title, IReadOnlyList<ImportMoment> moments)
    {
        const int Height = 280, Top = 12, Bottom = 26, Left = 58, Refused = 56;
        const int Floor = Height - Bottom - Refused;
        double most = Ceiling(moments.Max(static moment => moment.RequestUnitsPerSecond)),
            refused = moments.Max(static moment => moment.Throttled / moment.Length.TotalSeconds);
        ImportMoment end = moments[^1];
        double seconds = (end.At + end.Length).TotalSeconds;
        Begin(Wide, Height, title, $"Up to {ReportText.Count(moments.Max(static moment => moment.RequestUnitsPerSecond))} RU/s; " +
            $"{ReportText.Count(moments.Sum(static moment => moment.Throttled))} answers of 429.");
        Axis(most, Top, Floor, Left, Wide);
        List<string> line = [];
        foreach (ImportMoment moment in moments)
        {
            line.Add(Point(moment.At.TotalSeconds, moment.RequestUnitsPerSecond));
            line.Add(Point((moment.At + moment.Length).TotalSeconds, moment.RequestUnitsPerSecond));
            double height = refused <= 0 ? 0 : moment.Throttled / moment.Length.TotalSeconds / refused * (Refused - 12);
            if (height > 0)
            {
                page.Add($"""<rect class="r" x="{X(moment.At.TotalSeconds):0.##}" y="{Height - Bottom - height:0.##}" width="{Math.Max(1, moment.Length.TotalSeconds / seconds * (Wide - Left) - 1):0.##}" height="{height:0.##}"/>""");
            }
        }
        string points = string.Join(' ', line);
        page.Add($"""<polygon class="fa" points="{Left},{Floor} {points} {Wide},{Floor}"/><polyline class="la" points="{points}"/><line class="grid" x1="{Left}" x2="{Wide}" y1="{Height - Bottom}" y2="{Height - Bottom}"/>""");
        page.Add($"""<text x="{Left - 10}" y="{Height - Bottom - 4}" text-anchor="end">429s</text>""");
        for (int i = 0; i <= 4; i++)
        {
            page.Add($"""<text x="{X(seconds * i / 4):0.##}" y="{Height - 8}" text-anchor="{(i == 0 ? "start" : i == 4 ? "end" : "middle")}">{(i == 0 ? "0" : ReportText.Duration(TimeSpan.FromSeconds(seconds * i / 4)))}</text>""");
        }
        page.Add($"</svg>");

        double X(double at) => Left + at / seconds * (Wide - Left);
        string Point(double at, double value) =>
            string.Create(CultureInfo.InvariantCulture, $"{X(at):0.##},{Floor - (most <= 0 ? 0 : value / most * (Floor - Top)):0.##}");
    }

    private void Axis(double most, int top, int floor, int left, int width = Width)
    {
        for (int i = 0; i <= 4; i++)
        {
            double y = floor - (floor - top) * i / 4.0;
            page.Add($"""<line class="grid" x1="{left}" x2="{width}" y1="{y:0.##}" y2="{y:0.##}"/><text x="{left - 10}" y="{y + 4:0.##}" text-anchor="end">{ReportText.Rounded(most * i / 4)}</text>""");
        }
    }

    private void Begin(int width, int height, string title, string description)
    {
        int id = ++_charts;
        page.Add($"""<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="chart{id}t chart{id}d"><title id="chart{id}t">{title}</title><desc id="chart{id}d">{description}</desc>""");
    }

    /// <summary>The next number that reads well on an axis.</summary>
    private static double Ceiling(double value)
    {
        if (value <= 0) return 1;
        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return power * new[] { 1, 2, 4, 6, 8, 10 }.First(step => step * power >= value);
    }

    private static string Short(string name) => name.Length <= 24 ? name : name[..23] + "…";
}
