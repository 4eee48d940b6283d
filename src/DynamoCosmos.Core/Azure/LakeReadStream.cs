using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using DynamoCosmos.Migration;

namespace DynamoCosmos.Azure;

/// <summary>
/// One version of a blob from its beginning. A connection that breaks is opened anew where it broke, on the condition that the blob is still of
/// that version; the tries start over whenever a byte came. Nothing is buffered here.
/// </summary>
internal sealed class LakeReadStream(BlobClient blob, StoredFile file, Uri address, Func<Exception, MigrationException> translate) : Stream
{
    private const int MaxTries = 5;

    private Stream? _source;
    private long _position;
    private int _failures;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    internal async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (file.Length == 0) return;
        BlobDownloadOptions options = new() { Range = new(_position), Conditions = new() { IfMatch = new ETag(file.ETag) } };
        try
        {
            BlobDownloadStreamingResult result = await blob.DownloadStreamingAsync(options, cancellationToken).ConfigureAwait(false);
            _source = result.Content;
        }
        catch (Exception error) when (LakeFailure.IsAnswer(error, 412))
        {
            throw ExportErrors.FileChanged(address);
        }
        catch (Exception error) when (LakeFailure.IsAnswer(error, 404, "BlobNotFound"))
        {
            throw ExportErrors.FileMissing(address);
        }
        catch (Exception error) when (LakeFailure.IsKnown(error))
        {
            throw translate(error);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (_position < file.Length)
        {
            if (_source is null) await ConnectAsync(cancellationToken).ConfigureAwait(false);
            int read = await TryReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read > 0)
            {
                _position += read;
                _failures = 0;
                return read;
            }
            await DropSourceAsync().ConfigureAwait(false);
            await Task.Delay(Backoff.Next(TimeSpan.FromMilliseconds(200), ++_failures, null, Random.Shared.NextDouble()), cancellationToken).ConfigureAwait(false);
        }
        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await DropSourceAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _source?.Dispose();
        _source = null;
    }

    /// <returns>0 where the connection broke, or ended before the blob did, and another try is due.</returns>
    private async ValueTask<int> TryReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            int read = await _source!.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            return read > 0 || _failures < MaxTries ? read : throw ExportErrors.FileTruncated(address, file.Length, _position);
        }
        catch (Exception error) when (LakeFailure.IsAnswer(error, 412))
        {
            // The SDK, too, reads on from where it broke, and came upon another version.
            throw ExportErrors.FileChanged(address);
        }
        catch (Exception error) when (LakeFailure.IsKnown(error) && !cancellationToken.IsCancellationRequested)
        {
            return _failures < MaxTries ? 0 : throw translate(error);
        }
    }

    private async ValueTask DropSourceAsync()
    {
        if (_source is { } source) await source.DisposeAsync().ConfigureAwait(false);
        _source = null;
    }
}
