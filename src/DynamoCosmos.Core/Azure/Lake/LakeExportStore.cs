using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Azure.Lake;

/// <summary>A lake's file system as a place of exports.</summary>
internal sealed class LakeExportStore : IExportStore
{
    private readonly LakeClient _client;
    private readonly BlobContainerClient _container;
    private readonly LakeLocation _lake;

    internal LakeExportStore(LakeLocation lake, LakeClient client)
    {
        _lake = lake.At("");
        _client = client;
        _container = client.Container(lake);
        Root = _lake.Location;
    }

    public Uri Root { get; }

    /// <exception cref="MigrationException">LakeLocationInvalid and what the client's creation can throw.</exception>
    internal static ExportFolder Open(Uri location, AzureSettings settings, LakeConnections lakes)
    {
        LakeLocation lake = LakeLocation.Parse(location);
        string path = lake.Path.Length == 0 || lake.Path.EndsWith('/') ? lake.Path : lake.Path + "/";
        return new(new LakeExportStore(lake, lakes.Get(lake, settings)), path);
    }

    public async Task<StoredFile?> FindAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            BlobProperties found =
                await _container.GetBlobClient(key).GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return IsDirectory(found.Metadata)
                ? null : new(key, found.ContentLength, found.ETag.ToString("H"), Base64(found.ContentHash), found.LastModified);
        }
        catch (Exception error) when (LakeFailure.IsAnswer(error, 404, "BlobNotFound"))
        {
            return null;
        }
        catch (Exception error) when (LakeFailure.IsKnown(error))
        {
            throw Translate(error, key);
        }
    }

    public async Task<Stream> OpenReadAsync(StoredFile file, CancellationToken cancellationToken)
    {
        Uri address = StoreKeys.Combine(Root, file.Key);
        ResumingStream stream =
            new(new LakeFile(_container.GetBlobClient(file.Key), file, address, error => Translate(error, file.Key)), file.Length, address);
        try
        {
            await stream.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<OpenedFile?> TryOpenReadAsync(string key, CancellationToken cancellationToken)
    {
        BlobClient blob = _container.GetBlobClient(key);
        BlobDownloadStreamingResult result;
        try
        {
            result = await blob.DownloadStreamingAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (LakeFailure.IsAnswer(error, 404, "BlobNotFound"))
        {
            return null;
        }
        catch (Exception error) when (LakeFailure.IsKnown(error))
        {
            throw Translate(error, key);
        }
        BlobDownloadDetails found = result.Details;
        if (IsDirectory(found.Metadata))
        {
            result.Dispose();
            return null;
        }
        StoredFile file = new(key, found.ContentLength, found.ETag.ToString("H"), Base64(found.ContentHash), found.LastModified);
        Uri address = StoreKeys.Combine(Root, key);
        LakeFile source = new(blob, file, address, error => Translate(error, key));
        return new(file, new ResumingStream(source, file.Length, address, opened: result.Content));
    }

    public async IAsyncEnumerable<StoredFile> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A hierarchical account lists as a tree is walked, where a slash sorts before all else: so what came is sorted here.
        // Folders of exports are small enough for that: some 10,000 files for the largest tables.
        List<StoredFile> files = [];
        try
        {
            await foreach (
                BlobItem item in _container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix, Traits = BlobTraits.Metadata },
                cancellationToken).ConfigureAwait(false))
            {
                if (IsDirectory(item.Metadata)) continue;
                BlobItemProperties found = item.Properties;
                files.Add(new(item.Name, found.ContentLength
                    ?? 0, (found.ETag ?? default).ToString("H"), Base64(found.ContentHash), found.LastModified));
            }
        }
        catch (Exception error) when (LakeFailure.IsKnown(error))
        {
            throw Translate(error, prefix);
        }
        files.Sort(static (left, right) => StoreKeys.CompareUtf8(left.Key, right.Key));
        foreach (StoredFile file in files) yield return file;
    }

    /// <summary>Directories of a hierarchical account show as empty blobs; so do the markers that older tools put into flat ones.</summary>
    internal static bool IsDirectory(IDictionary<string, string>? metadata) =>
        metadata is not null
            && metadata.Any(pair => pair.Key.Equals("hdi_isfolder", StringComparison.OrdinalIgnoreCase)
            && pair.Value.Equals("true", StringComparison.OrdinalIgnoreCase));

    internal static string? Base64(byte[]? hash) => hash is { Length: > 0 } ? Convert.ToBase64String(hash) : null;

    private MigrationException Translate(Exception error, string key) =>
        LakeFailure.Translate(error, _lake.At(key), _client.Settings, LakeErrors.ReaderRole);
}
