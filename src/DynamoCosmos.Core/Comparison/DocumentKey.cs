using System.Text.Json;

namespace DynamoCosmos.Comparison;

/// <summary>Reads the key of a document of the container.</summary>
internal static class DocumentKey
{
    internal static (string Id, IReadOnlyList<object?> PartitionKey) Read(ReadOnlyMemory<byte> document, ComparisonRules rules)
    {
        using JsonDocument parsed = JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = ComparisonRules.MaxDepth });
        string id = parsed.RootElement.GetProperty("id"u8).GetString()!;
        return (id, [.. rules.Paths.Select(path => ValueAt(parsed.RootElement, path))]);
    }

    private static object? ValueAt(JsonElement element, byte[][] path)
    {
        foreach (byte[] name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return null;
        }
        return element.ValueKind switch
        {
            JsonValueKind.String => element.GetString(),
            JsonValueKind.Number => element.GetDouble(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };
    }
}
