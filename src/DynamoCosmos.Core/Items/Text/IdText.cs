using System.Buffers;
using System.Security.Cryptography;

namespace DynamoCosmos.Items.Text;

/// <summary>
/// The text of a document's id. <c>/ \ ? #</c> break Cosmos DB or its clients; <c>~</c> and <c>|</c> are escaped so that no two keys share
/// an id.
/// </summary>
internal static class IdText
{
    /// <summary>Cosmos DB's limit for an id, in UTF-8 bytes.</summary>
    internal const int MaxLength = 1023;

    /// <summary>What stays of a longer one before its hash.</summary>
    internal const int MaxCutLength = 900;

    // C2 begins U+0080 to U+00BF, of which the first 32 are control characters.
    private static readonly SearchValues<byte> s_special = SearchValues.Create(
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
        0x7F, 0xC2, (byte)'/', (byte)'\\', (byte)'?', (byte)'#', (byte)'%', (byte)'~', (byte)'|',
    ]);

    /// <summary>The most that escaping can make of so many bytes.</summary>
    internal static int MaxEscapedLength(int length) => 3 * length;

    /// <summary>Escapes one key's text, which is not empty; returns the length written.</summary>
    internal static int Escape(ReadOnlySpan<byte> text, Span<byte> into)
    {
        int length = 0;
        bool endsInSpace = text.Length > 1 && text[^1] == ' ';
        if (text[0] == ' ')
        {
            length = Append(into, 0, (byte)' ');
            text = text[1..];
        }
        if (endsInSpace) text = text[..^1];
        while (true)
        {
            int run = text.IndexOfAny(s_special);
            if (run < 0) run = text.Length;
            text[..run].CopyTo(into[length..]);
            length += run;
            if (run == text.Length) return endsInSpace ? Append(into, length, (byte)' ') : length;
            byte special = text[run++];
            if (special != 0xC2) length = Append(into, length, special);
            else if (text[run] < 0xA0) length = Append(into, Append(into, length, special), text[run++]);
            else into[length++] = special;
            text = text[run..];
        }
    }

    /// <summary>
    /// Shortens an escaped text that is too long, in its place; returns the new length. The hash keeps different keys apart.
    /// </summary>
    internal static int Cut(Span<byte> escaped, int length)
    {
        if (length <= MaxLength) return length;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(escaped[..length], hash);
        int cut = MaxCutLength;
        while ((escaped[cut] & 0xC0) == 0x80) cut--;
        escaped[cut++] = (byte)'~';
        escaped[cut++] = (byte)'~';
        foreach (byte b in hash)
        {
            escaped[cut++] = "0123456789abcdef"u8[b >> 4];
            escaped[cut++] = "0123456789abcdef"u8[b & 15];
        }
        return cut;
    }

    private static int Append(Span<byte> into, int length, byte value)
    {
        into[length] = (byte)'~';
        into[length + 1] = "0123456789ABCDEF"u8[value >> 4];
        into[length + 2] = "0123456789ABCDEF"u8[value & 15];
        return length + 3;
    }
}
