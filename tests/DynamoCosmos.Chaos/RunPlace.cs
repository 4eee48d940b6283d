using DynamoCosmos.Sandbox.Blob;

namespace DynamoCosmos.Chaos;

/// <summary>Where a run keeps its checkpoint and its rejected items: beside the data, or in a lake.</summary>
internal abstract class RunPlace : IAsyncDisposable
{
    /// <summary>What an import is told so that it finds its place.</summary>
    internal virtual IReadOnlyList<string> Arguments => [];

    /// <summary>Null where there is none.</summary>
    internal abstract byte[]? ReadCheckpoint();

    internal abstract byte[] ReadRejections();

    /// <summary>A dead process's hold ends, as it would after a minute.</summary>
    internal virtual void ForgetDead()
    {
    }

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

internal sealed class DiskPlace(string exportFolder) : RunPlace
{
    internal override byte[]? ReadCheckpoint() => Read("mycosmos.shop.orders.checkpoint.json");

    internal override byte[] ReadRejections() => Read("mycosmos.shop.orders.rejected.ndjson") ?? [];

    private byte[]? Read(string name)
    {
        string path = Path.Combine(exportFolder, "_dynamocosmos", name);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }
}

internal sealed class LakePlace : RunPlace
{
    private const string Account = "lake", Container = "runs", Checkpoint = "run.checkpoint.json", Rejections = "run.rejected.ndjson";

    private readonly BlobStandIn _storage;
    private readonly LaterTime _clock;

    private LakePlace(BlobStandIn storage, LaterTime clock) => (_storage, _clock) = (storage, clock);

    internal static async Task<LakePlace> StartAsync()
    {
        LaterTime clock = new();
        BlobStandIn storage = await BlobStandIn.StartAsync(new() { Clock = clock });
        storage.CreateContainer(Account, Container);
        return new(storage, clock);
    }

    internal BlobFaults Faults => _storage.Faults;

    internal override IReadOnlyList<string> Arguments =>
    [
        "-Checkpoint", $"{_storage.AccountEndpoint(Account)}/{Container}/{Checkpoint}", "-Rejections",
            $"{_storage.AccountEndpoint(Account)}/{Container}/{Rejections}",
        "-StorageKey", _storage.AccountKey(Account),
    ];

    internal override byte[]? ReadCheckpoint() => Read(Checkpoint) is { Length: > 0 } text ? text : null;

    internal override byte[] ReadRejections() => Read(Rejections) ?? [];

    internal override void ForgetDead() => _clock.Later += TimeSpan.FromSeconds(61);

    public override ValueTask DisposeAsync() => _storage.DisposeAsync();

    private byte[]? Read(string name) => _storage.Find(Account, Container, name)?.Content.ToArray();

    private sealed class LaterTime : TimeProvider
    {
        internal TimeSpan Later { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Later;
    }
}
