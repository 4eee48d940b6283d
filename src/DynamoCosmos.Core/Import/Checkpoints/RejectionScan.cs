using System.Buffers;
using System.IO.Hashing;
using System.Text.Json;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Import.Checkpoints;

/// <summary>
/// What a file of rejected items holds, as one import sees it: the part that its checkpoint claims, and whose lines follow.
/// </summary>
/// <param name="Length">Of the whole file.</param>
/// <param name="OwnFrom">From here to the end there are only lines of this import, or a piece of a line; no less than where the claimed
/// part ends.</param>
/// <param name="EndsInLine">The last line has no end, as an import that was killed leaves it.</param>
internal readonly record struct RejectionScan(long Length, long OwnFrom, bool EndsInLine)
{
    /// <param name="from">Where the claimed part begins; it goes into the hash.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="import">Lines of this import are its own.</param>
    internal static async Task<RejectionScan> ReadAsync(IRejectionFile file, long from, long to, string import, XxHash3 hash,
        CancellationToken cancellationToken)
    {
        Stream stream = await file.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            byte[] buffer = new byte[64 * 1024];
            ArrayBufferWriter<byte> line = new();
            long at = 0, ownFrom = to;
            bool endsInLine = false;
            while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is int count and > 0)
            {
                int start = (int)Math.Clamp(from - at, 0, count), end = (int)Math.Clamp(to - at, 0, count);
                if (end > start) hash.Append(buffer.AsSpan(start, end - start));
                ownFrom = ReadLines(buffer.AsSpan(end, count - end), at + end, line, import, ownFrom);
                at += count;
                endsInLine = buffer[count - 1] != (byte)'\n';
            }
            return new(at, ownFrom, endsInLine);
        }
    }

    /// <returns>Where the last line that is another's ends.</returns>
    private static long ReadLines(ReadOnlySpan<byte> text, long at, ArrayBufferWriter<byte> line, string import, long ownFrom)
    {
        while (text.IndexOf((byte)'\n') is int length and >= 0)
        {
            line.Write(text[..length]);
            at += length + 1;
            text = text[(length + 1)..];
            if (!IsOf(line.WrittenSpan, import)) ownFrom = at;
            line.ResetWrittenCount();
        }
        line.Write(text);
        return ownFrom;
    }

    /// <summary>Lines of versions that did not name the import have none, as their checkpoints have none.</summary>
    private static bool IsOf(ReadOnlySpan<byte> line, string import)
    {
        try
        {
            Utf8JsonReader reader = new(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isImport = reader.ValueTextEquals("import"u8);
                if (!reader.Read()) return false;
                if (isImport) return reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(import);
                reader.Skip();
            }
            return import.Length == 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
