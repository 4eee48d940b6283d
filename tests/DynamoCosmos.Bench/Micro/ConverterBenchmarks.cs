using System.Text.Json;
using BenchmarkDotNet.Attributes;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Bench.Micro;

/// <summary>
/// One record to its document, from either format; and the least that any reader of JSON has to do, walking over its tokens.
/// </summary>
[MemoryDiagnoser]
public class ConverterBenchmarks
{
    private readonly SampleLines _lines = new();
    private readonly ItemConverter _json = new(SampleItems.Keys), _ion = new(SampleItems.Keys, format: ItemFormat.Ion);
    private readonly DocumentBuffer _buffer = new();

    [Benchmark(Baseline = true, OperationsPerInvoke = SampleLines.Count)]
    public int Tokens()
    {
        int tokens = 0;
        foreach (byte[] line in _lines.Json)
        {
            Utf8JsonReader reader = new(line);
            while (reader.Read()) tokens++;
        }
        return tokens;
    }

    [Benchmark(OperationsPerInvoke = SampleLines.Count)]
    public long TypedJson() => Convert(_json, _lines.Json);

    [Benchmark(OperationsPerInvoke = SampleLines.Count)]
    public long Ion() => Convert(_ion, _lines.Ion);

    private long Convert(ItemConverter converter, byte[][] lines)
    {
        long bytes = 0;
        foreach (byte[] line in lines)
        {
            if (converter.Convert(line, SampleItems.Now, _buffer) != ConversionOutcome.Document) throw new InvalidOperationException(
                _buffer.Detail);
            bytes += _buffer.Document.Length;
        }
        return bytes;
    }
}
