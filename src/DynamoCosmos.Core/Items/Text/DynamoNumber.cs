using System.Globalization;

namespace DynamoCosmos.Items.Text;

/// <summary>
/// A DynamoDB number as its significant digits: (-1)^sign · d.ddd… · 10^Exponent, up to 38 digits, without leading or trailing zeros.
/// Limits from the DynamoDB developer guide: 38 digits of precision, magnitudes from 1E-130 to 9.99…E+125.
/// </summary>
internal unsafe struct DynamoNumber
{
    internal const int MaxDigits = 38;
    internal const int MinExponent = -130;
    internal const int MaxExponent = 125;

    /// <summary>Between 1E-307 and 9.99…E+307, doubles have their full precision.</summary>
    internal const int MaxDoubleExponent = 307;

    /// <summary>Plain notation as long as it takes no more characters than this, its sign included.</summary>
    internal const int MaxPlainLength = 40;

    /// <summary>Room for any canonical text.</summary>
    internal const int MaxLength = 48;

    internal bool IsNegative;
    internal int DigitCount;
    internal int Exponent;
    internal fixed byte Digits[MaxDigits];

    internal readonly bool IsZero => DigitCount == 0;

    /// <summary>
    /// Null if it is one; else what is wrong with it. Accepts what java.math.BigDecimal reads: sign, digits with a point anywhere,
    /// exponent.
    /// </summary>
    /// <param name="maxExponent">Zero for DynamoDB's own range.</param>
    internal static string? Parse(ReadOnlySpan<byte> text, out DynamoNumber number, int maxExponent = 0)
    {
        number = default;
        int at = 0;
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+') number.IsNegative = text[at++] == '-';
        long pointAt = -1;
        long digits = 0;
        long firstSignificant = -1;
        long zeros = 0;
        for (; at < text.Length; at++)
        {
            byte c = text[at];
            if (c == '.')
            {
                if (pointAt >= 0) return "is not a number";
                pointAt = digits;
                continue;
            }
            if (c is < (byte)'0' or > (byte)'9') break;
            digits++;
            if (c == '0')
            {
                zeros++;
                continue;
            }
            if (firstSignificant < 0) firstSignificant = digits - 1;
            else if (number.DigitCount + zeros >= MaxDigits) return TooLong(text);
            else
            {
                for (; zeros > 0; zeros--) number.Digits[number.DigitCount++] = (byte)'0';
            }
            zeros = 0;
            number.Digits[number.DigitCount++] = c;
        }
        if (digits == 0) return "is not a number";
        long exponent = 0;
        if (at < text.Length && !TryReadExponent(text[at..], out exponent)) return "is not a number";
        if (number.DigitCount == 0)
        {
            number.IsNegative = false;
            return null;
        }
        long adjusted = (pointAt < 0 ? digits : pointAt) - firstSignificant - 1 + exponent;
        if (adjusted < (maxExponent > 0 ? -maxExponent : MinExponent)
            || adjusted > (maxExponent > 0 ? maxExponent : MaxExponent)) return "is outside of the range of DynamoDB's numbers";
        number.Exponent = (int)adjusted;
        return null;
    }

    internal readonly int CompareTo(in DynamoNumber other)
    {
        int sign = Sign.CompareTo(other.Sign);
        if (sign != 0 || IsZero) return sign;
        int magnitude = Exponent != other.Exponent ? Exponent.CompareTo(other.Exponent) : DigitSpan().SequenceCompareTo(other.DigitSpan());
        return IsNegative ? -magnitude : magnitude;
    }

    private readonly int Sign => IsZero ? 0 : IsNegative ? -1 : 1;

    /// <summary>Writes the canonical text: one for each value, whatever notation it came in. It is a JSON number too.</summary>
    internal readonly int Write(byte* to)
    {
        if (IsZero)
        {
            *to = (byte)'0';
            return 1;
        }
        byte* at = to;
        if (IsNegative) *at++ = (byte)'-';
        if (PlainLength() > MaxPlainLength) return (int)(WriteScientific(at) - to);
        if (Exponent < 0)
        {
            *at++ = (byte)'0';
            *at++ = (byte)'.';
            for (int i = -1; i > Exponent; i--) *at++ = (byte)'0';
        }
        for (int i = 0; i < DigitCount || i <= Exponent; i++)
        {
            if (i == Exponent + 1 && Exponent >= 0) *at++ = (byte)'.';
            *at++ = i < DigitCount ? Digits[i] : (byte)'0';
        }
        return (int)(at - to);
    }

