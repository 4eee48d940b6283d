using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Blob;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Sandbox;

/// <summary>
/// The stand-ins that one migration meets: DynamoDB and S3, Blob Storage, Cosmos DB. All on 127.0.0.1, each with keys of its own.
/// </summary>
public sealed class Sandbox : IAsyncDisposable
{
    private Sandbox(AwsStandIn aws, BlobStandIn blob, CosmosStandIn cosmos) => (Aws, Blob, Cosmos) = (aws, blob, cosmos);

    public AwsStandIn Aws { get; }

    public BlobStandIn Blob { get; }

    public CosmosStandIn Cosmos { get; }

    public static async Task<Sandbox> StartAsync(AwsStandInOptions? aws = null, BlobStandInOptions? blob = null,
        CosmosStandInOptions? cosmos = null)
    {
        // The SDK asks an address of the cloud's own network at its start; nothing here may leave this machine.
        Environment.SetEnvironmentVariable("COSMOS_DISABLE_IMDS_ACCESS", "true");
        return new(await AwsStandIn.StartAsync(aws), await BlobStandIn.StartAsync(blob), await CosmosStandIn.StartAsync(cosmos));
    }

    public async ValueTask DisposeAsync()
    {
        await Cosmos.DisposeAsync();
        await Blob.DisposeAsync();
        await Aws.DisposeAsync();
    }
}
