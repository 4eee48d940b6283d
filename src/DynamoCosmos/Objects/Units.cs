using System.Globalization;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Objects;

/// <summary>
/// <see cref="UnitText"/> for format views, progress and messages: in the current culture, as the rest of PowerShell's output.
/// </summary>
public static class Units
{
    /// <inheritdoc cref="UnitText.Bytes"/>
    public static string Bytes(long? bytes) => UnitText.Bytes(bytes, CultureInfo.CurrentCulture);

    /// <inheritdoc cref="UnitText.Count"/>
    public static string Count(double? count) => UnitText.Count(count, CultureInfo.CurrentCulture);

    /// <inheritdoc cref="UnitText.Percent"/>
    public static string Percent(double? share) => UnitText.Percent(share, CultureInfo.CurrentCulture);

    /// <inheritdoc cref="UnitText.Duration"/>
    public static string Duration(TimeSpan? duration) => UnitText.Duration(duration, CultureInfo.CurrentCulture);

    /// <summary>How many in a second: <c>12,400/s</c>; empty for no time at all.</summary>
    public static string Rate(double count, TimeSpan time) => time > TimeSpan.Zero ? Count(count / time.TotalSeconds) + "/s" : "";

    /// <inheritdoc cref="UnitText.Time"/>
    public static string Time(DateTimeOffset? time) => UnitText.Time(time);
}
