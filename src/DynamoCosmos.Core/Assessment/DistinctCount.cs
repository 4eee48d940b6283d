using System.Numerics;

namespace DynamoCosmos.Assessment;

/// <summary>
/// How many different values there are: exact up to <see cref="MaxExact"/>, then HyperLogLog with 16,384 registers, whose standard error is
/// 1.04 / √16384 = 0.8 % (Flajolet et al., 2007). Hashes must be of 64 well-mixed bits; with those the large-range correction is not
/// needed.
/// </summary>
internal sealed class DistinctCount
{
    internal const int MaxExact = 10_000;

    /// <summary>Of an estimate; two thirds of all estimates are within one, 99.7 % within three.</summary>
    internal const double StandardError = 1.04 / 128;

    private const int IndexBits = 14;
    private const int Registers = 1 << IndexBits;

    private readonly byte[] _registers = new byte[Registers];
    private HashSet<ulong>? _exact = [];

    internal bool IsExact => _exact is not null;

    internal long Count => _exact?.Count ?? Estimate();

    internal void Add(ulong hash)
    {
        int index = (int)(hash >> (64 - IndexBits));
        // The bit that is set ends the count at the bits that there are.
        byte rank = (byte)(BitOperations.LeadingZeroCount(hash << IndexBits | 1UL << (IndexBits - 1)) + 1);
        if (rank > _registers[index]) _registers[index] = rank;
        if (_exact is not null && _exact.Add(hash) && _exact.Count > MaxExact) _exact = null;
    }

    internal void Add(DistinctCount other)
    {
        for (int i = 0; i < Registers; i++) _registers[i] = Math.Max(_registers[i], other._registers[i]);
        if (other._exact is null) _exact = null;
        if (_exact is null) return;
        _exact.UnionWith(other._exact!);
        if (_exact.Count > MaxExact) _exact = null;
    }

    private long Estimate()
    {
        double sum = 0;
        int empty = 0;
        foreach (byte rank in _registers)
        {
            sum += 1.0 / (1UL << rank);
            if (rank == 0) empty++;
        }
        double estimate = 0.7213 / (1 + 1.079 / Registers) * Registers * Registers / sum;
        // Linear counting is the better estimate as long as many registers are empty.
        if (estimate <= 2.5 * Registers && empty > 0) estimate = Registers * Math.Log((double)Registers / empty);
        return (long)Math.Round(estimate);
    }
}
