using DynamoCosmos.Sandbox.Aws.Signing;

namespace DynamoCosmos.Sandbox.Aws.SignIn;

/// <summary>The portal of AWS SSO: a valid token gives the credentials of a role that is assigned to its owner.</summary>
internal sealed class SsoPortal(SignInOptions options, SsoTokens tokens)
{
    internal object GetRoleCredentials(HttpRequest request, string rawQuery)
    {
        // The token is the only proof; a request that is also signed comes from a client that mixes two ways up.
        if (request.Headers.Authorization.Count > 0) throw Invalid("The request must not be signed.");
        Dictionary<string, string> query = SignatureV4.ParseQuery(rawQuery)
            .ToDictionary(static pair => pair.Name, static pair => pair.Value, StringComparer.Ordinal);
        if (!query.TryGetValue("account_id", out string? account) || account.Length != 12) throw Invalid("account_id is not an account.");
        if (!query.TryGetValue("role_name", out string? name) || name.Length == 0) throw Invalid("role_name is missing.");
        if (!tokens.IsValid(request.Headers["x-amz-sso_bearer_token"].ToString()))
            throw new AwsException(401, "UnauthorizedException", "Session token not found or invalid");
        StandInRole role = options.Roles.FirstOrDefault(role => role.IsAssigned && role.AccountId == account && role.Name == name)
            ?? throw new AwsException(403, "ForbiddenException", "No access");
        return new
        {
            roleCredentials = new
            {
                accessKeyId = role.Credential.AccessKey,
                secretAccessKey = role.Credential.SecretKey,
                sessionToken = role.Credential.SessionToken,
                expiration = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds(),
            },
        };
    }

    private static AwsException Invalid(string message) => new(400, "InvalidRequestException", message);
}
