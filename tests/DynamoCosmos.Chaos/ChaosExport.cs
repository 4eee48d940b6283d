using System.Text;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Chaos;

/// <summary>Where an item stands: the ordinal of its data file, and its line in it, from 1.</summary>
public readonly record struct ItemPlace(int File, int Line);

/// <summary>
/// A generated export on disk: orders in several data files, some of them expired, and between them lines that no conversion can take. It
/// knows where each item stands and what must become of it.
/// </summary>
public sealed class ChaosExport : IDisposable
{
    private const int ExpiredEvery = 41;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("dynamocosmos-chaos-");
    private readonly Dictionary<string, ItemPlace> _places = [];
    private readonly List<ItemPlace> _malformed = [];

    /// <param name="items">Good ones and expired ones.</param>
    /// <param name="malformedEvery">One line of so many cannot be converted, on average.</param>
    /// <param name="longestNote">Bytes that a malformed line has more, at most.</param>
    public ChaosExport(int seed, int items, int files, int malformedEvery = 500, int longestNote = 0)
    {
        SampleOrders orders = new(seed, expiredEvery: ExpiredEvery);
        Random random = new(seed);
        ExportLayout layout = ExportLayout.ToFolder(_root.FullName);
        // Files of very different size, as DynamoDB's partitions are; the first may well be empty.
        int[] ends = [.. Enumerable.Range(0, files - 1).Select(_ => random.Next(items)).Order(), items];
        int next = 0;
        for (int file = 0; file < files; file++)
        {
            using DataFileWriter data = layout.AddDataFile(linesPerMember: random.Next(2) * 5_000);
            for (int line = 1; next < ends[file]; line++)
            {
                if (random.Next(malformedEvery) == 0)
                {
                    string note = longestNote == 0 ? "" : new string('x', random.Next(longestNote));
                    data.WriteItem(
                        Encoding.UTF8.GetBytes($$"""{"customerId":{"S":"malformed {{file}}/{{line}}{{note}}"},"orderId":{"N":"not a number"} }"""));
                    _malformed.Add(new(file, line));
                    continue;
                }
                byte[] item = orders.Item(next);
                data.WriteItem(item);
                if (next % ExpiredEvery != 0) _places.Add(IdOf(item), new(file, line));
                next++;
            }
        }
        layout.Complete();
        Folder = layout.Folder;
        Files = files;
        Lines = layout.ItemCount;
        Expired = orders.CountExpired(items);
    }

    public string Folder { get; }

    public int Files { get; }

    /// <summary>Records in all files.</summary>
    public long Lines { get; }

    public int Expired { get; }

    /// <summary>Documents that must be there in the end, by their ids.</summary>
    public IReadOnlyDictionary<string, ItemPlace> Documents => _places;

    /// <summary>Lines that must be rejected, each once.</summary>
    public IReadOnlyList<ItemPlace> Malformed => _malformed;

    public void Dispose() => _root.Delete(recursive: true);

    // An independent, narrow reading of the rules of conversion: enough for the keys that SampleOrders makes.
    private static string IdOf(byte[] item)
    {
        JsonNode map = JsonNode.Parse(item)!;
        return $"{Escape((string)map["customerId"]!["S"]!)}|{Escape((string)map["orderId"]!["S"]!)}";
    }

    private static string Escape(string text) => text.Replace("#", "~23").Replace("/", "~2F");
}
