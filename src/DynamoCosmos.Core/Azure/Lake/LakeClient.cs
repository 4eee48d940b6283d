using Azure.Core;
using Azure.Storage;
using Azure.Storage.Blobs;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Lake;

/// <summary>A client of one storage account. Clients of its containers and blobs share its connections, which the run owns.</summary>
internal sealed class LakeClient
{
    // New enough for all calls here (Put Blob From URL with 5,000 MiB, blocks of 4,000 MiB); older than what sovereign clouds and emulators
    // know.
    private const BlobClientOptions.ServiceVersion Version = BlobClientOptions.ServiceVersion.V2023_11_03;

    private LakeClient(LakeLocation location, AzureSettings settings, AzureConnections azure, Action<BlobClientOptions>? configure)
    {
        Settings = settings;
        BlobClientOptions options = new(Version) { Transport = azure.Transport };
        options.RetryPolicy = new LakeRetryPolicy();
        options.Diagnostics.IsTelemetryEnabled = false;
        configure?.Invoke(options);
        Service = settings.AccountKey is { } key
            ? new(location.Endpoint, SharedKey(location, key), options)
            : new(location.Endpoint, Token(location, settings, azure), options);
    }

    internal BlobServiceClient Service { get; }

    internal AzureSettings Settings { get; }

    internal static LakeClient Create(LakeLocation location, AzureSettings settings, AzureConnections azure,
        Action<BlobClientOptions>? configure = null) =>
        new(location, settings, azure, configure);

    internal BlobContainerClient Container(LakeLocation location) => Service.GetBlobContainerClient(location.FileSystem);

    private static StorageSharedKeyCredential SharedKey(LakeLocation location, Secret key)
    {
        try
        {
            return new(location.AccountName, key.Reveal());
        }
        catch (FormatException)
        {
            // Without the inner exception: it could quote the key.
            throw LakeErrors.LakeKeyMalformed(location);
        }
    }

    private static TokenCredential Token(LakeLocation location, AzureSettings settings, AzureConnections azure) =>
        location.Endpoint.Scheme == Uri.UriSchemeHttps ? azure.SignIn(settings) : throw LakeErrors.LakeTokenNeedsHttps(location);
}
