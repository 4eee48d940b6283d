using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DynamoCosmos.Sources;

/// <summary>The usual case: a line that is one value, as AWS writes it.</summary>
internal sealed partial class IonValues
{
    private static ReadOnlySpan<byte> UsualStart => "$ion_1_0 {"u8;

    /// <summary>
    /// A line that begins as AWS's do and before another such line is a value, or a damaged one that ends there all the same, unless it can
    /// be within something that goes over lines and hides what the next one begins with: a long text, a comment between slash and star, or
    /// a text with its line end escaped.
    /// </summary>
    private static bool TryFindLine(ReadOnlySpan<byte> text, bool isEnded, int longest, out IonValue value)
    {
        value = default;
        if (!text.StartsWith(UsualStart)) return false;
        int end = FindLineEnd(text, out bool isPlain);
        if (!isPlain || end > longest || text[end - 1] != '}') return false;
        if (!text[(end + 1)..].StartsWith(UsualStart) && !(isEnded && end + 1 == text.Length)) return false;
        value = new(0, end, end + 1, 0, 1);
        return true;
    }

    private bool TryFindLine(ReadOnlySpan<byte> text, bool isEnded, out IonValue value) => TryFindLine(text, isEnded, maxValue, out value);

    /// <param name="isPlain">There is a line end, and before it neither two single quotes side by side nor the beginning of a comment
    /// between slash and star.</param>
    private static int FindLineEnd(ReadOnlySpan<byte> text, out bool isPlain)
    {
        Vector256<byte> lineEnd = Vector256.Create((byte)'\n'), quote = Vector256.Create((byte)'\''), slash = Vector256.Create((byte)'/'),
            star = Vector256.Create((byte)'*');
        ref byte first = ref MemoryMarshal.GetReference(text);
        int at = 0;
        for (; at <= text.Length - Vector256<byte>.Count - 1; at += Vector256<byte>.Count)
        {
            Vector256<byte> here = Vector256.LoadUnsafe(ref first, (nuint)at), next = Vector256.LoadUnsafe(ref first, (nuint)at + 1);
            Vector256<byte> ends = Vector256.Equals(here, lineEnd);
            Vector256<byte> others = (Vector256.Equals(here, quote) & Vector256.Equals(next, quote)) | (
                Vector256.Equals(here, slash) & Vector256.Equals(next, star));
            if ((ends | others) == Vector256<byte>.Zero) continue;
            uint endBits = ends.ExtractMostSignificantBits(), otherBits = others.ExtractMostSignificantBits();
            isPlain = BitOperations.TrailingZeroCount(endBits) < BitOperations.TrailingZeroCount(otherBits);
            return at + BitOperations.TrailingZeroCount(endBits | otherBits);
        }
        ReadOnlySpan<byte> rest = text[at..];
        int length = rest.IndexOf((byte)'\n');
        isPlain = length >= 0 && rest[..length].IndexOf("''"u8) < 0 && rest[..length].IndexOf("/*"u8) < 0;
        return at + length;
    }
}
