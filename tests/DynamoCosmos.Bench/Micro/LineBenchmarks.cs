using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using DynamoCosmos.Ports;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Bench.Micro;

/// <summary>
/// A data file's lines, an operation each: cut out of text, and read out of gzip with the proof of MD5 and length; beside the search and
/// the decompression alone.
/// </summary>
[MemoryDiagnoser]
public class LineBenchmarks
{
    private const int Items = 20_000;
    private const int Chunk = 256 * 1024;

    private readonly SampleExport _export = new(1, Items);
    private readonly byte[] _chunk = new byte[Chunk];
    private readonly DataFileClaims _claims = new(new("file:///bench"), Items, null);

    [Benchmark(Baseline = true, OperationsPerInvoke = Items)]
    public int Decompressed()
    {
        using GZipStream gzip = new(new MemoryStream(_export.CompressedJson), CompressionMode.Decompress);
        int bytes = 0;
        for (int read; (read = gzip.Read(_chunk)) > 0;) bytes += read;
        return bytes;
    }

    [Benchmark(OperationsPerInvoke = Items)]
    public int Searched()
    {
        int lines = 0;
        ReadOnlySpan<byte> text = _export.Json;
        for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..]) lines++;
        return lines;
    }

    [Benchmark(OperationsPerInvoke = Items)]
    public int Cut()
    {
        int lines = 0;
        using LineBuffer buffer = new(Chunk, new ReaderOptions().MaxLineBytes, tail: 0);
        for (ReadOnlySpan<byte> text = _export.Json; text.Length > 0;)
        {
            Memory<byte> room = buffer.GetRoom();
            int count = Math.Min(room.Length, text.Length);
            text[..count].CopyTo(room.Span);
            text = text[count..];
            buffer.Add(count);
            while (buffer.TryRead(out _)) lines++;
        }
        return lines;
    }

    [Benchmark(OperationsPerInvoke = Items)]
    public async Task<int> ReadAndProved()
    {
        int lines = 0;
        await using DataFileReader reader = new(new MemoryStream(_export.CompressedJson), _claims);
        while (await reader.FillAsync(default))
        {
            while (reader.TryRead(out ItemRecord _)) lines++;
        }
        return lines;
    }
}
