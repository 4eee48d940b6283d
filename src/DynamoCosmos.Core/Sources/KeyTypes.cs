using System.Text.Json;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sources;

/// <summary>Tells a key attribute's type from an item, by trying which one the conversion accepts.</summary>
internal static class KeyTypes
{
    // DynamoDB's 32 levels take two of JSON each, and the record's own.
    private const int MaxDepth = 128;

    // Records that cannot be read are rejected later and tell nothing here. So many of them at a beginning are no damage any more, but
    // another kind of file.
    private const int MostUnreadable = 1000;

    internal static bool AreKnown(KeyName partitionKey, KeyName? sortKey) =>
        partitionKey.Type is not null && sortKey is null or { Type: not null };

    /// <summary>The keys as the first item that can be read has them; null where there is no record.</summary>
    /// <param name="unit">For messages.</param>
    /// <exception cref="MigrationException">KeyAttributeNotInExport.</exception>
    internal static async Task<KeyMap?> TryReadAsync(
        ItemReader reader, string unit, ItemFormat format, KeyName partitionKey, KeyName? sortKey, string? ttlAttribute,
            CancellationToken cancellationToken)
    {
        string? unreadable = null;
        int count = 0;
        while (count < MostUnreadable && await reader.FillAsync(cancellationToken).ConfigureAwait(false))
        {
            if (TryRead(reader, unit, format, partitionKey, sortKey, ttlAttribute, ref unreadable, ref count) is KeyMap keys) return keys;
        }
        return unreadable is null ? null : throw ExportErrors.KeyTypeUnknown(partitionKey.Name, unit, unreadable);
    }

    private static KeyMap? TryRead(
        ItemReader reader, string unit, ItemFormat format, KeyName partitionKey, KeyName? sortKey, string? ttlAttribute,
            ref string? unreadable, ref int count)
    {
        while (count < MostUnreadable && reader.TryRead(out ItemRecord record))
        {
            if (TryRead(record.Text, unit, format, partitionKey, sortKey, ttlAttribute, out string why) is KeyMap keys) return keys;
            unreadable ??= why;
            count++;
        }
        return null;
    }

    /// <summary>The keys as one record has them; null where it cannot be read.</summary>
    /// <param name="why">What is wrong with it then.</param>
    /// <exception cref="MigrationException">KeyAttributeNotInExport: it can be read, and has no such key.</exception>
    internal static KeyMap? TryRead(ReadOnlySpan<byte> record, string unit, ItemFormat format, KeyName partitionKey, KeyName? sortKey,
        string? ttlAttribute, out string why)
    {
        why = "";
        KeyType? partitionKeyType = partitionKey.Type ?? Read(record, format, partitionKey.Name, unit, out why);
        if (partitionKeyType is null) return null;
        KeyType? sortKeyType = sortKey is null ? default(KeyType) : sortKey.Type ?? Read(record, format, sortKey.Name, unit, out why);
        return sortKeyType is null
            ? null : new(partitionKey.WithType(partitionKeyType.Value), sortKey?.WithType(sortKeyType.Value), ttlAttribute);
    }

    private static KeyType? Read(ReadOnlySpan<byte> record, ItemFormat format, string name, string dataFile, out string why)
    {
        DocumentBuffer tried = new();
        why = "";
        foreach (KeyType type in Enum.GetValues<KeyType>())
        {
            ConversionOutcome outcome = new ItemConverter(new(new(name, type)), format: format).Convert(record, 0, tried);
            if (outcome != ConversionOutcome.Rejected
                || tried.Reason is not (RejectionReason.KeyTypeMismatch or RejectionReason.MissingKey
                or RejectionReason.MalformedItem)) return type;
            if (tried.Reason == RejectionReason.MalformedItem)
            {
                why = tried.Detail;
                return null;
            }
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
            return document.RootElement.TryGetProperty("Item", out JsonElement item)
                || document.RootElement.TryGetProperty("Keys", out item)
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
