using System.Net.Sockets;
using System.Text.RegularExpressions;
using Azure.Identity;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;
using Microsoft.Azure.Cosmos;
using Microsoft.Identity.Client;

namespace DynamoCosmos.Cosmos;

/// <summary>What the SDK throws, as what a user can act on.</summary>
internal static partial class CosmosFailure
{
    /// <summary>For <c>catch … when</c>: what <see cref="Translate"/> knows.</summary>
    internal static bool IsKnown(Exception error, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && Core(error) is CosmosException or AuthenticationFailedException or HttpRequestException or IOException or SocketException
            or OperationCanceledException or TimeoutException;

    internal static bool IsStatus(Exception error, int status) => Core(error) is CosmosException answer && (int)answer.StatusCode == status;

    /// <summary>Whether Entra ID has said no, which another try does not mend. One that could not be reached has said nothing.</summary>
    internal static bool IsSignInRefused(Exception error)
    {
        for (Exception? inner = SignIn(Core(error)); inner is not null; inner = inner.InnerException)
            if (inner is MsalServiceException { StatusCode: 400 or 401 }) return true;
        return false;
    }

    /// <param name="doing">What was tried, as in "may not …": read the container.</param>
    internal static MigrationException Translate(Exception error, ContainerReference target, string doing)
    {
        Exception core = Core(error);
        if (SignIn(core) is { } signIn) return AzureErrors.SignInFailed(target.Settings.Azure, FirstLine(signIn.Message), signIn);
        if (IsUnknownHost(core)) return CosmosErrors.AccountNotFound(target.Settings, core);
        return core is CosmosException answer
            ? OfAnswer(answer, target, doing)
            : CosmosErrors.NotReachable(target.Settings, FirstLine(core.GetBaseException().Message), core);
    }

    private static MigrationException OfAnswer(CosmosException answer, ContainerReference target, string doing)
    {
        string? message = CosmosAnswer.Shorten(answer.ResponseBody is { Length: > 0 } body ? body : answer.Message);
        bool usesKey = target.Settings.Azure.AccountKey is not null;
        return ((int)answer.StatusCode, answer.SubStatusCode) switch
        {
            (401, _) when Mentions(message, "Local Authorization is disabled") => CosmosErrors.KeysDisabled(target.Settings, answer),
            (401, _) when usesKey => CosmosErrors.KeyRefused(target.Settings, answer),
            (401, _) => CosmosErrors.TokenRefused(target.Settings, FirstLine(message ?? "401"), answer),
            (403, 5300) => CosmosErrors.ResourceManagerNeeded(target, doing, answer),
            (403, 5301 or 5302) => CosmosErrors.PermissionMissing(target, MissingAction(message), doing, answer),
            (403, _) when usesKey && Mentions(message, "not valid at the current time") => CosmosErrors.KeyRefused(target.Settings, answer),
            (403, _) => CosmosErrors.NetworkDenied(target.Settings, FirstLine(message ?? "403"), answer),
            (400, _) when AccessErrors.IsServerless(400, message ?? "") => ThroughputErrors.ServerlessRefused(FirstLine(message!), answer),
            (404, _) when target.ContainerName is null => CosmosErrors.DatabaseNotFound(target, answer),
            (404, _) => CosmosErrors.ContainerNotFound(target, answer),
            (429, _) => CosmosErrors.Throttled(target, answer),
            (408 or 503, _) when IsBroken(answer) =>
                CosmosErrors.NotReachable(target.Settings, FirstLine(answer.GetBaseException().Message), answer),
            _ => CosmosErrors.CallFailed(target, doing, (int)answer.StatusCode, answer.SubStatusCode, message, answer),
        };
    }

    /// <summary>"… to perform action [Microsoft.DocumentDB/…] on resource […]".</summary>
    internal static string? MissingAction(string? message) =>
        message is not null && Action().Match(message) is { Success: true } found ? found.Groups[1].Value : null;

    internal static string? Reason(Exception error) => Core(error) is CosmosException answer
        ? CosmosAnswer.Shorten(answer.ResponseBody is { Length: > 0 } body ? body : answer.Message) : null;

    private static Exception Core(Exception error) =>
        error is AggregateException { InnerExceptions.Count: > 0 } many ? Core(many.InnerExceptions[^1]) : error;

    private static AuthenticationFailedException? SignIn(Exception error)
    {
        for (Exception? inner = error; inner is not null; inner = inner.InnerException)
            if (inner is AuthenticationFailedException found) return found;
        return null;
    }

    private static bool IsUnknownHost(Exception error)
    {
        for (Exception? inner = error; inner is not null; inner = inner.InnerException)
            if (inner is SocketException
                {
                    SocketErrorCode: SocketError.HostNotFound or SocketError.NoData
                or SocketError.TryAgain
                }) return true;
        return false;
    }

    // A status that the SDK made up for a connection that never was.
    private static bool IsBroken(Exception error) => error.GetBaseException() is SocketException or IOException or HttpRequestException;

    private static bool Mentions(string? message, string words) => message?.Contains(words, StringComparison.OrdinalIgnoreCase) == true;

    private static string FirstLine(string message)
    {
        string line = message.Split('\n', 2)[0].Trim();
        return line.EndsWith('.') ? line : line + ".";
    }

    [GeneratedRegex(@"action \[([^\]]+)\]")]
    private static partial Regex Action();
}
