using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Items.Mappings;

/// <summary>
/// Reads a mapping that is written as a PSD1 file: one hashtable of plain data in PowerShell's notation. It takes what PowerShell reads the
/// same way, and refuses everything else: a mapping must mean the same in every host.
/// </summary>
public sealed partial class MappingData
{
    // As deep as JSON is read.
    private const int MaxDepth = 64;

    private readonly string _text, _source;
    private int _at, _depth;

    private MappingData(string text, string source) => (_text, _source) = (text, source);

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    private MappingPlace Place => PlaceOf(_at);

    /// <param name="source">Names the text in messages.</param>
    /// <exception cref="MigrationException">MappingNotReadable, with the line.</exception>
    public static MappingValue Read(string text, string source)
    {
        MappingData data = new(text.TrimStart('\uFEFF'), source);
        data.SkipSpace(newLines: true);
        if (!data.TryTake("@{")) throw MappingErrors.NotReadable(new(source, 1), "A PSD1 file is one hashtable: @{ … }.");
        MappingValue table = data.ReadTable(data.PlaceOf(data._at - 2));
        while (data.SkipSpace(newLines: true) || data.TryTake(";"))
        {
        }
        return data._at == data._text.Length
            ? table
            : throw MappingErrors.NotReadable(data.Place, "A PSD1 file is one hashtable, and nothing behind it.");
    }

    /// <summary>Behind the opening brace.</summary>
    private MappingValue ReadTable(MappingPlace place)
    {
        Enter(place);
        List<MappingMember> members = [];
        HashSet<string> words = new(StringComparer.OrdinalIgnoreCase);
        SkipSpace(newLines: true);
        while (!TryTake("}"))
        {
            if (_at >= _text.Length)
                throw MappingErrors.NotReadable(place, "The hashtable that begins here is not closed: its } is missing.");
            MappingPlace at = Place;
            string word = ReadWord();
            if (!words.Add(word)) throw MappingErrors.NotReadable(at, $"'{word}' stands twice.");
            SkipSpace(newLines: false);
            if (!TryTake("=")) throw NotPlain();
            SkipSpace(newLines: true);
            members.Add(new(word, ReadList(), at));
            EndStatement('}');
        }
        _depth--;
        return MappingValue.OfMembers(members, place);
    }

    /// <summary>Behind the opening parenthesis of <c>@(</c>.</summary>
    private MappingValue ReadArray(MappingPlace place)
    {
        Enter(place);
        List<MappingValue?> elements = [];
        SkipSpace(newLines: true);
        while (!TryTake(")"))
        {
            if (_at >= _text.Length) throw MappingErrors.NotReadable(place, "The list that begins here is not closed: its ) is missing.");
            // @('a', 'b') holds one statement with two values; @('a'; 'b') holds two statements.
            do
            {
                elements.Add(ReadValue());
            }
            while (TryTakeComma());
            EndStatement(')');
        }
        _depth--;
        return MappingValue.OfList(elements, place);
    }

    /// <summary>One value, or several with commas between them.</summary>
    private MappingValue? ReadList()
    {
        MappingPlace place = Place;
        MappingValue? first = ReadValue();
        if (!TryTakeComma()) return first;
        List<MappingValue?> elements = [first];
        do
        {
            elements.Add(ReadValue());
        }
        while (TryTakeComma());
        return MappingValue.OfList(elements, place);
    }

    private MappingValue? ReadValue()
    {
        MappingPlace place = Place;
        if (TryTake("@{")) return ReadTable(place);
        if (TryTake("@(")) return ReadArray(place);
        if (Current is '\'' or '"' || _text.AsSpan(_at).StartsWith("@'")) return MappingValue.OfText(ReadText(), place);
        // A word ends where none of its characters follow: $trues is another variable.
        if (Constant().Match(_text, _at) is { Success: true } constant)
        {
            _at += constant.Length;
            return constant.ValueSpan[1] is 'n' or 'N' ? null : MappingValue.OfBoolean(constant.ValueSpan[1] is 't' or 'T', place);
        }
        if (Number().Match(_text, _at) is not { Success: true } number) throw NotPlain();
        _at += number.Length;
        return MappingValue.OfNumber(Canonical(number.Value), place);
    }

