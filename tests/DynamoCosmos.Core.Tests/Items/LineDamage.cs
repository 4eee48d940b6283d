namespace DynamoCosmos.Core.Tests.Items;

/// <summary>Damages lines as disks, networks and people do: cut, flipped, doubled, left out, mixed up. From a seed.</summary>
public sealed class LineDamage(int seed)
{
    private static readonly byte[][] s_pieces =
    [
        "\""u8.ToArray(), "\\"u8.ToArray(), "{"u8.ToArray(), "}"u8.ToArray(), "["u8.ToArray(), "]"u8.ToArray(), ","u8.ToArray(),
            ":"u8.ToArray(), "0"u8.ToArray(), "-"u8.ToArray(), "E"u8.ToArray(),
        "."u8.ToArray(), [0], [1], [0x80], [0xC2], [0xED, 0xA0, 0x80], [0xFF], "\\u"u8.ToArray(), "\\ud83d"u8.ToArray(),
            "\\ude00"u8.ToArray(), "\\u0041"u8.ToArray(), "true"u8.ToArray(), "null"u8.ToArray(),
        "{\"S\":\"\"}"u8.ToArray(), "{\"N\":\"1\"}"u8.ToArray(), "{\"L\":["u8.ToArray(), "\"pk\":{\"S\":\"a\"},"u8.ToArray(),
            " "u8.ToArray(), "\n"u8.ToArray(), "="u8.ToArray(), "//"u8.ToArray(),
    ];

    private readonly Random _random = new(seed);
    private byte[] _before = [];

    public byte[] Harm(byte[] line)
    {
        byte[] harmed = line;
        for (int i = _random.Next(1, 4); i > 0; i--) harmed = HarmOnce(harmed);
        _before = line;
        return harmed;
    }

    private byte[] HarmOnce(byte[] line)
    {
        if (line.Length == 0) return line;
        int at = _random.Next(line.Length);
        int length = _random.Next(Math.Min(line.Length - at, _random.Next(2) == 0 ? 4 : 60)) + 1;
        length = Math.Min(length, line.Length - at);
        switch (_random.Next(8))
        {
            case 0:
                return line[..at];
            case 1:
                byte[] flipped = [.. line];
                flipped[at] ^= (byte)(1 << _random.Next(8));
                return flipped;
            case 2:
                return [.. line[..(at + length)], .. line[at..]];
            case 3:
                return [.. line[..at], .. line[(at + length)..]];
            case 4:
                byte[] piece = s_pieces[_random.Next(s_pieces.Length)];
                return [.. line[..at], .. piece, .. line[at..]];
            case 5:
                byte[] put = s_pieces[_random.Next(s_pieces.Length)];
                return [.. line[..at], .. put, .. line[Math.Min(line.Length, at + put.Length)..]];
            case 6 when _before.Length > 0:
                int other = _random.Next(_before.Length);
                return [.. line[..at], .. _before[other..]];
            default:
                byte[] exchanged = [.. line];
                int with = _random.Next(line.Length);
                (exchanged[at], exchanged[with]) = (exchanged[with], exchanged[at]);
                return exchanged;
        }
    }
}
