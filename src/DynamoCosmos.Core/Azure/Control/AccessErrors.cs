using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure;
using Azure.Identity;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Control;

/// <summary>
/// What can go wrong with roles, principals and throughput, and what the answers of the resource manager and of Graph mean.
/// </summary>
internal static partial class AccessErrors
{
    internal static MigrationException AccountNotFound(string type, string name, string where, Exception? inner = null) =>
        new("AzureAccountNotFound", FailureKind.NotFound,
            $"No {(type.StartsWith("Microsoft.Storage", StringComparison.Ordinal) ? "storage" : "Cosmos DB")} account named '{name}' " +
                $"was found {where}. Check the name; if it is right, this sign-in may not see it: " +
            $"it needs a role with '{type}/read' there, such as Reader. Give {Setting.SubscriptionId} and {Setting.ResourceGroup} to " +
                "look in one place only." +
            (name.Contains('-') && !type.StartsWith("Microsoft.Storage", StringComparison.Ordinal)
                ? $" Where {Setting.AccountEndpoint} is a region's (NAME-REGION.documents.azure.com), give the account's name as " +
                    $"{Setting.AccountName}."
                : ""), name, inner);

    internal static MigrationException AccountNotThere(string name, string resourceGroup, string subscriptionId) =>
        new("AzureAccountNotFound", FailureKind.NotFound,
            $"There is no account '{name}' in resource group '{resourceGroup}' of subscription {subscriptionId}. Leave " +
                $"{Setting.ResourceGroup} and {Setting.SubscriptionId} out to look it up by its name.", name);

    internal static MigrationException DatabaseNotFound(string account, string database, Exception? inner = null) =>
        new("CosmosDatabaseNotFound", FailureKind.NotFound,
            $"Account '{account}' has no database '{database}'. Check the name, or make it with {Remedy.CreateContainer}.", database,
            inner);

    internal static MigrationException ContainerNotFound(string account, string database, string container, Exception? inner = null) =>
        new("CosmosContainerNotFound", FailureKind.NotFound,
            $"Database '{database}' of account '{account}' has no container '{container}'. Check the name, or make it with " +
                $"{Remedy.CreateContainer}.", container, inner);

    internal static MigrationException DataActionUnknown(string action, IEnumerable<string> known) =>
        new("DataActionUnknown", FailureKind.InvalidArgument,
            $"'{action}' is not a data action of Cosmos DB. Known are: {string.Join(", ", known)}.", action);

    internal static MigrationException DataActionsMissing(string roleName) =>
        new("DataActionsMissing", FailureKind.InvalidArgument,
            $"The role definition '{roleName}' would allow nothing. Give {Setting.DataAction} or {Setting.Preset}.", roleName);

    internal static MigrationException ScopeOutsideAccount(string scope, string accountId) =>
        new("ScopeOutsideAccount", FailureKind.InvalidArgument,
            $"The scope '{scope}' does not lie in the account {accountId}. A scope is '/' for the account, '/dbs/NAME' for a database " +
                "or '/dbs/NAME/colls/NAME' for a container, " +
            "or one of these after the account's full resource id.", scope);

    internal static MigrationException ScopeNotAssignable(string roleName, string scope, IEnumerable<string> assignable) =>
        new("ScopeNotAssignable", FailureKind.InvalidArgument,
            $"The role definition '{roleName}' can be assigned on {string.Join(", ", assignable)} only, and '{scope}' is not in there. " +
            $"Widen it with {Remedy.ChangeRole} {Setting.AssignableScope}, or assign it on a scope that it covers.", scope);

    internal static MigrationException RoleDefinitionNotFound(string account, string nameOrId) =>
        new("RoleDefinitionNotFound", FailureKind.NotFound,
            $"Account '{account}' has no data role definition '{nameOrId}'. {Remedy.ListRoles} lists those that it has; " +
                $"{Remedy.CreateRole} makes one.", nameOrId);

    internal static MigrationException RoleDefinitionNameAmbiguous(string account, string name, IEnumerable<string> ids) =>
        new("RoleDefinitionNameAmbiguous", FailureKind.InvalidArgument,
            $"Account '{account}' has more than one data role definition named '{name}': {string.Join(", ", ids)}. Say which by its id " +
                $"with {Setting.RoleDefinitionId}.", name);

