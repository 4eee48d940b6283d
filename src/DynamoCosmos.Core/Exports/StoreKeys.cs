namespace DynamoCosmos.Exports;

/// <summary>Keys as parts of URLs and paths, and which of them can be trusted.</summary>
internal static class StoreKeys
{
    /// <summary>
    /// Every segment is escaped, so that a key with spaces, <c>#</c> or <c>%</c> comes back as it was from <see cref="Relative"/>.
    /// </summary>
    internal static Uri Combine(Uri root, string key) =>
        new(root.AbsoluteUri + string.Join('/', key.Split('/').Select(Uri.EscapeDataString)), UriKind.Absolute);

    /// <summary>The key of a location below a root; null where it lies elsewhere.</summary>
    internal static string? Relative(Uri root, Uri location) =>
        location.AbsoluteUri.StartsWith(root.AbsoluteUri, StringComparison.Ordinal)
            ? Uri.UnescapeDataString(location.AbsoluteUri[root.AbsoluteUri.Length..])
            : null;

    /// <summary>
    /// A folder on disk as a root: every character of its names escaped, so that <see cref="Uri.LocalPath"/> gives them back.
    /// </summary>
    internal static Uri OfFolder(string path)
    {
        string[] segments = Path.GetFullPath(path).Replace(Path.DirectorySeparatorChar, '/').TrimEnd('/').Split('/');
        // A Windows drive (C:) is no name to escape; a share (//server/…) has its server as the host.
        IEnumerable<string> escaped =
            segments.Select(static (segment, index) => index == 0 && segment.EndsWith(':') ? segment : Uri.EscapeDataString(segment));
        string joined = string.Join('/', escaped);
        return new(joined.StartsWith("//", StringComparison.Ordinal)
            ? $"file:{joined}/" : $"file:///{joined.TrimStart('/')}{(joined.Length > 0 ? "/" : "")}");
    }

    /// <summary>The order of S3's and Azure's listings.</summary>
    internal static int CompareUtf8(string left, string right)
    {
        for (int index = 0; index < left.Length && index < right.Length; index++)
        {
            char one = left[index], other = right[index];
            if (one == other) continue;
            // UTF-16 puts surrogates before U+E000..U+FFFF, UTF-8 after them.
            bool isOneHigh = char.IsSurrogate(one), isOtherHigh = char.IsSurrogate(other);
            return isOneHigh == isOtherHigh ? one.CompareTo(other) : isOneHigh ? 1 : -1;
        }
        return left.Length.CompareTo(right.Length);
    }

    /// <summary>
    /// Whether a key from a manifest can be used below another root, on any system: no empty, <c>.</c> or <c>..</c> segment, nothing that
    /// Windows or Linux would read as a drive, a stream, a separator or a device, and no control character.
    /// </summary>
    internal static bool IsSafe(string key) =>
        key.Length > 0 && key.Split('/').All(static segment =>
            segment.Length > 0 && segment is not ("." or "..") && segment[^1] is not ('.' or ' ') &&
            !segment.Any(static character => character is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|'
                || char.IsControl(character)));
}
