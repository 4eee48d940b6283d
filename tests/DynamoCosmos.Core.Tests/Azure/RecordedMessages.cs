using System.Collections.Concurrent;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Core.Tests.Azure;

internal sealed class RecordedMessages : IRunMessages
{
    internal ConcurrentQueue<string> Verbose { get; } = new();

    internal ConcurrentQueue<string> Warnings { get; } = new();

    public ValueTask VerboseAsync(string text, CancellationToken cancellationToken)
    {
        Verbose.Enqueue(text);
        return default;
    }

    public ValueTask WarningAsync(string text, CancellationToken cancellationToken)
    {
        Warnings.Enqueue(text);
        return default;
    }
}
