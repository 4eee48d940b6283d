using System.Globalization;
using System.Text;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>
/// Writes generated items as lines of a data file: compact as AWS does, or, given a random source, in any way that JSON allows (spaces,
/// escapes that are not needed).
/// </summary>
public sealed class TypedJsonWriter(Random? whim = null)
{
    private readonly StringBuilder _text = new();

    public string Item(IReadOnlyList<(string Name, GeneratedValue Value)> attributes) => Record(("Item", attributes));

    public string Record(params (string Name, IReadOnlyList<(string Name, GeneratedValue Value)> Attributes)[] members)
    {
        _text.Clear();
        Token("{");
        for (int i = 0; i < members.Length; i++)
        {
            if (i > 0) Token(",");
            Quoted(members[i].Name);
            Token(":");
            Map(members[i].Attributes);
        }
        Token("}");
        return _text.ToString();
    }

    private void Map(IReadOnlyList<(string Name, GeneratedValue Value)> members)
    {
        Token("{");
        for (int i = 0; i < members.Count; i++)
        {
            if (i > 0) Token(",");
            Quoted(members[i].Name);
            Token(":");
            Value(members[i].Value);
        }
        Token("}");
    }

    private void Value(GeneratedValue value)
    {
        Token("{");
        Quoted(value.Type);
        Token(":");
        switch (value.Type)
        {
            case "BOOL" or "NULL":
                Token(value.Text);
                break;
            case "M":
                Map(value.Members);
                break;
            case "L" or "SS" or "NS" or "BS":
                Token("[");
                for (int i = 0; i < value.Members.Count; i++)
                {
                    if (i > 0) Token(",");
                    if (value.Type == "L") Value(value.Members[i].Value);
                    else Quoted(value.Members[i].Value.Text);
                }
                Token("]");
                break;
            default:
                Quoted(value.Text);
                break;
        }
        Token("}");
    }

    private void Token(string token)
    {
        Space();
        _text.Append(token);
        Space();
    }

    private void Space()
    {
        if (whim?.Next(30) == 0) _text.Append(" \t\r\n"[whim.Next(4)], whim.Next(1, 3));
    }

    private void Quoted(string text)
    {
        Space();
        _text.Append('"');
        foreach (char c in text)
        {
            string? letter = c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' =>
                "\\f",
                _ => null
            };
            if (whim?.Next(25) == 0 || (letter is null && c < ' ')) _text.Append("\\u")
                .Append(((int)c).ToString(whim?.Next(2) == 0 ? "X4" : "x4", CultureInfo.InvariantCulture));
            else if (letter is not null) _text.Append(letter);
            else if (c == '/' && whim?.Next(2) == 0) _text.Append("\\/");
            else _text.Append(c);
        }
        _text.Append('"');
        Space();
    }
}
