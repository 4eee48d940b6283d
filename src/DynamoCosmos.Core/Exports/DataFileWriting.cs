using System.IO.Compression;
using System.Security.Cryptography;

namespace DynamoCosmos.Exports;

/// <summary>
/// A data file while it is written: gzip of one item a line, in a temporary file that is gone with its handle, so that neither memory nor
/// the target ever holds part of one.
/// </summary>
internal sealed class DataFileWriting : IAsyncDisposable
{
    private readonly FileStream _file = Create();
    private readonly GZipStream _text;

    internal DataFileWriting() => _text = new(_file, CompressionLevel.Fastest, leaveOpen: true);

    internal long ItemCount { get; private set; }

    /// <summary>Of the text.</summary>
    internal long Bytes { get; private set; }

    internal void Write(ReadOnlySpan<byte> line)
    {
        _text.Write(line);
        _text.Write("\n"u8);
        ItemCount++;
        Bytes += line.Length + 1;
    }

    /// <summary>Nothing more is written.</summary>
    /// <returns>The MD5 of the file, which stands at its beginning to be read.</returns>
    internal async Task<(Stream Content, byte[] Md5)> EndAsync(CancellationToken cancellationToken)
    {
        await _text.DisposeAsync().ConfigureAwait(false);
        _file.Position = 0;
        byte[] md5 = await MD5.HashDataAsync(_file, cancellationToken).ConfigureAwait(false);
        _file.Position = 0;
        return (_file, md5);
    }

    public async ValueTask DisposeAsync()
    {
        await _text.DisposeAsync().ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
    }

    private static FileStream Create()
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose };
        // A table's items are nobody else's business; the temporary folder of Windows is the user's own.
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(Path.Combine(Path.GetTempPath(), $"dynamocosmos-{Guid.NewGuid():N}.json.gz"), options);
    }
}
