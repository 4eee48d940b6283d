using System.Text;
using System.Text.Json;
using DynamoCosmos.Sandbox.Aws.Dynamo;

namespace DynamoCosmos.Sandbox.Aws.Exports;

/// <summary>Writes typed DynamoDB JSON as the Ion text of an export.</summary>
internal sealed class IonText
{
    private readonly StringBuilder _text = new();

    /// <summary>A whole line.</summary>
    /// <param name="opening">Such as <c>{Item:</c>.</param>
    internal byte[] Record(ReadOnlySpan<byte> opening, ReadOnlySpan<byte> json)
    {
        _text.Clear().Append("$ion_1_0 ").Append(Encoding.ASCII.GetString(opening));
        AppendMap(json);
        return Encoding.UTF8.GetBytes(_text.Append('}').ToString());
    }

    /// <summary>An attribute map as a struct.</summary>
    internal byte[] Map(ReadOnlySpan<byte> json)
    {
        _text.Clear();
        AppendMap(json);
        return Encoding.UTF8.GetBytes(_text.ToString());
    }

    private void AppendMap(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 1000 });
        reader.Read();
        AppendMap(ref reader);
    }

    private void AppendMap(ref Utf8JsonReader reader)
    {
        _text.Append('{');
        bool isFirst = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!isFirst) _text.Append(',');
            isFirst = false;
            AppendName(reader.GetString()!);
            _text.Append(':');
            reader.Read();
            AppendValue(ref reader);
        }
        _text.Append('}');
    }

    private void AppendValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        string type = reader.GetString()!;
        reader.Read();
        switch (type)
        {
            case "M":
                AppendMap(ref reader);
                break;
            case "L":
                _text.Append('[');
                for (bool isFirst = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray; isFirst = false)
                {
                    if (!isFirst) _text.Append(',');
                    AppendValue(ref reader);
                }
                _text.Append(']');
                break;
            case "SS" or "NS" or "BS":
                _text.Append("$dynamodb_").Append(type).Append("::[");
                for (bool isFirst = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray; isFirst = false)
                {
                    if (!isFirst) _text.Append(',');
                    AppendScalar(type[..1], ref reader);
                }
                _text.Append(']');
                break;
            default:
                AppendScalar(type, ref reader);
                break;
        }
        reader.Read();
    }

    private void AppendScalar(string type, ref Utf8JsonReader reader)
    {
        switch (type)
        {
            case "S":
                AppendQuoted(reader.GetString()!, '"');
                break;
            case "N":
                _text.Append(DynamoNumber.Parse(reader.GetString()!).ToIon());
                break;
            case "B":
                _text.Append("{{").Append(reader.GetString()).Append("}}");
                break;
            case "BOOL":
                _text.Append(reader.GetBoolean() ? "true" : "false");
                break;
            default:
                _text.Append("null");
                break;
        }
    }

    /// <summary>A bare symbol where Ion reads it as one: not a keyword, not <c>$7</c>, which is a symbol's number.</summary>
    private void AppendName(string name)
    {
        bool isIdentifier = name.Length > 0 && !char.IsAsciiDigit(name[0])
            && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '$');
        bool isReserved =
            name is "null" or "true" or "false" or "nan" || (name.Length > 1 && name[0] == '$' && name.Skip(1).All(char.IsAsciiDigit));
        if (isIdentifier && !isReserved) _text.Append(name);
        else AppendQuoted(name, '\'');
    }

    private void AppendQuoted(string value, char quote)
    {
        _text.Append(quote);
        foreach (char letter in value)
        {
            if (letter == quote || letter == '\\') _text.Append('\\').Append(letter);
            else if (letter == '\n') _text.Append("\\n");
            else if (letter == '\t') _text.Append("\\t");
            else if (letter == '\r') _text.Append("\\r");
            else if (letter < ' ' || letter == 127) _text.Append("\\x").Append(((int)letter).ToString("x2"));
            else _text.Append(letter);
        }
        _text.Append(quote);
    }
}
