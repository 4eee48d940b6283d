using System.Globalization;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Report;

/// <summary>Numbers in a report, which travels: always in one culture.</summary>
internal static class ReportText
{
    internal static string Count(double? count) => UnitText.Count(count, CultureInfo.InvariantCulture);

    internal static string Bytes(double bytes) => UnitText.Bytes((long)bytes, CultureInfo.InvariantCulture);

    internal static string Percent(double share) =>
        share is > 0 and < 0.001 ? "< 0.1 %" : UnitText.Percent(share, CultureInfo.InvariantCulture);

    internal static string Duration(TimeSpan duration) => UnitText.Duration(duration, CultureInfo.InvariantCulture);

    internal static string Money(decimal amount, string currency) =>
        $"{amount.ToString("#,0.00", CultureInfo.InvariantCulture)} {currency}";

    /// <summary>For an axis or a tile: <c>12.4 M</c>, <c>40 k</c>, <c>250</c>.</summary>
    internal static string Rounded(double number) => number switch
    {
        >= 1e9 => (number / 1e9).ToString("0.##", CultureInfo.InvariantCulture) + " G",
        >= 1e6 => (number / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + " M",
        >= 1e4 => (number / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + " k",
        _ => number.ToString(number < 10 ? "0.#" : "#,0", CultureInfo.InvariantCulture),
    };
}
