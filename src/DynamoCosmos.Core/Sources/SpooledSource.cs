using System.IO.Compression;
using System.Runtime.CompilerServices;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sources;

/// <summary>
/// A source that can be read once, for whoever reads more than once: its records go to a temporary file, compressed, and are read from
/// there. Memory is for a record and a buffer.
/// </summary>
/// <param name="folder">In place of the system's own for temporary files.</param>
internal sealed class SpooledSource(IItemSource once, string? folder = null) : IItemSource
{
    // Text of a part: parts are read side by side.
    private const long PartBytes = 8 * 1024 * 1024;

    private readonly List<SpooledPart> _parts = [];
    private FileStream? _file;
    private long _items;
    private bool _isFull;

    public string Identity => once.Identity;

    public ItemFormat Format => once.Format;

    public ExportSpan? Span => once.Span;

    public KeyMap Keys => once.Keys;

    public string? Notice => once.Notice;

    public long? ItemCount => IsFull ? Items : once.ItemCount;

    public int? UnitCount => IsFull ? _parts.Count : null;

    /// <summary>All records are there.</summary>
    internal bool IsFull => Volatile.Read(ref _isFull);

    /// <summary>Records that are there.</summary>
    internal long Items => Interlocked.Read(ref _items);

    /// <summary>Reads the source to its end.</summary>
    /// <exception cref="MigrationException">TemporaryFileNotWritable, or one of the source's.</exception>
    internal async Task FillAsync(CancellationToken cancellationToken)
    {
        try
        {
            _file = TemporaryFile.Open("items", folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw ExportErrors.ItemsNotKept(folder ?? TemporaryFile.Folder, error);
        }
        await foreach (IItemUnit unit in once.ReadUnitsAsync(cancellationToken).ConfigureAwait(false))
        {
            ItemReader reader = await unit.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false)) await KeepAsync(reader, unit.Name, cancellationToken).ConfigureAwait(false);
        }
        Volatile.Write(ref _isFull, true);
    }

    public async IAsyncEnumerable<IItemUnit> ReadUnitsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (SpooledPart part in _parts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return part;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is not null) await _file.DisposeAsync().ConfigureAwait(false);
        await once.DisposeAsync().ConfigureAwait(false);
    }

    private async Task KeepAsync(ItemReader reader, string unit, CancellationToken cancellationToken)
    {
        bool hasMore = await reader.FillAsync(cancellationToken).ConfigureAwait(false);
        while (hasMore)
        {
            long from = _file!.Position, items = Items;
            try
            {
                GZipStream text = new(_file, CompressionLevel.Fastest, leaveOpen: true);
                await using (text.ConfigureAwait(false))
                {
                    for (long bytes = 0; hasMore
                        && bytes < PartBytes; hasMore =
                        await reader.FillAsync(cancellationToken).ConfigureAwait(false)) bytes += Keep(reader, text);
                }
                await _file.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (IOException full)
            {
                throw ExportErrors.ItemsNotKept(folder ?? TemporaryFile.Folder, full);
            }
            _parts.Add(new(_file.SafeFileHandle, unit, from, _file.Position - from, Items - items));
        }
    }

    private long Keep(ItemReader reader, Stream text)
    {
        long bytes = 0;
        while (reader.TryRead(out ItemRecord record))
        {
            SpooledRecord.Write(record, text);
            bytes += record.Text.Length;
            Interlocked.Increment(ref _items);
        }
        return bytes;
    }
}
