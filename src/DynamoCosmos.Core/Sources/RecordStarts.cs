namespace DynamoCosmos.Sources;

internal enum RecordStart
{
    No,

    /// <summary>With the version marker, which stands in no value.</summary>
    Marker,

    /// <summary>With the struct itself, which may be an element of a list as well.</summary>
    Struct,

    /// <summary>More of the line has to come first.</summary>
    Unknown,
}

/// <summary>
/// Lines of Ion text that begin a record: with <c>$ion_1_0</c>, or with a struct whose first field is Item or Record, in the line's first
/// column.
/// </summary>
internal static class RecordStarts
{
    // Enough for the struct's brace, a line's end, an indent, and the name.
    internal const int Ahead = 64;

    internal static ReadOnlySpan<byte> Marker => "$ion_1_0"u8;

    internal static RecordStart At(ReadOnlySpan<byte> line, bool isEnded)
    {
        RecordStart ifShort = isEnded || line.Length >= Ahead ? RecordStart.No : RecordStart.Unknown;
        if (line.Length > Ahead) line = line[..Ahead];
        if (line.IsEmpty) return ifShort;
        if (line[0] == '$') return ifShort == RecordStart.Unknown && line.Length <= Marker.Length && Marker.StartsWith(line)
            ? RecordStart.Unknown : IsMarker(line) ? RecordStart.Marker : RecordStart.No;
        if (line[0] != '{') return RecordStart.No;
        line = line[1..].TrimStart(" \t\r\n"u8);
        if (line.IsEmpty) return ifShort;
        bool isQuoted = line[0] is (byte)'"' or (byte)'\'';
        if (isQuoted) line = line[1..];
        ReadOnlySpan<byte> name = line.StartsWith("R"u8) ? "Record"u8 : "Item"u8;
        if (name.Length >= line.Length && name.StartsWith(line)) return ifShort;
        if (!line.StartsWith(name)) return RecordStart.No;
        line = line[name.Length..];
        if (isQuoted) line = line[1..];
        line = line.TrimStart(" \t\r\n"u8);
        return line.IsEmpty ? ifShort : line[0] == ':' ? RecordStart.Struct : RecordStart.No;
    }

    /// <summary>At the end of the text the marker may be all that is there.</summary>
    internal static bool IsMarker(ReadOnlySpan<byte> text) =>
        text.StartsWith(Marker)
            && (text.Length == Marker.Length
            || !(char.IsAsciiLetterOrDigit((char)text[Marker.Length]) || text[Marker.Length] is (byte)'_' or (byte)'$' or (byte)':'));
}
