using System.Numerics;

namespace DynamoCosmos.Assessment;

/// <summary>
/// Counts sizes in steps of an eighth of a power of two, so that a percentile read from it is at most one sixteenth off. Number, sum,
/// smallest and largest are exact. 2 KB of memory, whatever is counted.
/// </summary>
internal sealed class SizeHistogram
{
    /// <summary>The most by which a percentile can be wrong, as a share of itself.</summary>
    internal const double RelativeError = 1.0 / 16;

    private const int StepBits = 3;
    private const int Steps = 1 << StepBits;

    private readonly long[] _counts = new long[32 * Steps];

    internal long Count { get; private set; }

    internal long Sum { get; private set; }

    internal int Min { get; private set; } = int.MaxValue;

    internal int Max { get; private set; }

    internal void Add(int bytes)
    {
        _counts[IndexOf(bytes)]++;
        Count++;
        Sum += bytes;
        if (bytes < Min) Min = bytes;
        if (bytes > Max) Max = bytes;
    }

    internal void Add(SizeHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Count += other.Count;
        Sum += other.Sum;
        Min = Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
    }

    internal SizeDistribution ToDistribution() => Count == 0
        ? SizeDistribution.None
        : new(Count, Sum, Min, Max, Percentile(0.5), Percentile(0.9), Percentile(0.99), Buckets().ToArray());

    private long Percentile(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        for (int i = 0; ; i++)
        {
            rank -= _counts[i];
            if (rank <= 0) return Math.Clamp((Floor(i) + Floor(i + 1)) / 2, Min, Max);
        }
    }

    /// <summary>Powers of two, from the smallest that holds anything to the largest.</summary>
    private IEnumerable<SizeBucket> Buckets()
    {
        // Below the first steps of an eighth there are whole numbers, and a bucket of its own for them.
        int first = IndexOf(Min) / Steps, last = IndexOf(Max) / Steps;
        for (int power = first; power <= last; power++) yield return new(Floor((power + 1) * Steps), _counts.AsSpan(power * Steps, Steps)
            .ToArray().Sum());
    }

    private static int IndexOf(int bytes)
    {
        if (bytes < Steps) return bytes;
        int power = 31 - BitOperations.LeadingZeroCount((uint)bytes);
        return ((power - StepBits + 1) << StepBits) + ((bytes >> (power - StepBits)) & (Steps - 1));
    }

    private static long Floor(int index)
    {
        if (index < Steps) return index;
        return (long)(Steps + (index & (Steps - 1))) << ((index >> StepBits) - 1);
    }
}

/// <summary>How large things are, in bytes. Percentiles are at most a sixteenth off; all else is exact.</summary>
public sealed record SizeDistribution(long Count, long TotalBytes, long MinBytes, long MaxBytes, long P50Bytes, long P90Bytes,
    long P99Bytes, IReadOnlyList<SizeBucket> Buckets)
{
    public static SizeDistribution None { get; } = new(0, 0, 0, 0, 0, 0, 0, []);

    public double MeanBytes => Count == 0 ? 0 : (double)TotalBytes / Count;

    public override string ToString() => $"{Count}, {TotalBytes} bytes";
}

/// <summary>A bar of a size distribution: from half of its upper end to below it.</summary>
public readonly record struct SizeBucket(long BelowBytes, long Count);
