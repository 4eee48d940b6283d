using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Bench.Micro;

/// <summary>
/// A key's text to a document's id: as it is, with what has to be escaped, of a number, and too long for Cosmos DB; copying it is the
/// least.
/// </summary>
[MemoryDiagnoser]
public class IdBenchmarks
{
    private readonly byte[] _plain = "ORDER-7d8b4f4e-2f3e-4c43-9f0e-7a2f0d1b5c66"u8.ToArray();
    private readonly byte[] _special = "ORDER#7d8b4f4e/2f3e|4c43%9f0e~7a2f ünïcödé "u8.ToArray();
    private readonly byte[] _long = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a/b", 700)));
    private readonly byte[] _number = "1680109764000000.000100"u8.ToArray();
    private readonly byte[] _into = new byte[IdText.MaxEscapedLength(2100)];

    [Benchmark(Baseline = true)]
    public int Copied()
    {
        _plain.CopyTo(_into, 0);
        return _plain.Length;
    }

    [Benchmark]
    public int Plain() => IdText.Escape(_plain, _into);

    [Benchmark]
    public int Escaped() => IdText.Escape(_special, _into);

    [Benchmark]
    public unsafe int Number()
    {
        if (DynamoNumber.Parse(_number, out DynamoNumber number) is string fault) throw new InvalidOperationException(fault);
        fixed (byte* into = _into) return number.Write(into);
    }

    /// <summary>3.5 KB when escaped, nearly all of whose time is the hash's (<see cref="Hash"/>).</summary>
    [Benchmark]
    public int Cut() => IdText.Cut(_into, IdText.Escape(_long, _into));

    [Benchmark]
    public byte[] Hash() => SHA256.HashData(_into.AsSpan(0, IdText.Escape(_long, _into)));
}
