using System.IO.Compression;
using System.Security.Cryptography;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>What reading a data file is held against.</summary>
internal enum ReadingYardstick
{
    Decompressing,
    DecompressingAndMd5,

    /// <summary>The same items' way from typed JSON.</summary>
    TypedJson,
}

/// <summary>
/// One data file to documents on one thread: decompressed, cut into lines and converted, and but for the bare yardstick proved as the
/// import proves it.
/// </summary>
/// <param name="yardstick">What it is held against.</param>
internal sealed class ReadingMatch(string key, string name, double goal, ItemFormat format, ReadingYardstick yardstick)
    : Match(key, name, "items/s", goal)
{
    private const int Items = 200_000;
    private const int Passes = 3;

    private static readonly Lazy<SampleExport> s_export = new(() => new(1, Items));
    private static readonly DataFileClaims s_claims = new(new("file:///bench"), Items, null);

    private readonly byte[] _chunk = new byte[256 * 1024];

    private protected override async Task<Turn> YardstickAsync(bool isWarmUp)
    {
        if (yardstick == ReadingYardstick.TypedJson) return await BestAsync(() => ConvertAsync(ItemFormat.DynamoDBJson));
        return await BestAsync(() =>
        {
            // The product proves each file by the MD5 of its manifest, of the bytes as they are stored.
            if (yardstick == ReadingYardstick.DecompressingAndMd5) MD5.HashData(FileIn(format));
            using GZipStream gzip = new(new MemoryStream(FileIn(format)), CompressionMode.Decompress);
            while (gzip.Read(_chunk) > 0)
            {
            }
            return Task.CompletedTask;
        });
    }

    private protected override async Task<Turn> ProductAsync(bool isWarmUp)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Turn best = await BestAsync(() => ConvertAsync(format));
        long textBytes = (format == ItemFormat.Ion ? s_export.Value.Ion : s_export.Value.Json).Length;
        double allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)(Items * Passes);
        return best with { Note = $"{best.Score * textBytes / Items / 1e6:F0} MB/s of text, {allocated:F1} bytes allocated an item" };
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static byte[] FileIn(ItemFormat format) =>
        format == ItemFormat.Ion ? s_export.Value.CompressedIon : s_export.Value.CompressedJson;

    /// <summary>Of a few passes, since a neighbor's burst of work can only make one slower.</summary>
    private static async Task<Turn> BestAsync(Func<Task> pass)
    {
        Turn? best = null;
        for (int i = 0; i < Passes; i++)
        {
            CpuWatch watch = new();
            await pass();
            Turn turn = watch.Score(Items);
            if (best is null || turn.Cpu < best.Cpu) best = turn;
        }
        return best!;
    }

    private async Task ConvertAsync(ItemFormat format)
    {
        ItemConverter converter = new(SampleItems.Keys, format: format);
        if (yardstick == ReadingYardstick.Decompressing)
        {
            QuickRun.DecompressAndConvert(converter, FileIn(format), _chunk);
            return;
        }
        DocumentBuffer buffer = new();
        await using DataFileReader reader = new(new MemoryStream(FileIn(format)), s_claims);
        while (await reader.FillAsync(default))
        {
            while (reader.TryRead(out ItemRecord record))
            {
                if (converter.Convert(record.Text, SampleItems.Now,
                    buffer) != ConversionOutcome.Document) throw new InvalidOperationException(buffer.Detail);
            }
        }
    }
}
