namespace DynamoCosmos.Basics;

/// <summary>
/// Keeps one client for each key, made at its first use, and gives the same one to all who ask. All of them are disposed with this.
/// </summary>
internal sealed class SharedClients<TKey, TClient> : IDisposable
    where TKey : notnull
    where TClient : class
{
    private readonly Dictionary<TKey, TClient> _clients = [];
    private readonly object _gate = new();
    private readonly List<TClient> _dropped = [];
    private bool _isDisposed;

    /// <summary>Gives the client of a key. One that cannot be made is made again for the next who asks.</summary>
    internal TClient Get(TKey key, Func<TClient> create)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_clients.TryGetValue(key, out TClient? client)) return client;
            return _clients[key] = create();
        }
    }

    /// <summary>Makes another client for the next who asks. Those who have this one keep it.</summary>
    internal void Drop(TKey key)
    {
        lock (_gate)
        {
            if (_clients.Remove(key, out TClient? client)) _dropped.Add(client);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            foreach (TClient client in (IEnumerable<TClient>)[.. _clients.Values, .. _dropped]) (client as IDisposable)?.Dispose();
            _clients.Clear();
            _dropped.Clear();
        }
    }
}