    internal static MigrationException RoleDefinitionBuiltIn(string name) =>
        new("RoleDefinitionBuiltIn", FailureKind.InvalidOperation,
            $"The role definition '{name}' is Cosmos DB's own and cannot be changed or removed. Make one of your own under another name " +
                $"with {Remedy.CreateRole}.", name);

    internal static MigrationException RoleDefinitionInUse(string name, IEnumerable<string> assignments) =>
        new("RoleDefinitionInUse", FailureKind.InvalidOperation,
            $"The role definition '{name}' cannot be removed while it is assigned: {string.Join("; ", assignments)}. Remove these with " +
                $"{Remedy.RemoveRoleAssignment} first.", name);

    internal static MigrationException RoleAssignmentNotFound(string account, string id) =>
        new("RoleAssignmentNotFound", FailureKind.NotFound,
            $"Account '{account}' has no data role assignment '{id}'. {Remedy.ListRoleAssignments} lists those that it has.", id);

    internal static MigrationException PrincipalNotGiven() =>
        new("PrincipalNotGiven", FailureKind.InvalidArgument,
            $"No principal is given. Give one of {Setting.PrincipalId} (its object id), {Setting.ApplicationId} or " +
                $"{Setting.PrincipalName}, or {Setting.CurrentPrincipal} for whoever is signed in.");

    internal static MigrationException PrincipalNotFound(string what, string value) =>
        new("PrincipalNotFound", FailureKind.NotFound,
            $"Microsoft Entra ID has no service principal or managed identity with {what} '{value}'. An application alone is not " +
                "enough: it needs a service principal " +
            $"({Remedy.CreatePrincipal} makes it). A user or group is given by its object id with {Setting.PrincipalId}.", value);

    internal static MigrationException PrincipalNameAmbiguous(string name, IEnumerable<string> candidates) =>
        new("PrincipalNameAmbiguous", FailureKind.InvalidArgument,
            $"More than one principal is named '{name}': {string.Join("; ", candidates)}. Say which with {Setting.ApplicationId} or " +
                $"{Setting.PrincipalId}.", name);

    internal static MigrationException ApplicationNameAmbiguous(string name, IEnumerable<string> applicationIds) =>
        new("ApplicationNameAmbiguous", FailureKind.InvalidArgument,
            $"More than one application is named '{name}': {string.Join(", ", applicationIds)}. Say which to adopt with " +
                $"{Setting.ApplicationId}, or choose another name.", name);

    internal static MigrationException ApplicationNotFound(string applicationId) =>
        new("ApplicationNotFound", FailureKind.NotFound,
            $"This tenant has no application with the id {applicationId}. Check the id and {Setting.TenantId}; without " +
                $"{Setting.ApplicationId} a new application is made.", applicationId);

    internal static MigrationException PrincipalNotReplicated(string principalId, TimeSpan waited, Exception inner) =>
        new("PrincipalNotReplicated", FailureKind.TimedOut,
            $"Principal {principalId} is still unknown there after {waited.TotalSeconds:0} s. A new principal takes up to some minutes " +
                "to be known everywhere: run the same command again. " +
            "If it stays so, the object id is not one of the account's tenant.", principalId, inner);

    internal static MigrationException AssignmentNotInForce(string principalId, string scope, TimeSpan waited) =>
        new("RoleAssignmentNotInForce", FailureKind.TimedOut,
            $"The role assignment of {principalId} on {scope} is made but not in force after {waited.TotalSeconds:0} s. It can take " +
                $"some minutes: {Remedy.TestAccess} tells when it is.", principalId);

    internal static MigrationException ForeignAddress(Uri endpoint, Uri given) =>
        new("AzureForeignAddress", FailureKind.InvalidData,
            $"{endpoint.Authority} pointed to an address on another host ({given.Authority}); it was not followed, since the access " +
                "token would have gone with it. " +
            $"Check {Setting.ResourceManagerEndpoint} and what stands between.", given.Authority);

