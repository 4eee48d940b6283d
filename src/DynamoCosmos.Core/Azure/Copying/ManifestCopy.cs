using System.Security.Cryptography;
using System.Text;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Azure.Copying;

/// <summary>
/// The small files of an export: the list of its data files, the checksums, and last of all the summary. They have been read by this
/// machine anyway, so they always go through it.
/// </summary>
internal sealed class ManifestCopy(ExportFolder source, LakeTarget target, CopyPaths paths, CopyOptions options)
{
    internal const string Summary = "manifest-summary.json";

    private const string Files = "manifest-files.json";

    private static readonly string[] s_checksums = [".md5", ".checksum"];

    private readonly StreamedCopy _streamed = new(source.Store, target, options, new());

    /// <param name="beforeWriting">Called before the first of them that is not there already.</param>
    internal async Task CopyAsync(Func<CancellationToken, Task> beforeWriting, CancellationToken cancellationToken)
    {
        await CopyProvedAsync(Files, beforeWriting, cancellationToken).ConfigureAwait(false);
        await CopyProvedAsync(Summary, beforeWriting, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>First the checksums beside it, then the file itself, which must be what they say.</summary>
    private async Task CopyProvedAsync(string name, Func<CancellationToken, Task> beforeWriting, CancellationToken cancellationToken)
    {
        string? md5 = null;
        foreach (string suffix in s_checksums)
        {
            StoredFile? checksum =
                await source.Store.FindAsync(source.Path + Path.ChangeExtension(name, suffix), cancellationToken).ConfigureAwait(false);
            if (checksum is null) continue;
            byte[] text = await ReadAsync(checksum, cancellationToken).ConfigureAwait(false);
            md5 ??= Encoding.ASCII.GetString(text).Trim();
            await CopyAsync(checksum, Convert.ToBase64String(MD5.HashData(text)), beforeWriting, cancellationToken).ConfigureAwait(false);
        }
        StoredFile? file = await source.Store.FindAsync(source.Path + name, cancellationToken).ConfigureAwait(false);
        if (file is null || md5 is null) throw ExportErrors.ManifestMissing(source.Location, file is null
            ? name : Path.ChangeExtension(name, s_checksums[0]));
        await CopyAsync(file, md5, beforeWriting, cancellationToken).ConfigureAwait(false);
    }

    private async Task CopyAsync(StoredFile file, string md5, Func<CancellationToken, Task> beforeWriting,
        CancellationToken cancellationToken)
    {
        string key = paths.TargetKey(file.Key);
        StoredFile? there = await target.Store.FindAsync(key, cancellationToken).ConfigureAwait(false);
        if (there is not null && there.Length == file.Length && there.ContentMd5 == md5) return;
        await beforeWriting(cancellationToken).ConfigureAwait(false);
        await _streamed.CopyAsync(new(file, StoreKeys.Combine(source.Store.Root, file.Key), key, md5), cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task<byte[]> ReadAsync(StoredFile file, CancellationToken cancellationToken)
    {
        Stream stream = await source.Store.OpenReadAsync(file, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using MemoryStream bytes = new();
            await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes.ToArray();
        }
    }
}
