using System.Collections.Concurrent;

namespace DynamoCosmos.Sandbox.Aws.S3;

/// <summary>A multipart upload under way.</summary>
internal sealed record S3Upload(string Id, string Key, IReadOnlyDictionary<string, string> Headers, string ContentType)
{
    internal ConcurrentDictionary<int, StandInObject> Parts { get; } = new();

    internal DateTimeOffset StartedAt { get; } = DateTimeOffset.UtcNow;
}
