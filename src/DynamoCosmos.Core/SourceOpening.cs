using DynamoCosmos.Items;
using DynamoCosmos.Migration;

namespace DynamoCosmos;

/// <summary>Opens the export that a migration reads, with the table's keys from wherever they are known.</summary>
internal static class SourceOpening
{
    /// <exception cref="MigrationException">The export is damaged or not to be had, or nothing tells the table's keys.</exception>
    internal static async Task<IItemSource> OpenSourceAsync(this MigrationEnds ends, CancellationToken cancellationToken)
    {
        Uri location = ends.GetLocation();
        KeyMap keys = await ReadKeysAsync(ends, location, cancellationToken).ConfigureAwait(false);
        return await ExportSource.OpenAsync(Open(ends, location), keys, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="MigrationException">The export has not been written yet.</exception>
    internal static Uri GetLocation(this MigrationEnds ends) =>
        ends.Export.Location ?? throw MigrationErrors.ExportHasNoLocation(ends.Export.ExportArn ?? ends.Export.TableName, ends.Export.ExportStatus);

    private static ExportFolder Open(MigrationEnds ends, Uri location) => ExportStores.Open(location, ends.Aws, ends.Lake);

    private static async Task<KeyMap> ReadKeysAsync(MigrationEnds ends, Uri location, CancellationToken cancellationToken)
    {
        string? ttl = ends.TtlAttribute ?? ends.Export.TtlAttribute;
        if (ttl is "") ttl = null;
        if (ends.PartitionKey is null)
        {
            return ends.Export.Keys is KeyMap known ? known with { TtlAttribute = ttl } : throw MigrationErrors.KeysUnknown(ends.Export.ExportArn ?? location.GetLeftPart(UriPartial.Path));
        }
        ExportFolder folder = Open(ends, location);
        await using (folder.ConfigureAwait(false)) return await ExportSource.ReadKeysAsync(folder, ends.PartitionKey, ends.SortKey, ttl, cancellationToken).ConfigureAwait(false);
    }
}
