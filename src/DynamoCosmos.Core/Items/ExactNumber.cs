using System.Globalization;

namespace DynamoCosmos.Items;

/// <summary>
/// A number of DynamoDB that no number of .NET keeps: up to 38 digits, from 1E-130 to 9.99…E+125. It holds the digits as they were written,
/// and converts to the nearest double or decimal where it is calculated with.
/// </summary>
public readonly record struct ExactNumber(string Text) : IFormattable
{
    public static explicit operator double(ExactNumber number) =>
        double.Parse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <exception cref="OverflowException">Beyond a decimal's range.</exception>
    public static explicit operator decimal(ExactNumber number) =>
        decimal.Parse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture);

    public override string ToString() => Text;

    /// <summary>The digits as they are, in any culture.</summary>
    public string ToString(string? format, IFormatProvider? formatProvider) => Text;
}
