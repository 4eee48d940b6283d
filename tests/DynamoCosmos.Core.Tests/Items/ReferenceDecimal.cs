using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>
/// A decimal of any size as Coefficient × 10^Exponent, without trailing zeros: the slow twin of the transcoder's numbers.
/// </summary>
internal sealed partial record ReferenceDecimal(BigInteger Coefficient, int Exponent) : IComparable<ReferenceDecimal>
{
    /// <summary>Null if the text is not a DynamoDB number.</summary>
    internal static ReferenceDecimal? Parse(string text) => Parse(text, 125);

    private static ReferenceDecimal? Parse(string text, int maxExponent)
    {
        Match match = Syntax().Match(text);
        if (!match.Success) return null;
        string whole = match.Groups["whole"].Value, fraction = match.Groups["fraction"].Value;
        if (whole.Length + fraction.Length == 0) return null;
        BigInteger coefficient = BigInteger.Parse("0" + whole + fraction, CultureInfo.InvariantCulture);
        if (coefficient.IsZero) return new(0, 0);
        BigInteger exponent = (match.Groups["exponent"].Success
            ? BigInteger.Parse(match.Groups["exponent"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            : 0) - fraction.Length;
        string digits = coefficient.ToString(CultureInfo.InvariantCulture);
        int zeros = digits.Length - digits.TrimEnd('0').Length;
        digits = digits[..^zeros];
        exponent += zeros;
        BigInteger first = exponent + digits.Length - 1;
        if (digits.Length > 38 || first < -130 || first > maxExponent) return null;
        coefficient = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        return new(match.Groups["sign"].Value == "-" ? -coefficient : coefficient, (int)exponent);
    }

    internal double Double => double.Parse($"{Coefficient}E{Exponent}", CultureInfo.InvariantCulture);

    /// <summary>What the double's own shortest text denotes; for DynamoDB's greatest numbers that is 1E+126.</summary>
    internal ReferenceDecimal Rounded => Parse(Double.ToString("R", CultureInfo.InvariantCulture), 126)!;

    internal string Text
    {
        get
        {
            if (Coefficient.IsZero) return "0";
            string sign = Coefficient.Sign < 0 ? "-" : "";
            string digits = BigInteger.Abs(Coefficient).ToString(CultureInfo.InvariantCulture);
            string plain = Exponent >= 0 ? digits + new string('0', Exponent)
                : digits.Length > -Exponent ? digits.Insert(digits.Length + Exponent, ".")
                : "0." + digits.PadLeft(-Exponent, '0');
            if (sign.Length + plain.Length <= 40) return sign + plain;
            int power = Exponent + digits.Length - 1;
            return $"{sign}{(digits.Length > 1 ? digits.Insert(1, ".") : digits)}E{(power < 0 ? "-" : "+")}{Math.Abs(power)}";
        }
    }

    internal BigInteger Floor => Exponent >= 0
        ? Coefficient * BigInteger.Pow(10, Exponent)
        : BigInteger.Divide(Coefficient - (Coefficient.Sign < 0 ? BigInteger.Pow(10, -Exponent) - 1 : 0), BigInteger.Pow(10, -Exponent));

    public int CompareTo(ReferenceDecimal? other)
    {
        int common = Math.Min(Exponent, other!.Exponent);
        return (Coefficient * BigInteger.Pow(10, Exponent - common))
            .CompareTo(other.Coefficient * BigInteger.Pow(10, other.Exponent - common));
    }

    [GeneratedRegex(@"\A(?<sign>[+-]?)(?<whole>[0-9]*)(\.(?<fraction>[0-9]*))?([eE](?<exponent>[+-]?[0-9]+))?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Syntax();
}
