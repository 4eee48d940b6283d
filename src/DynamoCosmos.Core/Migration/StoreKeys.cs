namespace DynamoCosmos.Migration;

/// <summary>Keys as parts of URLs and paths, and which of them can be trusted.</summary>
internal static class StoreKeys
{
    /// <summary>Every segment is escaped, so that a key with spaces, <c>#</c> or <c>%</c> comes back as it was from <see cref="Relative"/>.</summary>
    internal static Uri Combine(Uri root, string key) =>
        new(root.AbsoluteUri + string.Join('/', key.Split('/').Select(Uri.EscapeDataString)), UriKind.Absolute);

    /// <summary>The key of a location below a root; null where it lies elsewhere.</summary>
    internal static string? Relative(Uri root, Uri location) =>
        location.AbsoluteUri.StartsWith(root.AbsoluteUri, StringComparison.Ordinal)
            ? Uri.UnescapeDataString(location.AbsoluteUri[root.AbsoluteUri.Length..])
            : null;

    /// <summary>
    /// Whether a key from a manifest can be used below another root, on any system: no empty, <c>.</c> or <c>..</c> segment, nothing that
    /// Windows or Linux would read as a drive, a stream, a separator or a device, and no control character.
    /// </summary>
    internal static bool IsSafe(string key) =>
        key.Length > 0 && key.Split('/').All(static segment =>
            segment.Length > 0 && segment is not ("." or "..") && segment[^1] is not ('.' or ' ') &&
            !segment.Any(static character => character is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' || char.IsControl(character)));
}
