using System.Buffers.Text;
using System.Globalization;

namespace DynamoCosmos.Items;

/// <summary>
/// A DynamoDB number: up to 38 significant digits, from 1E-130 to 9.99…E+125 (DynamoDB developer guide, "Number"). Its canonical text, which is
/// valid JSON, is the same for every way to write the same value: <c>100</c>, <c>1E+2</c> and <c>100.0</c> are all <c>100</c>.
/// </summary>
internal ref struct DecimalNumber
{
    /// <summary>Significant digits that DynamoDB keeps.</summary>
    internal const int MaxDigits = 38;

    /// <summary>The longest canonical text is plain notation of 40 characters, or d.(37 digits)E-130 with a sign: 45.</summary>
    internal const int MaxTextLength = 48;

    private const int MaxPlainLength = 40;
    private const int MinExponent = -130;
    private const int MaxExponent = 125;

    // Any decimal of at most 15 significant digits survives the way to a double and back (DBL_DIG); one of more than 17 never is the shortest text of one.
    private const int AlwaysExactDigits = 15;
    private const int NeverExactDigits = 17;

    private UInt128 _significand;
    private int _digits;
    private int _exponent;
    private bool _isNegative;

    /// <summary>Reads a number as DynamoDB JSON or Ion writes it; false for what DynamoDB could not hold.</summary>
    internal static bool TryParse(scoped ReadOnlySpan<byte> text, out DecimalNumber number)
    {
        number = default;
        int at = 0;
        if (at < text.Length && text[at] is (byte)'-' or (byte)'+') number._isNegative = text[at++] == '-';
        bool seenDigit = false, afterPoint = false;
        long scale = 0, pendingZeros = 0;
        for (; at < text.Length; at++)
        {
            int digit = text[at] - '0';
            if ((uint)digit > 9)
            {
                if (text[at] != '.' || afterPoint) break;
                afterPoint = true;
                continue;
            }
            seenDigit = true;
            if (afterPoint) scale--;
            if (digit == 0)
            {
                if (number._digits > 0) pendingZeros++;
                continue;
            }
            if (number._digits + pendingZeros + 1 > MaxDigits) return false;
            for (; pendingZeros > 0; pendingZeros--) number.Append(0);
            number.Append(digit);
        }
        if (!seenDigit) return false;
        if (at < text.Length && !TryReadExponent(text[at..], ref scale)) return false;
        if (number._digits == 0)
        {
            number._isNegative = false;
            return true;
        }
        long exponent = scale + pendingZeros, scientific = exponent + number._digits - 1;
        if (scientific is < MinExponent or > MaxExponent) return false;
        number._exponent = (int)exponent;
        return true;
    }

    /// <summary>True when a double keeps the value exactly: its shortest round-trip text denotes the same decimal.</summary>
    internal readonly bool FitsDouble
    {
        get
        {
            if (_digits <= AlwaysExactDigits) return true;
            if (_digits > NeverExactDigits) return false;
            DecimalNumber nearest = NearestDouble(out _);
            return nearest._significand == _significand && nearest._exponent == _exponent;
        }
    }

    /// <summary>What the nearest double is as a decimal, in its shortest round-trip digits.</summary>
    internal readonly DecimalNumber NearestDouble(out double value)
    {
        value = ToDouble();
        Span<byte> text = stackalloc byte[32];
        value.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
        TryParse(text[..length], out DecimalNumber nearest);
        return nearest;
    }

    internal readonly double ToDouble()
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        Utf8Parser.TryParse(text[..Write(text)], out double value, out _);
        return value;
    }

    /// <summary>The value rounded down, or null beyond 64 bits.</summary>
    internal readonly long? Floor()
    {
        if (_digits == 0) return 0;
        int whole = _digits + _exponent;
        if (whole > 18) return null;
        UInt128 significand = _significand;
        bool hasFraction = false;
        for (int i = _exponent; i < 0 && significand != 0; i++)
        {
            (significand, UInt128 remainder) = UInt128.DivRem(significand, 10);
            hasFraction |= remainder != 0;
        }
        for (int i = 0; i < _exponent; i++) significand *= 10;
        long value = (long)significand;
        return _isNegative ? -value - (hasFraction ? 1 : 0) : value;
    }

    /// <summary>Orders by value.</summary>
    internal readonly DecimalOrder Order
    {
        get
        {
            UInt128 scaled = _significand;
            for (int i = _digits; i < MaxDigits && scaled != 0; i++) scaled *= 10;
            return new(_digits == 0 ? 0 : _isNegative ? -1 : 1, _digits + _exponent, scaled);
        }
    }

    /// <summary>Writes the canonical text: plain where that takes at most 40 characters with its sign, else d.dddE±n.</summary>
    internal readonly int Write(Span<byte> into)
    {
        if (_digits == 0)
        {
            into[0] = (byte)'0';
            return 1;
        }
        Span<byte> digits = stackalloc byte[MaxDigits];
        UInt128 rest = _significand;
        int i = _digits;
        for (; rest > ulong.MaxValue; rest /= 10) digits[--i] = (byte)('0' + (int)(rest % 10));
        for (ulong low = (ulong)rest; i > 0; low /= 10) digits[--i] = (byte)('0' + low % 10);
        digits = digits[.._digits];

        int at = 0, whole = _digits + _exponent;
        if (_isNegative) into[at++] = (byte)'-';
        int plain = at + (_exponent >= 0 ? whole : whole > 0 ? _digits + 1 : 2 - _exponent);
        if (plain > MaxPlainLength) return at + WriteScientific(into[at..], digits, whole - 1);
        if (_exponent >= 0)
        {
            digits.CopyTo(into[at..]);
            into.Slice(at + _digits, _exponent).Fill((byte)'0');
        }
        else if (whole > 0)
        {
            digits[..whole].CopyTo(into[at..]);
            into[at + whole] = (byte)'.';
            digits[whole..].CopyTo(into[(at + whole + 1)..]);
        }
        else
        {
            into[at] = (byte)'0';
            into[at + 1] = (byte)'.';
            into.Slice(at + 2, -whole).Fill((byte)'0');
            digits.CopyTo(into[(at + 2 - whole)..]);
        }
        return plain;
    }

    private static int WriteScientific(Span<byte> into, ReadOnlySpan<byte> digits, int exponent)
    {
        int at = 0;
        into[at++] = digits[0];
        if (digits.Length > 1)
        {
            into[at++] = (byte)'.';
            digits[1..].CopyTo(into[at..]);
            at += digits.Length - 1;
        }
        into[at++] = (byte)'E';
        into[at++] = (byte)(exponent < 0 ? '-' : '+');
        Utf8Formatter.TryFormat(Math.Abs(exponent), into[at..], out int written);
        return at + written;
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> text, ref long scale)
    {
        if (text[0] is not ((byte)'e' or (byte)'E')) return false;
        int at = 1;
        bool negative = false;
        if (at < text.Length && text[at] is (byte)'-' or (byte)'+') negative = text[at++] == '-';
        if (at == text.Length) return false;
        long exponent = 0;
        for (; at < text.Length; at++)
        {
            int digit = text[at] - '0';
            if ((uint)digit > 9) return false;
            // Far beyond the range already; what follows can only be more digits.
            exponent = Math.Min(exponent * 10 + digit, 1_000_000_000_000);
        }
        scale += negative ? -exponent : exponent;
        return true;
    }

    private void Append(int digit)
    {
        _significand = _significand * 10 + (uint)digit;
        _digits++;
    }
}

/// <summary>A number's place among others: by sign, then magnitude (of 0.ddd × 10^Magnitude), then digits scaled to 38.</summary>
internal readonly record struct DecimalOrder(int Sign, int Magnitude, UInt128 Scaled) : IComparable<DecimalOrder>
{
    public int CompareTo(DecimalOrder other)
    {
        if (Sign != other.Sign) return Sign.CompareTo(other.Sign);
        int absolute = Magnitude != other.Magnitude ? Magnitude.CompareTo(other.Magnitude) : Scaled.CompareTo(other.Scaled);
        return Sign < 0 ? -absolute : absolute;
    }
}
