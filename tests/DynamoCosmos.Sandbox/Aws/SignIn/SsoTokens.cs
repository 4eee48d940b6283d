using System.Collections.Concurrent;
using System.Text.Json;

namespace DynamoCosmos.Sandbox.Aws.SignIn;

/// <summary>SSO-OIDC: knows the valid tokens, and exchanges a refresh token for the next one, once.</summary>
internal sealed class SsoTokens(SignInOptions options)
{
    private readonly ConcurrentDictionary<string, bool> _issued = new();
    private int _used;

    internal bool IsValid(string token) => options.Tokens.Contains(token, StringComparer.Ordinal) || _issued.ContainsKey(token);

    internal object Create(HttpRequest request, byte[] body)
    {
        if (request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
            throw Refused(400, "InvalidRequestException", "invalid_request", "The body is not JSON.");
        using JsonDocument json = JsonDocument.Parse(body);
        if (Text(json, "grantType") != "refresh_token")
            throw Refused(400, "UnsupportedGrantTypeException", "unsupported_grant_type", "This stand-in only refreshes.");
        if (options.Client is not SsoClient client || Text(json, "clientId") != client.Id || Text(json, "clientSecret") != client.Secret)
            throw Refused(401, "InvalidClientException", "invalid_client", "Invalid client provided");
        if (Text(json, "refreshToken") != client.RefreshToken || Interlocked.Exchange(ref _used, 1) == 1)
            throw Refused(400, "InvalidGrantException", "invalid_grant", "Invalid refresh token provided");
        _issued[client.NextToken] = true;
        string next = client.RefreshToken + "-next";
        return new { accessToken = client.NextToken, expiresIn = 28_800, refreshToken = next, tokenType = "Bearer" };
    }

    private static string? Text(JsonDocument json, string name) =>
        json.RootElement.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static AwsException Refused(int status, string type, string error, string description) => new(status, type, description)
    {
        Details = new Dictionary<string, string> { ["error"] = error, ["error_description"] = description },
    };
}