    internal static MigrationException TokenUnreadable(Exception? inner = null) =>
        new("AzureTokenUnreadable", FailureKind.InvalidData,
            "The access token does not say who is signed in (it has no readable 'oid' claim). Give the principal's object id with " +
                $"{Setting.PrincipalId}.", null, inner);

    /// <summary>Runs a piece of work and gives its failures their place in the catalogue.</summary>
    internal static async Task<T> GuardAsync<T>(AzureSettings settings, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (Core(failure) is RequestFailedException failed)
        {
            throw From(failed);
        }
        catch (Exception failure) when (Core(failure) is AuthenticationFailedException failed)
        {
            throw AzureErrors.SignInFailed(settings, SignInMessage(failed), failed);
        }
        catch (JsonException unreadable)
        {
            throw AnswerUnreadable(unreadable);
        }
    }

    // After several tries Azure.Core throws the failures of all of them; the last tells most.
    private static Exception Core(Exception failure) =>
        failure is AggregateException { InnerExceptions.Count: > 0 } many ? Core(many.InnerExceptions[^1]) : failure;

    internal static MigrationException AnswerUnreadable(Exception inner) =>
        new("AzureAnswerUnreadable", FailureKind.InvalidData,
            "Azure's resource manager or Microsoft Graph gave an answer that is not theirs. Something in between may have answered: " +
                $"check the proxy, {Setting.ResourceManagerEndpoint} and {Setting.GraphEndpoint}.", null, inner);

    internal static MigrationException From(RequestFailedException failed)
    {
        string code = failed.ErrorCode ?? "no code", message = ServiceMessage(failed);
        return (failed.Status, code) switch
        {
            (0, _) => new("AzureUnreachable", FailureKind.ConnectionFailed,
                $"Azure could not be reached: {message}. Check the network, the proxy and the endpoint, and run again.", null, failed),
            (401, _) => new("AzureSignInRejected", FailureKind.AuthenticationFailed,
                $"Azure did not accept the sign-in: {message} Check {Setting.TenantId} and {Setting.AzureEnvironment}, and sign in anew.",
                    null, failed),
            (403, "AuthorizationFailed" or "LinkedAuthorizationFailed") => AuthorizationFailed(message, failed),
            (403, "Authorization_RequestDenied") => new("GraphPermissionDenied", FailureKind.PermissionDenied,
                "Microsoft Graph refused: this sign-in may not read or register applications in the tenant. It needs the role " +
                    "Application Developer or Cloud Application Administrator " +
                "(or, for an application, the permission Application.ReadWrite.All). Ask an administrator, or name the principal by " +
                    $"its object id with {Setting.PrincipalId}.", null, failed),
            (403, _) => new("AzurePermissionDenied", FailureKind.PermissionDenied, $"Azure refused ({code}): {message}", null, failed),
            (404, _) => new("AzureResourceNotFound", FailureKind.NotFound, $"Azure has no such resource ({code}): {message}", null, failed),
            (409 or 412, _) => new("AzureConflict", FailureKind.Busy,
                $"Azure refused because of a conflict ({code}): {message} If another change is under way, wait for it and run again.", null,
                    failed),
            (429, _) => new("AzureThrottled", FailureKind.Throttled, $"Azure asks to slow down ({code}): {message}{Wait(failed)}", null,
                failed),
            (400, _) when IsServerless(400, message) => ThroughputErrors.ServerlessRefused(message, failed),
            (400, _) => new("AzureRequestRefused", FailureKind.InvalidArgument, $"Azure refused the request ({code}): {message}", null,
                failed),
            _ => new("AzureRequestFailed", FailureKind.Unspecified,
                $"Azure answered {failed.Status} ({code}): {message} Run again; if it stays so, look at the account's health in the " +
                "portal.", null, failed),
        };
    }

