using DynamoCosmos.Basics;

namespace DynamoCosmos.Aws;

/// <summary>The clients of AWS that a run shares: one set for each sign-in, region and endpoint.</summary>
public sealed class AwsConnections : IDisposable
{
    private readonly SharedClients<AwsSettings, AwsClients> _clients = new();
    private readonly Lazy<AwsHttp> _http = new();

    internal AwsConnections()
    {
    }

    /// <exception cref="MigrationException">AwsKeyIncomplete, AwsProfileNotFound, AwsProfileNotUsable.</exception>
    internal AwsClients Get(AwsSettings settings) => _clients.Get(settings, () => new(settings, _http.Value));

    public void Dispose()
    {
        _clients.Dispose();
        if (_http.IsValueCreated) _http.Value.Dispose();
    }
}
