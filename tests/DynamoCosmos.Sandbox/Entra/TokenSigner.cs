using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Entra;

/// <summary>What a token says once its signature, issuer, times and audience have been proved.</summary>
internal readonly record struct TokenReading(string? ObjectId, string? Fault);

/// <summary>Signs and reads RS256 JWTs of one tenant.</summary>
internal sealed class TokenSigner(string tenantId, TimeProvider time) : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly string _keyId = Guid.NewGuid().ToString("N");

    internal string Issuer => $"https://sts.windows.net/{tenantId}/";

    internal string Sign(TenantPrincipal principal, string audience, TimeSpan lifetime)
    {
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        JsonObject header = new() { ["typ"] = "JWT", ["alg"] = "RS256", ["kid"] = _keyId };
        JsonObject claims = new()
        {
            ["aud"] = audience,
            ["iss"] = Issuer,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + (long)lifetime.TotalSeconds,
            ["oid"] = principal.ObjectId,
            ["sub"] = principal.ObjectId,
            ["tid"] = tenantId,
            ["uti"] = Guid.NewGuid().ToString("N"),
            ["ver"] = "1.0",
        };
        if (principal.Kind == PrincipalKind.User)
        {
            claims["name"] = principal.DisplayName;
            claims["idtyp"] = "user";
        }
        else
        {
            claims["appid"] = principal.AppId;
            claims["idtyp"] = "app";
        }
        string signed = $"{Encode(header)}.{Encode(claims)}";
        byte[] signature = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    internal TokenReading Read(string token, Func<string, bool> isAudience)
    {
        string[] parts = token.Split('.');
        if (parts.Length != 3) return new(null, "The access token is malformed.");
        try
        {
            byte[] signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
            if (!_key.VerifyData(signed, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
                return new(null, "The access token's signature is invalid.");
            using JsonDocument header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
            if (header.RootElement.GetProperty("alg").GetString() != "RS256") return new(null,
                "The access token's algorithm is not RS256.");
            using JsonDocument document = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            JsonElement claims = document.RootElement;
            long now = time.GetUtcNow().ToUnixTimeSeconds();
            if (claims.GetProperty("iss").GetString() != Issuer) return new(null, "The access token is from the wrong issuer.");
            if (claims.GetProperty("exp").GetInt64() <= now) return new(null, "The access token expiry is in the past.");
            if (claims.GetProperty("nbf").GetInt64() > now + 5) return new(null, "The access token is not yet valid.");
            string audience = claims.GetProperty("aud").GetString()!;
            return isAudience(audience)
                ? new(claims.GetProperty("oid").GetString(), null)
                : new(null, $"The access token has been obtained for wrong audience or resource '{audience}'.");
        }
        catch (Exception unreadable) when (unreadable is FormatException or JsonException or KeyNotFoundException)
        {
            return new(null, "The access token is malformed.");
        }
    }

    /// <summary>The public key, as /discovery/keys shows it.</summary>
    internal JsonObject ReadKeys()
    {
        RSAParameters key = _key.ExportParameters(false);
        return new()
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA",
                ["use"] = "sig",
                ["kid"] = _keyId,
                ["n"] = Base64Url.EncodeToString(key.Modulus),
                ["e"] = Base64Url.EncodeToString(key.Exponent),
            }),
        };
    }

    public void Dispose() => _key.Dispose();

    private static string Encode(JsonObject value) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(value.ToJsonString()));
}
