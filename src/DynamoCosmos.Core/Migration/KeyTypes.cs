using System.Text.Json;
using DynamoCosmos.Items;

namespace DynamoCosmos.Migration;

/// <summary>Tells a key attribute's type from an item.</summary>
internal static class KeyTypes
{
    // DynamoDB's 32 levels take two of JSON each, and the record's own.
    private const int MaxDepth = 128;

    /// <exception cref="MigrationException">KeyAttributeNotInExport.</exception>
    internal static KeyType Read(ReadOnlySpan<byte> record, string name, string dataFile)
    {
        List<string> names = [];
        try
        {
            Utf8JsonReader reader = new(record, new JsonReaderOptions { MaxDepth = MaxDepth });
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            if (!document.RootElement.TryGetProperty("Item", out JsonElement item)) throw ExportErrors.KeyAttributeNotInExport(name, dataFile, names);
            names.AddRange(item.EnumerateObject().Select(static attribute => attribute.Name));
            if (item.TryGetProperty(name, out JsonElement value) && value.EnumerateObject().FirstOrDefault().Name is string word && Enum.TryParse(word, out KeyType type)) return type;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw ExportErrors.KeyAttributeNotInExport(name, dataFile, names, error);
        }
        throw ExportErrors.KeyAttributeNotInExport(name, dataFile, names);
    }
}
