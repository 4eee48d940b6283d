using System.Globalization;
using System.IO.Compression;
using System.Text;
using DynamoCosmos.Items;

namespace DynamoCosmos.Bench;

/// <summary>
/// A data file such as a shop's table gives, from a seed: items of about 0.94 KB in typed JSON, of strings, numbers, dates, flags, a map,
/// a list of maps and a set; and the same items in Ion.
/// </summary>
internal sealed class SampleExport
{
    private static readonly string[] s_words =
        ["amber", "birch", "cobalt", "delta", "ember", "fjord", "garnet", "harbor", "indigo", "juniper", "kestrel", "lagoon", "meadow", "nimbus", "onyx", "prairie", "quartz", "raven", "saffron", "tundra"];

    private readonly Random _random;

    internal SampleExport(int seed, int items)
    {
        _random = new(seed);
        SampleWriter writer = new();
        for (int i = 0; i < items; i++) Write(writer, i);
        (Json, Ion) = (writer.Json, writer.Ion);
        (CompressedJson, CompressedIon) = (Compress(Json), Compress(Ion));
        Items = items;
    }

    internal static KeyMap Keys { get; } = new(new("customerId", KeyType.S), new("orderId", KeyType.S), "expiresAt");

    internal const long Now = 1_767_225_600;

    internal int Items { get; }

    internal byte[] Json { get; }

    /// <summary>The same items in Ion text.</summary>
    internal byte[] Ion { get; }

    internal byte[] CompressedJson { get; }

    internal byte[] CompressedIon { get; }

    internal static byte[] Compress(byte[] text)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(text);
        return compressed.ToArray();
    }

    private void Write(SampleWriter item, int number)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        item.Begin();
        item.Text("customerId", $"CUST#{_random.Next(100_000):D6}").Text("orderId", $"ORDER#{Guid()}").Text("status", Word());
        item.Text("createdAt", $"2024-{_random.Next(1, 13):D2}-{_random.Next(1, 29):D2}T{_random.Next(24):D2}:{_random.Next(60):D2}:{_random.Next(60):D2}.{_random.Next(1000):D3}Z");
        item.Number("expiresAt", Now + _random.Next(1_000, 90_000_000)).Number("total", _random.Next(100, 99_999) / 100m).Number("itemCount", _random.Next(1, 20)).Number("version", number);
        item.Flag("isGift", _random.Next(2) == 0).Null("coupon").Text("note", Sentence(26));
        item.BeginMap("address").Text("name", $"{Word()} {Word()}").Text("street", $"{_random.Next(1, 300)} {Word()} straße").Text("city", Word());
        item.Text("zip", _random.Next(10_000, 99_999).ToString(invariant)).Number("lat", _random.Next(-900_000, 900_000) / 10_000m).EndMap();
        item.Set("tags", Word() + "a", Word() + "b", Word() + "c").BeginList("lines");
        for (int i = 0; i < 3; i++)
        {
            item.BeginMap(null).Text("sku", $"SKU-{_random.Next(1_000_000):D7}").Number("qty", _random.Next(1, 9)).Number("price", _random.Next(1, 99_999) / 100m).EndMap();
        }
        item.EndList();
        item.End();
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
