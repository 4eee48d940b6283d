using System.Globalization;
using System.Text;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>A value as the document will hold it.</summary>
internal sealed record ReferenceValue(string Type, string Json)
{
    /// <summary>What the string, number or base64 says; null for other types.</summary>
    internal string? Content { get; private init; }

    internal ReferenceDecimal? Decimal { get; private init; }

    internal int Losses { get; private init; }

    /// <summary>Some number in it does not fit a double.</summary>
    internal bool IsLossy { get; private init; }

    internal IReadOnlyList<(string Name, ReferenceValue Value)> Members { get; private init; } = [];

    internal IReadOnlyList<ReferenceValue> Elements { get; private init; } = [];

    internal byte[] Bytes => Encoding.UTF8.GetBytes(Content!);

    internal static IComparer<byte[]> ByBytes { get; } = Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right));

    internal static ReferenceValue String(string text) => new("S", Quote(text)) { Content = text };

    internal static ReferenceValue Binary(string base64)
    {
        byte[] bytes;
        try
        {
            bytes = System.Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            throw new Refusal(RejectionReason.MalformedItem);
        }
        if (System.Convert.ToBase64String(bytes) != base64) throw new Refusal(RejectionReason.MalformedItem);
        return new("B", Quote(base64)) { Content = base64 };
    }

    internal static ReferenceValue Number(string text, NumberMode mode)
    {
        ReferenceDecimal number = ReferenceDecimal.Parse(text) ?? throw new Refusal(RejectionReason.MalformedItem);
        bool fits = number.Rounded == number;
        string json = mode == NumberMode.String || (!fits && mode != NumberMode.Double)
            ? Quote(number.Text) : fits ? number.Text : number.Rounded.Text;
        return new("N", json)
        {
            Content = number.Text,
            Decimal = number,
            IsLossy = !fits,
            Losses = !fits && mode == NumberMode.Double
            ? 1 : 0
        };
    }

    internal static ReferenceValue Map(IEnumerable<(string Name, ReferenceValue Value)> members)
    {
        List<(string Name, ReferenceValue Value)> all = [.. members];
        return new("M", $"{{{string.Join(',', all.Select(member => $"{Quote(member.Name)}:{member.Value.Json}"))}}}")
        {
            Members = all,
            Losses = all.Sum(member => member.Value.Losses),
            IsLossy = all.Any(member => member.Value.IsLossy),
        };
    }

    internal static ReferenceValue List(string type, IEnumerable<ReferenceValue> elements)
    {
        List<ReferenceValue> all = [.. elements];
        return new(type, $"[{string.Join(',', all.Select(element => element.Json))}]")
        {
            Elements = all,
            Losses = all.Sum(element => element.Losses),
            IsLossy = all.Any(element => element.IsLossy)
        };
    }

    internal static string Quote(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => c.ToString(),
            });
        }
        return quoted.Append('"').ToString();
    }
}
