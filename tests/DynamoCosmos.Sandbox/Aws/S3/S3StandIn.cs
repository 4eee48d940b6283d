using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace DynamoCosmos.Sandbox.Aws.S3;

/// <summary>The buckets.</summary>
public sealed partial class S3StandIn(AwsStandInOptions options)
{
    private readonly ConcurrentDictionary<string, StandInBucket> _buckets = new(StringComparer.Ordinal);

    internal AwsStandInOptions Options { get; } = options;

    public IReadOnlyCollection<StandInBucket> Buckets => [.. _buckets.Values.OrderBy(static bucket => bucket.Name, StringComparer.Ordinal)];

    /// <param name="region">Another than the endpoint's makes every request for the bucket a redirect.</param>
    /// <param name="ownerId">Another than the stand-in's account makes it a foreign bucket.</param>
    public StandInBucket CreateBucket(string name, string? region = null, string? ownerId = null)
    {
        if (!ValidName().IsMatch(name)) throw new AwsException(400, "InvalidBucketName", "The specified bucket is not valid.");
        StandInBucket bucket = new(name, region ?? Options.Region, ownerId ?? Options.AccountId);
        return _buckets.TryAdd(name, bucket)
            ? bucket
            : throw new AwsException(409, "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you already own it.");
    }

    public StandInBucket? Find(string name) => _buckets.GetValueOrDefault(name);

    public StandInBucket this[string name] => Find(name) ?? throw new KeyNotFoundException($"There is no bucket {name}.");

    public bool RemoveBucket(string name) => _buckets.TryRemove(name, out _);

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    private static partial Regex ValidName();
}
