namespace DynamoCosmos.Basics;

/// <summary>What a run says beside its results. The receiver may take its time: await each call.</summary>
public interface IRunMessages
{
    /// <summary>What is being done.</summary>
    ValueTask VerboseAsync(string text, CancellationToken cancellationToken);

    /// <summary>What will surprise.</summary>
    ValueTask WarningAsync(string text, CancellationToken cancellationToken);
}

/// <summary>For callers that listen to nothing.</summary>
public sealed class NoMessages : IRunMessages
{
    private NoMessages()
    {
    }

    public static NoMessages Instance { get; } = new();

    public ValueTask VerboseAsync(string text, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask WarningAsync(string text, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
