using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using DynamoCosmos.Basics;
using DynamoCosmos.Model;

namespace DynamoCosmos.Aws;

/// <summary>
/// The calls of all segments of one scan: kept below the read capacity that was granted, and made again while the table throttles or AWS is
/// not there.
/// </summary>
internal sealed class ScanCalls
{
    // An eventually consistent read of 8 KB takes one unit: DynamoDB's documentation of read consistency.
    internal const double BytesPerUnit = 8192;

    // Below it a page is mostly the call around it.
    private const double LeastUnitsPerPage = 1;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);

    private readonly ScanClient _client;
    private readonly string _table;
    private readonly ScanOptions _options;
    private readonly AwsAsk _ask;
    private readonly ReadingPace _pace;
    private readonly TimeProvider _time;
    private long _items;
    private double _units;
    private bool _hasAnswered;

    /// <exception cref="MigrationException">ReadCapacityUnknown, ReadCapacityTwice, AwsRegionMissing.</exception>
    internal ScanCalls(AwsClients clients, DynamoTable table, ScanOptions options, TimeProvider time)
    {
        Capacity = options.CapacityOf(table);
        _client = clients.Scan;
        _table = table.TableName;
        _options = options;
        _ask = new("dynamodb:Scan", table.TableName, clients.Region, clients.Settings.EndpointUrl);
        _pace = new(Capacity ?? 0, time);
        _time = time;
        _items = table.ItemCount;
        _units = table.TableSizeBytes / BytesPerUnit;
    }

    /// <summary>Units a second; null for no limit.</summary>
    internal double? Capacity { get; }

    /// <exception cref="MigrationException">AwsThrottled after the retry timeout, ScannedTableGone, AwsAccessDenied, and all that keeps
    /// from reaching AWS.</exception>
    internal async Task ReadAsync(int segment, int segments, Dictionary<string, AttributeValue>? after, ScanPage into,
        CancellationToken cancellationToken)
    {
        ScanRequest request = new()
        {
            TableName = _table,
            Segment = segment,
            TotalSegments = segments,
            ExclusiveStartKey = after,
            ConsistentRead = _options.ConsistentRead,
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
        };
        long began = _time.GetTimestamp();
        for (int tries = 1; ; tries++)
        {
            await _pace.AwaitAsync(cancellationToken).ConfigureAwait(false);
            if (Limit() is int limit) request.Limit = limit;
            try
            {
                await _client.ScanAsync(request, into, cancellationToken).ConfigureAwait(false);
                Count(into);
                return;
            }
            catch (Exception error) when (AwsFailure.IsKnown(error))
            {
                MigrationException failure = AwsFailure.Translate(error, _ask);
                if (failure.Kind == FailureKind.NotFound) throw DynamoErrors.ScannedTableGone(_table, error);
                if (!IsPassing(failure, error) || _time.GetElapsedTime(began) >= _options.RetryTimeout) throw failure;
                await Task.Delay(Backoff.Next(s_firstPause, tries, null, Random.Shared.NextDouble()), _time, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }

    // An address at which nothing ever answered is more likely wrong than away.
    private bool IsPassing(MigrationException failure, Exception error) => failure.Kind switch
    {
        FailureKind.Throttled => true,
        FailureKind.ConnectionFailed => Volatile.Read(ref _hasAnswered),
        _ => error is AmazonServiceException { StatusCode: >= System.Net.HttpStatusCode.InternalServerError },
    };

    /// <summary>
    /// Items of a page that takes about half a second of the capacity: a page is charged after it was read, and a whole one of 1 MB takes
    /// 128 units at once.
    /// </summary>
    private int? Limit()
    {
        if (Capacity is not double capacity) return null;
        double itemsPerUnit;
        lock (_pace) itemsPerUnit = _items > 0 && _units > 0 ? _items / _units : 1;
        return (int)Math.Clamp(itemsPerUnit * Math.Max(LeastUnitsPerPage, capacity / 2), 1, 1_000_000);
    }

    private void Count(ScanPage page)
    {
        Volatile.Write(ref _hasAnswered, true);
        _pace.Charge(page.Units);
        lock (_pace)
        {
            _items += page.Count;
            _units += page.Units;
        }
    }
}
