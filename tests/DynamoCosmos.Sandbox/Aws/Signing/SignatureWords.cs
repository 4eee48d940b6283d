using System.Globalization;

namespace DynamoCosmos.Sandbox.Aws.Signing;

/// <summary>How each service words the same refusal.</summary>
internal abstract class SignatureWords
{
    private const string Mismatch =
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing " +
            "method.";

    internal static SignatureWords S3 { get; } = new S3Words();

    internal static SignatureWords Dynamo { get; } = new DynamoWords();

    internal static SignatureWords Sts { get; } = new StsWords();

    internal abstract AwsException Missing();

    internal abstract AwsException Malformed(string why);

    internal abstract AwsException UnknownKey(string accessKey);

    internal abstract AwsException WrongSignature();

    internal abstract AwsException WrongRegion(SignedClaim claim, string region);

    internal abstract AwsException WrongService(string expected, string actual);

    internal abstract AwsException UnsignedHeader(string name);

    internal abstract AwsException Skewed(string timestamp, DateTimeOffset now, TimeSpan allowed);

    internal abstract AwsException WrongToken();

    internal abstract AwsException ExpiredToken();

    private sealed class S3Words : SignatureWords
    {
        internal override AwsException Missing() => new(403, "AccessDenied", "Access Denied");

        internal override AwsException Malformed(string why) =>
            new(400, "AuthorizationHeaderMalformed", $"The authorization header is malformed; {why}.");

        internal override AwsException UnknownKey(string accessKey) =>
            new(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
            {
                Details = new Dictionary<string, string> { ["AWSAccessKeyId"] = accessKey },
            };

        internal override AwsException WrongSignature() => new(403, "SignatureDoesNotMatch", Mismatch);

        internal override AwsException WrongRegion(SignedClaim claim, string region) => new(
            400,
            claim.IsPresigned ? "AuthorizationQueryParametersError" : "AuthorizationHeaderMalformed",
            (claim.IsPresigned ? "Error parsing the X-Amz-Credential parameter" : "The authorization header is malformed") +
            $"; the region '{claim.Region}' is wrong; expecting '{region}'")
        {
            Details = new Dictionary<string, string> { ["Region"] = region },
        };

        internal override AwsException WrongService(string expected, string actual) =>
            new(400, "AuthorizationHeaderMalformed",
                $"The authorization header is malformed; incorrect service \"{actual}\". This endpoint belongs to \"{expected}\".");

        internal override AwsException UnsignedHeader(string name) =>
            new(403, "AccessDenied", "There were headers present in the request which were not signed")
            {
                Details = new Dictionary<string, string> { ["HeadersNotSigned"] = name },
            };

        internal override AwsException Skewed(string timestamp, DateTimeOffset now, TimeSpan allowed) =>
            new(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")
            {
                Details = new Dictionary<string, string>
                {
                    ["RequestTime"] = timestamp,
                    ["ServerTime"] = now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                    ["MaxAllowedSkewMilliseconds"] = allowed.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
                },
            };

        internal override AwsException WrongToken() => new(400, "InvalidToken", "The provided token is malformed or otherwise invalid.");

        internal override AwsException ExpiredToken() => new(400, "ExpiredToken", "The provided token has expired.");
    }

    private sealed class DynamoWords : SignatureWords
    {
        private const string Coral = "com.amazon.coral.service#";

        internal override AwsException Missing() =>
            new(400, Coral + "MissingAuthenticationTokenException", "Request is missing Authentication Token");

        internal override AwsException Malformed(string why) =>
            new(400, Coral + "IncompleteSignatureException", $"Authorization header is not valid: {why}.");

        internal override AwsException UnknownKey(string accessKey) => WrongToken();

        internal override AwsException WrongSignature() =>
            new(400, Coral + "InvalidSignatureException", Mismatch + " Consult the service documentation for details.");

        internal override AwsException WrongRegion(SignedClaim claim, string region) =>
            new(400, Coral + "InvalidSignatureException", $"Credential should be scoped to a valid region, not '{claim.Region}'. ");

        internal override AwsException WrongService(string expected, string actual) =>
            new(400, Coral + "InvalidSignatureException", $"Credential should be scoped to correct service: '{expected}'. ");

        internal override AwsException UnsignedHeader(string name) =>
            new(400, Coral + "InvalidSignatureException", $"'{name}' must be a 'SignedHeader' in the AWS Authorization.");

        internal override AwsException Skewed(string timestamp, DateTimeOffset now, TimeSpan allowed) =>
            new(400, Coral + "InvalidSignatureException",
                $"Signature expired: {timestamp} is now earlier than {now - allowed:yyyyMMdd'T'HHmmss'Z'} ({now:yyyyMMdd'T'HHmmss'Z'} - " +
                    $"{allowed.TotalMinutes} min.)");

        internal override AwsException WrongToken() =>
            new(400, Coral + "UnrecognizedClientException", "The security token included in the request is invalid.");

        internal override AwsException ExpiredToken() =>
            new(400, Coral + "ExpiredTokenException", "The security token included in the request is expired");
    }

    private sealed class StsWords : SignatureWords
    {
        private const string BadToken = "The security token included in the request is invalid.";

        internal override AwsException Missing() => new(403, "MissingAuthenticationToken", "Request is missing Authentication Token");

        internal override AwsException Malformed(string why) =>
            new(400, "IncompleteSignature", $"Authorization header is not valid: {why}.");

        internal override AwsException UnknownKey(string accessKey) => WrongToken();

        internal override AwsException WrongSignature() => Refused(Mismatch + " Consult the service documentation for details.");

        internal override AwsException WrongRegion(SignedClaim claim, string region) =>
            Refused("Credential should be scoped to a valid region. ");

        internal override AwsException WrongService(string expected, string actual) =>
            Refused($"Credential should be scoped to correct service: '{expected}'. ");

        internal override AwsException UnsignedHeader(string name) =>
            Refused($"'{name}' must be a 'SignedHeader' in the AWS Authorization.");

        internal override AwsException Skewed(string timestamp, DateTimeOffset now, TimeSpan allowed) =>
            Refused($"Signature expired: {timestamp} is now earlier than {now - allowed:yyyyMMdd'T'HHmmss'Z'} " +
                $"({now:yyyyMMdd'T'HHmmss'Z'} - {allowed.TotalMinutes} min.)");

        internal override AwsException WrongToken() => new(403, "InvalidClientTokenId", BadToken);

        internal override AwsException ExpiredToken() => new(403, "ExpiredToken", "The security token included in the request is expired");

        private static AwsException Refused(string message) => new(403, "SignatureDoesNotMatch", message);
    }
}
