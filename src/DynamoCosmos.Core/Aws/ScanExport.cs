using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Model;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Aws;

/// <summary>Where a scan's export goes: a bucket and a prefix in it, or a folder on disk.</summary>
public sealed record ScanDestination
{
    public string? S3Bucket { get; init; }

    public string? S3Prefix { get; init; }

    /// <summary>In place of a bucket.</summary>
    public string? Folder { get; init; }

    internal IExportTarget Open(AwsClients clients) => Folder is null ? new S3ExportTarget(S3Bucket!, clients)
        : new LocalExportTarget(Folder);
}

/// <summary>
/// Writes a table's scan as an export, for tables and emulators that have no point-in-time recovery. It is no state of one moment: what was
/// written while it ran is in it or not.
/// </summary>
public sealed class ScanExport
{
    // Segments read side by side; a page each is in memory.
    private const int Parallelism = 4;

    // A data file of the import's liking: many to be read side by side, each large enough to be worth opening, and far below the 5 GB of
    // one PUT.
    private const long FileBytes = 64 * 1024 * 1024;

    private readonly DynamoTable _table;
    private readonly ScanDestination _destination;
    private readonly ScanOptions _options;
    private readonly AwsClients _clients;
    private long _read;

    /// <exception cref="MigrationException">AwsKeyIncomplete, AwsProfileNotFound, AwsProfileNotUsable.</exception>
    public ScanExport(DynamoTable table, ScanDestination destination, ScanOptions options, AwsSettings settings, AwsConnections aws)
    {
        _table = table;
        _destination = destination;
        _options = options;
        _clients = aws.Get(settings);
    }

    /// <summary>Items read so far.</summary>
    public long Read => Interlocked.Read(ref _read);

    /// <returns>The export, complete. One that was interrupted has no manifest and cannot be mistaken for one; the next scan begins
    /// anew.</returns>
    /// <exception cref="MigrationException">Of the scan, or of the place that is written to.</exception>
    public async Task<DynamoExport> RunAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset began = DateTimeOffset.UtcNow;
        string? prefix = _destination.S3Prefix?.Trim('/') is { Length: > 0 } given ? given : null;
        ExportFrame frame = new(ExportFrame.NewId(began), _table.TableArn, _destination.S3Bucket, prefix, began);
        IExportTarget target = _destination.Open(_clients);
        TableScan scan = new(_table, _table.Keys, _options, _clients);
        await using (scan.ConfigureAwait(false))
        {
            ExportWriting export = new(target, frame);
            await export.BeginAsync(cancellationToken).ConfigureAwait(false);
            await Parallel.ForEachAsync(scan.ReadUnitsAsync(cancellationToken),
                new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
                async (segment, stop) => await WriteAsync(segment, export, stop).ConfigureAwait(false)).ConfigureAwait(false);
            DateTimeOffset ended = DateTimeOffset.UtcNow;
            await export.CompleteAsync(ended, cancellationToken).ConfigureAwait(false);
            return Describe(frame, StoreKeys.Combine(target.Root, frame.Folder), export, ended);
        }
    }

    private async Task WriteAsync(IItemUnit segment, ExportWriting export, CancellationToken cancellationToken)
    {
        ItemReader reader = await segment.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            bool isMore = await reader.FillAsync(cancellationToken).ConfigureAwait(false);
            while (isMore)
            {
                DataFileWriting file = new();
                await using (file.ConfigureAwait(false))
                {
                    for (; isMore
                        && file.Bytes < FileBytes; isMore =
                        await reader.FillAsync(cancellationToken).ConfigureAwait(false)) WriteFilled(reader, file);
                    await export.AddAsync(file, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private void WriteFilled(ItemReader reader, DataFileWriting file)
    {
        long before = file.ItemCount;
        while (reader.TryRead(out ItemRecord record)) file.Write(record.Text);
        Interlocked.Add(ref _read, file.ItemCount - before);
    }

    private DynamoExport Describe(ExportFrame frame, Uri location, ExportWriting export, DateTimeOffset ended) =>
        ExportRecords.Frame(_table) with
        {
            ExportArn = frame.ExportArn,
            ExportStatus = "COMPLETED",
            ExportFormat = ExportFormat.DynamoDBJson,
            ExportType = ExportType.Full,
            IsScan = true,
            ExportTime = frame.StartTime,
            StartTime = frame.StartTime,
            EndTime = ended,
            S3Bucket = _destination.S3Bucket,
            S3Prefix = frame.Prefix,
            ItemCount = export.ItemCount,
            BilledSizeBytes = export.Bytes,
            Location = location,
            Region = _table.Region,
            EndpointUrl = _clients.Settings.EndpointUrl,
        };
}
