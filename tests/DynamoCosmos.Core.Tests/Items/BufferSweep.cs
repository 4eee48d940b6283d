using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>
/// Converts each record twice: in one buffer that all records share, and in another that begins small or moves whenever it could grow. Both
/// have to come to the same.
/// </summary>
internal sealed class BufferSweep
{
    // Each growth of a moving buffer copies it, so a large record with many numbers would take too long.
    private const int MostMoved = 16 * 1024;

    private static readonly int[] s_starts = [64, 100, 200, 500, 1_000, 2_000, 4_000, 8_000, 16_000];

    private readonly DocumentBuffer _moving = new(64, alwaysMoves: true);
    private int _turn;

    /// <summary>The shared buffer, with the last result.</summary>
    internal DocumentBuffer Buffer { get; } = new();

    internal ConversionOutcome Convert(ItemConverter converter, byte[] record, long now)
    {
        ConversionOutcome outcome = converter.Convert(record, now, Buffer);
        bool moves = ++_turn % 2 == 0 && record.Length <= MostMoved;
        int start = s_starts[_turn / 2 % s_starts.Length];
        DocumentBuffer other = moves ? _moving : new(start);
        ReferenceResult expected =
            ReferenceResult.Of(outcome, Buffer), actual = ReferenceResult.Of(converter.Convert(record, now, other), other);
        if (expected == actual && Buffer.Detail == other.Detail) return outcome;
        Assert.Fail($"{System.Text.Encoding.Latin1.GetString(record)}\nin the shared buffer: {expected} " +
            $"{Buffer.Detail}\n{(moves ? "in a moving one" : $"in one of {start} bytes")}: {actual} {other.Detail}");
        return outcome;
    }
}
