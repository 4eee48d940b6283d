using System.Text;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>Writes generated items as JSON that is not typed.</summary>
internal static class PlainJsonWriter
{
    internal static string Write(IReadOnlyList<(string Name, GeneratedValue Value)> attributes)
    {
        StringBuilder text = new();
        Map(attributes, text);
        return text.ToString();
    }

    /// <summary>JSON has lists in their place.</summary>
    internal static IReadOnlyList<(string Name, GeneratedValue Value)> WithoutSets(
        IReadOnlyList<(string Name, GeneratedValue Value)> members) =>
        [.. members.Select(static member => (member.Name, WithoutSets(member.Value)))];

    private static GeneratedValue WithoutSets(GeneratedValue value) =>
        value with { Type = value.Type is "SS" or "NS" or "BS" ? "L" : value.Type, Members = WithoutSets(value.Members) };

    private static void Map(IReadOnlyList<(string Name, GeneratedValue Value)> members, StringBuilder text)
    {
        text.Append('{');
        for (int i = 0; i < members.Count; i++)
        {
            if (i > 0) text.Append(',');
            text.Append(ReferenceValue.Quote(members[i].Name)).Append(':');
            Value(members[i].Value, text);
        }
        text.Append('}');
    }

    private static void Value(GeneratedValue value, StringBuilder text)
    {
        switch (value.Type)
        {
            case "S" or "B":
                text.Append(ReferenceValue.Quote(value.Text));
                break;
            case "N" or "BOOL":
                text.Append(value.Text);
                break;
            case "NULL":
                text.Append("null");
                break;
            case "M":
                Map(value.Members, text);
                break;
            default:
                text.Append('[');
                for (int i = 0; i < value.Members.Count; i++)
                {
                    if (i > 0) text.Append(',');
                    Value(value.Members[i].Value, text);
                }
                text.Append(']');
                break;
        }
    }
}
