using DynamoCosmos.Ports;

namespace DynamoCosmos.Core.Tests.Writing;

/// <summary>Answers as it is told, and says of which writes it was told that they may have been repeated below it.</summary>
internal sealed class FuncSink(Func<ItemWrite, Task<WriteAnswer>> write) : IItemSink
{
    private int _repeats;

    public string Identity => "the container";

    /// <summary>Writes that may have been repeated.</summary>
    internal int Repeats
    {
        get => _repeats;
        init => _repeats = value;
    }

    public bool TryTakeRepeat() => Interlocked.Decrement(ref _repeats) >= 0;

    public Task<WriteAnswer> WriteAsync(ItemWrite given, CancellationToken cancellationToken) => write(given);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
