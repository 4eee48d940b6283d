using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2.Model;
using DynamoCosmos.Basics;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Aws;

/// <summary>
/// The items of a table as it is while it is read: each segment of a parallel scan is a unit. An interrupted segment is read again from its
/// beginning by the next run, which loses nothing (the same keys make the same documents); segments are small enough for that to cost
/// little.
/// </summary>
internal sealed class TableScan : IItemSource
{
    // So much of the table is a segment, or what is read in so long at the capacity granted, whichever is less.
    private const double SegmentBytes = 64 * 1024 * 1024, LeastSegmentBytes = 1024 * 1024;
    private const double SegmentSeconds = 300;

    // Enough for all readers even where the table's size, which AWS renews every six hours, is not known yet; and far below DynamoDB's
    // 1,000,000.
    private const int FewestSegments = 16, MostSegments = 100_000;

    private readonly DynamoTable _table;
    private readonly AwsClients _clients;
    private readonly ScanCalls _calls;

    // As many as segments are read side by side.
    private readonly ConcurrentBag<ScanPage> _pages = [];
    private int _segments;

    /// <exception cref="MigrationException">ReadCapacityUnknown, ReadCapacityTwice, AwsRegionMissing.</exception>
    internal TableScan(DynamoTable table, KeyMap keys, ScanOptions options, AwsClients clients, TimeProvider? time = null)
    {
        _table = table;
        Keys = keys;
        _clients = clients;
        _calls = new(clients, table, options, time ?? TimeProvider.System);
        _segments = SegmentsOf(table.TableSizeBytes, _calls.Capacity);
    }

    /// <summary>Emulators give all their tables one ARN.</summary>
    public string Identity => _clients.Settings.EndpointUrl is Uri endpoint
        ? $"{_table.TableArn} at {endpoint.GetLeftPart(UriPartial.Authority)}" : _table.TableArn;

    public ItemFormat Format => ItemFormat.DynamoDBJson;

    public KeyMap Keys { get; }

    /// <summary>It may be written to meanwhile.</summary>
    public bool IsRepeatable => false;

    /// <summary>The table's own count is hours old.</summary>
    public long? ItemCount => null;

    public int? UnitCount => _segments;

    public void Resume(int units) => _segments = units;

    public async IAsyncEnumerable<IItemUnit> ReadUnitsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        for (int segment = 0; segment < _segments; segment++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new Segment(_calls, _pages, $"{_table.TableName}/segment {segment + 1} of {_segments}", segment, _segments);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static int SegmentsOf(long tableBytes, double? capacity)
    {
        double bytes = capacity is double units
            ? Math.Clamp(units * ScanCalls.BytesPerUnit * SegmentSeconds, LeastSegmentBytes, SegmentBytes) : SegmentBytes;
        return (int)Math.Clamp(Math.Ceiling(tableBytes / bytes), FewestSegments, MostSegments);
    }

    private sealed class Segment(ScanCalls calls, ConcurrentBag<ScanPage> pages, string name, int segment, int segments) : IItemUnit
    {
        public string Name => name;

        public long? ItemCount => null;

        public long? Bytes => null;

        public bool IsRepeatable => false;

        public Task<ItemReader> OpenAsync(CancellationToken cancellationToken) =>
            Task.FromResult<ItemReader>(new Reader(calls, pages, segment, segments));
    }

    /// <summary>A page at a time; a page without items says nothing about the next.</summary>
    private sealed class Reader(ScanCalls calls, ConcurrentBag<ScanPage> pages, int segment, int segments) : ItemReader
    {
        private readonly ScanPage _page = pages.TryTake(out ScanPage? used) ? used : new();
        private Dictionary<string, AttributeValue>? _after;
        private long _line;
        private bool _isEnded;
        private bool _isDisposed;

        public override async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
        {
            while (!_page.HasItem)
            {
                if (_isEnded) return false;
                await calls.ReadAsync(segment, segments, _after, _page, cancellationToken).ConfigureAwait(false);
                _after = _page.LastKey;
                _isEnded = _after is null;
            }
            return true;
        }

        public override bool TryRead(out ItemRecord record)
        {
            bool hasItem = _page.HasItem;
            record = hasItem ? new(_page.Take(), ++_line) : default;
            return hasItem;
        }

        public override ValueTask DisposeAsync()
        {
            if (!_isDisposed)
            {
                _page.Clear();
                pages.Add(_page);
            }
            _isDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
