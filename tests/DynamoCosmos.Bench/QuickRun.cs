using System.Diagnostics;
using System.IO.Compression;
using System.Text.Unicode;
using DynamoCosmos.Assessment;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Bench;

/// <summary>
/// Yardstick and product by turns in one run, so that what the machine does beside them falls on both; the best of several rounds counts.
/// </summary>
internal static class QuickRun
{
    private const int Rounds = 9;

    internal static int Convert(int items)
    {
        SampleExport export = new(1, items);
        Console.WriteLine($"{items:N0} items, {export.Json.Length / items} bytes each in typed JSON, {export.Ion.Length / items} in " +
            $"Ion; compressed to {export.CompressedJson.Length / (double)export.Json.Length:P0}");
        byte[] chunk = new byte[1 << 20];
        ItemConverter json = new(SampleItems.Keys), ion = new(SampleItems.Keys, format: ItemFormat.Ion);
        (string Name, byte[] Text, Action Run)[] steps =
        [
            ("decompressing alone", export.Json, () => Decompress(export.CompressedJson, chunk)),
            ("lines alone", export.Json, () => SplitLines(export.Json)),
            ("UTF-8 alone", export.Json, () => Utf8.IsValid(export.Json)),
            ("converting alone", export.Json, () => ConvertText(json, export.Json)),
            ("data file to documents", export.Json, () => DecompressAndConvert(json, export.CompressedJson, chunk)),
            ("assessing alone", export.Json, () => Assess(new(json, SampleItems.Now), export.Json)),
            ("data file, assessed", export.Json, () => DecompressAndAssess(json, export.CompressedJson, chunk)),
            ("Ion: decompressing", export.Ion, () => Decompress(export.CompressedIon, chunk)),
            ("Ion: converting alone", export.Ion, () => ConvertText(ion, export.Ion)),
            ("Ion: file to documents", export.Ion, () => DecompressAndConvert(ion, export.CompressedIon, chunk)),
        ];
        double[] best = new double[steps.Length];
        long[] allocated = new long[steps.Length];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < steps.Length; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                long start = Stopwatch.GetTimestamp();
                steps[i].Run();
                best[i] = Math.Max(best[i], items / Stopwatch.GetElapsedTime(start).TotalSeconds);
                allocated[i] = GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }
        Console.WriteLine($"{"",-24} {"items/s",12} {"MB/s",8} {"of decompressing",17} {"allocated an item",18}");
        for (int i = 0; i < steps.Length; i++)
        {
            Console.WriteLine($"{steps[i].Name,-24} {best[i],12:N0} {best[i] * steps[i].Text.Length / items / 1e6,8:F0} " +
                $"{best[i] / best[0],17:F2} {allocated[i] / (double)items,18:F2}");
        }
        Console.WriteLine($"Ion of JSON, converting alone, in items: {best[8] / best[3]:F2}; file to documents: {best[9] / best[4]:F2}");
        Console.WriteLine($"Assessing takes {best[3] / best[5]:F2} times as long as converting; of a data file, {best[4] / best[6]:F2} " +
            "times");
        return 0;
    }

    /// <summary>Nothing but converting, for a profiler to look at.</summary>
    internal static void ConvertForProfiler(ItemFormat format, TimeSpan time)
    {
        SampleExport export = new(1, 2_000);
        ItemConverter converter = new(SampleItems.Keys, format: format);
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < time;) ConvertText(converter, format == ItemFormat.Ion
            ? export.Ion : export.Json);
    }

    private static void Decompress(byte[] compressed, byte[] chunk)
    {
        using GZipStream gzip = new(new MemoryStream(compressed), CompressionMode.Decompress);
        while (gzip.Read(chunk) > 0)
        {
        }
    }

    private static void SplitLines(ReadOnlySpan<byte> text)
    {
        for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..])
        {
        }
    }

    private static void ConvertText(ItemConverter converter, ReadOnlySpan<byte> text) => Convert(converter, ref text, new());

    internal static void DecompressAndConvert(ItemConverter converter, byte[] compressed, byte[] chunk)
    {
        DocumentBuffer buffer = new();
        using GZipStream gzip = new(new MemoryStream(compressed), CompressionMode.Decompress);
        int kept = 0;
        for (int read; (read = gzip.Read(chunk, kept, chunk.Length - kept)) > 0;)
        {
            ReadOnlySpan<byte> text = chunk.AsSpan(0, kept + read);
            Convert(converter, ref text, buffer);
            text.CopyTo(chunk);
            kept = text.Length;
        }
    }

    private static void DecompressAndAssess(ItemConverter converter, byte[] compressed, byte[] chunk)
    {
        ItemStatistics statistics = new(converter, SampleItems.Now);
        using GZipStream gzip = new(new MemoryStream(compressed), CompressionMode.Decompress);
        int kept = 0;
        for (int read; (read = gzip.Read(chunk, kept, chunk.Length - kept)) > 0;)
        {
            ReadOnlySpan<byte> rest = Assess(statistics, chunk.AsSpan(0, kept + read));
            rest.CopyTo(chunk);
            kept = rest.Length;
        }
    }

    private static ReadOnlySpan<byte> Assess(ItemStatistics statistics, ReadOnlySpan<byte> text)
    {
        for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..]) statistics.Observe(new(text[..end], 1));
        return text;
    }

    private static void Convert(ItemConverter converter, ref ReadOnlySpan<byte> text, DocumentBuffer buffer)
    {
        for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..])
        {
            ConversionOutcome outcome = converter.Convert(text[..end], SampleItems.Now, buffer);
            if (outcome != ConversionOutcome.Document) throw new InvalidOperationException($"{outcome}: {buffer.Detail}");
        }
    }
}
