using System.Globalization;

namespace DynamoCosmos.Sandbox.Aws.Signing;

/// <summary>What a request says of its own signature, from the Authorization header or a presigned URL's query.</summary>
internal sealed record SignedClaim(
    string AccessKey, string Date, string Region, string Service, IReadOnlyList<string> SignedHeaders, string Signature,
    DateTimeOffset Timestamp, string TimestampText, string? SessionToken, TimeSpan? Expires)
{
    internal string Scope => $"{Date}/{Region}/{Service}/aws4_request";

    internal bool IsPresigned => Expires is not null;

    /// <summary>Null where the request is not signed at all.</summary>
    /// <exception cref="FormatException">It says something, but not as the specification has it.</exception>
    internal static SignedClaim? Read(HttpRequest request, string rawQuery)
    {
        string authorization = request.Headers.Authorization.ToString();
        if (authorization.Length > 0) return FromHeader(request, authorization);
        Dictionary<string, string> query = new(StringComparer.Ordinal);
        foreach ((string name, string value) in SignatureV4.ParseQuery(rawQuery))
            if (!query.TryAdd(name, value)
                && name.StartsWith("X-Amz-", StringComparison.Ordinal)) throw new FormatException($"{name} stands there twice");
        return query.ContainsKey("X-Amz-Signature") || query.ContainsKey("X-Amz-Algorithm") ? FromQuery(query) : null;
    }

    private static SignedClaim FromHeader(HttpRequest request, string authorization)
    {
        if (!authorization.StartsWith(SignatureV4.Algorithm + " ",
            StringComparison.Ordinal)) throw new FormatException("the algorithm is not AWS4-HMAC-SHA256");
        Dictionary<string, string> parts = authorization[SignatureV4.Algorithm.Length..].Split(',')
            .Select(static part => part.Trim().Split('=', 2))
            .ToDictionary(static part => part[0], static part => part.Length == 2
                ? part[1] : throw new FormatException("a part of Authorization has no value"));
        return Make(
            Part(parts, "Credential"), Part(parts, "SignedHeaders"), Part(parts, "Signature"), request.Headers["x-amz-date"].ToString(),
            request.Headers.TryGetValue("x-amz-security-token", out Microsoft.Extensions.Primitives.StringValues token)
                ? token.ToString() : null, null);
    }

    private static SignedClaim FromQuery(Dictionary<string, string> query)
    {
        if (Part(query,
            "X-Amz-Algorithm") != SignatureV4.Algorithm) throw new FormatException("X-Amz-Algorithm only supports AWS4-HMAC-SHA256");
        if (!int.TryParse(Part(query, "X-Amz-Expires"), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) || seconds is < 1
            or > 604800)
            throw new FormatException("X-Amz-Expires must be between 1 and 604800 seconds");
        return Make(
            Part(query, "X-Amz-Credential"), Part(query, "X-Amz-SignedHeaders"), Part(query, "X-Amz-Signature"), Part(query, "X-Amz-Date"),
            query.GetValueOrDefault("X-Amz-Security-Token"), TimeSpan.FromSeconds(seconds));
    }

    private static SignedClaim Make(string credential, string signedHeaders, string signature, string date, string? token,
        TimeSpan? expires)
    {
        string[] scope = credential.Split('/');
        if (scope.Length != 5
            || scope[4] != "aws4_request") throw new FormatException("the credential is not AccessKey/date/region/service/aws4_request");
        if (!DateTimeOffset.TryParseExact(date, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out DateTimeOffset timestamp))
            throw new FormatException("X-Amz-Date must be formatted YYYYMMDD'T'HHMMSS'Z'");
        if (!date.StartsWith(scope[1],
            StringComparison.Ordinal)) throw new FormatException("the credential's date is not that of X-Amz-Date");
        string[] headers = signedHeaders.Split(';');
        if (!headers.SequenceEqual(headers.Order(StringComparer.Ordinal)) || headers.Any(static name => name != name.ToLowerInvariant()))
            throw new FormatException("SignedHeaders are not in lower case and sorted");
        return new(scope[0], scope[1], scope[2], scope[3], headers, signature, timestamp, date, token, expires);
    }

    private static string Part(Dictionary<string, string> parts, string name) =>
        parts.TryGetValue(name, out string? value) && value.Length > 0 ? value : throw new FormatException($"{name} is missing");
}
