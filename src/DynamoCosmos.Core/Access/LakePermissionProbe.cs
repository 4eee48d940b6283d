using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Access;

/// <summary>
/// Tries the data actions on a lake. A blob that nobody has is read (404), and written on the condition that it has an ETag that none has
/// (412).
/// </summary>
internal sealed class LakePermissionProbe(LakeLocation lake, AzureSettings settings, LakeConnections lakes)
{
    private readonly LakeClient _client = lakes.Get(lake, settings);

    internal async IAsyncEnumerable<MigrationPermission> TryAsync(AccessTestRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BlockBlobClient nobodys = _client.Container(lake).GetBlockBlobClient($"dynamocosmos-probe-{Guid.NewGuid():N}");
        if (request.Has(MigrationStage.Copy))
        {
            yield return await TryAsync(MigrationStage.Copy, LakeErrors.ReadBlobs, () =>
                nobodys.GetPropertiesAsync(cancellationToken: cancellationToken));
            yield return await TryAsync(MigrationStage.Copy, LakeErrors.WriteBlobs, async () =>
            {
                using MemoryStream nothing = new();
                BlobUploadOptions never = new() { Conditions = new() { IfMatch = new ETag("0x8000000000000000") } };
                await nobodys.UploadAsync(nothing, never, cancellationToken);
            });
        }
        if (request.Has(MigrationStage.Import)) yield return await TryAsync(MigrationStage.Import, LakeErrors.ReadBlobs, () =>
            nobodys.GetPropertiesAsync(cancellationToken: cancellationToken));
    }

    private async Task<MigrationPermission> TryAsync(MigrationStage stage, string permission, Func<Task> attempt)
    {
        (PermissionState state, string? detail) = (PermissionState.Unknown, (string?)null);
        try
        {
            await attempt();
            state = PermissionState.Granted;
        }
        catch (Exception failure) when (LakeFailure.IsAnswer(failure, 404) || LakeFailure.IsAnswer(failure, 412)
            || LakeFailure.IsAnswer(failure, 409))
        {
            state = PermissionState.Granted;
            if (LakeFailure.IsAnswer(failure, 404, "ContainerNotFound")) detail = $"The file system '{lake.FileSystem}' is not there yet.";
        }
        catch (Exception failure) when (LakeFailure.IsAnswer(failure, 403, "AuthorizationPermissionMismatch"))
        {
            state = PermissionState.Missing;
        }
        catch (Exception failure) when (LakeFailure.IsKnown(failure))
        {
            detail = LakeFailure.Translate(failure, lake, settings, stage == MigrationStage.Copy
                ? LakeErrors.ContributorRole : LakeErrors.ReaderRole).Message;
        }
        return MigrationPermission.Describe(stage, "Azure", permission, $"{lake.AccountName}/{lake.FileSystem}", state, detail,
            $"{Remedy.GrantAccess} {Setting.Stage} {stage} {Setting.StorageAccountName} {lake.AccountName} " +
            $"{Setting.FileSystem} {lake.FileSystem}" + (stage == MigrationStage.Import ? $" {Setting.AccountName} <cosmos account>" : "") +
            $" {Setting.PrincipalId} <object id>");
    }
}
