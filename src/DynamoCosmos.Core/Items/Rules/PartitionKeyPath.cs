using System.Text;

namespace DynamoCosmos.Items.Rules;

/// <summary>The text of a partition key path: segments after slashes, quoted where they are not plain identifiers.</summary>
internal static class PartitionKeyPath
{
    /// <summary>Cosmos DB allows three levels of hierarchical partition keys.</summary>
    internal const int MaxPaths = 3;

    internal static string Of(string segment) => IsIdentifier(segment)
        ? "/" + segment
        : "/\"" + segment.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    internal static string[] Parse(string path)
    {
        List<string> segments = [];
        int at = 0;
        if (path.Length == 0) throw ItemErrors.InvalidPartitionKeyPath(path, "it is empty.");
        while (at < path.Length)
        {
            if (path[at++] != '/') throw ItemErrors.InvalidPartitionKeyPath(path, $"a slash is missing at character {at}.");
            string segment = at < path.Length && path[at] is '"' or '\'' ? Quoted(path, ref at) : Plain(path, ref at);
            if (segment.Length == 0) throw ItemErrors.InvalidPartitionKeyPath(path, "a segment is empty.");
            segments.Add(segment);
        }
        return [.. segments];
    }

    private static string Plain(string path, ref int at)
    {
        int end = path.IndexOf('/', at);
        if (end < 0) end = path.Length;
        string segment = path[at..end];
        at = end;
        return segment;
    }

    private static string Quoted(string path, ref int at)
    {
        char quote = path[at++];
        StringBuilder segment = new();
        while (at < path.Length)
        {
            char c = path[at++];
            if (c == quote) return segment.ToString();
            if (c == '\\' && at < path.Length) c = path[at++];
            segment.Append(c);
        }
        throw ItemErrors.InvalidPartitionKeyPath(path, "a quote is not closed.");
    }

    private static bool IsIdentifier(string segment)
    {
        if (segment.Length == 0 || char.IsAsciiDigit(segment[0])) return false;
        foreach (char c in segment)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        }
        return true;
    }
}
