using System.Globalization;

namespace DynamoCosmos.Basics;

/// <summary>
/// Numbers as people read them. All take null, for "not known", and give an empty text for it; the culture decides on separators.
/// </summary>
public static class UnitText
{
    private static readonly string[] s_steps = ["B", "KB", "MB", "GB", "TB", "PB"];

    /// <summary>
    /// Three digits at most, in steps of 1,024 as PowerShell's own 1KB and 1GB: <c>812 B</c>, <c>9.5 KB</c>, <c>120 GB</c>.
    /// </summary>
    public static string Bytes(long? bytes, CultureInfo culture)
    {
        if (bytes is not long count) return "";
        double value = count;
        int step = 0;
        // 999.5 would be written as 1000 of its own unit.
        while (Math.Abs(value) >= 999.5 && step < s_steps.Length - 1)
        {
            value /= 1024;
            step++;
        }
        string format = step == 0 || Math.Abs(value) >= 99.95 ? "0" : "0.#";
        return value.ToString(format, culture) + " " + s_steps[step];
    }

    /// <summary>With separators: <c>1,250,000</c>.</summary>
    public static string Count(double? count, CultureInfo culture) => count?.ToString("#,0", culture) ?? "";

    /// <summary>A share from 0 to 1: <c>3.5 %</c>.</summary>
    public static string Percent(double? share, CultureInfo culture) =>
        share is double value ? (value * 100).ToString("0.#", culture) + " %" : "";

    /// <summary>
    /// The two largest parts that say something: <c>2 d 4 h</c>, <c>1 h 05 min</c>, <c>3 min 20 s</c>, <c>4.2 s</c>, <c>80 ms</c>.
    /// </summary>
    public static string Duration(TimeSpan? duration, CultureInfo culture) => duration is not TimeSpan time
        ? ""
        : time switch
        {
            { TotalDays: >= 1 } => $"{(long)time.TotalDays} d {time.Hours} h",
            { TotalHours: >= 1 } => $"{time.Hours} h {time.Minutes:00} min",
            { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds:00} s",
            { TotalSeconds: >= 1 } => time.TotalSeconds.ToString("0.#", culture) + " s",
            _ => time.TotalMilliseconds.ToString("0", culture) + " ms",
        };

    /// <summary>UTC to the minute, as both clouds' logs have it: <c>2024-05-06 14:30Z</c>.</summary>
    public static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "";
}
