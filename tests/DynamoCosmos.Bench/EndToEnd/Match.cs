namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>One side's go in one round.</summary>
/// <param name="Score">In the match's unit; more is better.</param>
/// <param name="Note">What else was seen, for people.</param>
/// <param name="Cpu">Microseconds of this process an item, or a megabyte: what a neighbor on the same machine changes least. Null where it
/// is not the point.</param>
internal sealed record Turn(double Score, string Note = "", double? Cpu = null);

/// <summary>What a match came to: medians of its rounds.</summary>
/// <param name="Yardstick">In the match's unit.</param>
/// <param name="Product">Likewise.</param>
/// <param name="Ratio">What the goal is about.</param>
/// <param name="YardstickCpu">Microseconds of this process an item.</param>
/// <param name="ProductCpu">Likewise.</param>
internal sealed record MatchResult(string Name, string Unit, double Yardstick, double Product, double Ratio, double Goal, string Note,
    double? YardstickCpu = null, double? ProductCpu = null)
{
    internal bool IsMet => Ratio >= Goal;
}

/// <summary>
/// A yardstick and the product, by turns in one run on one machine, so that what else the machine does falls on both. The first round warms
/// both up and does not count.
/// </summary>
internal abstract class Match(string key, string name, string unit, double goal) : IAsyncDisposable
{
    /// <summary>For the command line.</summary>
    internal string Key => key;

    /// <summary>
    /// True where the goal is a score of the product's own, such as a share of what was provisioned, and not one of the yardstick's.
    /// </summary>
    private protected virtual bool IsAbsolute => false;

    internal async Task<MatchResult> PlayAsync(int rounds, Action<string> tell)
    {
        List<Turn> yardsticks = [], products = [];
        for (int round = 0; round <= rounds; round++)
        {
            bool counts = round > 0;
            // Who goes first changes, since the second finds a warmer machine.
            for (int side = 0; side < 2; side++)
            {
                bool isProduct = (side + round) % 2 == 0;
                Turn turn = isProduct ? await ProductAsync(!counts) : await YardstickAsync(!counts);
                tell($"{key}: {(counts ? $"round {round}" : "warming up")}, {(isProduct ? "product  " : "yardstick")} " +
                    $"{turn.Score,12:N2} {unit} {(turn.Cpu is double cpu ? $"{cpu:F2} µs of CPU " : "")}{turn.Note}");
                if (counts) (isProduct ? products : yardsticks).Add(turn);
            }
        }
        double[] ratios = [.. products.Zip(yardsticks, (product, yardstick) => IsAbsolute
            ? product.Score : product.Score / yardstick.Score)];
        Turn typical = products[IndexOfMedian(ratios)];
        return new(name, unit, Median(yardsticks.Select(t => t.Score)), Median(products.Select(t => t.Score)), Median(ratios), goal,
            typical.Note, MedianCpu(yardsticks), MedianCpu(products));
    }

    /// <param name="isWarmUp">It does not count, and may be short.</param>
    private protected abstract Task<Turn> YardstickAsync(bool isWarmUp);

    private protected abstract Task<Turn> ProductAsync(bool isWarmUp);

    public abstract ValueTask DisposeAsync();

    private static double? MedianCpu(List<Turn> turns) =>
        turns.TrueForAll(static turn => turn.Cpu is not null) ? Median(turns.Select(static turn => turn.Cpu!.Value)) : null;

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static int IndexOfMedian(double[] values) =>
        Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ElementAt((values.Length - 1) / 2);
}
