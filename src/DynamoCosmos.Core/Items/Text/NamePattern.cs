namespace DynamoCosmos.Items.Text;

/// <summary>
/// A name with wildcards: <c>*</c> for any text, <c>?</c> for one character. It works on canonical JSON text, which a name's wildcards
/// cannot be part of.
/// </summary>
internal sealed class NamePattern(byte[] pattern)
{
    internal bool Matches(ReadOnlySpan<byte> name)
    {
        int at = 0, expected = 0, afterStar = -1, retry = 0;
        while (at < name.Length)
        {
            if (expected < pattern.Length && pattern[expected] == '*')
            {
                afterStar = ++expected;
                retry = at;
            }
            else if (expected < pattern.Length && pattern[expected] == '?')
            {
                at += CharacterLength(name[at..]);
                expected++;
            }
            else if (expected < pattern.Length && pattern[expected] == name[at])
            {
                at++;
                expected++;
            }
            else if (afterStar >= 0)
            {
                expected = afterStar;
                retry += CharacterLength(name[retry..]);
                at = retry;
            }
            else return false;
        }
        while (expected < pattern.Length && pattern[expected] == '*') expected++;
        return expected == pattern.Length;
    }

    private static int CharacterLength(ReadOnlySpan<byte> text) => text[0] switch
    {
        (byte)'\\' => text[1] == 'u' ? 6 : 2,
        < 0x80 => 1,
        < 0xE0 => 2,
        < 0xF0 => 3,
        _ => 4,
    };
}
