using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DynamoCosmos.Sandbox.Aws.Dynamo;
using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Sandbox.Aws;

/// <summary>
/// A shop's orders, any number of them, always the same for the same seed: composite keys, every attribute type, sets, binaries, nested
/// maps,
/// 38-digit numbers, names that Cosmos DB owns, unicode, and a TTL attribute. About 0.9 KB of typed JSON each.
/// </summary>
public sealed class SampleOrders(int seed = 1, DateTimeOffset? now = null, int expiredEvery = 0)
{
    public const string TableName = "Orders", PartitionKey = "customerId", SortKey = "orderId", TimeToLiveAttribute = "expiresAt";

    private static readonly JsonWriterOptions s_options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly string[] s_notes = ["Leave at the door", "Grüße aus Köln", "『お急ぎください』", "a \"quoted\" note\nin two lines",
        "🎁 gift wrap\tplease", "\u0001 control", "C:\\path", ""];
    private static readonly string[] s_tags = ["new", "vip", "gift", "returns", "épicerie", "bulk", "Ω"];
    private static readonly string[] s_words = ["amber", "birch", "copper", "dune", "ember", "fjord", "granite", "hazel", "indigo",
        "juniper", "kelp", "linen", "maple", "nickel", "ochre", "pine"];
    private static readonly string[] s_cities = ["Köln", "São Paulo", "東京", "Reykjavík", "Lima", "Nairobi"];

    private readonly DateTimeOffset _now = now ?? DateTimeOffset.UtcNow;

    public static TableKeys Keys { get; } = new(PartitionKey, "S", SortKey, "S");

    /// <summary>How many of the first so many orders have expired already.</summary>
    public int CountExpired(int count) => expiredEvery == 0 ? 0 : (count + expiredEvery - 1) / expiredEvery;

    /// <summary>The order's typed JSON map.</summary>
    public byte[] Item(int index)
    {
        ArrayBufferWriter<byte> buffer = new(1400);
        using Utf8JsonWriter writer = new(buffer, s_options);
        Write(writer, index);
        return buffer.WrittenSpan.ToArray();
    }

    public IEnumerable<byte[]> Items(int count) => Enumerable.Range(0, count).Select(Item);

    /// <summary>The table with so many orders in it, TTL on.</summary>
    public StandInTable CreateTable(DynamoStandIn dynamo, int count, string name = TableName)
    {
        StandInTable table = dynamo.CreateTable(name, PartitionKey + ":S", SortKey + ":S");
        table.TimeToLiveAttribute = TimeToLiveAttribute;
        foreach (byte[] item in Items(count)) table.Put(item);
        return table;
    }

    /// <summary>A full export of so many orders straight to a folder, streamed.</summary>
    /// <returns>The layout; its Folder is the export's own.</returns>
    public ExportLayout WriteExport(string root, int count, int files = 8, ExportFacts? facts = null)
    {
        ExportLayout layout = ExportLayout.ToFolder(root, facts);
        ArrayBufferWriter<byte> buffer = new(1400);
        using Utf8JsonWriter writer = new(buffer, s_options);
        long bytes = 0;
        int index = 0;
        for (int file = 0; file < files; file++)
        {
            using DataFileWriter data = layout.AddDataFile(linesPerMember: 10_000);
            for (int end = (int)((long)count * (file + 1) / files); index < end; index++)
            {
                buffer.ResetWrittenCount();
                writer.Reset();
                Write(writer, index);
                data.WriteItem(buffer.WrittenSpan);
                bytes += buffer.WrittenCount;
            }
        }
        layout.Complete(bytes);
        return layout;
    }

