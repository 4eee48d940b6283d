using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Items.Mappings;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sessions;

/// <summary>Looks at some items of a source.</summary>
public static class SampleReading
{
    // Data files are written by partition key, so that the first few of one alone could be all of one kind.
    private const int Units = 8;

    /// <param name="count">So many items at most, from the beginnings of several data files or segments.</param>
    /// <exception cref="MigrationException">The source is damaged or not to be had, or nothing tells the table's keys.</exception>
    public static async Task<MappingSample> ReadAsync(ItemOrigin origin, int count, CloudConnections clouds,
        CancellationToken cancellationToken)
    {
        IItemSource source = await origin.OpenAsync(clouds, cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            MappingSample sample = new(source.Keys, source.Format);
            int units = Math.Min(source.UnitCount ?? 1, Units), taken = 0;
            await foreach (IItemUnit unit in source.ReadUnitsAsync(cancellationToken).ConfigureAwait(false))
            {
                if (taken >= count) break;
                // What a small unit does not give, the ones after it do.
                int share = Math.Min(count - taken, Math.Max(1, count / Math.Max(1, units)));
                ItemReader reader = await unit.OpenUnprovedAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    int left = share;
                    while (left > 0 && await reader.FillAsync(cancellationToken).ConfigureAwait(false)) left = Take(reader, sample, left);
                    taken += share - left;
                }
            }
            return sample;
        }
    }

    private static int Take(ItemReader reader, MappingSample sample, int left)
    {
        while (left > 0 && reader.TryRead(out ItemRecord record))
        {
            if (!record.IsTooLong) sample.Add(record.Text);
            left--;
        }
        return left;
    }
}
