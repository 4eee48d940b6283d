using System.Globalization;
using System.Text;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Assessment;

/// <summary>An export of ordinary items among which a known number of each hazard is planted, in any order.</summary>
internal sealed class PlantedHazards
{
    internal const long Now = 1_767_225_600;

    internal const int Ordinary = 20_000;
    internal const int OfHotCustomer = 8_000;
    internal const int LongNumbers = 137;
    internal const int MixedTotals = 41;
    internal const int ReservedTs = 29;
    internal const int ReservedTtl = 13;
    internal const int OwnIds = 17;
    internal const int ForeignIds = 19;
    internal const int SlashKeys = 71;
    internal const int LongKeys = 11;
    internal const int Expired = 83;
    internal const int TooOld = 7;
    internal const int Milliseconds = 23;
    internal const int TextTimes = 5;
    internal const int Sets = 59;
    internal const int Binaries = 31;
    internal const int Large = 3;
    internal const int TooLarge = 2;
    internal const int Malformed = 6;
    internal const int MissingKeys = 9;

    private readonly List<string> _lines = [];
    private int _orders;

    internal PlantedHazards(int seed)
    {
        Random random = new(seed);
        Plant(Ordinary, () => Order($"C{random.Next(15_000)}"));
        Plant(OfHotCustomer, () => Order("HOT"));
        Plant(LongNumbers, () =>
            Order("C1", "\"exact\":{\"N\":\"1234567890123456789.5\"},\"amounts\":{\"L\":[{\"N\":\"0.12345678901234567890\"},{\"N\":\"1.5\"}]}"));
        Plant(MixedTotals, () => Order("C2", "\"total\":{\"S\":\"9.50 EUR\"}", total: false));
        Plant(ReservedTs, () => Order("C3", "\"_ts\":{\"N\":\"5\"}"));
        Plant(ReservedTtl, () => Order("C3", "\"ttl\":{\"N\":\"3600\"}"));
        Plant(OwnIds, () => Order("C4", $"\"id\":{{\"S\":\"C4|{Sort(_orders)}\"}}"));
        Plant(ForeignIds, () => Order("C4", "\"id\":{\"S\":\"4711\"}"));
        Plant(SlashKeys, () => Order("A/B"));
        Plant(LongKeys, () => Order("L" + new string('x', 1_500)));
        Plant(Expired, () => Order("C5", expires: Now - 60));
        Plant(TooOld, () => Order("C5", expires: Now - 6L * 365 * 86_400));
        Plant(Milliseconds, () => Order("C6", expires: Now * 1_000));
        Plant(TextTimes, () => Order("C6", "\"expiresAt\":{\"S\":\"never\"}", expires: null));
        Plant(Sets, () => Order("C7", "\"tags\":{\"SS\":[\"b\",\"a\"]}"));
        Plant(Binaries, () => Order("C7", "\"picture\":{\"B\":\"aGVsbG8=\"}"));
        Plant(Large, () => Order("C8", $"\"blob\":{{\"S\":\"{new string('l', 1_200_000)}\"}}"));
        Plant(TooLarge, () => Order("C8", $"\"blob\":{{\"S\":\"{new string('t', 2_200_000)}\"}}"));
        Plant(Malformed, static () => "{\"Item\":{\"customerId\":{\"S\":\"C9\"},\"orderId\":{\"X\":1}}}");
        Plant(MissingKeys, static () => "{\"Item\":{\"orderId\":{\"S\":\"o\"},\"note\":{\"S\":\"no customer\"}}}");
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_lines));
    }

    internal static KeyMap Keys { get; } = new(new("customerId", KeyType.S), new("orderId", KeyType.S), "expiresAt");

    internal IReadOnlyList<string> Lines => _lines;

    internal static int Rejected => TooLarge + Malformed + MissingKeys;

    internal ListSource ToSource(int files)
    {
        ListSource source = new() { Keys = Keys, Reading = new() };
        foreach (string[] lines in _lines.Chunk((_lines.Count + files - 1) / files)) source.Add(lines);
        return source;
    }

    /// <summary>Different customers among the items that become documents, counted the plain way.</summary>
    internal int Customers() => _lines
        .Where(static line => !line.Contains("\"C9\"", StringComparison.Ordinal) && !line.Contains("no customer", StringComparison.Ordinal))
        .Select(static line => line[(line.IndexOf("customerId\":{\"S\":\"", StringComparison.Ordinal) + 18)..].Split('"')[0]).Distinct()
            .Count();

    private void Plant(int count, Func<string> line)
    {
        for (int i = 0; i < count; i++) _lines.Add(line());
    }

    private string Order(string customer, string? more = null, bool total = true, long? expires = Now + 86_400)
    {
        StringBuilder item = new("{\"Item\":{");
        item.Append(CultureInfo.InvariantCulture,
            $"\"customerId\":{{\"S\":\"{customer}\"}},\"orderId\":{{\"S\":\"{Sort(_orders++)}\"}},\"note\":{{\"S\":\"an ordinary " +
            $"order\"}}");
        if (total) item.Append(CultureInfo.InvariantCulture, $",\"total\":{{\"N\":\"{_orders}.25\"}}");
        if (expires is not null) item.Append(CultureInfo.InvariantCulture, $",\"expiresAt\":{{\"N\":\"{expires}\"}}");
        if (more is not null) item.Append(',').Append(more);
        return item.Append("}}").ToString();
    }

    private static string Sort(int number) => number.ToString("d8", CultureInfo.InvariantCulture);
}
