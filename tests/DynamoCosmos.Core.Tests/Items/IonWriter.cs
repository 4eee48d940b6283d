using System.Globalization;
using System.Numerics;
using System.Text;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>
/// Writes generated items as Ion text: as AWS does, or, given a random source, in any notation that Ion has for the same value. It knows
/// nothing of the reader.
/// </summary>
public sealed class IonWriter(Random? whim = null)
{
    private readonly StringBuilder _text = new();

    /// <summary>Where the struct begins in what was written last, behind marker, comments and white space.</summary>
    public int Begins { get; private set; }

    public string Item(IReadOnlyList<(string Name, GeneratedValue Value)> attributes)
    {
        _text.Clear();
        Marker();
        _text.Append('{');
        Name("Item");
        _text.Append(':');
        Struct(attributes);
        Blank();
        if (Sometimes(20)) _text.Append(',');
        _text.Append('}');
        Blank();
        return _text.ToString();
    }

    /// <summary>A change: its maps stand in a Record.</summary>
    public string Record(params (string Name, IReadOnlyList<(string Name, GeneratedValue Value)> Attributes)[] members)
    {
        _text.Clear();
        Marker();
        _text.Append("{Record:{");
        for (int i = 0; i < members.Length; i++)
        {
            if (i > 0) _text.Append(',');
            Name(members[i].Name);
            _text.Append(':');
            Struct(members[i].Attributes);
        }
        _text.Append("}}");
        return _text.ToString();
    }

    private void Marker()
    {
        if (whim is null || Sometimes(80)) _text.Append("$ion_1_0 ");
        Blank();
        Begins = _text.Length;
    }

    private void Struct(IReadOnlyList<(string Name, GeneratedValue Value)> members)
    {
        Blank();
        _text.Append('{');
        for (int i = 0; i < members.Count; i++)
        {
            if (i > 0) _text.Append(',');
            Blank();
            Name(members[i].Name);
            Blank();
            _text.Append(':');
            Value(members[i].Value);
        }
        if (members.Count > 0 && Sometimes(10)) _text.Append(',');
        Blank();
        _text.Append('}');
    }

    private void Value(GeneratedValue value)
    {
        Blank();
        switch (value.Type)
        {
            case "S":
                String(value.Text);
                break;
            case "N":
                _text.Append(Number(value.Text));
                break;
            case "B":
                Blob(value.Text);
                break;
            case "BOOL":
                _text.Append(value.Text);
                break;
            case "NULL":
                _text.Append(Sometimes(20) ? "null.null" : "null");
                break;
            case "M":
                Struct(value.Members);
                break;
            default:
                if (value.Type != "L") _text.Append(Sometimes(20) ? $"'$dynamodb_{value.Type}'" : $"$dynamodb_{value.Type}")
                    .Append(Sometimes(10) ? " :: " : "::");
                List(value.Members);
                break;
        }
        Blank();
    }

    private void List(IReadOnlyList<(string Name, GeneratedValue Value)> elements)
    {
        Blank();
        _text.Append('[');
        for (int i = 0; i < elements.Count; i++)
        {
            if (i > 0) _text.Append(',');
            Value(elements[i].Value);
        }
        if (elements.Count > 0 && Sometimes(10)) _text.Append(',');
        Blank();
        _text.Append(']');
    }

    private void Name(string name)
    {
        bool isIdentifier = name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$')
            && name is not ("null" or "true" or "false" or "nan");
        bool isSymbolId = name.Length > 1 && name[0] == '$' && name[1..].All(char.IsAsciiDigit);
        if (isIdentifier && !isSymbolId && !Sometimes(20)) _text.Append(name);
        else if (Sometimes(30)) String(name);
        else
        {
            _text.Append('\'');
            Escaped(name, '\'', isLong: false);
            _text.Append('\'');
        }
    }

    private void String(string text)
    {
        if (!Sometimes(15))
        {
            _text.Append('"');
            Escaped(text, '"', isLong: false);
            _text.Append('"');
            return;
        }
        int segments = whim!.Next(1, 4);
        for (int i = 0, at = 0; i < segments; i++)
        {
            int end = i == segments - 1 ? text.Length : whim.Next(at, text.Length + 1);
            if (end > 0 && end < text.Length && char.IsHighSurrogate(text[end - 1])) end--;
            end = Math.Max(at, end);
            _text.Append("'''");
            Escaped(text[at..end], '\'', isLong: true);
            _text.Append("'''");
            if (i < segments - 1) Blank();
            at = end;
        }
    }

