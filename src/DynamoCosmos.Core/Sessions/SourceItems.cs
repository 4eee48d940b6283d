using System.Runtime.CompilerServices;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sessions;

/// <summary>Makes something of one record. What it is given is valid until it returns.</summary>
/// <param name="unit">The data file or segment that it stands in, by its name.</param>
public delegate T RecordReading<out T>(in ItemRecord record, string unit, ItemFormat format);

/// <summary>
/// Reads a source item by item, in the order of its data files or segments, for whoever wants the items themselves. Takes memory for a
/// batch and a chunk of one file. Each data file is proved when its end is reached, so that the first items come at once: damage shows as
/// an error after the items before it.
/// </summary>
public static class SourceItems
{
    // Handed on together: handing on costs little beside so many, and what waits for a slow pipeline is young enough to be collected soon.
    private const int BatchItems = 16;

    /// <summary>The items as they are, whichever of their attributes are keys.</summary>
    /// <exception cref="MigrationException">The export is damaged or not to be had.</exception>
    public static async IAsyncEnumerable<IReadOnlyList<T>> ReadAsync<T>(
        ExportOrigin origin, RecordReading<T> read, CloudConnections clouds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IItemSource source = await origin.OpenAnyAsync(clouds, cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            await foreach (List<T> batch in ReadAsync(source, read, cancellationToken).ConfigureAwait(false)) yield return batch;
        }
    }

    /// <summary>The items of a table whose keys are known once its source is open.</summary>
    /// <exception cref="MigrationException">The source is damaged or not to be had, or nothing tells the table's keys.</exception>
    public static async IAsyncEnumerable<IReadOnlyList<T>> ReadAsync<T>(
        ItemOrigin origin, Func<KeyMap, ItemFormat, ValueTask<RecordReading<T>>> open, CloudConnections clouds, IRunMessages messages,
            [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IItemSource source = await origin.OpenAsync(clouds, cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            if (source.Notice is string notice) await messages.WarningAsync(notice, cancellationToken).ConfigureAwait(false);
            RecordReading<T> read = await open(source.Keys, source.Format).ConfigureAwait(false);
            await foreach (List<T> batch in ReadAsync(source, read, cancellationToken).ConfigureAwait(false)) yield return batch;
        }
    }

    private static async IAsyncEnumerable<List<T>> ReadAsync<T>(IItemSource source, RecordReading<T> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (IItemUnit unit in source.ReadUnitsAsync(cancellationToken).ConfigureAwait(false))
        {
            ItemReader reader = await unit.OpenUnprovedAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.FillAsync(cancellationToken).ConfigureAwait(false))
                {
                    while (Take(reader, read, unit.Name, source.Format) is { Count: > 0 } batch) yield return batch;
                }
            }
        }
    }

    private static List<T> Take<T>(ItemReader reader, RecordReading<T> read, string unit, ItemFormat format)
    {
        List<T> batch = [];
        while (batch.Count < BatchItems && reader.TryRead(out ItemRecord record)) batch.Add(read(record, unit, format));
        return batch;
    }
}
