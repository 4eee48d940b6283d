using System.Buffers.Binary;
using System.IO.Compression;

namespace DynamoCosmos.Core.Tests.Report;

/// <summary>Reads the pixels of a browser's picture: PNG with 8 bits a channel, not interlaced, with or without transparency.</summary>
internal static class PngPixels
{
    internal static byte[] Read(string path)
    {
        byte[] png = File.ReadAllBytes(path);
        int width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20));
        (byte depth, byte colors, byte interlaced) = (png[24], png[25], png[28]);
        if (depth != 8 || colors is not (2 or 6) || interlaced != 0) throw new InvalidDataException($"{path} is another kind of PNG.");
        int channels = colors == 2 ? 3 : 4;
        using MemoryStream packed = new();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (png.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8)) packed.Write(png, at + 8, length);
            at += length + 12;
        }
        packed.Position = 0;
        using ZLibStream zlib = new(packed, CompressionMode.Decompress);
        using MemoryStream rows = new();
        zlib.CopyTo(rows);
        return Unfilter(rows.ToArray(), width, height, channels);
    }

    /// <summary>From 0 for black to 255 for white.</summary>
    internal static double Brightness(byte[] pixels) => pixels.Average(static channel => (double)channel);

    internal static int Colors(byte[] pixels) =>
        pixels.Chunk(3).Select(static pixel => pixel[0] << 16 | pixel[1] << 8 | pixel[2]).Distinct().Count();

    private static byte[] Unfilter(byte[] rows, int width, int height, int channels)
    {
        int stride = width * channels;
        byte[] above = new byte[stride], row = new byte[stride], pixels = new byte[width * height * 3];
        for (int y = 0; y < height; y++)
        {
            int at = y * (stride + 1);
            byte filter = rows[at];
            for (int x = 0; x < stride; x++)
            {
                int left = x >= channels ? row[x - channels] : 0, up = above[x], corner = x >= channels ? above[x - channels] : 0;
                int predicted = filter switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, _ => Paeth(left, up, corner) };
                row[x] = (byte)(rows[at + 1 + x] + predicted);
            }
            for (int x = 0; x < width; x++) row.AsSpan(x * channels, 3).CopyTo(pixels.AsSpan((y * width + x) * 3));
            (above, row) = (row, above);
        }
        return pixels;
    }

    private static int Paeth(int left, int up, int corner)
    {
        int all = left + up - corner, toLeft = Math.Abs(all - left), toUp = Math.Abs(all - up), toCorner = Math.Abs(all - corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
}
