using System.Text;
using System.Text.Json;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Items.Mappings;

/// <summary>Reads a mapping that is written as JSON; comments and commas behind the last element are fine.</summary>
public static class MappingText
{
    private static readonly JsonReaderOptions s_options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <param name="source">Names the text in messages.</param>
    /// <exception cref="MigrationException">MappingNotReadable, with the line.</exception>
    public static MappingValue Read(string json, string source)
    {
        byte[] text = Encoding.UTF8.GetBytes(json.TrimStart('\uFEFF'));
        Utf8JsonReader reader = new(text, s_options);
        Lines lines = new(text, source);
        try
        {
            reader.Read();
            MappingValue? value = ReadValue(ref reader, lines);
            // What stands behind the value is found here.
            reader.Read();
            return value?.Members is null ? throw MappingErrors.NotReadable(new(source, 1), "A mapping is an object: words and what is " +
                "said about them, in braces.") : value;
        }
        catch (JsonException error)
        {
            throw MappingErrors.NotReadable(new(source, (int)(error.LineNumber ?? 0) + 1), "It is not JSON: " +
                error.Message.Split(" LineNumber:")[0]);
        }
    }

    private static MappingValue? ReadValue(ref Utf8JsonReader reader, Lines lines)
    {
        MappingPlace place = lines.At(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                return MappingValue.OfText(reader.GetString()!, place);
            case JsonTokenType.True or JsonTokenType.False:
                return MappingValue.OfBoolean(reader.GetBoolean(), place);
            case JsonTokenType.StartArray:
                List<MappingValue?> list = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) list.Add(ReadValue(ref reader, lines));
                return MappingValue.OfList(list, place);
            case JsonTokenType.StartObject:
                List<MappingMember> members = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    MappingPlace at = lines.At(reader.TokenStartIndex);
                    string word = reader.GetString()!;
                    reader.Read();
                    members.Add(new(word, ReadValue(ref reader, lines), at));
                }
                return MappingValue.OfMembers(members, place);
            default:
                return MappingValue.OfNumber(Encoding.UTF8.GetString(reader.ValueSpan), place);
        }
    }

    private sealed class Lines(byte[] text, string source)
    {
        internal MappingPlace At(long index) => new(source, text.AsSpan(0, (int)index).Count((byte)'\n') + 1);
    }
}