    private void Write(Utf8JsonWriter writer, int index)
    {
        Random random = new(HashCode(seed, index));
        int customer = index / 7;
        DateTimeOffset ordered = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(index * 37L);
        writer.WriteStartObject();
        Text(writer, PartitionKey, $"CUST#{customer:D7}");
        Text(writer, SortKey, $"ORDER#{ordered.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}/{index:D8}");
        Number(writer, "total", $"{random.Next(1, 500_000)}.{random.Next(100):D2}");
        Number(writer, "quantity", $"{random.Next(1, 100)}");
        Number(writer, "ledger",
            $"1{random.NextInt64(100_000_000_000_000_000, 999_999_999_999_999_999)}{random.NextInt64(1_000_000_000_000_000_000, 8_999_999_999_999_999_999)}");
        Number(writer, "rate", index % 5 == 0 ? $"{random.Next(1, 10)}E-{random.Next(20, 130)}" : $"0.{random.Next(1, 10_000):D5}");
        Text(writer, "note", s_notes[index % s_notes.Length]);
        Typed(writer, "isGift", "BOOL", static (inner, gift) => inner.WriteBooleanValue(gift), index % 3 == 0);
        if (index % 4 == 0) Typed(writer, "coupon", "NULL", static (inner, _) => inner.WriteBooleanValue(true), 0);
        Typed(writer, "thumbnail", "B", static (inner, bytes) => inner.WriteBase64StringValue(bytes), Bytes(random, 24));
        Set(writer, "tags", "SS",
            [s_tags[index % s_tags.Length], s_tags[(index + 2) % s_tags.Length], s_tags[(index + 5) % s_tags.Length]]);
        Set(writer, "scores", "NS", [$"{random.Next(100)}", $"{random.Next(100, 200)}.5", $"-{random.Next(1, 100)}"]);
        Set(writer, "hashes", "BS", [Convert.ToBase64String(Bytes(random, 8)), Convert.ToBase64String(Bytes(random, 9))]);
        // Names that Cosmos DB owns, and one that needs quoting.
        if (index % 50 == 0) Number(writer, "id", $"{index}");
        if (index % 50 == 25) Text(writer, "_etag", "mine");
        Text(writer, "ship to", s_cities[index % s_cities.Length]);
        Text(writer, "description", string.Join(' ', Enumerable.Range(0, 32).Select(_ => s_words[random.Next(s_words.Length)])));
        WriteAddress(writer, random, index);
        WriteLines(writer, random);
        if (expiredEvery > 0
            && index % expiredEvery == 0) Number(writer, TimeToLiveAttribute, $"{_now.AddDays(-1 - (index % 30)).ToUnixTimeSeconds()}");
        else if (index % 10 == 1) Number(writer, TimeToLiveAttribute, $"{_now.AddDays(30 + (index % 300)).ToUnixTimeSeconds()}");
        writer.WriteEndObject();
        writer.Flush();
    }

    private static void WriteAddress(Utf8JsonWriter writer, Random random, int index)
    {
        writer.WriteStartObject("address");
        writer.WriteStartObject("M");
        Text(writer, "city", s_cities[(index + 1) % s_cities.Length]);
        writer.WriteStartObject("geo");
        writer.WriteStartObject("M");
        Number(writer, "lat", $"{random.Next(-90, 90)}.{random.Next(1_000_000):D6}");
        Number(writer, "lon", $"{random.Next(-180, 180)}.{random.Next(1_000_000):D6}");
        for (int end = 0; end < 4; end++) writer.WriteEndObject();
    }

    private static void WriteLines(Utf8JsonWriter writer, Random random)
    {
        writer.WriteStartObject("lines");
        writer.WriteStartArray("L");
        for (int line = random.Next(1, 4); line > 0; line--)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("M");
            Text(writer, "sku", $"SKU-{random.Next(1_000_000):D6}");
            Number(writer, "price", $"{random.Next(1, 2000)}.{random.Next(10)}");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter writer, string name, string value) =>
        Typed(writer, name, "S", static (inner, text) => inner.WriteStringValue(text), value);

    private static void Number(Utf8JsonWriter writer, string name, string value) =>
        Typed(writer, name, "N", static (inner, text) => inner.WriteStringValue(text), value);

    private static void Set(Utf8JsonWriter writer, string name, string type, string[] values) => Typed(
        writer, name, type,
        static (inner, elements) =>
        {
            inner.WriteStartArray();
            foreach (string element in elements) inner.WriteStringValue(element);
            inner.WriteEndArray();
        },
        values);

    private static void Typed<T>(Utf8JsonWriter writer, string name, string type, Action<Utf8JsonWriter, T> write, T value)
    {
        writer.WriteStartObject(name);
        writer.WritePropertyName(type);
        write(writer, value);
        writer.WriteEndObject();
    }

    private static byte[] Bytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    // Not System.HashCode: that differs from process to process.
    private static int HashCode(int seed, int index) => (int)((uint)seed * 2654435761u) ^ (int)((uint)index * 2246822519u);
}
