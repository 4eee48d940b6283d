using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Lake;

/// <summary>The clients of a run's storage accounts: one for each account and sign-in.</summary>
internal sealed class LakeConnections(AzureConnections azure) : IDisposable
{
    private readonly SharedClients<(Uri Endpoint, AzureSettings Settings), LakeClient> _clients = new();

    internal AzureConnections Azure { get; } = azure;

    /// <exception cref="MigrationException">LakeKeyMalformed, LakeTokenNeedsHttps, AzureCredentialIncomplete.</exception>
    internal LakeClient Get(LakeLocation location, AzureSettings settings) =>
        _clients.Get((location.Endpoint, settings), () => LakeClient.Create(location, settings, Azure));

    public void Dispose() => _clients.Dispose();
}
