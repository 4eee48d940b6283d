using System.Text;

namespace DynamoCosmos.Items;

/// <summary>A partition key path as Cosmos DB writes it: <c>/pk</c>, <c>/address/zip</c>, <c>/"order id"</c>.</summary>
internal static class PartitionKeyPath
{
    /// <summary>Cosmos DB takes hierarchical keys of up to three levels ("Hierarchical partition keys").</summary>
    internal const int MaxPaths = 3;

    /// <summary>A property's path; the name is quoted unless it is a plain identifier.</summary>
    internal static string Of(string name) => IsIdentifier(name) ? "/" + name : $"/\"{name.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";

    /// <exception cref="MigrationException">It is not a path.</exception>
    internal static IReadOnlyList<string> Parse(string path)
    {
        List<string> segments = [];
        int at = 0;
        while (at < path.Length)
        {
            if (path[at++] != '/') throw ItemErrors.InvalidPartitionKeyPath(path);
            StringBuilder segment = new();
            if (at < path.Length && path[at] == '"')
            {
                for (at++; at < path.Length && path[at] != '"'; at++) segment.Append(path[at] == '\\' && at + 1 < path.Length ? path[++at] : path[at]);
                if (at++ >= path.Length) throw ItemErrors.InvalidPartitionKeyPath(path);
            }
            else
            {
                for (; at < path.Length && path[at] != '/'; at++) segment.Append(path[at]);
            }
            if (segment.Length == 0) throw ItemErrors.InvalidPartitionKeyPath(path);
            segments.Add(segment.ToString());
        }
        return segments.Count > 0 ? segments : throw ItemErrors.InvalidPartitionKeyPath(path);
    }

    private static bool IsIdentifier(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
