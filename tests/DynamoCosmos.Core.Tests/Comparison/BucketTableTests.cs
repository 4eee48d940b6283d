using System.Collections;
using DynamoCosmos.Comparison;

namespace DynamoCosmos.Core.Tests.Comparison;

public sealed class BucketTableTests
{
    [Fact]
    public void Nothing_is_left_when_both_sides_hold_the_same_in_any_order()
    {
        BucketTable table = new(1_000);
        Fingerprint[] documents = [.. Documents(10_000, seed: 1)];
        foreach (Fingerprint document in documents) table.Add(document);
        Assert.NotEmpty(table.FindDiffering());
        foreach (Fingerprint document in documents.Reverse()) table.Subtract(document);
        Assert.Empty(table.FindDiffering());
    }

    [Fact]
    public void The_buckets_of_what_differs_are_found_and_no_others()
    {
        BucketTable table = new(10_000);
        Fingerprint[] documents = [.. Documents(10_000, seed: 2)];
        Fingerprint changed = documents[7] with { Content = documents[7].Content + 1 };
        foreach (Fingerprint document in documents.Skip(1)) table.Add(document);
        foreach (Fingerprint document in documents) table.Subtract(document == documents[7] ? changed : document);
        Assert.Equal(new[] { table.Of(documents[0]), table.Of(documents[7]) }.Order(), table.FindDiffering());
    }

    [Theory]
    [InlineData(null, 1 << 20)]
    [InlineData(0L, 1 << 18)]
    [InlineData(1_000_000L, 1 << 20)]
    [InlineData(10_000_000_000L, 1 << 22)]
    public void Its_size_follows_the_number_of_documents_within_bounds(long? documents, int buckets) =>
        Assert.Equal(buckets, new BucketTable(documents).Count);

    [Fact]
    public void Ranges_hold_the_documents_of_their_buckets()
    {
        BucketTable table = new(null);
        Fingerprint[] documents = [.. Documents(50, seed: 3)];
        List<int> buckets = [.. documents.Select(d => table.Of(d)).Distinct().Order()];
        IReadOnlyList<DocumentRange> fine = table.RangesOf(buckets, 1_000), coarse = table.RangesOf(buckets, 5);
        Assert.InRange(fine.Count, 45, 50);
        Assert.InRange(coarse.Count, 1, 5);
        foreach (Fingerprint document in documents)
        {
            Assert.Single(fine, r => r.MayHold(document.Place));
            Assert.Single(coarse, r => r.MayHold(document.Place));
        }
    }

    [Fact]
    public void The_ranges_of_all_buckets_are_the_whole_container()
    {
        BucketTable table = new(1);
        Assert.Equal([DocumentRange.All], table.RangesOf([.. Enumerable.Range(0, table.Count)], 10));
    }

    [Theory]
    [InlineData("", "FF", 0UL, true)]
    [InlineData("", "05C1CFFFFFFFF8", 0x05C1CFFFFFFFF800UL, true)]
    [InlineData("", "05C1CFFFFFFFF8", 0x05C1D00000000000UL, false)]
    [InlineData("1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "FF", 0x1FFFFFFFFFFFFFFFUL, true)]
    [InlineData("1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "FF", 0x1FFFFFFFFFFFFFFEUL, false)]
    public void A_range_knows_what_it_may_hold(string min, string max, ulong place, bool mayHold) =>
        Assert.Equal(mayHold, new DocumentRange(min, max).MayHold(place));

    [Fact]
    public void Held_documents_let_go_of_the_last_buckets_when_memory_is_used_up()
    {
        HeldDocuments held = new(new BitArray(100, true), 0, 10_000);
        for (int i = 0; i < 1_000; i++) held.Hold(Held(bucket: i % 100, i));
        Assert.InRange(held.End, 1, 3);
        Assert.Equal(held.End * 10, held.FindUnmet().Count);
        Assert.All(held.FindUnmet(), d => Assert.InRange(d.Bucket, 0, held.End - 1));
    }

    [Fact]
    public void One_bucket_is_held_whatever_it_takes()
    {
        HeldDocuments held = new(new BitArray(100, true), 0, 10_000);
        for (int i = 0; i < 1_000; i++) held.Hold(Held(bucket: 0, i));
        Assert.Equal(1, held.End);
        Assert.Equal(1_000, held.FindUnmet().Count);
    }

    private static HeldDocument Held(int bucket, int number) =>
        new(new((UInt128)number, 0, 0, null, false), bucket, $"{number}", ["a"], new byte[100], "file", number);

    private static IEnumerable<Fingerprint> Documents(int count, int seed)
    {
        Random random = new(seed);
        ulong Next() => (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        for (int i = 0; i < count; i++) yield return new(new(Next(), Next()), Next() >> 2, new(Next(), Next()), null, false);
    }
}
