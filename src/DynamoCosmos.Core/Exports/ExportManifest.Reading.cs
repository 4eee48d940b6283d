using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Exports;

public sealed partial record ExportManifest
{
    private const string SummaryName = "manifest-summary";
    internal const string SummaryFile = SummaryName + ".json";
    private const string FilesName = "manifest-files";

    // A real summary takes about 1 KB, a line of the files list about 250 bytes. What is longer is no manifest, and is not read into
    // memory.
    private const int MaxSummaryBytes = 1024 * 1024;
    private const int MaxChecksumBytes = 1024;
    private const int MaxLineBytes = 64 * 1024;

    /// <summary>Reads and proves the summary. Null where there is none.</summary>
    internal static async Task<ExportManifest?> TryReadAsync(ExportFolder folder, CancellationToken cancellationToken)
    {
        string key = folder.Path + SummaryFile;
        Uri address = StoreKeys.Combine(folder.Store.Root, key);
        OpenedFile? opened = await folder.Store.TryOpenReadAsync(key, cancellationToken).ConfigureAwait(false);
        if (opened is null) return null;
        byte[] text = await ReadAllAsync(opened, MaxSummaryBytes, file =>
            ExportErrors.ManifestDamaged(address, $"it has {file.Length} bytes, far more than a summary."),
            cancellationToken).ConfigureAwait(false);
        string expected = await ReadChecksumAsync(folder, SummaryName, cancellationToken).ConfigureAwait(false);
        string actual = Convert.ToBase64String(MD5.HashData(text));
        if (actual != expected) throw ExportErrors.ManifestMd5Mismatch(address, expected, actual);
        return ManifestSummary.Parse(text, address);
    }

    /// <summary>
    /// Streams the data files in the manifest's order, each key resolved against where the export lies now. The list is proved as it is
    /// read: a wrong checksum or a sum of counts other than the summary's throws at the end, so nothing is complete before the last file
    /// came.
    /// </summary>
    public async IAsyncEnumerable<DataFile> ReadFilesAsync(ExportFolder folder,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string key = folder.Path + FilesName + ".json";
        Uri address = StoreKeys.Combine(folder.Store.Root, key);
        OpenedFile opened = await folder.Store.TryOpenReadAsync(key, cancellationToken).ConfigureAwait(false)
            ?? throw ExportErrors.ManifestMissing(folder.Location, FilesName + ".json");

        using IncrementalHash md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        PipeReader reader = PipeReader.Create(opened.Content);
        HashSet<string> keys = new(StringComparer.Ordinal);
        string? twice = null;
        long items = 0;
        int number = 0;
        try
        {
            while (true)
            {
                ReadResult read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                ReadOnlySequence<byte> rest = read.Buffer;
                while (TryReadLine(ref rest, read.IsCompleted, out byte[] line))
                {
                    md5.AppendData(line);
                    number++;
                    if (line.AsSpan().Trim("\r\n \t"u8).IsEmpty) continue;
                    DataFile dataFile = ManifestFileLine.Parse(line, number, folder, this, address);
                    items += dataFile.ItemCount;
                    if (keys.Add(dataFile.Key)) yield return dataFile;
                    else twice ??= $"line {number} names the data file '{dataFile.Key}', which a line before it names too.";
                }
                if (rest.Length > MaxLineBytes) throw ExportErrors.ManifestDamaged(address,
                    $"line {number + 1} is longer than {MaxLineBytes} bytes.");
                reader.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted) break;
            }
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
        string expected = await ReadChecksumAsync(folder, FilesName, cancellationToken).ConfigureAwait(false);
        string actual = Convert.ToBase64String(md5.GetHashAndReset());
        if (actual != expected) throw ExportErrors.ManifestMd5Mismatch(address, expected, actual);
        // The counts may still be right, with another file left out.
        if (twice is not null) throw ExportErrors.ManifestDamaged(address, twice);
        if (items != ItemCount) throw ExportErrors.ItemCountMismatch(address, ItemCount, items);
    }

    private static bool TryReadLine(ref ReadOnlySequence<byte> rest, bool isLast, out byte[] line)
    {
        line = [];
        if (rest.IsEmpty) return false;
        SequencePosition? end = rest.PositionOf((byte)'\n');
        if (end is null && !isLast) return false;
        SequencePosition next = end is null ? rest.End : rest.GetPosition(1, end.Value);
        ReadOnlySequence<byte> found = rest.Slice(0, next);
        if (found.Length > MaxLineBytes) return false;
        line = found.ToArray();
        rest = rest.Slice(next);
        return true;
    }

    /// <summary>The base64 MD5 beside a manifest file. AWS writes .md5; its documentation also shows .checksum.</summary>
    private static async Task<string> ReadChecksumAsync(ExportFolder folder, string name, CancellationToken cancellationToken)
    {
        foreach (string suffix in (string[])[".md5", ".checksum"])
        {
            string key = folder.Path + name + suffix;
            OpenedFile? opened = await folder.Store.TryOpenReadAsync(key, cancellationToken).ConfigureAwait(false);
            if (opened is null) continue;
            Uri address = StoreKeys.Combine(folder.Store.Root, key);
            byte[] bytes = await ReadAllAsync(opened, MaxChecksumBytes, file =>
                ExportErrors.ManifestDamaged(address, $"it has {file.Length} bytes, but a checksum has 24."),
                cancellationToken).ConfigureAwait(false);
            string text = Encoding.ASCII.GetString(bytes).Trim();
            if (!IsMd5(text)) throw ExportErrors.ManifestDamaged(address, "it does not hold the base64 of an MD5 (24 characters).");
            return text;
        }
        throw ExportErrors.ManifestMissing(folder.Location, name + ".md5");
    }

    /// <param name="tooLong">Makes the error of a file that is longer than it may be; nothing of that is read.</param>
    private static async Task<byte[]> ReadAllAsync(OpenedFile opened, int most, Func<StoredFile, MigrationException> tooLong,
        CancellationToken cancellationToken)
    {
        await using (opened.Content.ConfigureAwait(false))
        {
            if (opened.File.Length > most) throw tooLong(opened.File);
            using MemoryStream bytes = new();
            await opened.Content.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes.ToArray();
        }
    }

    /// <summary>24 characters that are the base64 of 16 bytes, in the one way of writing them.</summary>
    internal static bool IsMd5(string text)
    {
        Span<byte> bytes = stackalloc byte[16];
        return text.Length == 24 && Convert.TryFromBase64String(text, bytes, out int written) && written == 16
            && Convert.ToBase64String(bytes) == text;
    }
}
