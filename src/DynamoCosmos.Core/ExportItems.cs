using System.Runtime.CompilerServices;
using DynamoCosmos.Items;
using DynamoCosmos.Migration;

namespace DynamoCosmos;

/// <summary>Makes something of one record. What it is given is valid until it returns.</summary>
public delegate T RecordReading<out T>(in ItemRecord record, ItemFormat format);

/// <summary>Reads an export item by item, in the order of its data files, for whoever wants the items themselves.</summary>
public static class ExportItems
{
    // Handed on together: handing on costs little beside so many, and what waits for a slow pipeline is young enough to be collected soon.
    private const int BatchItems = 16;

    /// <summary>
    /// Memory for a batch and a chunk of one file. Each data file is proved when its end is reached, so that the first items come at once: damage shows
    /// as an error after the items before it.
    /// </summary>
    /// <exception cref="MigrationException">The export is damaged or not to be had.</exception>
    public static async IAsyncEnumerable<IReadOnlyList<T>> ReadAsync<T>(ExportOrigin origin, RecordReading<T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IItemSource source = await origin.OpenAnyAsync(cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            await foreach (IItemUnit unit in source.ReadUnitsAsync(cancellationToken).ConfigureAwait(false))
            {
                ItemReader reader = await unit.OpenUnprovedAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    while (await reader.FillAsync(cancellationToken).ConfigureAwait(false))
                    {
                        while (Take(reader, read, source.Format) is { Count: > 0 } batch) yield return batch;
                    }
                }
            }
        }
    }

    private static List<T> Take<T>(ItemReader reader, RecordReading<T> read, ItemFormat format)
    {
        List<T> batch = [];
        while (batch.Count < BatchItems && reader.TryRead(out ItemRecord record)) batch.Add(read(record, format));
        return batch;
    }
}
