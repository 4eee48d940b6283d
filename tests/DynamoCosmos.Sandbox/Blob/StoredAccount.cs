using System.Collections.Concurrent;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>An account at rest.</summary>
internal sealed class StoredAccount(BlobAccount account, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, StoredContainer> _containers = new(StringComparer.Ordinal);

    internal string Name { get; } = account.Name;

    internal bool IsHierarchical { get; } = account.IsHierarchical;

    internal IEnumerable<StoredContainer> Containers => _containers.Values.OrderBy(container => container.Name, StringComparer.Ordinal);

    internal StoredContainer? Find(string name) => _containers.GetValueOrDefault(name);

    internal StoredContainer Get(string name) => Find(name) ?? throw BlobError.ContainerNotFound();

    internal bool TryAdd(string name, out StoredContainer container)
    {
        StoredContainer added = new(name, IsHierarchical, clock);
        container = _containers.GetOrAdd(name, added);
        return ReferenceEquals(container, added);
    }

    internal bool Remove(string name) => _containers.TryRemove(name, out _);
}
