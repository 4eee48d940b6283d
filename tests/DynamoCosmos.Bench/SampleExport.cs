using System.Globalization;
using System.IO.Compression;
using System.Text;
using DynamoCosmos.Items;

namespace DynamoCosmos.Bench;

/// <summary>
/// A data file such as a shop's table gives, from a seed: items of about 0.94 KB in typed JSON, of strings, numbers, dates, flags, a map, a list of maps and a set.
/// </summary>
internal sealed class SampleExport
{
    private static readonly string[] s_words =
        ["amber", "birch", "cobalt", "delta", "ember", "fjord", "garnet", "harbor", "indigo", "juniper", "kestrel", "lagoon", "meadow", "nimbus", "onyx", "prairie", "quartz", "raven", "saffron", "tundra"];

    private readonly Random _random;

    internal SampleExport(int seed, int items)
    {
        _random = new(seed);
        StringBuilder text = new();
        for (int i = 0; i < items; i++) text.Append(Line(i)).Append('\n');
        Json = Encoding.UTF8.GetBytes(text.ToString());
        Compressed = Compress(Json);
        Items = items;
    }

    internal static KeyMap Keys { get; } = new(new("customerId", KeyType.S), new("orderId", KeyType.S), "expiresAt");

    internal const long Now = 1_767_225_600;

    internal int Items { get; }

    internal byte[] Json { get; }

    internal byte[] Compressed { get; }

    internal static byte[] Compress(byte[] text)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(text);
        return compressed.ToArray();
    }

    private string Line(int number)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        StringBuilder line = new();
        line.Append(invariant, $$$"""{"Item":{"customerId":{"S":"CUST#{{{_random.Next(100_000):D6}}}"},"orderId":{"S":"ORDER#{{{Guid()}}}"},"status":{"S":"{{{Word()}}}"},""");
        line.Append(invariant, $"\"createdAt\":{{\"S\":\"2024-{_random.Next(1, 13):D2}-{_random.Next(1, 29):D2}T{_random.Next(24):D2}:{_random.Next(60):D2}:{_random.Next(60):D2}.{_random.Next(1000):D3}Z\"}},");
        line.Append(invariant, $"\"expiresAt\":{{\"N\":\"{Now + _random.Next(1_000, 90_000_000)}\"}},\"total\":{{\"N\":\"{_random.Next(100, 99_999) / 100m}\"}},\"itemCount\":{{\"N\":\"{_random.Next(1, 20)}\"}},");
        line.Append(invariant, $"\"version\":{{\"N\":\"{number}\"}},\"isGift\":{{\"BOOL\":{(_random.Next(2) == 0 ? "true" : "false")}}},\"coupon\":{{\"NULL\":true}},");
        line.Append(invariant, $"\"note\":{{\"S\":\"{Sentence(26)}\"}},");
        line.Append(invariant, $"\"address\":{{\"M\":{{\"name\":{{\"S\":\"{Word()} {Word()}\"}},\"street\":{{\"S\":\"{_random.Next(1, 300)} {Word()} straße\"}},\"city\":{{\"S\":\"{Word()}\"}},\"zip\":{{\"S\":\"{_random.Next(10_000, 99_999)}\"}},\"lat\":{{\"N\":\"{_random.Next(-900_000, 900_000) / 10_000m}\"}}}}}},");
        line.Append(invariant, $"\"tags\":{{\"SS\":[\"{Word()}a\",\"{Word()}b\",\"{Word()}c\"]}},\"lines\":{{\"L\":[");
        for (int i = 0; i < 3; i++) line.Append(invariant, $"{(i > 0 ? "," : "")}{{\"M\":{{\"sku\":{{\"S\":\"SKU-{_random.Next(1_000_000):D7}\"}},\"qty\":{{\"N\":\"{_random.Next(1, 9)}\"}},\"price\":{{\"N\":\"{_random.Next(1, 99_999) / 100m}\"}}}}}}");
        line.Append("]}}}");
        return line.ToString();
    }

    private string Word() => s_words[_random.Next(s_words.Length)];

    private string Sentence(int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => Word()));

    private string Guid()
    {
        byte[] bytes = new byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }
}
