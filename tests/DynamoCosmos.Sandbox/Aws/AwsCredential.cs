using System.Collections.Concurrent;

namespace DynamoCosmos.Sandbox.Aws;

/// <summary>An access key that the stand-in knows, and what its user may not do.</summary>
public sealed class AwsCredential(string accessKey, string secretKey, string? sessionToken = null)
{
    private readonly ConcurrentDictionary<string, bool> _denied = new(StringComparer.OrdinalIgnoreCase);

    public string AccessKey { get; } = accessKey;

    public string SecretKey { get; } = secretKey;

    /// <summary>Where it has one, every request must bring it.</summary>
    public string? SessionToken { get; } = sessionToken;

    /// <summary>From then on its requests are answered as those of an expired token.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    public string UserName { get; init; } = "sandbox";

    /// <summary>From now on the IAM action (<c>s3:GetObject</c>, <c>dynamodb:Scan</c>) is refused.</summary>
    public void Deny(string action) => _denied[action] = true;

    public void Allow(string action) => _denied.TryRemove(action, out _);

    /// <summary>All that it may do; null for everything.</summary>
    public AwsPolicy? Policy { get; set; }

    /// <param name="resource">The ARN that the request is about.</param>
    /// <param name="prefix">What a listing is limited to.</param>
    public bool Allows(string action, string resource, string? prefix = null) =>
        !_denied.ContainsKey(action) && Policy?.Allows(action, resource, prefix) != false;
}