    /// <summary>Whether the nearest double's shortest round-trip text denotes this very decimal.</summary>
    internal readonly bool FitsDouble()
    {
        // DBL_DIG: 15 digits survive the way to a double and back everywhere in DynamoDB's range. A shortest text never has more than 17.
        if (DigitCount <= 15) return true;
        if (DigitCount > 17) return false;
        DynamoNumber rounded = Round();
        return rounded.DigitCount == DigitCount && rounded.Exponent == Exponent
            && new ReadOnlySpan<byte>(rounded.Digits, DigitCount).SequenceEqual(DigitSpan());
    }

    /// <summary>The decimal of the nearest double's shortest round-trip text.</summary>
    internal readonly DynamoNumber Round()
    {
        byte* text = stackalloc byte[MaxLength];
        Span<byte> shortest = stackalloc byte[32];
        bool written = ToDouble(text).TryFormat(shortest, out int length, default, CultureInfo.InvariantCulture);
        System.Diagnostics.Debug.Assert(written);
        _ = Parse(shortest[..length], out DynamoNumber rounded, MaxDoubleExponent + 1);
        return rounded;
    }

    /// <summary>The number rounded down to a whole one; saturated where a long ends.</summary>
    internal readonly long Floor()
    {
        if (IsZero) return 0;
        if (Exponent > 17) return IsNegative ? long.MinValue : long.MaxValue;
        long whole = 0;
        for (int i = 0; i <= Exponent; i++) whole = whole * 10 + (i < DigitCount ? Digits[i] - '0' : 0);
        bool hasFraction = DigitCount > Exponent + 1;
        return IsNegative ? -whole - (hasFraction ? 1 : 0) : whole;
    }

    private readonly double ToDouble(byte* text)
    {
        byte* at = text;
        if (IsNegative) *at++ = (byte)'-';
        int length = (int)(WriteScientific(at) - text);
        return double.Parse(new ReadOnlySpan<byte>(text, length), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    private readonly int PlainLength()
    {
        int length = Exponent < 0 ? 1 - Exponent + DigitCount : DigitCount <= Exponent + 1 ? Exponent + 1 : DigitCount + 1;
        return IsNegative ? length + 1 : length;
    }

    private readonly byte* WriteScientific(byte* at)
    {
        *at++ = Digits[0];
        if (DigitCount > 1) *at++ = (byte)'.';
        for (int i = 1; i < DigitCount; i++) *at++ = Digits[i];
        *at++ = (byte)'E';
        *at++ = Exponent < 0 ? (byte)'-' : (byte)'+';
        uint power = (uint)Math.Abs(Exponent);
        if (power >= 100) *at++ = (byte)('0' + power / 100);
        if (power >= 10) *at++ = (byte)('0' + power / 10 % 10);
        *at++ = (byte)('0' + power % 10);
        return at;
    }

    private readonly ReadOnlySpan<byte> DigitSpan()
    {
        fixed (byte* digits = Digits) return System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan(ref *digits, DigitCount);
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> text, out long exponent)
    {
        exponent = 0;
        if (text[0] is not ((byte)'e' or (byte)'E')) return false;
        int at = 1;
        bool negative = text.Length > 1 && text[1] == '-';
        if (text.Length > 1 && text[1] is (byte)'-' or (byte)'+') at++;
        if (at == text.Length) return false;
        for (; at < text.Length; at++)
        {
            if (text[at] is < (byte)'0' or > (byte)'9') return false;
            // Saturated: no number of digits in memory brings such an exponent back into range.
            exponent = Math.Min(exponent * 10 + text[at] - '0', 1L << 48);
        }
        if (negative) exponent = -exponent;
        return true;
    }

    // It is a syntax question first: what is not a number at all is said to be that.
    private static string TooLong(ReadOnlySpan<byte> text) =>
        text.IndexOfAnyExcept("0123456789+-.eE"u8) >= 0 ? "is not a number" : "has more than 38 significant digits";
}
