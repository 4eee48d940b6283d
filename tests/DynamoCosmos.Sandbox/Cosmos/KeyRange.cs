using System.Globalization;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>A piece of the hash space as a request names it: hexadecimal, start inclusive, end exclusive, of any length.</summary>
internal readonly struct KeyRange(string? start, string? end)
{
    private readonly string _start = start ?? "";
    private readonly string _end = end ?? "FF";
    private readonly ulong _from = Position(start ?? "");
    private readonly ulong _to = Position(end ?? "FF");

    internal bool IsGiven => start is not null || end is not null;

    /// <summary>The first 64 bits do not decide: a prefix of a hierarchical key.</summary>
    internal bool IsFine => HasTail(_start) || HasTail(_end);

    internal bool Overlaps(PhysicalRange range) => _from < range.To && (IsFine ? _to >= range.From : _to > range.From);

    /// <summary>All that may be in it.</summary>
    internal bool MayHold(ulong position) => position >= _from && (position < _to || (position == _to && IsFine));

    internal bool Holds(string key) => string.CompareOrdinal(key, _start) >= 0 && string.CompareOrdinal(key, _end) < 0;

    private static bool HasTail(string hex) => hex.Length > 16 && hex.AsSpan(16).ContainsAnyExcept('0');

    private static ulong Position(string hex) => hex switch
    {
        "" => 0,
        "FF" => ulong.MaxValue,
        _ => ulong.Parse(hex.PadRight(16, '0')[..16], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
    };
}
