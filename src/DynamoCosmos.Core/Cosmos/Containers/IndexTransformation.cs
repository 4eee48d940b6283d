using System.Globalization;
using System.Net;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Cosmos.Containers;

/// <summary>How far a container's index has followed its latest policy. Only the data plane tells.</summary>
internal sealed class IndexTransformation(CosmosClients clients, CosmosCalls calls, ContainerReference reference)
{
    /// <returns>0 to 100; null where the service does not say, or does not let this sign-in see it.</returns>
    internal async Task<int?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            Container container = clients.Reads.GetContainer(reference.DatabaseName, reference.ContainerName);
            ContainerResponse response = await calls.TryAsync(stop =>
                container.ReadContainerAsync(new() { PopulateQuotaInfo = true }, stop), cancellationToken).ConfigureAwait(false);
            string? text = response.Headers["x-ms-documentdb-collection-index-transformation-progress"];
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int percent) ? percent : null;
        }
        catch (CosmosException refused) when (refused.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
        {
            // Who may change containers through the resource manager need not have a data role.
            return null;
        }
        catch (Exception failure) when (CosmosFailure.IsKnown(failure, cancellationToken))
        {
            throw CosmosFailure.Translate(failure, reference, "read the progress of the index");
        }
    }
}
