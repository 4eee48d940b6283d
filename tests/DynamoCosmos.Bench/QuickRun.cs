using System.Diagnostics;
using System.IO.Compression;
using System.Text.Unicode;
using DynamoCosmos.Items;

namespace DynamoCosmos.Bench;

/// <summary>Yardstick and product by turns in one run, so that what the machine does beside them falls on both; the best of several rounds counts.</summary>
internal static class QuickRun
{
    private const int Rounds = 9;

    internal static int Convert(int items)
    {
        SampleExport export = new(1, items);
        Console.WriteLine($"{items:N0} items, {export.Json.Length / (double)items:F0} bytes each, {export.Compressed.Length / (double)export.Json.Length:P0} of that compressed");
        byte[] chunk = new byte[1 << 20];
        (string Name, Func<long> Run)[] steps =
        [
            ("decompressing alone", () => Decompress(export, chunk)),
            ("lines alone", () => SplitLines(export.Json)),
            ("UTF-8 alone", () => Utf8.IsValid(export.Json) ? 1 : 0),
            ("converting alone", () => ConvertAll(export)),
            ("data file to documents", () => DecompressAndConvert(export, chunk)),
        ];
        double[] best = new double[steps.Length];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < steps.Length; i++)
            {
                long allocated = GC.GetAllocatedBytesForCurrentThread();
                long start = Stopwatch.GetTimestamp();
                steps[i].Run();
                double rate = export.Json.Length / 1e6 / Stopwatch.GetElapsedTime(start).TotalSeconds;
                best[i] = Math.Max(best[i], rate);
                allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
                if (round == Rounds - 1) Console.WriteLine($"{steps[i].Name,-24} {best[i],7:F0} MB/s  {best[i] / best[0],6:F2} of decompressing  {allocated / (double)items,6:F2} bytes allocated an item");
            }
        }
        return 0;
    }

    /// <summary>Nothing but converting, for a profiler to look at.</summary>
    internal static void ConvertForProfiler(TimeSpan time)
    {
        SampleExport export = new(1, 2_000);
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < time;) ConvertAll(export);
    }

    private static long Decompress(SampleExport export, byte[] chunk)
    {
        using GZipStream gzip = new(new MemoryStream(export.Compressed), CompressionMode.Decompress);
        long total = 0;
        for (int read; (read = gzip.Read(chunk)) > 0;) total += read;
        return total;
    }

    private static long SplitLines(ReadOnlySpan<byte> text)
    {
        long lines = 0;
        for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..]) lines++;
        return lines;
    }

    private static long ConvertAll(SampleExport export)
    {
        ItemConverter converter = new(SampleExport.Keys);
        DocumentBuffer buffer = new();
        ReadOnlySpan<byte> text = export.Json;
        return Convert(converter, ref text, buffer);
    }

    private static long DecompressAndConvert(SampleExport export, byte[] chunk)
    {
        ItemConverter converter = new(SampleExport.Keys);
        DocumentBuffer buffer = new();
        using GZipStream gzip = new(new MemoryStream(export.Compressed), CompressionMode.Decompress);
        long total = 0;
        int kept = 0;
        for (int read; (read = gzip.Read(chunk, kept, chunk.Length - kept)) > 0;)
        {
            ReadOnlySpan<byte> text = chunk.AsSpan(0, kept + read);
            total += Convert(converter, ref text, buffer);
            text.CopyTo(chunk);
            kept = text.Length;
        }
        return total;
    }

    private static long Convert(ItemConverter converter, ref ReadOnlySpan<byte> text, DocumentBuffer buffer)
    {
        long total = 0;
        for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..])
        {
            ConversionOutcome outcome = converter.Convert(text[..end], SampleExport.Now, buffer);
            if (outcome != ConversionOutcome.Document) throw new InvalidOperationException($"{outcome}: {buffer.Detail}");
            total += buffer.Document.Length;
        }
        return total;
    }
}
