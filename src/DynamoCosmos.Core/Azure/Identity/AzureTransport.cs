using Azure.Core.Pipeline;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Identity;

/// <summary>The HTTP of every Azure SDK client.</summary>
internal static class AzureTransport
{
    /// <param name="maxConnections">Per server; 0 for no limit.</param>
    /// <returns>Owns its connections; whoever holds the client disposes of it.</returns>
    internal static HttpClientTransport Create(int maxConnections = 0) =>
        // Timeouts are the pipelines' own, per try; HttpClient's would cut long downloads.
        new(new HttpClient(CloudHttp.CreateHandler(maxConnections)) { Timeout = Timeout.InfiniteTimeSpan });
}
