using DynamoCosmos.Basics;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Objects;
using DynamoCosmos.Ports;
using DynamoCosmos.Sessions;
using DynamoCosmos.Transforms;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <content>All items of an export, a folder or a table.</content>
public sealed partial class ConvertToCosmosItemCommand
{
    private long _left;

    private void ShowSource()
    {
        ItemOrigin origin = GetOrigin();
        if (_left > 0) Run((output, stop) => ShowAsync(origin, output, stop));
    }

    private ItemOrigin GetOrigin() => Table is not null
        ? new TableOrigin
        {
            Table = Table,
            TtlAttribute = TtlAttribute,
            Scan = new() { MaxReadCapacity = MaxReadCapacity, ReadCapacityPercent = ReadCapacityPercent, ConsistentRead = ConsistentRead },
            Aws = GetAwsSettings(Table.Region, Table.EndpointUrl),
        }
        : OriginOf(Export
            ?? ExportAt(Location!), StorageAccountKey) with
        {
            PartitionKey =
            PartitionKeyAttribute,
            SortKey = SortKeyAttribute,
            TtlAttribute = TtlAttribute
        };

    private async Task ShowAsync(ItemOrigin origin, CommandOutput output, CancellationToken stop)
    {
        ItemPreview? preview = null;
        try
        {
            await foreach (IReadOnlyList<PreviewedItem> batch in SourceItems.ReadAsync<PreviewedItem>(origin, Open, Clouds, output, stop))
            {
                foreach (PreviewedItem item in batch.Take((int)Math.Min(_left, batch.Count))) await WriteAsync(item, output, stop);
                _left -= Math.Min(_left, batch.Count);
                if (_left == 0) break;
            }
        }
        catch (MigrationException failure)
        {
            await output.ErrorAsync(failure, stop);
        }
        finally
        {
            preview?.Dispose();
        }

        async ValueTask<RecordReading<PreviewedItem>> Open(KeyMap keys, ItemFormat format)
        {
            ItemRouter router = new(keys, _routes, format);
            foreach (string path in PathsOf(router)) await output.VerboseAsync(path, stop);
            ItemPreview opened = preview = new(router, _transform);
            long now = WriteTime.ToUnixTimeSeconds();
            return (in ItemRecord record, string unit, ItemFormat _) =>
                PreviewedItem.Of(opened, opened.Convert(record, now, stop), $" It stands in line {record.Line} of {unit}.", unit);
        }
    }

    private static async Task WriteAsync(PreviewedItem item, CommandOutput output, CancellationToken stop)
    {
        if (item.Refusal is not null) await output.ErrorAsync(item.Refusal, stop);
        if (item.Warning is not null) await output.WarningAsync(item.Warning, stop);
        if (item.Verbose is not null) await output.VerboseAsync(item.Verbose, stop);
        if (item.Documents.Count > 0) await output.WriteAsync(item.Documents, stop, enumerate: true);
    }
}
