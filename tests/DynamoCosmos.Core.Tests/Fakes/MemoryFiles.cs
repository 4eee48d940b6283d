using System.Text;
using DynamoCosmos.Import;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Core.Tests.Fakes;

/// <summary>
/// A disk that can lose its power: from then on nothing is written any more, an append may have been cut anywhere, and whoever comes next
/// finds what was there.
/// </summary>
internal sealed class MemoryFiles
{
    private readonly object _gate = new();
    private byte[]? _checkpoint;
    private int _version;
    private byte[] _rejections = [];
    private string? _holder;
    private bool _isOff;

    internal ImportFiles Files => new(new Checkpoint(this), new Rejections(this));

    internal ImportFiles WithoutCheckpoint => new(null, new Rejections(this));

    internal CancellationTokenSource Lost { get; } = new();

    internal Exception? WriteFailure { get; set; }

    /// <summary>
    /// Asked before each append of lines, with the length that the file would get: a failure comes after half of the lines were written, as
    /// on a disk that is full.
    /// </summary>
    internal Func<long, Exception?>? AppendFailure { get; set; }

    /// <summary>After each append of lines, which is durable by then.</summary>
    internal Action? Appended { get; set; }

    internal string? CheckpointText => _checkpoint is null ? null : Encoding.UTF8.GetString(_checkpoint);

    internal IReadOnlyList<RejectedItem> RejectedItems
    {
        get
        {
            List<RejectedItem> items = [];
            ReadOnlySpan<byte> rest = _rejections;
            while (!rest.IsEmpty)
            {
                int end = rest.IndexOf((byte)'\n');
                Assert.True(end >= 0, "The last line has no end.");
                items.Add(RejectionLines.Read(rest[..end]));
                rest = rest[(end + 1)..];
            }
            return items;
        }
    }

    internal string RejectionsText => Encoding.UTF8.GetString(_rejections);

    internal void SetRejections(string text) => _rejections = Encoding.UTF8.GetBytes(text);

    internal void SetCheckpoint(string text) => (_checkpoint, _version) = (Encoding.UTF8.GetBytes(text), _version + 1);

    internal void PowerOff()
    {
        lock (_gate) _isOff = true;
    }

    /// <summary>What is there after the power came back: a disk of its own, so that work left over from before cannot touch it.</summary>
    internal MemoryFiles PowerOn(Random random)
    {
        lock (_gate)
        {
            // An append that nobody confirmed may be there in part; one that was confirmed is whole.
            int torn = _unconfirmed is null ? 0 : random.Next(_unconfirmed.Length + 1);
            return new()
            {
                _checkpoint = _checkpoint,
                _version = _version,
                _rejections = _unconfirmed is null
                ? _rejections : [.. _rejections, .. _unconfirmed[..torn]]
            };
        }
    }

    private byte[]? _unconfirmed;

    private sealed class Checkpoint(MemoryFiles disk) : ICheckpointFile
    {
        public string Location => "/data/.dynamocosmos/orders.checkpoint.json";

        public Task<CheckpointText?> ReadAsync(CancellationToken cancellationToken) =>
            Task.FromResult(disk._checkpoint is null ? null : new CheckpointText(disk._checkpoint, $"{disk._version}"));

        public async Task<string> WriteAsync(ReadOnlyMemory<byte> text, string? version, CancellationToken cancellationToken)
        {
            await Task.Yield();
            lock (disk._gate)
            {
                if (disk._isOff) throw new OperationCanceledException("The power is off.");
                if (disk.WriteFailure is not null) throw disk.WriteFailure;
                if (version != (disk._checkpoint is null ? null : $"{disk._version}")) throw RunFileErrors.CheckpointChanged(Location);
                disk._checkpoint = text.ToArray();
                return $"{++disk._version}";
            }
        }

        public Task<IRunHold> HoldAsync(string holder, CancellationToken cancellationToken)
        {
            lock (disk._gate)
            {
                if (disk._holder is not null) throw RunFileErrors.RunAlreadyActive(Location, disk._holder);
                disk._holder = holder;
                return Task.FromResult<IRunHold>(new Hold(disk));
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Hold(MemoryFiles disk) : IRunHold
    {
        public CancellationToken Lost => disk.Lost.Token;

        public ValueTask DisposeAsync()
        {
            lock (disk._gate) disk._holder = null;
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Rejections(MemoryFiles disk) : IRejectionFile
    {
        public string Location => "/data/.dynamocosmos/orders.rejected.ndjson";

        public Task<IAsyncDisposable> HoldAsync(string holder, CancellationToken cancellationToken) =>
            Task.FromResult<IAsyncDisposable>(new MemoryStream());

        public Task<long> GetLengthAsync(CancellationToken cancellationToken) => Task.FromResult((long)disk._rejections.Length);

        public async Task AppendAsync(long position, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
        {
            await Task.Yield();
            lock (disk._gate)
            {
                if (disk._isOff)
                {
                    disk._unconfirmed ??= lines.ToArray();
                    throw new OperationCanceledException("The power is off.");
                }
                Assert.InRange(position, 0, disk._rejections.Length);
                Exception? failure = lines.IsEmpty ? null : disk.AppendFailure?.Invoke(position + lines.Length);
                disk._rejections = [.. disk._rejections[..(int)position],
                    .. lines.Span[..(failure is null ? lines.Length : lines.Length / 2)]];
                if (failure is not null) throw failure;
            }
            if (!lines.IsEmpty) disk.Appended?.Invoke();
        }

        public Task<Stream> OpenReadAsync(CancellationToken cancellationToken) =>
            Task.FromResult<Stream>(new MemoryStream(disk._rejections));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
