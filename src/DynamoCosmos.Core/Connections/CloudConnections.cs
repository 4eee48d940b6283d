using DynamoCosmos.Aws;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Cosmos;

namespace DynamoCosmos.Connections;

/// <summary>
/// The connections of one run to both clouds. Each credential, transport and client is made once, at its first use, is shared by everything
/// that the run opens, and is disposed with this. Whoever starts the run owns it and disposes it when all of the run's work has ended.
/// </summary>
public sealed class CloudConnections : IDisposable
{
    private readonly SharedClients<AzureSettings, AccessSession> _control = new();

    public CloudConnections()
    {
        Lakes = new(Azure);
        Cosmos = new(Azure);
    }

    public AwsConnections Aws { get; } = new();

    internal AzureConnections Azure { get; } = new();

    internal LakeConnections Lakes { get; }

    internal CosmosConnections Cosmos { get; }

    /// <summary>The clients of the resource manager and of Microsoft Graph.</summary>
    internal AccessSession Control(AzureSettings settings) => _control.Get(settings, () => new(settings, Azure));

    public void Dispose()
    {
        _control.Dispose();
        Cosmos.Dispose();
        Lakes.Dispose();
        Azure.Dispose();
        Aws.Dispose();
    }
}
