using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Blob;
using Microsoft.AspNetCore.Http;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>A stand-in, real SDK clients on it, and a source of copies that serves whatever a test puts there.</summary>
internal sealed class BlobStandInFixture : IAsyncDisposable
{
    private readonly LoopbackServer _source;
    private readonly HttpClient _http = new();

    private BlobStandInFixture(BlobStandIn storage, LoopbackServer source)
    {
        Storage = storage;
        _source = source;
    }

    internal BlobStandIn Storage { get; }

    internal static async Task<BlobStandInFixture> StartAsync(BlobStandInOptions? options = null, RequestDelegate? source = null)
    {
        BlobStandIn storage = await BlobStandIn.StartAsync(options);
        return new(storage, await LoopbackServer.StartAsync(source ?? (http => Results.NotFound().ExecuteAsync(http))));
    }

    internal static RequestDelegate Serve(byte[] bytes) => async http =>
    {
        int from = 0, to = bytes.Length - 1;
        if (http.Request.Headers.Range.ToString() is { Length: > 0 } range)
        {
            string[] parts = range["bytes=".Length..].Split('-');
            (from, to) = (int.Parse(parts[0]), int.Parse(parts[1]));
            http.Response.StatusCode = 206;
        }
        http.Response.ContentLength = to - from + 1;
        await http.Response.Body.WriteAsync(bytes.AsMemory(from, to - from + 1));
    };

    internal Uri Source(string path = "file") => new(_source.Endpoint, path);

    internal BlobServiceClient Service(string account, string? key = null) =>
        new(Storage.AccountEndpoint(account), new StorageSharedKeyCredential(account, key ?? Storage.AccountKey(account)), Options());

    internal async Task<BlobContainerClient> ContainerAsync(string account)
    {
        BlobContainerClient container = Service(account).GetBlobContainerClient("data");
        await container.CreateIfNotExistsAsync();
        return container;
    }

    internal async Task<BlockBlobClient> BlockBlobAsync(string account, string name) =>
        (await ContainerAsync(account)).GetBlockBlobClient(name);

    internal BlobClientOptions Options(HttpMessageHandler? handler = null)
    {
        BlobClientOptions options = new() { Transport = new HttpClientTransport(handler is null ? _http : new(handler)) };
        options.Retry.Delay = TimeSpan.FromMilliseconds(5);
        options.Retry.MaxDelay = TimeSpan.FromMilliseconds(20);
        options.Retry.MaxRetries = 3;
        return options;
    }

    public async ValueTask DisposeAsync()
    {
        await Storage.DisposeAsync();
        await _source.DisposeAsync();
        _http.Dispose();
    }
}

/// <summary>A clock that a test moves.</summary>
internal sealed class ManualClock : TimeProvider
{
    private DateTimeOffset _now = DateTimeOffset.UtcNow;

    public override DateTimeOffset GetUtcNow() => _now;

    internal void Advance(TimeSpan time) => _now += time;
}
