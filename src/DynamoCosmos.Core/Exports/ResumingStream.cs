using DynamoCosmos.Basics;

namespace DynamoCosmos.Exports;

/// <summary>How a store's file is opened in the middle, and which failures are worth another try.</summary>
internal abstract class ResumableFile
{
    /// <summary>Opens exactly the version that was found, from a position that lies before its end.</summary>
    /// <exception cref="MigrationException">What another try would not mend.</exception>
    internal abstract Task<Stream> OpenAtAsync(long position, CancellationToken cancellationToken);

    internal abstract bool IsBroken(Exception error);

    internal abstract MigrationException Translate(Exception error);
}

/// <summary>
/// A file from its beginning. A connection that breaks, or says nothing for too long, is opened anew where it broke; the tries start over
/// whenever a byte came. Nothing is buffered here.
/// </summary>
/// <param name="opened">What was opened at the beginning already; null opens it at the first read.</param>
internal sealed class ResumingStream(ResumableFile source, long length, Uri address, TimeSpan? silence = null, Stream? opened = null)
    : Stream
{
    private const int MaxTries = 5;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200), s_silence = TimeSpan.FromSeconds(60);

    private CancellationTokenSource _patience = new();
    private Stream? _open = opened;
    private long _position;
    private int _failures;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    internal async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (length > 0) _open = await source.OpenAtAsync(_position, cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (_position < length)
        {
            if (_open is null) await ConnectAsync(cancellationToken).ConfigureAwait(false);
            int read = await TryReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read > 0)
            {
                _position += read;
                _failures = 0;
                return read;
            }
            await DropAsync().ConfigureAwait(false);
            await Task.Delay(Backoff.Next(s_firstPause, ++_failures, null, Random.Shared.NextDouble()), cancellationToken)
                .ConfigureAwait(false);
        }
        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await DropAsync().ConfigureAwait(false);
        _patience.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _open?.Dispose();
        _open = null;
        _patience.Dispose();
    }

    /// <returns>0 where the connection broke, or ended before the file did, and another try is due.</returns>
    private async ValueTask<int> TryReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!_patience.TryReset())
        {
            _patience.Dispose();
            _patience = new();
        }
        _patience.CancelAfter(silence ?? s_silence);
        try
        {
            int read;
            using (cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _patience))
                read = await _open!.ReadAsync(buffer, _patience.Token).ConfigureAwait(false);
            return read > 0 || _failures < MaxTries ? read : throw ExportErrors.FileTruncated(address, length, _position);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException error)
        {
            return _failures < MaxTries
                ? 0 : throw source.Translate(
                new TimeoutException($"Nothing came for {(silence ?? s_silence).TotalSeconds:0} seconds.", error));
        }
        catch (Exception error) when (source.IsBroken(error) && !cancellationToken.IsCancellationRequested)
        {
            return _failures < MaxTries ? 0 : throw source.Translate(error);
        }
    }

    private async ValueTask DropAsync()
    {
        if (_open is { } open) await open.DisposeAsync().ConfigureAwait(false);
        _open = null;
    }
}
