using System.IO.Compression;

namespace DynamoCosmos.Bench;

/// <summary>The text of one data file of sample items, in both formats, held in memory.</summary>
internal sealed class SampleExport
{
    internal SampleExport(int seed, int items)
    {
        SampleItems source = new(seed);
        SampleWriter writer = new();
        for (int i = 0; i < items; i++) source.Write(writer, i);
        (Json, Ion) = (writer.Json, writer.Ion);
        (CompressedJson, CompressedIon) = (Compress(Json), Compress(Ion));
        Items = items;
    }

    internal int Items { get; }

    internal byte[] Json { get; }

    /// <summary>The same items in Ion text.</summary>
    internal byte[] Ion { get; }

    internal byte[] CompressedJson { get; }

    internal byte[] CompressedIon { get; }

    private static byte[] Compress(byte[] text)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(text);
        return compressed.ToArray();
    }
}
