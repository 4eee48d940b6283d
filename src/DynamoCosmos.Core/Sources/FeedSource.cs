using System.Runtime.CompilerServices;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sources;

/// <summary>
/// What an <see cref="ItemFeed"/> is given, as one unit that can be read once; an item's line is its number in the order in which they
/// came.
/// </summary>
internal sealed class FeedSource : IItemSource
{
    internal const string Name = "pipeline";

    private readonly ItemFeed _feed;

    private FeedSource(ItemFeed feed, KeyMap keys, ItemFormat format) => (_feed, Keys, Format) = (feed, keys, format);

    public string Identity => Name;

    public ItemFormat Format { get; }

    public KeyMap Keys { get; }

    public bool IsRepeatable => false;

    public bool IsOrdered => true;

    public long? ItemCount => null;

    public int? UnitCount => 1;

    /// <summary>Waits for the first item where it is to tell the keys' types.</summary>
    /// <exception cref="MigrationException">KeyAttributeNotInExport.</exception>
    internal static async Task<FeedSource> OpenAsync(ItemFeed feed, KeyName partitionKey, KeyName? sortKey, string? ttlAttribute,
        ItemFormat format, CancellationToken cancellationToken)
    {
        FeedBatch? first = KeyTypes.AreKnown(partitionKey, sortKey) ? null : await feed.PeekAsync(cancellationToken).ConfigureAwait(false);
        return new(feed, first is null
            ? new(partitionKey.WithType(KeyType.S), sortKey?.WithType(KeyType.S), ttlAttribute)
            : KeysOf(first, partitionKey, sortKey, ttlAttribute, format), format);
    }

    private static KeyMap KeysOf(FeedBatch batch, KeyName partitionKey, KeyName? sortKey, string? ttlAttribute, ItemFormat format)
    {
        string? unreadable = null;
        for (int i = 0; i < batch.Count; i++)
        {
            if (KeyTypes.TryRead(batch[i], "the " + Name, format, partitionKey, sortKey, ttlAttribute,
                out string why) is KeyMap keys) return keys;
            unreadable ??= why;
        }
        throw ExportErrors.KeyTypeUnknown(partitionKey.Name, "the " + Name, unreadable!);
    }

    public async IAsyncEnumerable<IItemUnit> ReadUnitsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        yield return new Unit(_feed);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Unit(ItemFeed feed) : IItemUnit
    {
        public string Name => FeedSource.Name;

        public long? ItemCount => null;

        public long? Bytes => null;

        public bool IsRepeatable => false;

        public Task<ItemReader> OpenAsync(CancellationToken cancellationToken) => Task.FromResult<ItemReader>(new Reader(feed));
    }

    private sealed class Reader(ItemFeed feed) : ItemReader
    {
        private FeedBatch? _batch;
        private int _next;
        private long _line;

        public override async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
        {
            if (_batch is not null && _next < _batch.Count) return true;
            if (_batch is not null) feed.GiveBack(_batch);
            _batch = await feed.ReadAsync(cancellationToken).ConfigureAwait(false);
            _next = 0;
            return _batch is not null;
        }

        public override bool TryRead(out ItemRecord record)
        {
            bool hasItem = _batch is not null && _next < _batch.Count;
            record = hasItem ? new(_batch![_next++], ++_line) : default;
            return hasItem;
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
