using DynamoCosmos.Sandbox.Cosmos;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Core.Tests.Cosmos;

/// <summary>Real SDK clients for a stand-in.</summary>
internal static class StandInClients
{
    internal static CosmosClient Connect(this CosmosStandIn standIn, bool bulk = false, int throttleTries = 9, string? key = null) =>
        new(standIn.Endpoint.ToString(), key ?? standIn.AccountKey, new()
        {
            ConnectionMode = ConnectionMode.Gateway,
            LimitToEndpoint = true,
            AllowBulkExecution = bulk,
            EnableContentResponseOnWrite = false,
            MaxRetryAttemptsOnRateLimitedRequests = throttleTries,
            MaxRetryWaitTimeOnRateLimitedRequests = TimeSpan.FromMinutes(5),
        });

    internal static MemoryStream Utf8(string text) =>
        new(System.Text.Encoding.UTF8.GetBytes(text), 0, System.Text.Encoding.UTF8.GetByteCount(text), false, true);
}
