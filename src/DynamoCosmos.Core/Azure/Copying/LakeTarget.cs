using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Azure.Copying;

/// <summary>The folder of a lake that exports are copied below, and the clients that write there.</summary>
internal sealed class LakeTarget
{
    // A call in which Azure fetches 5,000 MiB answers when it is done.
    private static readonly TimeSpan s_slowCall = TimeSpan.FromMinutes(15);

    private readonly LakeClient _client;
    private readonly LakeClient _slow;
    private readonly LakeLocation _lake;

    internal LakeTarget(LakeLocation lake, AzureSettings settings, CopyOptions options, AzureConnections azure,
        Action<BlobClientOptions>? configure = null)
    {
        _lake = lake;
        Folder = lake.Path.Length == 0 || lake.Path.EndsWith('/') ? lake.Path : lake.Path + "/";
        if (Folder.Length > 0
            && !StoreKeys.IsSafe(Folder.TrimEnd('/'))) throw LakeErrors.LakeLocationInvalid(lake.ToString(),
            "its path has a segment that is not safe everywhere.");
        _client = LakeClient.Create(lake, settings, azure, configure);
        _slow = LakeClient.Create(lake, settings, azure, call =>
        {
            call.Retry.NetworkTimeout = s_slowCall;
            configure?.Invoke(call);
        });
        Store = new(lake, _client);
        Route = new(options.Method);
    }

    internal Uri Endpoint => _lake.Endpoint;

    /// <summary>Empty, or ending in a slash.</summary>
    internal string Folder { get; }

    internal LakeExportStore Store { get; }

    /// <summary>Of the whole account.</summary>
    internal CopyRoute Route { get; }

    internal LakeLocation At(string key) => _lake.At(key);

    internal BlockBlobClient Blob(string key) => _client.Container(_lake).GetBlockBlobClient(key);

    /// <summary>For calls that take minutes.</summary>
    internal BlockBlobClient SlowBlob(string key) => _slow.Container(_lake).GetBlockBlobClient(key);

    internal async Task<bool> HasFileSystemAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _client.Container(_lake).ExistsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (LakeFailure.IsKnown(error))
        {
            throw Translate(error, "");
        }
    }

    internal async Task CreateFileSystemAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _client.Container(_lake).CreateIfNotExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (LakeFailure.IsKnown(error))
        {
            throw Translate(error, "");
        }
    }

    internal async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await Blob(key).DeleteIfExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (LakeFailure.IsKnown(error))
        {
            throw Translate(error, key);
        }
    }

    internal MigrationException Translate(Exception error, string key) =>
        LakeFailure.Translate(error, _lake.At(key), _client.Settings, LakeErrors.ContributorRole);

    internal static string ContentType(string key) =>
        key.EndsWith(".json", StringComparison.Ordinal)
            ? "application/json" : key.EndsWith(".gz", StringComparison.Ordinal) ? "application/gzip" : "text/plain";
}
