using System.IO.Hashing;
using System.Text;
using DynamoCosmos.Assessment;

namespace DynamoCosmos.Core.Tests.Assessment;

/// <summary>The bounded counts keep the errors that they state.</summary>
public sealed class SketchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(DistinctCount.MaxExact)]
    public void So_few_values_are_counted_exactly(int values)
    {
        DistinctCount count = Count(0, values);
        Assert.True(count.IsExact);
        Assert.Equal(values, count.Count);
    }

    [Theory]
    [InlineData(DistinctCount.MaxExact + 1)]
    [InlineData(30_000)]
    [InlineData(50_000)]
    [InlineData(1_000_000)]
    public void Many_values_are_counted_within_three_standard_errors(int values)
    {
        DistinctCount count = Count(0, values);
        Assert.False(count.IsExact);
        Assert.InRange(count.Count, values * (1 - 3 * DistinctCount.StandardError), values * (1 + 3 * DistinctCount.StandardError));
    }

    [Fact]
    public void Two_counts_of_values_that_overlap_add_up()
    {
        DistinctCount few = Count(0, 6_000);
        few.Add(Count(3_000, 6_000));
        Assert.Equal((true, 9_000), (few.IsExact, few.Count));
        DistinctCount many = Count(0, 60_000), all = Count(0, 90_000);
        many.Add(Count(30_000, 60_000));
        Assert.Equal((false, all.Count), (many.IsExact, many.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Heavy_keys_among_many_light_ones_are_found_and_their_weight_lies_within_what_is_told(int threads)
    {
        const int Light = 200_000, Heavy = 20;
        Random random = new(7);
        Dictionary<int, long> weights = [];
        HeavyHitters[] hitters = [.. Enumerable.Range(0, threads).Select(static _ => new HeavyHitters())];
        int[] keys = [.. Enumerable.Range(0, Light), .. Enumerable.Range(0, Heavy * 400).Select(static n => -1 - n % Heavy)];
        random.Shuffle(keys);
        foreach (int key in keys)
        {
            int bytes = random.Next(100, 1_900);
            weights[key] = weights.GetValueOrDefault(key) + bytes;
            byte[] text = Encoding.UTF8.GetBytes($"key{key}");
            hitters[random.Next(threads)].Add(XxHash3.HashToUInt64(text), text, bytes);
        }
        HeavyHitters all = hitters[0];
        foreach (HeavyHitters other in hitters[1..]) all.Add(other);
        long total = weights.Values.Sum();
        Assert.Equal(total, all.TotalBytes);
        HeavyHitters.Entry[] top = [.. all.Top(Heavy)];
        Assert.Equal(Enumerable.Range(1, Heavy).Select(static n => $"key{-n}").Order(),
            top.Select(static entry => Encoding.UTF8.GetString(entry.Text, 0, entry.Length)).Order());
        Assert.All(top, entry =>
        {
            long weight = weights[int.Parse(Encoding.UTF8.GetString(entry.Text, 3, entry.Length - 3),
                System.Globalization.CultureInfo.InvariantCulture)];
            Assert.InRange(weight, entry.Bytes - entry.Error, entry.Bytes);
            Assert.True(entry.Error <= threads * total / HeavyHitters.Capacity, $"The error is {entry.Error} of {total} bytes in all.");
        });
        Assert.True(all.Lightest <= threads * total / HeavyHitters.Capacity);
    }

    [Fact]
    public void Few_keys_are_weighed_exactly_and_a_long_one_is_cut()
    {
        HeavyHitters hitters = new();
        byte[] text = Encoding.UTF8.GetBytes(new string('k', 500));
        for (int i = 0; i < 1_000; i++) hitters.Add(XxHash3.HashToUInt64(text), text, 7);
        HeavyHitters.Entry entry = Assert.Single(hitters.Top(5));
        Assert.Equal((7_000, 0, 1_000, HeavyHitters.MaxTextBytes, true),
            (entry.Bytes, entry.Error, entry.Items, entry.Length, entry.IsCut));
        Assert.Equal(0, hitters.Lightest);
    }

    [Fact]
    public void Percentiles_are_within_a_sixteenth_and_sums_are_exact()
    {
        Random random = new(3);
        int[] sizes = [.. Enumerable.Range(0, 20_000).Select(_ => (int)Math.Exp(random.NextDouble() * 14) + 1)];
        SizeHistogram histogram = new(), other = new();
        foreach (int size in sizes) (random.Next(2) == 0 ? histogram : other).Add(size);
        histogram.Add(other);
        SizeDistribution told = histogram.ToDistribution();
        Array.Sort(sizes);
        Assert.Equal((20_000, sizes.Sum(static size => (long)size), sizes[0], sizes[^1]),
            (told.Count, told.TotalBytes, (int)told.MinBytes, (int)told.MaxBytes));
        foreach ((double share, long percentile) in new[] { (0.5, told.P50Bytes), (0.9, told.P90Bytes), (0.99, told.P99Bytes) })
        {
            int exact = sizes[(int)Math.Ceiling(share * sizes.Length) - 1];
            Assert.InRange(percentile, exact * (1 - SizeHistogram.RelativeError) - 1, exact * (1 + SizeHistogram.RelativeError) + 1);
        }
        foreach (SizeBucket bucket in told.Buckets) Assert.Equal(
            sizes.Count(size => size >= (bucket.BelowBytes == 8 ? 0 : bucket.BelowBytes / 2) && size < bucket.BelowBytes), bucket.Count);
    }

    private static DistinctCount Count(int from, int values)
    {
        DistinctCount count = new();
        for (int i = from; i < from + values; i++)
        {
            ulong hash = XxHash3.HashToUInt64(BitConverter.GetBytes(i));
            count.Add(hash);
            if (i % 3 == 0) count.Add(hash);
        }
        return count;
    }
}
