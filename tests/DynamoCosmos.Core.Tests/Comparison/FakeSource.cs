using System.Runtime.CompilerServices;
using System.Text;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Core.Tests.Comparison;

/// <summary>Data files in memory; each text is a line.</summary>
internal sealed class FakeSource(KeyMap keys, params IReadOnlyList<string>[] files) : IItemSource
{
    public string Identity => "the source";

    public ItemFormat Format => ItemFormat.DynamoDBJson;

    public KeyMap Keys { get; } = keys;

    public long? ItemCount => Promised ?? files.Sum(f => f.Count);

    public int? UnitCount => files.Length;

    /// <summary>Items that its manifest claims, where that is not what it holds.</summary>
    internal long? Promised { get; init; }

    public ExportSpan? Span { get; init; }

    public bool IsRepeatable { get; init; } = true;

    /// <summary>How often a file was opened.</summary>
    internal int Reads;

    /// <summary>Thrown instead of the last line.</summary>
    internal Exception? Failure { get; init; }

    public async IAsyncEnumerable<IItemUnit> ReadUnitsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        for (int i = 0; i < files.Length; i++) yield return new Unit(this, $"file{i}", files[i]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Unit(FakeSource source, string name, IReadOnlyList<string> lines) : IItemUnit
    {
        public string Name { get; } = name;

        public long? ItemCount => lines.Count;

        public long? Bytes => null;

        public Task<ItemReader> OpenAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref source.Reads);
            return Task.FromResult<ItemReader>(new Reader(source, lines));
        }
    }

    private sealed class Reader(FakeSource source, IReadOnlyList<string> lines) : ItemReader
    {
        private const int Chunk = 7;
        private int _next, _filled;

        public override async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            _filled = Math.Min(lines.Count, _filled + Chunk);
            if (_filled == lines.Count && source.Failure is not null) throw source.Failure;
            return _next < lines.Count;
        }

        public override bool TryRead(out ItemRecord record)
        {
            record = default;
            if (_next >= _filled) return false;
            record = new(Encoding.UTF8.GetBytes(lines[_next]), ++_next);
            return true;
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
