using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace DynamoCosmos.Items;

/// <summary>Builds a document's id from key texts: escaped, joined by <c>|</c>, and cut with a hash where it would be too long.</summary>
internal sealed class DocumentId
{
    /// <summary>Cosmos DB refuses longer ids (service limits: "Maximum length of ID value").</summary>
    internal const int MaxBytes = 1023;

    private const int CutBytes = 900;

    // Bytes that may need an escape. 0xC2 leads U+0080 to U+009F, which are control characters too.
    private static readonly SearchValues<byte> s_suspicious = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127, 0xC2, .. "/\\?#%~|"u8]);

    private byte[] _bytes = new byte[1024];
    private int _length;

    /// <summary>The id in UTF-8.</summary>
    internal ReadOnlySpan<byte> Utf8 => _bytes.AsSpan(0, _length);

    internal void Clear() => _length = 0;

    /// <summary>Appends the bar between two keys, which no escaped text holds.</summary>
    internal void AppendJoin()
    {
        Room(1)[0] = (byte)'|';
        _length++;
    }

    /// <summary>Appends a text, escaping what ids cannot hold.</summary>
    internal void AppendText(ReadOnlySpan<byte> text)
    {
        Span<byte> room = Room(text.Length * 3);
        if (text.Length > 0 && text[0] != ' ' && text[^1] != ' ' && text.IndexOfAny(s_suspicious) < 0)
        {
            text.CopyTo(room);
            _length += text.Length;
            return;
        }
        int at = 0;
        for (int i = 0; i < text.Length; i++)
        {
            byte b = text[i];
            bool isEscaped = b == ' ' ? i == 0 || i == text.Length - 1
                : s_suspicious.Contains(b) && (b != 0xC2 || text[i + 1] < 0xA0);
            if (!isEscaped)
            {
                room[at++] = b;
                continue;
            }
            at += Escape(b, room[at..]);
            if (b == 0xC2) at += Escape(text[++i], room[at..]);
        }
        _length += at;
    }

    /// <summary>Appends what needs no escape: a canonical number.</summary>
    internal void AppendPlain(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        _length += text.Length;
    }

    /// <summary>Appends base64 as base64url without padding.</summary>
    internal void AppendBase64Url(ReadOnlySpan<byte> base64)
    {
        base64 = base64.TrimEnd((byte)'=');
        Span<byte> room = Room(base64.Length);
        base64.CopyTo(room);
        room[..base64.Length].Replace((byte)'+', (byte)'-');
        room[..base64.Length].Replace((byte)'/', (byte)'_');
        _length += base64.Length;
    }

    /// <summary>Cuts what is too long at a character to at most 900 bytes, then <c>~~</c> and the SHA-256 of the whole.</summary>
    internal void Complete()
    {
        if (_length <= MaxBytes) return;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Utf8, hash);
        int cut = CutBytes;
        while ((_bytes[cut] & 0xC0) == 0x80) cut--;
        _length = cut;
        AppendPlain("~~"u8);
        Span<byte> room = Room(hash.Length * 2);
        for (int i = 0; i < hash.Length; i++)
        {
            room[2 * i] = "0123456789abcdef"u8[hash[i] >> 4];
            room[2 * i + 1] = "0123456789abcdef"u8[hash[i] & 15];
        }
        _length += hash.Length * 2;
    }

    public override string ToString() => Encoding.UTF8.GetString(Utf8);

    private static int Escape(byte b, Span<byte> into)
    {
        into[0] = (byte)'~';
        into[1] = "0123456789ABCDEF"u8[b >> 4];
        into[2] = "0123456789ABCDEF"u8[b & 15];
        return 3;
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - _length < count) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        return _bytes.AsSpan(_length);
    }
}
