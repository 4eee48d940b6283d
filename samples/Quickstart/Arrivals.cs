using System.Globalization;
using System.Management.Automation;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Quickstart;

/// <summary>Looks into the stand-ins, past every cmdlet, and holds what is there against what was put in.</summary>
internal static class Arrivals
{
    // The id, a number that a double keeps and one that it does not, binary, and a set.
    private static readonly string[] s_telling = ["id", "customerId", "orderId", "total", "ledger", "thumbnail", "scores", "address"];

    private static readonly JsonSerializerOptions s_shown =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static int Check(Sandbox.Sandbox sandbox, SampleOrders orders, int count, PSObject? result, PSObject? comparison,
        bool hadErrors)
    {
        if (result is null || !sandbox.Cosmos.HasContainer("shop", "orders"))
        {
            Console.WriteLine("The migration did not end: see the errors above.");
            return 1;
        }
        int expired = orders.CountExpired(count);
        long documents = sandbox.Cosmos.Count("shop", "orders");
        Console.WriteLine($"""

            Items in the table          {count,10:N0}
            Expired by their TTL        {expired,10:N0}   (skipped, as the result says)
            Documents in the container  {documents,10:N0}

            Throttled means that Cosmos DB answered 429, because the container's RU/s were used up. The import tried these writes again.
            """);
        ShowOne(sandbox, orders, index: 2);

        bool isRight = !hadErrors
            && documents == count - expired
            && Number(result, "Read") == count
            && Number(result, "Written") == documents
            && Number(result, "Expired") == expired
            && Number(result, "Rejected") == 0
            && comparison?.Properties["Passed"]?.Value is true;
        Console.WriteLine(isRight ? "Every item is accounted for." : "The counts do NOT add up.");
        return isRight ? 0 : 1;
    }

    private static void ShowOne(Sandbox.Sandbox sandbox, SampleOrders orders, int index)
    {
        JsonObject item = JsonNode.Parse(orders.Item(index))!.AsObject();
        string sortKey = (string)item[SampleOrders.SortKey]!["S"]!;
        foreach (ReadOnlyMemory<byte> bytes in sandbox.Cosmos.Documents("shop", "orders"))
        {
            JsonObject document = JsonNode.Parse(bytes.Span)!.AsObject();
            if ((string?)document[SampleOrders.SortKey] != sortKey) continue;
            Console.WriteLine($"\nAn item, in part:\n{Show(item)}\n\nIts document, in part:\n{Show(document)}\n");
            return;
        }
        Console.WriteLine($"The document of the item '{sortKey}' is missing.");
    }

    /// <summary>Only the attributes that show a rule of the conversion.</summary>
    private static string Show(JsonObject whole)
    {
        JsonObject part = [];
        foreach (string name in s_telling.Where(whole.ContainsKey)) part[name] = whole[name]!.DeepClone();
        return part.ToJsonString(s_shown);
    }

    private static long Number(PSObject result, string property) =>
        Convert.ToInt64(result.Properties[property]?.Value ?? -1, CultureInfo.InvariantCulture);
}
