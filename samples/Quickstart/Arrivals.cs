using System.Globalization;
using System.Management.Automation;
using System.Text;
using System.Text.Json;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Quickstart;

/// <summary>Looks into the stand-ins, past every cmdlet, and holds what is there against what was put in.</summary>
internal static class Arrivals
{
    internal static int Check(Sandbox.Sandbox sandbox, SampleOrders orders, int count, PSObject? result, PSObject? comparison, bool hadErrors)
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
        string item = Encoding.UTF8.GetString(orders.Item(index));
        using JsonDocument parsed = JsonDocument.Parse(item);
        string sortKey = parsed.RootElement.GetProperty(SampleOrders.SortKey).GetProperty("S").GetString()!;
        foreach (ReadOnlyMemory<byte> bytes in sandbox.Cosmos.Documents("shop", "orders"))
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            if (document.RootElement.GetProperty(SampleOrders.SortKey).GetString() != sortKey) continue;
            Console.WriteLine($"\nAn item:\n{item}\n\nIts document:\n{Encoding.UTF8.GetString(bytes.Span)}\n");
            return;
        }
        Console.WriteLine($"The document of the item '{sortKey}' is missing.");
    }

    private static long Number(PSObject result, string property) => Convert.ToInt64(result.Properties[property]?.Value ?? -1, CultureInfo.InvariantCulture);
}
