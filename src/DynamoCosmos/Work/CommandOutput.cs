using System.Management.Automation;
using System.Threading.Channels;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Work;

/// <summary>
/// What a cmdlet's work writes to. Writers await when the queue is full, so that a slow pipeline holds back its source instead of filling
/// memory.
/// </summary>
public sealed class CommandOutput : IRunMessages, IDisposable
{
    // A post may be a batch of items. What waits for a slow pipeline long enough to see a few collections is moved through all generations
    // by them.
    private const int Capacity = 4;

    private readonly Channel<Action> _queue = Channel.CreateBounded<Action>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly SemaphoreSlim _more = new(0);
    private readonly ManualResetEventSlim _woken = new();
    private readonly Cmdlet _cmdlet;
    private readonly Action _beforeObject;

    /// <param name="beforeObject">Called on the pipeline thread before an object goes on to the next command, which may keep it for
    /// long.</param>
    internal CommandOutput(Cmdlet cmdlet, Action beforeObject) => (_cmdlet, _beforeObject) = (cmdlet, beforeObject);

    /// <param name="enumerate">Writes the elements of a collection one by one.</param>
    public ValueTask WriteAsync(object value, CancellationToken cancellationToken, bool enumerate = false) =>
        PostAsync(
            () =>
            {
                _beforeObject();
                _cmdlet.WriteObject(value, enumerate);
            },
            cancellationToken);

    /// <summary>One thing failed and others go on: a non-terminating error, which -ErrorAction Stop makes a terminating one.</summary>
    public ValueTask ErrorAsync(Exception failure, CancellationToken cancellationToken) =>
        PostAsync(() => _cmdlet.WriteError(Errors.From(failure, _cmdlet)), cancellationToken);

    public ValueTask VerboseAsync(string text, CancellationToken cancellationToken) =>
        PostAsync(() => _cmdlet.WriteVerbose(HostWords.Fill(text)), cancellationToken);

    public ValueTask WarningAsync(string text, CancellationToken cancellationToken) =>
        PostAsync(() => _cmdlet.WriteWarning(HostWords.Fill(text)), cancellationToken);

    public void Dispose()
    {
        _more.Dispose();
        _woken.Dispose();
    }

    internal void Drain()
    {
        while (_queue.Reader.TryRead(out Action? post)) post();
    }

    internal void WaitForMore(TimeSpan atMost) => _more.Wait(atMost);

    /// <summary>The work has ended.</summary>
    internal void Wake()
    {
        _more.Release();
        _woken.Set();
    }

    /// <summary>Returns when <see cref="Wake"/> has run, after which nothing touches this object any more.</summary>
    internal void AwaitWake() => _woken.Wait();

    /// <summary>The pipeline takes no more: a writer that waits is let go with ChannelClosedException, which nobody sees.</summary>
    internal void Close() => _queue.Writer.TryComplete();

    private async ValueTask PostAsync(Action post, CancellationToken cancellationToken)
    {
        await _queue.Writer.WriteAsync(post, cancellationToken);
        _more.Release();
    }
}
