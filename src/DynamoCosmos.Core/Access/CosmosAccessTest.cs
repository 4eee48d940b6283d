using System.Runtime.CompilerServices;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Model;

namespace DynamoCosmos.Access;

/// <summary>
/// What an import needs of Cosmos DB: of the resource manager (which is asked for the caller's own permissions) and of the data plane
/// (which is tried). Where there is no container to try on yet, the data role assignments are read instead.
/// </summary>
internal sealed class CosmosAccessTest(AzureSettings settings, CloudConnections clouds)
{
    private const string Databases = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases";
    private const string Account = "Microsoft.DocumentDB/databaseAccounts/read";

    internal static IReadOnlyList<string> ControlActions { get; } =
    [
        Account, Databases + "/read", Databases + "/write", Databases + "/containers/read", Databases + "/containers/write",
        Databases + "/containers/throughputSettings/read", Databases + "/containers/throughputSettings/write",
    ];

    // What the import asks of the data plane; the others of the preset serve verification and reruns.
    internal static IReadOnlyList<string> DataActions { get; } = CosmosDataActions.Of(CosmosRolePreset.ImportOnly);

    private readonly AccessSession _session = clouds.Control(settings);

    internal async IAsyncEnumerable<MigrationPermission> TryAsync(AccountReference account, AccessTestRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (AccountPlace? place, string? why) = await FindAsync(account, cancellationToken);
        IReadOnlyList<AzurePermission> own = place is null ? [] : await ReadPermissionsAsync(place, cancellationToken);
        foreach (string action in ControlActions)
        {
            PermissionState state = place is null
                ? action == Account ? PermissionState.Missing : PermissionState.Unknown
                : own.Any(role => Permits(role, action)) ? PermissionState.Granted : PermissionState.Missing;
            yield return Describe(action, place?.Id ?? account.AccountName, state, place is null ? why : null, account, request);
        }

        Uri? endpoint = request.AccountEndpoint ?? place?.Endpoint;
        using DataPermissionProbe probe = new(account.AccountName, endpoint, settings, clouds.Azure);
        string scope = account.AccountName + CosmosScope.Of(request.DatabaseName, request.ContainerName);
        foreach (string action in DataActions)
        {
            (PermissionState state, string? detail) = await TryDataAsync(probe, place, action, request, cancellationToken);
            yield return Describe(action, scope, state, detail, account, request);
        }
    }

    private async Task<(AccountPlace? Place, string? Why)> FindAsync(AccountReference account, CancellationToken cancellationToken)
    {
        try
        {
            return (await _session.RunAsync(() => _session.Locator.FindCosmosAsync(account, cancellationToken)), null);
        }
        catch (MigrationException failure) when (failure.Kind is FailureKind.NotFound or FailureKind.PermissionDenied)
        {
            return (null, failure.Message);
        }
    }

    private async Task<IReadOnlyList<AzurePermission>> ReadPermissionsAsync(AccountPlace place, CancellationToken cancellationToken) =>
        await _session.RunAsync(async () =>
    {
        List<AzurePermission> own = [];
        await foreach (AzurePermission role in _session.Manager.ListAsync(
            $"{place.Id}/providers/Microsoft.Authorization/permissions", ApiVersions.Permissions,
                ResourceManagerJson.Default.AzurePermissionPage, cancellationToken)) own.Add(role);
        return (IReadOnlyList<AzurePermission>)own;
    });

    private async Task<(PermissionState, string?)> TryDataAsync(DataPermissionProbe probe, AccountPlace? place, string action,
        AccessTestRequest request, CancellationToken cancellationToken)
    {
        ProbeOutcome outcome = ProbeOutcome.NotThere;
        string? detail = null;
        if (request is { DatabaseName: { } database, ContainerName: { } container }) (outcome, detail) =
            await probe.TryAsync(action, database, container, cancellationToken);
        return outcome switch
        {
            ProbeOutcome.Granted => (PermissionState.Granted, null),
            ProbeOutcome.Missing => (PermissionState.Missing, detail),
            ProbeOutcome.NotThere when place is not null => await ReadAssignmentsAsync(place, action, request, cancellationToken),
            ProbeOutcome.NotThere => (PermissionState.Unknown, $"There is no container to try it on; give {Setting.DatabaseName} and " +
                $"{Setting.ContainerName} of one that is there."),
            _ => (PermissionState.Unknown, detail),
        };
    }

    private async Task<(PermissionState, string?)> ReadAssignmentsAsync(AccountPlace place, string action, AccessTestRequest request,
        CancellationToken cancellationToken)
    {
        try
        {
            return await _session.RunAsync(async () =>
            {
                SignedInPrincipal caller = await _session.Manager.ReadCallerAsync(cancellationToken);
                IReadOnlyList<CosmosRoleDefinition> definitions = await _session.DataRoles.ListDefinitionsAsync(place, cancellationToken);
                IReadOnlyList<CosmosRoleAssignment> assignments = await _session.DataRoles.ListAssignmentsAsync(place, cancellationToken);
                string scope = CosmosScope.Of(request.DatabaseName, request.ContainerName);
                bool isGiven =
                    assignments.Any(assignment => assignment.PrincipalId.Equals(caller.ObjectId, StringComparison.OrdinalIgnoreCase)
                    && CosmosScope.Covers(assignment.Scope, scope)
                    && definitions.Any(definition =>
                        definition.RoleDefinitionId.Equals(assignment.RoleDefinitionId, StringComparison.OrdinalIgnoreCase)
                        && CosmosDataActions.Allows(definition.DataAction, action)));
                return (isGiven ? PermissionState.Granted : PermissionState.Missing, (string?)"By the role assignments: there is no " +
                    "container yet to try it on. Roles of groups are not seen this way.");
            });
        }
        catch (MigrationException failure) when (failure.Kind == FailureKind.PermissionDenied)
        {
            return (PermissionState.Unknown, failure.Message);
        }
    }

    private static bool Permits(AzurePermission role, string action) =>
        role.Actions.Any(pattern => Matches(pattern, action)) && role.NotActions?.Any(pattern => Matches(pattern, action)) != true;

    // Azure's patterns hold asterisks anywhere, and case does not count.
    private static bool Matches(string pattern, string action) =>
        System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, action, ignoreCase: true);

    private static MigrationPermission Describe(string action, string scope, PermissionState state, string? detail,
        AccountReference account, AccessTestRequest request) =>
        MigrationPermission.Describe(MigrationStage.Import, "Azure", action, scope, state, detail,
            $"{Remedy.GrantAccess} {Setting.Stage} Import {Setting.AccountName} {account.AccountName}" +
            (request.DatabaseName is null ? "" : $" {Setting.DatabaseName} {request.DatabaseName}") +
            (request.ContainerName is null ? "" : $" {Setting.ContainerName} {request.ContainerName}") +
            $" {Setting.PrincipalId} <object id>");
}
