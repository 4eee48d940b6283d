using DynamoCosmos.Basics;

namespace DynamoCosmos.Ports;

/// <summary>
/// Where documents go. It answers with a status for whatever the service can answer, and throws only when canceled or when nothing can go
/// on.
/// </summary>
public interface IItemSink : IAsyncDisposable
{
    /// <summary>What it is, stably and without secrets: account, database and container with its resource id.</summary>
    string Identity { get; }

    /// <summary>The same for people: without what only tells it from another of that name.</summary>
    string Name => Identity;

    /// <summary>One container of several, for people.</summary>
    /// <param name="container">As in <see cref="ItemWrite.Container"/>.</param>
    string GetName(int container) => Name;

    /// <summary>
    /// Parts of it that take writes side by side, such as physical partitions; as it was when it was opened. What a run begins with follows
    /// from it.
    /// </summary>
    int Ranges => 1;

    /// <summary>No container holds a document. False also where that cannot be found out.</summary>
    Task<bool> IsEmptyAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>The containers are still those that were opened, and not others of the same names.</summary>
    /// <exception cref="MigrationException">TargetContainerReplaced, or one could not be read.</exception>
    Task VerifyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Takes one of the writes that may have been repeated below this interface, by whoever carries them. An answer of 200 then need not
    /// mean that another document was replaced, and a refused condition need not mean that it was another write's document.
    /// </summary>
    bool TryTakeRepeat() => false;

    /// <summary>
    /// Says whether writes are to go in batches, which wait until they are full or a moment has passed, or one by one. In batches until
    /// this is called. A sink for single writes has no batches.
    /// </summary>
    void UseBatches(bool inBatches)
    {
    }

    /// <summary>
    /// One try at one operation; retries by rule are the caller's. The operation's memory is the sink's until the task ends. The same write
    /// again does no harm, but a condition may then be refused because of the first try.
    /// </summary>
    Task<WriteAnswer> WriteAsync(ItemWrite write, CancellationToken cancellationToken);
}
