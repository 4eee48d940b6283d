using DynamoCosmos.Exports;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Sessions;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>A document as bytes, for a yardstick that has nothing to do but write.</summary>
internal sealed record ReadyDocument(string PartitionKey, byte[] Body)
{
    internal static async Task<ReadyDocument[]> ReadAsync(string exportFolder)
    {
        List<ReadyDocument> documents = [];
        ItemConverter converter = new(SampleItems.Keys);
        DocumentBuffer buffer = new();
        await using ExportSource source = new(await OpenedExport.OpenAsync(LocalExportStore.Open(ExportStores.LocationOf(exportFolder)),
            needsManifest: true, default), SampleItems.Keys);
        await foreach (IItemUnit unit in source.ReadUnitsAsync(default))
        {
            await using ItemReader reader = await unit.OpenAsync(default);
            while (await reader.FillAsync(default)) Take(reader, converter, buffer, documents);
        }
        return [.. documents];
    }

    private static void Take(ItemReader reader, ItemConverter converter, DocumentBuffer buffer, List<ReadyDocument> documents)
    {
        while (reader.TryRead(out ItemRecord record))
        {
            if (converter.Convert(record.Text, SampleItems.Now, buffer) != ConversionOutcome.Document) throw new InvalidOperationException(
                buffer.Detail);
            documents.Add(new((string)buffer.GetPartitionKey(ItemWrite.Undefined)[0]!, buffer.Document.ToArray()));
        }
    }
}