    /// <summary>"… does not have authorization to perform action 'A' over scope 'S' …": what matters is A and S.</summary>
    internal static MigrationException AuthorizationFailed(string message, Exception inner)
    {
        Match match = ActionAndScope().Match(message);
        if (!match.Success) return new("AzureAuthorizationFailed", FailureKind.PermissionDenied, $"This sign-in lacks a role: {message}",
            null, inner);
        string action = match.Groups["action"].Value, scope = match.Groups["scope"].Value;
        return new("AzureAuthorizationFailed", FailureKind.PermissionDenied,
            $"This sign-in lacks the permission '{action}' on {scope}. {HowToGrant(action)} A role that was given just now can take " +
                "some minutes: then run again.", scope, inner);
    }

    private static string HowToGrant(string action)
    {
        if (action.StartsWith("Microsoft.Authorization/", StringComparison.OrdinalIgnoreCase))
            return "To give roles to others it needs Owner, User Access Administrator or Role Based Access Control Administrator " +
                $"there: ask whoever holds one to run {Remedy.GrantAccess}.";
        if (action.Contains("/sqlRole", StringComparison.OrdinalIgnoreCase)
            && !action.EndsWith("/read", StringComparison.OrdinalIgnoreCase))
            return "Data roles of Cosmos DB are made and assigned with Contributor, Owner or DocumentDB Account Contributor on the " +
                "account (Cosmos DB Operator is not enough).";
        if (action.StartsWith("Microsoft.DocumentDB/", StringComparison.OrdinalIgnoreCase))
            return $"{Remedy.GrantAccess} {Setting.Stage} Import gives it (Cosmos DB Operator on the account).";
        return $"{Remedy.GrantAccess} gives what a migration needs; {Remedy.TestAccess} lists what is missing.";
    }

    private static string Wait(RequestFailedException failed) =>
        failed.GetRawResponse() is { } response && RetryAfter.Read(response) is { } wait
            ? $" Wait {Math.Ceiling(wait.TotalSeconds):0} s and run again." : " Wait some minutes and run again.";

    /// <summary>The service's own sentence, without the headers and body that RequestFailedException adds.</summary>
    internal static string ServiceMessage(RequestFailedException failed) => Brief(failed.Message);

    /// <summary>Entra ID's own sentence ("AADSTS…"), which Azure.Identity leaves in the inner exception; else Azure.Identity's.</summary>
    internal static string SignInMessage(AuthenticationFailedException failed)
    {
        for (Exception? at = failed; at is not null; at = at.InnerException)
        {
            if (EntraSentence().Match(at.Message) is { Success: true } match) return match.Value;
        }
        return Brief(failed.Message);
    }

    private static string Brief(string message)
    {
        string own = ServiceText.Unwrap(message);
        int end = own.IndexOfAny(['\r', '\n']);
        string line = (end < 0 ? own : own[..end]).Trim();
        return line.Length <= 800 ? line : line[..800] + "…";
    }

    /// <summary>
    /// Turns a failed operation into the error that the request would have got. The state of an operation always comes with 200; its error
    /// code is the name of the HTTP status that the refusal stands for.
    /// </summary>
    internal static RequestFailedException OperationFailed(AsyncOperation state)
    {
        string code = state.Error?.Code ?? state.Status;
        bool isKnown = Enum.TryParse(code, ignoreCase: true, out HttpStatusCode known) && (int)known >= 400;
        return new((int)(isKnown ? known : HttpStatusCode.InternalServerError), state.Error?.Message
            ?? $"The operation ended as {state.Status}.", code, null);
    }

    /// <summary>
    /// Tells whether another change holds the account's lock: "There is another user operation in progress which requires an exclusive lock
    /// on account … Please retry after sometime."
    /// </summary>
    internal static bool IsLocked(Exception failure) =>
        failure is RequestFailedException { Status: 409 or 412 } refused
        && refused.Message.Contains("exclusive lock", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Tells whether a serverless account refused throughput: "Reading or replacing offers is not supported for serverless accounts." The
    /// resource manager and the data plane say the same.
    /// </summary>
    internal static bool IsServerless(int status, string message) =>
        status == 400 && message.Contains("serverless", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("perform action '(?<action>[^']+)' over scope '(?<scope>[^']+)'")]
    private static partial Regex ActionAndScope();

    [GeneratedRegex(@"AADSTS\d+: .+?(?=\s+Trace ID:|[\r\n]|$)")]
    private static partial Regex EntraSentence();
}
