using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using DynamoCosmos.Basics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Azure.Lake;

/// <summary>
/// A checkpoint in a lake: one block blob, written whole on the condition of its ETag. The hold is a lease on that same blob, so Azure
/// itself refuses whoever writes without it. To be leased a blob must be there: an empty one stands for no checkpoint.
/// </summary>
internal sealed class LakeCheckpointFile(LakeLocation lake, LakeClient client, TimeProvider clock) : ICheckpointFile
{
    internal const string HolderName = "holder";

    private readonly BlockBlobClient _blob = client.Container(lake).GetBlockBlobClient(lake.Path);
    private LakeHold? _hold;

    public string Location => lake.Location.AbsoluteUri;

    public async Task<CheckpointText?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            BlobDownloadResult found = await _blob.DownloadContentAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlyMemory<byte> text = found.Content.ToMemory();
            return text.IsEmpty ? null : new(text, found.Details.ETag.ToString("H"));
        }
        catch (Exception error) when (LakeFailure.IsAnswer(error, 404, "BlobNotFound"))
        {
            return null;
        }
        catch (Exception error) when (LakeFailure.IsKnown(error))
        {
            throw Translate(error, LakeErrors.ReaderRole);
        }
    }

    public async Task<string> WriteAsync(ReadOnlyMemory<byte> text, string? version, CancellationToken cancellationToken)
    {
        try
        {
            BlobUploadOptions options = new()
            {
                Conditions = version is null
                    ? await ConditionsOfNewAsync(cancellationToken).ConfigureAwait(false) : new() { IfMatch = new ETag(version) },
                HttpHeaders = new() { ContentType = "application/json" },
                Metadata = _hold?.Metadata,
            };
            options.Conditions.LeaseId = _hold?.LeaseId;
            using MemoryStream content = new(text.ToArray());
            BlobContentInfo written = await _blob.UploadAsync(content, options, cancellationToken).ConfigureAwait(false);
            return written.ETag.ToString("H");
        }
        catch (Exception error) when (LakeFailure.IsAnswer(error, 412, "ConditionNotMet")
            || LakeFailure.IsAnswer(error, 409, "BlobAlreadyExists"))
        {
            // A try whose answer was lost may have been ours: then the blob is what we wanted it to be.
            CheckpointText? found = await ReadAsync(cancellationToken).ConfigureAwait(false);
            return found is not null && found.Text.Span.SequenceEqual(text.Span)
                ? found.Version : throw RunFileErrors.CheckpointChanged(Location);
        }
        catch (Exception error) when (
            LakeFailure.Core(error) is RequestFailedException
            {
                Status: 412, ErrorCode: "LeaseIdMissing"
            or "LeaseIdMismatchWithBlobOperation" or "LeaseLost" or "LeaseNotPresentWithBlobOperation"
            })
        {
            throw _hold is null
                ? RunFileErrors.RunAlreadyActive(Location, await ReadHolderAsync(cancellationToken).ConfigureAwait(false))
                : RunFileErrors.HoldLost(Location);
        }
        catch (Exception error) when (LakeFailure.IsKnown(error))
        {
            throw Translate(error, LakeErrors.ContributorRole);
        }
    }

    public async Task<IRunHold> HoldAsync(string holder, CancellationToken cancellationToken)
    {
        // Ours before it is given, so that a try whose answer was lost can be made again.
        BlobLeaseClient lease = _blob.GetBlobLeaseClient(Guid.NewGuid().ToString());
        try
        {
            await CreateEmptyAsync(cancellationToken).ConfigureAwait(false);
            DateTimeOffset asked = clock.GetUtcNow();
            await lease.AcquireAsync(LakeHold.LeaseTime, cancellationToken: cancellationToken).ConfigureAwait(false);
            LakeHold hold = new(lease, Uri.EscapeDataString(holder), asked, clock, this);
            await hold.StartAsync(_blob, cancellationToken).ConfigureAwait(false);
            return _hold = hold;
        }
        catch (Exception error) when (LakeFailure.IsAnswer(error, 409, "LeaseAlreadyPresent"))
        {
            throw RunFileErrors.RunAlreadyActive(Location, await ReadHolderAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception error) when (LakeFailure.IsKnown(error))
        {
            throw Translate(error, LakeErrors.ContributorRole);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal void LetGo(LakeHold hold)
    {
        if (ReferenceEquals(_hold, hold)) _hold = null;
    }

    private async Task CreateEmptyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using MemoryStream nothing = new();
            await _blob.UploadAsync(nothing, new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } }, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (LakeFailure.IsAnswer(error, 409, "BlobAlreadyExists") || LakeFailure.IsAnswer(error, 412))
        {
            // It is there, or it is there and leased: what the lease says next is what counts.
        }
    }

    private async Task<BlobRequestConditions> ConditionsOfNewAsync(CancellationToken cancellationToken)
    {
        try
        {
            BlobProperties found = await _blob.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            // One that is not empty has to be refused; no ETag is ever this one.
            return new() { IfMatch = found.ContentLength == 0 ? found.ETag : new ETag("\"none\"") };
        }
        catch (Exception error) when (LakeFailure.IsAnswer(error, 404, "BlobNotFound"))
        {
            return new() { IfNoneMatch = ETag.All };
        }
    }

    private async Task<string?> ReadHolderAsync(CancellationToken cancellationToken)
    {
        try
        {
            BlobProperties found = await _blob.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return found.Metadata.TryGetValue(HolderName, out string? holder) ? Uri.UnescapeDataString(holder) : null;
        }
        catch (Exception error) when (LakeFailure.IsKnown(error))
        {
            // Only a word for the message; that the lease is held is what counts.
            return null;
        }
    }

    private MigrationException Translate(Exception error, string role) => LakeFailure.Translate(error, lake, client.Settings, role);
}
