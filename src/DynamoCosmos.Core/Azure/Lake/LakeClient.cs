using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Blobs;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Lake;

/// <summary>A client of one storage account, with the connections that it owns. Clients of its containers and blobs share both.</summary>
internal sealed class LakeClient : IDisposable
{
    // New enough for all calls here (Put Blob From URL with 5,000 MiB, blocks of 4,000 MiB); older than what sovereign clouds and emulators know.
    private const BlobClientOptions.ServiceVersion Version = BlobClientOptions.ServiceVersion.V2023_11_03;

    private readonly HttpClientTransport _transport = AzureTransport.Create();

    private LakeClient(LakeLocation location, AzureSettings settings, Action<BlobClientOptions>? configure)
    {
        Settings = settings;
        BlobClientOptions options = new(Version) { Transport = _transport };
        options.RetryPolicy = new LakeRetryPolicy();
        options.Diagnostics.IsTelemetryEnabled = false;
        configure?.Invoke(options);
        Service = settings.AccountKey is { } key
            ? new(location.Endpoint, SharedKey(location, key), options)
            : new(location.Endpoint, Token(location, settings), options);
    }

    internal BlobServiceClient Service { get; }

    internal AzureSettings Settings { get; }

    internal static LakeClient Create(LakeLocation location, AzureSettings settings, Action<BlobClientOptions>? configure = null) => new(location, settings, configure);

    internal BlobContainerClient Container(LakeLocation location) => Service.GetBlobContainerClient(location.FileSystem);

    public void Dispose() => _transport.Dispose();

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

    private static TokenCredential Token(LakeLocation location, AzureSettings settings) =>
        location.Endpoint.Scheme == Uri.UriSchemeHttps ? AzureCredentials.Create(settings) : throw LakeErrors.LakeTokenNeedsHttps(location);
}
