using System.Globalization;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Bench;

/// <summary>
/// A shop's orders, from a seed: items of about 0.94 KB in typed JSON, of strings, numbers, dates, flags, a map, a list of maps and a set;
/// and the same items in Ion. Each has a key of its own, and customers are spread over the whole hash space.
/// </summary>
internal sealed class SampleItems(int seed)
{
    internal const long Now = 1_767_225_600;

    private static readonly string[] s_words =
        ["amber", "birch", "cobalt", "delta", "ember", "fjord", "garnet", "harbor", "indigo", "juniper", "kestrel", "lagoon", "meadow",
            "nimbus", "onyx", "prairie", "quartz", "raven", "saffron", "tundra"];

    private readonly Random _random = new(seed);

    internal static KeyMap Keys { get; } = new(new("customerId", KeyType.S), new("orderId", KeyType.S), "expiresAt");

    /// <summary>Appends the next item.</summary>
    internal void Write(SampleWriter item, int number)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        item.Begin();
        item.Text("customerId", $"CUST#{_random.Next(1_000_000):D6}").Text("orderId", $"ORDER#{Guid()}").Text("status", Word());
        item.Text("createdAt",
            $"2024-{_random.Next(1, 13):D2}-{_random.Next(1, 29):D2}T{_random.Next(24):D2}:{_random.Next(60):D2}:{_random.Next(60):D2}.{_random.Next(1000):D3}Z");
        // Years ahead, so that none expires while it is measured.
        item.Number("expiresAt", Now + 300_000_000 + _random.Next(90_000_000)).Number("total", _random.Next(100, 99_999) / 100m)
            .Number("itemCount", _random.Next(1, 20)).Number("version", number);
        item.Flag("isGift", _random.Next(2) == 0).Null("coupon").Text("note", Sentence(26));
        item.BeginMap("address").Text("name", $"{Word()} {Word()}").Text("street", $"{_random.Next(1, 300)} {Word()} straße")
            .Text("city", Word());
        item.Text("zip", _random.Next(10_000, 99_999).ToString(invariant)).Number("lat", _random.Next(-900_000, 900_000) / 10_000m)
            .EndMap();
        item.Set("tags", Word() + "a", Word() + "b", Word() + "c").BeginList("lines");
        for (int i = 0; i < 3; i++)
        {
            item.BeginMap(null).Text("sku", $"SKU-{_random.Next(1_000_000):D7}").Number("qty", _random.Next(1, 9))
                .Number("price", _random.Next(1, 99_999) / 100m).EndMap();
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
