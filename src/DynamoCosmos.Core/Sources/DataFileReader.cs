using System.IO.Compression;
using DynamoCosmos.Exports;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sources;

/// <summary>What is known of a data file before it is read.</summary>
/// <param name="Address">For messages.</param>
/// <param name="ItemCount">Records; null where no manifest says.</param>
/// <param name="Md5">Base64, of the bytes as stored; null where no manifest says.</param>
internal sealed record DataFileClaims(Uri Address, long? ItemCount, string? Md5, ItemFormat Format = ItemFormat.DynamoDBJson);

/// <param name="ChunkBytes">Text that is held at a time, as long as lines are not longer.</param>
/// <param name="MaxLineBytes">
/// A line of more is not read whole. The default is far beyond what an item can take: 400 KB (DynamoDB's limit), each byte of it written in
/// six.
/// </param>
internal sealed record ReaderOptions(int ChunkBytes = 256 * 1024, int MaxLineBytes = 8 * 1024 * 1024);

/// <summary>
/// Reads the lines of a gzip file of one or several members, or the values of one of Ion text, with memory bounded by the longest allowed.
/// What the manifest claims of the file (MD5, number of records) and what gzip claims of itself is proved by the time the end is told.
/// </summary>
internal sealed class DataFileReader : ItemReader
{
    private readonly DataFileClaims _claims;
    private readonly ProvedStream _stored;
    private readonly GZipStream _text;
    private readonly LineBuffer _lines;
    private long _records;
    private bool _isBegun;
    private bool _isEnded;

    /// <param name="stored">Owned from here on.</param>
    internal DataFileReader(Stream stored, DataFileClaims claims, ReaderOptions? options = null)
    {
        options ??= new();
        _claims = claims;
        _stored = new(stored);
        _text = new(_stored, CompressionMode.Decompress);
        _lines = new(options.ChunkBytes, options.MaxLineBytes, ProvedStream.Mark.Length, claims.Format == ItemFormat.Ion);
    }

    public override async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        while (!_lines.HasLine)
        {
            if (_isEnded)
            {
                if (_claims.ItemCount is long expected
                    && expected != _records) throw ExportErrors.CountMismatch(_claims.Address, expected, _records);
                return false;
            }
            int count = await ReadAsync(_lines.GetRoom(), cancellationToken).ConfigureAwait(false);
            if (count > 0) Add(count);
            else End();
        }
        return true;
    }

    public override bool TryRead(out ItemRecord record)
    {
        if (!_lines.TryRead(out record)) return false;
        _records++;
        return true;
    }

    public override async ValueTask DisposeAsync()
    {
        _lines.Dispose();
        await _text.DisposeAsync().ConfigureAwait(false);
        await _stored.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<int> ReadAsync(Memory<byte> room, CancellationToken cancellationToken)
    {
        try
        {
            return await _text.ReadAsync(room, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException error)
        {
            throw ExportErrors.DataFileDamaged(_claims.Address, _lines.Line + 1, error);
        }
    }

    private void Add(int count)
    {
        _lines.Add(count);
        if (_isBegun) return;
        _isBegun = true;
        // Its bytes are no lines: without this each piece of it would be a rejection of its own.
        if (_claims.Format == ItemFormat.Ion
            && _lines.Unread.StartsWith(ItemConverter.BinaryIonMark)) throw ExportErrors.DataFileBinaryIon(_claims.Address);
    }

    private void End()
    {
        string md5 = _stored.GetMd5();
        if (_claims.Md5 is string expected && expected != md5) throw ExportErrors.DataFileMd5Mismatch(_claims.Address, expected, md5);
        // A file without a single byte passes: it is no gzip, but then it has no item either, and a manifest that promises some is proved
        // by its count.
        if (!_lines.Tail.SequenceEqual(ProvedStream.Mark)) throw ExportErrors.DataFileDamaged(_claims.Address, _lines.Line + 1);
        _lines.End();
        _isEnded = true;
    }
}