    // As PowerShell holds them: whole numbers are exact up to the largest decimal, all others are doubles.
    private static string Canonical(string number)
    {
        string digits = number.TrimStart('-'), sign = number[..^digits.Length];
        return digits.All(char.IsAsciiDigit) && decimal.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out decimal whole)
            ? (whole == 0 ? "" : sign) + whole.ToString(CultureInfo.InvariantCulture)
            : sign + double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
    }

    private string ReadWord()
    {
        if (Current is '\'' or '"') return ReadText();
        if (Word().Match(_text, _at) is not { Success: true } word) throw NotPlain();
        _at += word.Length;
        return word.Value;
    }

    private string ReadText()
    {
        if (_text.AsSpan(_at).StartsWith("@'")) return ReadHereText();
        MappingPlace place = Place;
        char quote = _text[_at++];
        StringBuilder text = new();
        while (_at < _text.Length)
        {
            char c = _text[_at++];
            if (c == quote)
            {
                if (Current != quote) return text.ToString();
                _at++;
            }
            else if (IsTypographic(c, quote))
            {
                throw MappingErrors.NotReadable(PlaceOf(_at - 1), $"{c} would end a text in PowerShell. Use quotes of the other kind.");
            }
            else if (quote == '"' && c == '$' && (char.IsLetterOrDigit(Current) || Current is
                '_' or '{' or '(' or '?' or '^' or '$' or ':'))
            {
                throw MappingErrors.NotReadable(PlaceOf(_at - 1), "A text with a variable is not plain data. Use single quotes, or `$.");
            }
            else if (quote == '"' && c == '`')
            {
                c = ReadEscaped();
            }
            text.Append(c);
        }
        throw MappingErrors.NotReadable(place, "The text that begins here is not closed: its quote is missing.");
    }

    // @' and the end of the line; then lines, up to one that begins with '@.
    private string ReadHereText()
    {
        MappingPlace place = Place;
        Match text = HereText().Match(_text, _at);
        if (!text.Success) throw MappingErrors.NotReadable(place, "The text that begins here is not closed: its line with '@ is missing.");
        _at += text.Length;
        return text.Groups[1].Value;
    }

    private char ReadEscaped()
    {
        if (_at >= _text.Length) throw NotPlain();
        char c = _text[_at++];
        return c switch
        {
            '0' => '\0',
            'a' => '\a',
            'b' => '\b',
            'e' => '\u001b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            // `u{…}, and a line that goes on, have rules of their own.
            'u' or '\r' or '\n' =>
                throw MappingErrors.NotReadable(PlaceOf(_at - 1), "This escape is not plain data. Write the character itself."),
            _ => c,
        };
    }

    private bool TryTakeComma()
    {
        int before = _at;
        SkipSpace(newLines: false);
        if (TryTake(","))
        {
            SkipSpace(newLines: true);
            return true;
        }
        _at = before;
        return false;
    }

    /// <summary>Behind a value stand a new line, a semicolon or the closing character: there are no operators.</summary>
    private void EndStatement(char closing)
    {
        SkipSpace(newLines: false);
        if (_at < _text.Length && Current != closing && Current is not ('\r' or '\n' or ';')) throw NotPlain();
        while (SkipSpace(newLines: true) || TryTake(";"))
        {
        }
    }

    private bool SkipSpace(bool newLines)
    {
        int before = _at;
        while ((newLines ? AnySpace() : Space()).Match(_text, _at) is { Success: true, Length: > 0 } space) _at += space.Length;
        return _at > before;
    }

    private bool TryTake(string mark)
    {
        if (!_text.AsSpan(_at).StartsWith(mark, StringComparison.Ordinal)) return false;
        _at += mark.Length;
        return true;
    }

    private void Enter(MappingPlace place)
    {
        if (++_depth > MaxDepth) throw MappingErrors.NotReadable(place, $"A value is nested more than {MaxDepth} deep.");
    }

    // PowerShell takes typographic quotes for straight ones.
    private static bool IsTypographic(char c, char quote) => quote == '\'' ? c is '‘' or '’' or '‚' or '‛' : c is '“' or '”' or '„';

    private MappingPlace PlaceOf(int index) => new(_source, _text.AsSpan(0, index).Count('\n') + 1);

    private MigrationException NotPlain()
    {
        string rest = _text[_at..].Split('\n')[0].Trim();
        return MappingErrors.NotReadable(Place, $"'{rest}' is not plain data: texts, numbers, $true, $false, $null, lists and hashtables.");
    }

    [GeneratedRegex(@"\G\$(true|false|null)(?![\w:?])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Constant();

    [GeneratedRegex(@"\G-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?(?=[\s,;)}]|$)")]
    private static partial Regex Number();

    [GeneratedRegex(@"\G[A-Za-z_][A-Za-z0-9_]*(?=[\s=])")]
    private static partial Regex Word();

    [GeneratedRegex(@"\G@'[ \t]*\r?\n(?:(.*?)\r?\n)??'@", RegexOptions.Singleline)]
    private static partial Regex HereText();

    [GeneratedRegex(@"\G(?:[ \t\u00a0]+|`\r?\n|\#[^\r\n]*|<\#.*?\#>)", RegexOptions.Singleline)]
    private static partial Regex Space();

    [GeneratedRegex(@"\G(?:[ \t\u00a0\r\n]+|`\r?\n|\#[^\r\n]*|<\#.*?\#>)", RegexOptions.Singleline)]
    private static partial Regex AnySpace();
}
