using System.Globalization;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>A container at rest. <see cref="Gate"/> guards all of it; bodies are read before it is taken.</summary>
internal sealed class StoredContainer(string name, bool isHierarchical, TimeProvider clock)
{
    private static long s_lastTag = DateTime.UtcNow.Ticks;

    private readonly SortedDictionary<string, StoredBlob> _blobs =
        new(isHierarchical ? BlobPaths.HierarchicalOrder : StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, BlobContent>> _uncommitted = [];

    internal Lock Gate { get; } = new();

    internal string Name { get; } = name;

    internal bool IsHierarchical { get; } = isHierarchical;

    internal string ETag { get; } = NextTag();

    internal DateTimeOffset LastModified { get; } = Seconds(clock.GetUtcNow());

    internal DateTimeOffset Now => clock.GetUtcNow();

    internal IEnumerable<StoredBlob> Blobs => _blobs.Values;

    internal StoredBlob? Find(string blob) => _blobs.GetValueOrDefault(blob);

    internal StoredBlob Get(string blob) => Find(blob) ?? throw BlobError.BlobNotFound();

    /// <summary>Puts a blob in the place of the one of its name, whose lease goes on; its uncommitted blocks are gone.</summary>
    internal void Put(StoredBlob blob)
    {
        if (IsHierarchical) MakeDirectories(blob.Name);
        StoredBlob? old = Find(blob.Name);
        if (old is { IsDirectory: true }) throw BlobError.PathConflict();
        if (old is not null) blob.Lease.TakeOver(old.Lease);
        blob.Created = old?.Created ?? Seconds(Now);
        _blobs[blob.Name] = blob;
        _uncommitted.Remove(blob.Name);
        Touch(blob);
    }

    /// <summary>The blob was written to.</summary>
    internal void Touch(StoredBlob blob)
    {
        blob.ETag = NextTag();
        blob.LastModified = Seconds(Now);
        blob.Lease.NoteWrite();
    }

    internal bool Remove(string blob)
    {
        if (Find(blob) is { IsDirectory: true } && _blobs.Keys.Any(key => key.StartsWith(blob + "/", StringComparison.Ordinal)))
            throw new BlobError(409, "DirectoryIsNotEmpty", "This operation is not permitted on a non-empty directory.");
        _uncommitted.Remove(blob);
        return _blobs.Remove(blob);
    }

    internal Dictionary<string, BlobContent> Uncommitted(string blob)
    {
        if (!_uncommitted.TryGetValue(blob, out Dictionary<string, BlobContent>? blocks)) _uncommitted.Add(blob, blocks = []);
        return blocks;
    }

    private void MakeDirectories(string path)
    {
        for (int slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            string name = path[..slash];
            StoredBlob? there = Find(name);
            if (there is { IsDirectory: false }) throw BlobError.PathConflict();
            if (there is not null) continue;
            StoredBlob directory = new() { Name = name, Kind = BlobKind.BlockBlob, IsDirectory = true, Created = Seconds(Now) };
            directory.Metadata = new Dictionary<string, string> { ["hdi_isfolder"] = "true" };
            _blobs.Add(name, directory);
            Touch(directory);
        }
    }

    private static string NextTag() => string.Create(CultureInfo.InvariantCulture, $"\"0x{Interlocked.Increment(ref s_lastTag):X15}\"");

    // The service's times have whole seconds.
    private static DateTimeOffset Seconds(DateTimeOffset time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
}
