using System.Globalization;
using System.Text;

namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>A number as DynamoDB keeps it: up to 38 significant digits, from 1E-130 to 9.99…E+125.</summary>
internal readonly record struct DynamoNumber(bool IsNegative, string Digits, int Exponent)
{
    private const int MaxDigits = 38, MaxExponent = 125, MinExponent = -130;

    internal bool IsZero => Digits.Length == 0;

    /// <exception cref="AwsException">In DynamoDB's words.</exception>
    internal static DynamoNumber Parse(string text)
    {
        int at = 0;
        bool isNegative = text.StartsWith('-');
        if (isNegative || text.StartsWith('+')) at++;
        StringBuilder digits = new();
        int point = -1;
        for (; at < text.Length && (char.IsAsciiDigit(text[at]) || (text[at] == '.' && point < 0)); at++)
        {
            if (text[at] == '.') point = digits.Length;
            else digits.Append(text[at]);
        }
        int scale = 0;
        bool isValid = digits.Length > 0;
        if (isValid && at < text.Length)
            isValid = text[at] is 'e' or 'E'
                && int.TryParse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out scale);
        if (!isValid) throw AwsException.Validation(text.Length == 0
            ? "The parameter cannot be converted to a numeric value"
            : $"The parameter cannot be converted to a numeric value: {text}");

        if (point < 0) point = digits.Length;
        string all = digits.ToString(), significant = all.TrimStart('0');
        int exponent = point - (all.Length - significant.Length) - 1 + scale;
        significant = significant.TrimEnd('0');
        if (significant.Length == 0) return new(false, "", 0);
        if (significant.Length > MaxDigits) throw AwsException.Validation("Attempting to store more than 38 significant digits in a " +
            "Number");
        if (exponent > MaxExponent) throw AwsException.Validation("Number overflow. Attempting to store a number with magnitude larger " +
            "than supported range");
        if (exponent < MinExponent) throw AwsException.Validation("Number underflow. Attempting to store a number with magnitude " +
            "smaller than supported range");
        return new(isNegative, significant, exponent);
    }

    /// <summary>The plain notation in which DynamoDB gives numbers back, whatever way they were written.</summary>
    public override string ToString()
    {
        if (IsZero) return "0";
        string sign = IsNegative ? "-" : "";
        if (Exponent < 0) return $"{sign}0.{new string('0', -Exponent - 1)}{Digits}";
        return Exponent >= Digits.Length - 1
            ? sign + Digits + new string('0', Exponent - Digits.Length + 1)
            : $"{sign}{Digits[..(Exponent + 1)]}.{Digits[(Exponent + 1)..]}";
    }

    /// <summary>Ion's decimal, in which exports write numbers: <c>103.</c>, <c>6d2</c>, <c>-1.5</c>, <c>1d-30</c>.</summary>
    internal string ToIon()
    {
        if (IsZero) return "0.";
        string sign = IsNegative ? "-" : "";
        int scale = Exponent - Digits.Length + 1;
        if (scale == 0) return $"{sign}{Digits}.";
        if (scale > 0 || Exponent < -6) return $"{sign}{Digits}d{scale}";
        return ToString();
    }

    /// <summary>Bytes whose order is the numbers' order.</summary>
    internal byte[] ToSortable()
    {
        if (IsZero) return [1];
        int biased = Exponent + 1000;
        byte[] bytes = [2, (byte)(biased >> 8), (byte)biased, .. Encoding.ASCII.GetBytes(Digits)];
        // Upside down for negative numbers, with an end that is above any digit.
        return IsNegative ? [0, .. bytes[1..].Select(static value => (byte)~value), 255] : bytes;
    }

    /// <summary>Bytes that it counts for in an item's size: about one for two digits, and one.</summary>
    internal int Size => IsZero ? 1 : ((Digits.Length + 1) / 2) + 1 + (IsNegative ? 1 : 0);
}
