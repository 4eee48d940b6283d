using System.Text.Json;
using DynamoCosmos.Items;

namespace DynamoCosmos.Migration;

/// <summary>Tells a key attribute's type from an item, by trying which one the conversion accepts.</summary>
internal static class KeyTypes
{
    // DynamoDB's 32 levels take two of JSON each, and the record's own.
    private const int MaxDepth = 128;

    internal static bool AreKnown(KeyName partitionKey, KeyName? sortKey) => partitionKey.Type is not null && sortKey is null or { Type: not null };

    /// <summary>The keys as the first item has them; null where there is none.</summary>
    /// <param name="unit">For messages.</param>
    /// <exception cref="MigrationException">KeyAttributeNotInExport.</exception>
    internal static async Task<KeyMap?> TryReadAsync(
        ItemReader reader, string unit, ItemFormat format, KeyName partitionKey, KeyName? sortKey, string? ttlAttribute, CancellationToken cancellationToken)
    {
        while (await reader.FillAsync(cancellationToken).ConfigureAwait(false))
        {
            if (TryRead(reader, unit, format, partitionKey, sortKey, ttlAttribute) is KeyMap keys) return keys;
        }
        return null;
    }

    private static KeyMap? TryRead(ItemReader reader, string unit, ItemFormat format, KeyName partitionKey, KeyName? sortKey, string? ttlAttribute) =>
        reader.TryRead(out ItemRecord record)
            ? new(partitionKey.WithType(partitionKey.Type ?? Read(record.Text, format, partitionKey.Name, unit)),
                sortKey?.WithType(sortKey.Type ?? Read(record.Text, format, sortKey.Name, unit)), ttlAttribute)
            : null;

    /// <exception cref="MigrationException">KeyAttributeNotInExport.</exception>
    internal static KeyType Read(ReadOnlySpan<byte> record, ItemFormat format, string name, string dataFile)
    {
        DocumentBuffer tried = new();
        foreach (KeyType type in Enum.GetValues<KeyType>())
        {
            ConversionOutcome outcome = new ItemConverter(new(new(name, type)), format: format).Convert(record, 0, tried);
            if (outcome != ConversionOutcome.Rejected || tried.Reason is not (RejectionReason.KeyTypeMismatch or RejectionReason.MissingKey or RejectionReason.MalformedItem)) return type;
            if (tried.Reason != RejectionReason.KeyTypeMismatch) break;
        }
        throw ExportErrors.KeyAttributeNotInExport(name, dataFile, tried.Detail, format == ItemFormat.DynamoDBJson ? NamesOf(record) : []);
    }

    /// <summary>Of the item's attributes, or of a change's keys; none where the record is no JSON.</summary>
    private static List<string> NamesOf(ReadOnlySpan<byte> record)
    {
        try
        {
            Utf8JsonReader reader = new(record, new JsonReaderOptions { MaxDepth = MaxDepth });
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.TryGetProperty("Item", out JsonElement item) || document.RootElement.TryGetProperty("Keys", out item)
                ? [.. item.EnumerateObject().Select(static attribute => attribute.Name)]
                : [];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The message then says what is wrong with the record.
            return [];
        }
    }
}
