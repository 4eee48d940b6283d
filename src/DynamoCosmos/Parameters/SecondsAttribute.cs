using System.Globalization;
using System.Management.Automation;

namespace DynamoCosmos.Parameters;

/// <summary>
/// A plain number for a TimeSpan means seconds; PowerShell itself would take it for ticks, of 100 nanoseconds each. A number with a unit is
/// taken too:
/// <c>90s</c>, <c>30m</c>, <c>4h</c>. To PowerShell <c>10s</c> is the short 10, which comes to the same, and <c>2d</c> the decimal 2, which
/// does not: a decimal is refused.
/// </summary>
public sealed class SecondsAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            int seconds => TimeSpan.FromSeconds(seconds),
            long seconds => TimeSpan.FromSeconds(seconds),
            double seconds => TimeSpan.FromSeconds(seconds),
            short seconds => TimeSpan.FromSeconds(seconds),
            decimal number => throw new ArgumentTransformationMetadataException($"{number} is a decimal number, as PowerShell reads " +
                $"'{number}d', and could be meant as days. Write '48h' or '2.00:00:00' for two days."),
            string text => Read(text) ?? inputData,
            _ => inputData,
        };

    private static object? Read(string text)
    {
        TimeSpan? unit = text.Length < 2 ? null : text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            _ => null,
        };
        // What is too long for a TimeSpan is left to the binder, which says so.
        return unit is TimeSpan one
            && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out double count) && count * one.TotalDays < 1_000_000
            ? one * count
            : null;
    }
}
