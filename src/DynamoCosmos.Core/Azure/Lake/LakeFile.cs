using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Azure.Lake;

/// <summary>One version of a blob, read on the condition that the blob still is of it.</summary>
internal sealed class LakeFile(BlobClient blob, StoredFile file, Uri address, Func<Exception, MigrationException> translate) : ResumableFile
{
    internal override async Task<Stream> OpenAtAsync(long position, CancellationToken cancellationToken)
    {
        BlobDownloadOptions options = new() { Range = new(position), Conditions = new() { IfMatch = new ETag(file.ETag) } };
        try
        {
            BlobDownloadStreamingResult result = await blob.DownloadStreamingAsync(options, cancellationToken).ConfigureAwait(false);
            return result.Content;
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

    // The SDK reads on by itself once or twice; whatever it then comes upon, opening the file anew tells it apart.
    internal override bool IsBroken(Exception error) => LakeFailure.IsKnown(error);

    internal override MigrationException Translate(Exception error) => translate(error);
}