    private void Escaped(string text, char quote, bool isLong)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            int value = rune.Value;
            if (Sometimes(5))
            {
                _text.Append(whim!.Next(3) switch
                {
                    0 when value < 0x100 => $"\\x{value:x2}",
                    1 when value < 0x10000 => $"\\u{value:X4}",
                    1 => string.Concat(rune.ToString().Select(c => $"\\u{(int)c:x4}")),
                    _ => $"\\U{value:x8}",
                });
                continue;
            }
            if (Sometimes(2)) _text.Append(whim!.Next(2) == 0 ? "\\\n" : "\\\r\n");
            string? letter = value switch
            {
                0 => "\\0",
                7 => "\\a",
                8 => "\\b",
                9 => whim?.Next(2) == 0 ? "\t" : "\\t",
                10 => isLong && whim!.Next(2) == 0 ? "\n" : "\\n",
                11 => whim?.Next(2) == 0 ? "\v" : "\\v",
                12 => whim?.Next(2) == 0 ? "\f" : "\\f",
                13 => "\\r",
                '\\' => "\\\\",
                '/' => Sometimes(20) ? "\\/" : "/",
                '?' => Sometimes(20) ? "\\?" : "?",
                '"' => quote == '"' || Sometimes(20) ? "\\\"" : "\"",
                '\'' => quote == '\'' || Sometimes(20) ? "\\'" : "'",
                < 0x20 => string.Create(CultureInfo.InvariantCulture, $"\\x{value:x2}"),
                _ => null,
            };
            _text.Append(letter ?? rune.ToString());
        }
    }

    /// <summary>AWS writes decimals: a point, or d and an exponent.</summary>
    private string Number(string text)
    {
        ReferenceDecimal number = ReferenceDecimal.Parse(text)!;
        BigInteger coefficient = number.Coefficient;
        int exponent = number.Exponent;
        if (whim is null) return exponent == 0 ? $"{coefficient}." : $"{coefficient}d{exponent}";
        if (whim.Next(3) == 0)
        {
            // Zeros that do not matter.
            int zeros = whim.Next(4);
            coefficient *= BigInteger.Pow(10, zeros);
            exponent -= zeros;
        }
        string digits = coefficient.ToString(CultureInfo.InvariantCulture);
        switch (whim.Next(6))
        {
            case 0 when exponent == 0:
                return Underscored(digits);
            case 1 when exponent == 0 && BigInteger.Abs(coefficient) < BigInteger.Pow(2, 120):
                string sign = coefficient.Sign < 0 ? "-" : "";
                return $"{sign}0{(whim.Next(2) == 0 ? 'x' : 'X')}{BigInteger.Abs(coefficient).ToString("x", CultureInfo.InvariantCulture).TrimStart('0').PadLeft(1, '0')}";
            case 2 when exponent is < 0 and > -30:
                string magnitude = BigInteger.Abs(coefficient).ToString(CultureInfo.InvariantCulture).PadLeft(1 - exponent, '0');
                return $"{(coefficient.Sign < 0 ? "-" : "")}{Underscored(magnitude[..^-exponent])}.{Underscored(magnitude[^-exponent..])}";
            case 3 when exponent == 0:
                return $"{digits}.";
            case 4 when digits.TrimStart('-').Length > 1:
                int whole = digits[0] == '-' ? 2 : 1;
                return $"{digits[..whole]}.{digits[whole..]}{(whim.Next(2) == 0 ? 'd' : 'D')}{exponent + digits.Length - whole:+0;-0;0}";
            default:
                return $"{Underscored(digits)}{(Sometimes(50) ? "." : "")}d{exponent}";
        }
    }

    private string Underscored(string digits)
    {
        if (!Sometimes(30)) return digits;
        StringBuilder text = new();
        for (int i = 0; i < digits.Length; i++)
        {
            if (i > 0 && char.IsAsciiDigit(digits[i - 1]) && Sometimes(30)) text.Append('_');
            text.Append(digits[i]);
        }
        return text.ToString();
    }

    private void Blob(string base64)
    {
        _text.Append("{{");
        foreach (char c in base64)
        {
            if (Sometimes(3)) _text.Append(" \n\t"[whim!.Next(3)]);
            _text.Append(c);
        }
        _text.Append("}}");
    }

    private void Blank()
    {
        if (!Sometimes(6)) return;
        _text.Append(whim!.Next(6) switch { 0 => "\n", 1 => "\t", 2 => "/* } \" ''' // */", 3 => "// { \" '\n", 4 => "\r\n", _ => " " });
    }

    private bool Sometimes(int percent) => whim is not null && whim.Next(100) < percent;
}
