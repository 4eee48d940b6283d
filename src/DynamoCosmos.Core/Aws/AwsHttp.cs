using Amazon.Runtime;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Aws;

/// <summary>One HTTP client, over our own handler, for all AWS clients of a run.</summary>
internal sealed class AwsHttp : HttpClientFactory, IDisposable
{
    // Until an answer begins; bodies are read under the time limit of whoever reads them.
    private readonly HttpClient _client = new(CloudHttp.CreateHandler()) { Timeout = TimeSpan.FromSeconds(100) };

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _client.Dispose();
}
