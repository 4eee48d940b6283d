using System.Security.Cryptography;
using System.Text;

namespace DynamoCosmos.Sandbox.Aws.Signing;

/// <summary>
/// Proves who sent a request, as strictly as the services do: known key, its session token, the clock, the region and service of the scope,
/// all x-amz headers signed, the signature itself. What goes wrong is told in the words of the service that was called.
/// </summary>
internal sealed class SignatureCheck(AwsStandInOptions options)
{
    // S3 allows 15 minutes; the other services five.
    private static readonly TimeSpan s_s3Skew = TimeSpan.FromMinutes(15), s_skew = TimeSpan.FromMinutes(5);

    /// <param name="payloadHash">The body's hash, or what x-amz-content-sha256 says in its place.</param>
    internal SignedIdentity Verify(AwsCall call, string payloadHash) => Verify(
        new SignedRequest(call.Request, call.RawPath, call.RawQuery, call.Service, call.IsDynamo
            ? SignatureWords.Dynamo : SignatureWords.S3, MayBePresigned: !call.IsDynamo), payloadHash);

    internal SignedIdentity Verify(SignedRequest call, string payloadHash)
    {
        SignatureWords words = call.Words;
        SignedClaim claim;
        try
        {
            claim = SignedClaim.Read(call.Request, call.RawQuery) ?? throw words.Missing();
        }
        catch (FormatException error)
        {
            throw words.Malformed(error.Message);
        }
        if (claim.IsPresigned && !call.MayBePresigned) throw words.Missing();

        AwsCredential credential =
            options.Credentials.FirstOrDefault(known => known.AccessKey == claim.AccessKey) ?? throw words.UnknownKey(claim.AccessKey);
        if (claim.Service != call.Service) throw words.WrongService(call.Service, claim.Service);
        if (claim.Region != options.Region) throw words.WrongRegion(claim, options.Region);
        CheckHeaders(call, claim, words);
        CheckTime(call, claim, words);
        CheckToken(credential, claim, words);

        byte[] key = SignatureV4.SigningKey(credential.SecretKey, claim.Date, claim.Region, claim.Service);
        string canonical =
            SignatureV4.CanonicalRequest(call.Request, call.RawPath, call.RawQuery, claim.SignedHeaders, payloadHash, claim.IsPresigned);
        string expected = SignatureV4.Sign(key, SignatureV4.StringToSign(claim.TimestampText, claim.Scope, canonical));
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected),
            Encoding.ASCII.GetBytes(claim.Signature))) throw words.WrongSignature();
        return new(credential, claim, key);
    }

    private static void CheckHeaders(SignedRequest call, SignedClaim claim, SignatureWords words)
    {
        foreach (string name in claim.SignedHeaders)
            if (!call.Request.Headers.ContainsKey(name)) throw words.WrongSignature();
        string? unsigned = call.Request.Headers.Keys.Select(static name => name.ToLowerInvariant())
            .FirstOrDefault(name => (name == "host" || name.StartsWith("x-amz-", StringComparison.Ordinal))
                && !claim.SignedHeaders.Contains(name));
        if (unsigned is not null) throw words.UnsignedHeader(unsigned);
    }

    private static void CheckTime(SignedRequest call, SignedClaim claim, SignatureWords words)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        TimeSpan skew = call.Service == "s3" ? s_s3Skew : s_skew;
        if (claim.Expires is TimeSpan expires)
        {
            if (now > claim.Timestamp + expires) throw new AwsException(403, "AccessDenied", "Request has expired");
            if (now < claim.Timestamp - skew) throw new AwsException(403, "AccessDenied", "Request is not valid yet");
        }
        else if ((now - claim.Timestamp).Duration() > skew)
        {
            throw words.Skewed(claim.TimestampText, now, skew);
        }
    }

    private static void CheckToken(AwsCredential credential, SignedClaim claim, SignatureWords words)
    {
        if (credential.SessionToken != claim.SessionToken) throw words.WrongToken();
        if (credential.ExpiresAt <= DateTimeOffset.UtcNow) throw words.ExpiredToken();
    }
}

/// <summary>A proved sender. The key goes on to sign the chunks of a streamed body.</summary>
internal sealed record SignedIdentity(AwsCredential Credential, SignedClaim Claim, byte[] SigningKey);

/// <summary>What of a request its signature is made over, and the service that it is for.</summary>
internal sealed record SignedRequest(HttpRequest Request, string RawPath, string RawQuery, string Service, SignatureWords Words,
    bool MayBePresigned = false);
