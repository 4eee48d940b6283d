using System.Text.Json;
using BenchmarkDotNet.Attributes;
using DynamoCosmos.Comparison;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Bench.Micro;

/// <summary>
/// A document's fingerprint, as the comparison takes one of each document on both sides; beside walking over its tokens alone.
/// </summary>
[MemoryDiagnoser]
public class HashBenchmarks
{
    private readonly byte[][] _documents = new SampleLines().Documents();
    private readonly DocumentHasher _hasher;

    public HashBenchmarks()
    {
        ItemRouter router = new(SampleItems.Keys, new ConversionOptions());
        _hasher = new(new(router.GetPartitionKeyPaths(0), router.GetExpiry(0), SampleItems.Now, new ComparisonOptions().TtlTolerance));
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = SampleLines.Count)]
    public int Tokens()
    {
        int tokens = 0;
        foreach (byte[] document in _documents)
        {
            Utf8JsonReader reader = new(document);
            while (reader.Read()) tokens++;
        }
        return tokens;
    }

    [Benchmark(OperationsPerInvoke = SampleLines.Count)]
    public ulong Fingerprints()
    {
        ulong all = 0;
        foreach (byte[] document in _documents) all ^= (ulong)_hasher.Hash(document).Mark;
        return all;
    }
}
