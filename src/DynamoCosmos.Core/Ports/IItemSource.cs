using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Ports;

/// <summary>Where items come from: an export in a lake, in S3 or on disk, a table's scan, a pipeline.</summary>
public interface IItemSource : IAsyncDisposable
{
    /// <summary>What it is, stably and without secrets: the export's ARN, or the location. A checkpoint belongs to one identity.</summary>
    string Identity { get; }

    ItemFormat Format { get; }

    /// <summary>Null where it is no export, or one that does not tell.</summary>
    ExportSpan? Span => null;

    KeyMap Keys { get; }

    /// <summary>Read again it gives the same items. A live table may not, and what comes down a pipeline is gone.</summary>
    bool IsRepeatable => true;

    /// <summary>
    /// Records of one key may come again, and the last one counts: they are written in the order in which they are read. An export and a
    /// scan have one record of each key, or are put in order by themselves.
    /// </summary>
    bool IsOrdered => false;

    /// <summary>Items promised by the manifest; null where nobody knows.</summary>
    long? ItemCount { get; }

    /// <summary>Units that <see cref="ReadUnitsAsync"/> will give; null where nobody knows.</summary>
    int? UnitCount { get; }

    /// <summary>What a user should know of it before it is read; null where there is nothing.</summary>
    string? Notice => null;

    /// <summary>
    /// The units in a stable order: data files, scan segments.
    /// </summary>
    IAsyncEnumerable<IItemUnit> ReadUnitsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// An earlier run of this import had so many units: a source that chooses their number itself (a scan) keeps to it. Called before any
    /// is read.
    /// </summary>
    void Resume(int units)
    {
    }
}

/// <summary>One data file or segment.</summary>
public interface IItemUnit
{
    /// <summary>Stable and unique within its source, and safe to show: a data file's key.</summary>
    string Name { get; }

    /// <summary>Items promised; null where nobody knows.</summary>
    long? ItemCount { get; }

    /// <summary>Compressed bytes, for progress; null where nobody knows.</summary>
    long? Bytes { get; }

    /// <summary>
    /// Opened again it gives the same records on the same lines, so that a resumed run can go on in its middle. A scan of a live table does
    /// not: its segment is read again from the beginning.
    /// </summary>
    bool IsRepeatable => true;

    /// <summary>Opens the unit from its beginning.</summary>
    Task<ItemReader> OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// For whoever writes nothing by what is read, or wants only the beginning: what is to be proved may be proved as late as at the end.
    /// </summary>
    Task<ItemReader> OpenUnprovedAsync(CancellationToken cancellationToken) => OpenAsync(cancellationToken);
}

/// <summary>
/// Reads records in chunks of bounded memory: <see cref="FillAsync"/> awaits bytes, <see cref="TryRead"/> hands out what has arrived
/// without awaiting or allocating. At the end of the unit the reader has proved what can be proved of it (length, MD5, gzip trailer), or it
/// throws.
/// </summary>
public abstract class ItemReader : IAsyncDisposable
{
    /// <summary>Makes records available; false at the proven end.</summary>
    public abstract ValueTask<bool> FillAsync(CancellationToken cancellationToken);

    /// <summary>The next record of the current chunk. It is valid until the next call of either method.</summary>
    public abstract bool TryRead(out ItemRecord record);

    public abstract ValueTask DisposeAsync();
}

/// <summary>One record as it stands in its unit.</summary>
public readonly ref struct ItemRecord(ReadOnlySpan<byte> text, long line, bool isTooLong = false)
{
    /// <summary>Without its line end. Only the beginning of it if <see cref="IsTooLong"/>.</summary>
    public ReadOnlySpan<byte> Text { get; } = text;

    /// <summary>From 1.</summary>
    public long Line { get; } = line;

    /// <summary>The line is longer than the reader's limit, which is beyond what any item can take: it can only be rejected.</summary>
    public bool IsTooLong { get; } = isTooLong;
}
