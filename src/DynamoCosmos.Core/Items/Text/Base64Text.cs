using System.Buffers;

namespace DynamoCosmos.Items.Text;

/// <summary>Base64 as DynamoDB exports write it: the standard alphabet, padded, no spaces, and no bits behind the last byte.</summary>
internal static class Base64Text
{
    private static readonly SearchValues<byte> s_alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    /// <summary>Only one text is accepted for each binary value: ids are made of it, and two texts must not mean one key.</summary>
    internal static bool IsCanonical(ReadOnlySpan<byte> text)
    {
        if (text.Length == 0) return true;
        if (text.Length % 4 != 0) return false;
        int padding = text[^1] != '=' ? 0 : text[^2] != '=' ? 1 : 2;
        ReadOnlySpan<byte> digits = text[..^padding];
        if (digits.IndexOfAnyExcept(s_alphabet) >= 0) return false;
        return padding switch
        {
            0 => true,
            1 => "AEIMQUYcgkosw048"u8.Contains(digits[^1]),
            _ => "AQgw"u8.Contains(digits[^1]),
        };
    }

    /// <summary>Without padding, and with <c>-</c> and <c>_</c>; returns the length.</summary>
    internal static int ToUrl(ReadOnlySpan<byte> base64, Span<byte> into)
    {
        int length = base64.TrimEnd((byte)'=').Length;
        for (int i = 0; i < length; i++)
        {
            into[i] = base64[i] switch { (byte)'+' => (byte)'-', (byte)'/' => (byte)'_', byte other => other };
        }
        return length;
    }
}
