using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Sessions;

/// <summary>
/// Items that are handed over one by one while the migration runs. They come once: there is nothing to go on with after an interruption.
/// </summary>
public sealed record PipelineOrigin : ItemOrigin
{
    // Two at once, into one container, must not write one file.
    private readonly string _run = $"{DateTimeOffset.UtcNow:yyyyMMdd-HHmmss}-{Guid.NewGuid().ToString("N")[..8]}";

    /// <param name="partitionKey">Without a type it is that of the first item; a null is an error.</param>
    /// <param name="ttlAttribute">Null or empty for none.</param>
    /// <exception cref="MigrationException">KeysUnknown.</exception>
    public PipelineOrigin(ItemFeed feed, KeyName? partitionKey, KeyName? sortKey, string? ttlAttribute)
    {
        Feed = feed;
        PartitionKey = partitionKey ?? throw OriginErrors.PipelineKeysUnknown();
        SortKey = sortKey;
        TtlAttribute = string.IsNullOrEmpty(ttlAttribute) ? null : ttlAttribute;
    }

    public ItemFeed Feed { get; }

    public KeyName PartitionKey { get; }

    public KeyName? SortKey { get; }

    public string? TtlAttribute { get; }

    /// <summary>Of all items.</summary>
    public ItemFormat Format { get; init; }

    public override string Name => "the pipeline";

    internal override bool IsRepeatable => false;

    internal override bool AreKeysGiven => true;

    internal override Uri GetRunFolder() => LocalRunFolder.Of("pipeline", _run);

    internal override async Task<IItemSource> OpenAsync(CloudConnections clouds, CancellationToken cancellationToken) =>
        await FeedSource.OpenAsync(Feed, PartitionKey, SortKey, TtlAttribute, Format, cancellationToken).ConfigureAwait(false);
}
