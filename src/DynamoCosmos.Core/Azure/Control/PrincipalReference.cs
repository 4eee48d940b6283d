using Azure;

namespace DynamoCosmos.Azure.Control;

/// <summary>A principal as a user names it: one of the four.</summary>
/// <param name="PrincipalId">Its object id: of a service principal, managed identity, user or group. Needs no Graph.</param>
/// <param name="ApplicationId">Its application (client) id, looked up in Microsoft Graph.</param>
/// <param name="DisplayName">Looked up in Microsoft Graph; must be the only one of that name.</param>
/// <param name="Current">Whoever is signed in.</param>
public sealed record PrincipalReference(string? PrincipalId = null, string? ApplicationId = null, string? DisplayName = null,
    bool Current = false);

/// <param name="Type">As Azure roles call it; null where nobody has said, and then the resource manager finds out.</param>
internal sealed record FoundPrincipal(string ObjectId, string? DisplayName, string? Type);

/// <summary>Finds out who is meant.</summary>
internal sealed class PrincipalFinder(ResourceManagerClient client, GraphClient graph, Replication replication)
{
    internal async Task<FoundPrincipal> FindAsync(PrincipalReference reference, CancellationToken cancellationToken)
    {
        // An object id says it all, even where a piped object brought the others along.
        if (reference.PrincipalId is { } id) return new(id, reference.DisplayName, reference.ApplicationId is null
            ? null : "ServicePrincipal");
        if (reference.Current)
        {
            SignedInPrincipal caller = await client.ReadCallerAsync(cancellationToken);
            return new(caller.ObjectId, caller.ApplicationId, caller.IsUser ? "User" : "ServicePrincipal");
        }
        if (reference.ApplicationId is { } applicationId) return await LookAsync("appId", applicationId, "the application id",
            cancellationToken);
        if (reference.DisplayName is { } name) return await LookAsync("displayName", name, "the name", cancellationToken);
        throw AccessErrors.PrincipalNotGiven();
    }

    private async Task<FoundPrincipal> LookAsync(string property, string value, string what, CancellationToken cancellationToken)
    {
        IReadOnlyList<GraphPrincipal>? found = await replication.LookAsync(async () =>
            await graph.ListPrincipalsAsync(property, value, cancellationToken) is { Count: > 0 } some
                ? some : null, replication.LookupTime, cancellationToken);
        return found switch
        {
            null => throw AccessErrors.PrincipalNotFound(what, value),
            { Count: > 1 } =>
                throw AccessErrors.PrincipalNameAmbiguous(value,
                found.Select(one => $"{one.ServicePrincipalType ?? "principal"} {one.Id} (application {one.AppId})")),
            _ => new(found[0].Id, found[0].DisplayName, "ServicePrincipal"),
        };
    }

    /// <summary>
    /// Tells whether a service does not know the principal yet. Azure's roles say so to the request, Cosmos DB as the end of an operation.
    /// </summary>
    internal static bool IsUnknownYet(Exception failure) => failure is RequestFailedException { Status: 400 } refused
        && (refused.ErrorCode == "PrincipalNotFound"
            || (refused.Message.Contains("principal ID", StringComparison.OrdinalIgnoreCase)
            && refused.Message.Contains("was not found", StringComparison.OrdinalIgnoreCase)));
}
