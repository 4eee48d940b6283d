using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>Lets a request in, or refuses it as the service does: version, date, signature, token, role.</summary>
internal sealed partial class BlobGate(BlobStandInOptions options)
{
    // https://learn.microsoft.com/rest/api/storageservices/versioning-for-the-azure-storage-services, and those that the SDK 12.30 names.
    private static readonly HashSet<string> s_versions =
    [
        "2019-02-02", "2019-07-07", "2019-10-10", "2019-12-12", "2020-02-10", "2020-04-08", "2020-06-12", "2020-08-04", "2020-10-02",
            "2020-12-06",
        "2021-02-12", "2021-04-10", "2021-06-08", "2021-08-06", "2021-10-04", "2021-12-02", "2022-11-02", "2023-01-03", "2023-05-03",
            "2023-08-03",
        "2023-11-03", "2024-02-04", "2024-05-04", "2024-08-04", "2024-11-04", "2025-01-05", "2025-05-05", "2025-07-05", "2025-11-05",
            "2026-02-06",
        "2026-04-06", "2026-06-06", "2026-10-06",
    ];

    internal void Check(BlobCall call, BlobOperation operation)
    {
        if (call.Header("Authorization") is not { } authorization)
        {
            call.Response.Headers.WWWAuthenticate = Challenge;
            throw new BlobError(401, "NoAuthenticationInformation",
                "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.");
        }
        if (call.Header("x-ms-version") is not { } version) throw BlobError.MissingHeader("x-ms-version");
        if (!s_versions.Contains(version)) throw BlobError.InvalidHeader("x-ms-version");
        if (authorization.StartsWith("Bearer ", StringComparison.Ordinal)) CheckToken(call, operation, authorization["Bearer ".Length..]);
        else CheckKey(call, authorization);
    }

    private string Challenge =>
        $"Bearer authorization_uri=https://login.microsoftonline.com/{options.Access?.TenantId ?? "00000000-0000-0000-0000-0000000000aa"}/oauth2/authorize resource_id=https://storage.azure.com";

    private void CheckDate(BlobCall call)
    {
        // The service forgives 15 minutes either way.
        if (SharedKey.Date(call) is { } date && (options.Clock.GetUtcNow() - date).Duration() <= TimeSpan.FromMinutes(15)) return;
        throw AuthenticationFailed("The Date header in the request is incorrect, or older than 15 minutes.");
    }

    private void CheckKey(BlobCall call, string authorization)
    {
        CheckDate(call);
        Match match = SharedKeyForm().Match(authorization);
        if (!match.Success) throw new BlobError(400, "InvalidAuthenticationInfo",
            "The authentication information is not provided in the correct format.");
        BlobAccount? account = options.Accounts.FirstOrDefault(known => known.Name == call.Account);
        if (account is null || match.Groups[1].Value != call.Account) throw AuthenticationFailed("The account of the signature is not " +
            "the account of the address.");
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(SharedKey.Sign(call, account.Key)),
            Encoding.ASCII.GetBytes(match.Groups[2].Value)))
            throw AuthenticationFailed("The MAC signature found in the HTTP request is not the same as any computed signature.");
        if (options.Access?.AllowsKeys(account.Name) == false)
            throw new BlobError(403, "KeyBasedAuthenticationNotPermitted",
                "Key based authentication is not permitted on this storage account.");
    }

    private void CheckToken(BlobCall call, BlobOperation operation, string token)
    {
        if (!call.Request.IsHttps) throw AuthenticationFailed("Authentication scheme Bearer is not permitted over http.");
        AccessDecision decision = options.Access?.Decide(token, operation.Action, AccessScope.Blob(call.Account, call.Container))
            ?? new(AccessOutcome.Unauthenticated, Reason: "This stand-in knows no tenant.");
        if (decision.IsAllowed) return;
        if (decision.Outcome == AccessOutcome.Forbidden)
            throw new BlobError(403, "AuthorizationPermissionMismatch",
                "This request is not authorized to perform this operation using this permission.");
        call.Response.Headers.WWWAuthenticate = Challenge;
        throw new BlobError(401, "InvalidAuthenticationInfo",
            "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.")
        {
            Details = [("AuthenticationErrorDetail", "x-ms-error-authentication-detail", decision.Reason ?? "The token is not valid.")],
        };
    }

    private static BlobError AuthenticationFailed(string detail) =>
        new(403, "AuthenticationFailed", "Server failed to authenticate the request. Make sure the value of Authorization header is " +
            "formed correctly including the signature.")
        {
            Details = [("AuthenticationErrorDetail", "x-ms-error-authentication-detail", detail)],
        };

    [GeneratedRegex("^SharedKey ([a-z0-9]{3,24}):([A-Za-z0-9+/=]+)$")]
    private static partial Regex SharedKeyForm();
}
