using System.Text;
using DynamoCosmos.Items.Statistics;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Assessment;

/// <summary>The tree of attributes as a list of paths.</summary>
internal static class AttributeListing
{
    internal static IReadOnlyList<AttributeUsage> List(AttributeTree tree) =>
        [.. Below(tree.Root, "").Where(static usage => usage.Count > 0).OrderByDescending(static usage => usage.Count)
            .ThenBy(static usage => usage.Path, StringComparer.Ordinal)];

    internal static bool IsCapped(AttributeNode node) =>
        node.HasMore || node.Children.Any(IsCapped) || (node.Elements is not null && IsCapped(node.Elements));

    /// <summary>How a name is written as a path: in quotes where it holds what paths are made of.</summary>
    internal static string PathOf(string name) => name.Length > 0 && !name.AsSpan().ContainsAny(".[]\"*?")
        ? name : $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static IEnumerable<AttributeUsage> Below(AttributeNode node, string path)
    {
        foreach (AttributeNode child in node.Children)
        {
            foreach (AttributeUsage usage in From(child, (path.Length == 0 ? "" : path + ".") + PathOf(NameOf(child)))) yield return usage;
        }
        if (node.Elements is null) yield break;
        foreach (AttributeUsage usage in From(node.Elements, path + "[]")) yield return usage;
    }

    private static IEnumerable<AttributeUsage> From(AttributeNode node, string path) => Below(node, path).Prepend(Describe(node, path));

    private static AttributeUsage Describe(AttributeNode node, string path) => new()
    {
        Path = path,
        Count = node.Count,
        Types = node.Types.Select(static (count, type) => KeyValuePair.Create(AttributeNode.TypeNames[type], count))
            .Where(static type => type.Value > 0).OrderByDescending(static type => type.Value).ToDictionary(),
        Depth = node.Depth,
        Bytes = node.Bytes,
        MaxBytes = node.MaxBytes,
        NumberLosses = node.NumberLosses,
        HasMore = node.HasMore,
    };

    private static string NameOf(AttributeNode node)
    {
        byte[] text = new byte[node.Name.Length];
        return Encoding.UTF8.GetString(text, 0, JsonText.Unescape(node.Name, text));
    }
}
