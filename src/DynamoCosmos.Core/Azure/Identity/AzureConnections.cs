using Azure.Core;
using Azure.Core.Pipeline;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Identity;

/// <summary>What a run's clients of Azure share: one transport, and one credential for each sign-in, which keeps its tokens.</summary>
internal sealed class AzureConnections : IDisposable
{
    private readonly SharedClients<AzureSettings, TokenCredential> _credentials = new();
    private readonly Lazy<HttpClientTransport> _transport = new(static () => AzureTransport.Create());

    /// <summary>The HTTP of all clients. Who is given it does not dispose it.</summary>
    internal HttpPipelineTransport Transport => _transport.Value;

    /// <summary>The credential of a sign-in. No token is requested here.</summary>
    /// <exception cref="MigrationException">AzureCredentialIncomplete.</exception>
    internal TokenCredential SignIn(AzureSettings settings)
    {
        // An account's key and other endpoints make no other sign-in.
        AzureSettings key = settings with { AccountKey = null, ResourceManagerEndpoint = null, GraphEndpoint = null };
        return _credentials.Get(key, () => new SharedCredential(AzureCredentials.Create(settings, Transport), TimeProvider.System));
    }

    public void Dispose()
    {
        _credentials.Dispose();
        if (_transport.IsValueCreated) _transport.Value.Dispose();
    }
}
