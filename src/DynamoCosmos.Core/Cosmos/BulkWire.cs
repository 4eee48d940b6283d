using System.Globalization;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Cosmos;

/// <summary>
/// Sees each batch of writes, and each write that goes alone, as it goes over HTTP, below the SDK's own retries. It tells the gate of those
/// that may have been carried out although no answer said so, and marks refusals that are not Cosmos DB's own, which the SDK hands on as if
/// they were the service's verdict on every document.
/// </summary>
internal sealed class BulkWire(HttpMessageHandler inner, BulkGate gate) : DelegatingHandler(inner)
{
    // Of a batch, as the SDK makes them.
    private const int MostOperations = 100;
    private const string BatchHeader = "x-ms-cosmos-is-batch-request", SubStatusHeader = "x-ms-substatus", OwnPrefix = "x-ms-";
    private const string QueryType = "application/query+json";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        int writes = request.Headers.Contains(BatchHeader) ? MostOperations : IsSingleWrite(request) ? 1 : 0;
        if (writes == 0) return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            gate.NotePossibleRepeats(writes);
            throw;
        }
        int status = (int)response.StatusCode;
        if (status is 408 or >= 500) gate.NotePossibleRepeats(writes);
        if (status is >= 400 and < 500 and not (408 or 429)
            && !response.Headers.Any(static header => header.Key.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase)))
            response.Headers.TryAddWithoutValidation(SubStatusHeader, WriteRules.NotOfTheService.ToString(CultureInfo.InvariantCulture));
        return response;
    }

    // A replace is a PUT. A POST is an upsert or a create, or else a query.
    private static bool IsSingleWrite(HttpRequestMessage request) =>
        request.Method == HttpMethod.Delete || request.Method == HttpMethod.Put
        || (request.Method == HttpMethod.Post && request.Content?.Headers.ContentType?.MediaType != QueryType);
}
