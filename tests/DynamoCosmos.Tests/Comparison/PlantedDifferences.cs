using System.Text;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Tests.Comparison;

/// <summary>
/// Two exports of the same orders but for five: what was exported, and what a container is to be filled from. One item is missing, one is
/// extra, one has another digit in a nested number, one the same set in another order (which is equal), one a value of another type.
/// </summary>
internal sealed class PlantedDifferences : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dynamocosmos-planted-");

    internal PlantedDifferences(int count, int files = 4)
    {
        Count = count;
        SampleOrders orders = new();
        Missing = count / 5;
        NestedDigit = count / 5 * 2;
        Reordered = count / 5 * 3;
        Retyped = count / 5 * 4;
        Exported = Write(Path.Combine(_folder.FullName, "exported"), files, Enumerable.Range(0, count).Select(orders.Item));
        Imported = Write(Path.Combine(_folder.FullName, "imported"), files, Enumerable.Range(0, count + 1).Where(i => i != Missing)
            .Select(i => Change(i, orders.Item(i))));
    }

    internal int Count { get; }

    internal string Exported { get; }

    internal string Imported { get; }

    internal int Missing { get; }

    internal int NestedDigit { get; }

    internal int Reordered { get; }

    internal int Retyped { get; }

    /// <summary>What the id of an order's document ends in: the escaped sort key.</summary>
    internal static string IdSuffix(int index) =>
        ((string)JsonNode.Parse(new SampleOrders().Item(index))!["orderId"]!["S"]!).Replace("#", "~23").Replace("/", "~2F");

    public void Dispose() => _folder.Delete(recursive: true);

    private byte[] Change(int index, byte[] item)
    {
        if (index != NestedDigit && index != Reordered && index != Retyped) return item;
        JsonNode map = JsonNode.Parse(item)!;
        if (index == NestedDigit)
        {
            JsonNode geo = map["address"]!["M"]!["geo"]!["M"]!;
            string lat = (string)geo["lat"]!["N"]!;
            geo["lat"] = new JsonObject { ["N"] = lat[..^1] + (lat[^1] == '9' ? '8' : (char)(lat[^1] + 1)) };
        }
        else if (index == Reordered)
        {
            foreach (string name in new[] { "tags:SS", "scores:NS", "hashes:BS" })
            {
                string[] parts = name.Split(':');
                map[parts[0]] = new JsonObject
                {
                    [parts[1]] = new JsonArray(
                    [.. ((JsonArray)map[parts[0]]![parts[1]]!).Select(e => e!.DeepClone()).Reverse()])
                };
            }
        }
        else
        {
            map["quantity"] = new JsonObject { ["S"] = (string)map["quantity"]!["N"]! };
        }
        return Encoding.UTF8.GetBytes(map.ToJsonString());
    }

    private static string Write(string root, int files, IEnumerable<byte[]> items)
    {
        ExportLayout layout = ExportLayout.ToFolder(root);
        DataFileWriter[] data = [.. Enumerable.Range(0, files).Select(_ => layout.AddDataFile())];
        int next = 0;
        foreach (byte[] item in items) data[next++ % files].WriteItem(item);
        foreach (DataFileWriter file in data) file.Dispose();
        layout.Complete();
        return layout.Folder;
    }
}
