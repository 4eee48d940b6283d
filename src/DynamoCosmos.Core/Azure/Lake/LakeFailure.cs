using System.Net.Sockets;
using Azure;
using Azure.Identity;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Lake;

/// <summary>What the storage SDK throws, as what a user can act on.</summary>
internal static class LakeFailure
{
    /// <summary>For <c>catch … when</c>: what <see cref="Translate"/> knows.</summary>
    internal static bool IsKnown(Exception error) =>
        Core(error) is RequestFailedException or AuthenticationFailedException or IOException || IsTimeout(error);

    // Tries that ended because nothing came; a cancellation by the caller comes alone, not among the failures of several tries.
    private static bool IsTimeout(Exception error) => error is AggregateException && Core(error) is OperationCanceledException;

    /// <param name="where">What was read or written; for messages.</param>
    /// <param name="role">The role that the call needs.</param>
    internal static MigrationException Translate(Exception error, LakeLocation where, AzureSettings settings, string role)
    {
        Exception core = Core(error);
        return core switch
        {
            AuthenticationFailedException signIn => AzureErrors.SignInFailed(settings, FirstLine(signIn.Message), signIn),
            RequestFailedException { Status: > 0 } answer => OfAnswer(answer, where, settings, role),
            _ => OfConnection(core, where),
        };
    }

    internal static bool IsAnswer(Exception error, int status, string? code = null) =>
        Core(error) is RequestFailedException answer && answer.Status == status && (code is null || answer.ErrorCode == code);

    /// <summary>The SDK wraps the failures of several tries in one AggregateException; the last tells most.</summary>
    internal static Exception Core(Exception error) =>
        error is AggregateException { InnerExceptions.Count: > 0 } many ? Core(many.InnerExceptions[^1]) : error;

    private static MigrationException OfAnswer(RequestFailedException answer, LakeLocation where, AzureSettings settings, string role) =>
        (answer.Status, answer.ErrorCode) switch
        {
            (403, "AuthorizationPermissionMismatch" or "InsufficientAccountPermissions") =>
                LakeErrors.LakePermissionMissing(where, role, answer.ErrorCode, answer),
            (403, "KeyBasedAuthenticationNotPermitted") => LakeErrors.LakeKeysDisabled(where, answer),
            (403, "AuthenticationFailed") when settings.AccountKey is not null => LakeErrors.LakeKeyRefused(where, answer),
            (403, "AuthorizationFailure") => LakeErrors.LakeNetworkDenied(where, answer),
            (401, _) or (403, "AuthenticationFailed") => LakeErrors.LakeTokenRefused(where, $"{answer.Status} {answer.ErrorCode}.", answer),
            (404, "ContainerNotFound") => LakeErrors.LakeFileSystemNotFound(where, answer),
            (429 or 503, _) => LakeErrors.LakeThrottled(where, answer),
            _ => LakeErrors.LakeCallFailed(where, answer.Status, answer.ErrorCode, FirstLine(answer.Message), answer),
        };

    private static MigrationException OfConnection(Exception error, LakeLocation where)
    {
        for (Exception? inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain })
                return LakeErrors.LakeAccountNotFound(where, error);
        }
        return LakeErrors.LakeNotReachable(where, FirstLine(error.GetBaseException().Message), error);
    }

    private static string FirstLine(string message)
    {
        string line = message.Split('\n', 2)[0].Trim();
        return line.EndsWith('.') ? line : line + ".";
    }
}
