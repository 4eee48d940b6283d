using System.Text.RegularExpressions;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>
/// Names (https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata) and their order.
/// </summary>
internal static partial class BlobPaths
{
    /// <summary>Segment by segment, as a tree is walked: a slash sorts before every other character.</summary>
    internal static Comparer<string> HierarchicalOrder { get; } = Comparer<string>.Create(static (left, right) =>
    {
        for (int i = 0; i < left.Length && i < right.Length; i++)
        {
            if (left[i] == right[i]) continue;
            return left[i] == '/' ? -1 : right[i] == '/' ? 1 : left[i].CompareTo(right[i]);
        }
        return left.Length.CompareTo(right.Length);
    });

    internal static void CheckContainer(string name)
    {
        if (!ContainerName().IsMatch(name)) throw new BlobError(400, "InvalidResourceName",
            "The specified resource name contains invalid characters.");
    }

    internal static void CheckBlob(string name, bool isHierarchical)
    {
        if (name.Length > 1024) throw new BlobError(400, "InvalidResourceName",
            "The specified resource name length is not within the permissible limits.");
        string[] segments = name.Split('/');
        if (!isHierarchical)
        {
            if (segments.Length > 254) throw InvalidUri();
            return;
        }
        // A hierarchical account has real directories: no empty names, no dots, at most 63 deep.
        if (segments.Length > 63 || segments.Any(segment => segment is "" or "." or ".." || segment.Length > 255)) throw InvalidUri();
    }

    private static BlobError InvalidUri() => new(400, "InvalidUri", "The requested URI does not represent any resource on the server.");

    [GeneratedRegex("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex ContainerName();
}
