using System.Text;
using System.Text.Json;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>A container's partition key paths, taken apart: <c>/a</c>, <c>/a/b</c>, <c>/"order id"</c>.</summary>
internal sealed class PartitionKeyPaths
{
    private readonly byte[][][] _paths;

    private PartitionKeyPaths(byte[][][] paths) => _paths = paths;

    internal int Count => _paths.Length;

    /// <summary>One bit for each path.</summary>
    internal uint All => (1u << Count) - 1;

    internal static PartitionKeyPaths Parse(IReadOnlyList<string> paths) => new([.. paths.Select(ParsePath)]);

    /// <summary>The active paths whose segment at this level is the property that the reader stands on.</summary>
    internal uint Match(ref Utf8JsonReader reader, int level, uint active)
    {
        uint found = 0;
        for (int i = 0; i < _paths.Length; i++)
            if ((active & (1u << i)) != 0 && reader.ValueTextEquals(_paths[i][level])) found |= 1u << i;
        return found;
    }

    /// <summary>Those whose last segment is at this level.</summary>
    internal uint Ending(uint matched, int level) => Select(matched, level, isLast: true);

    /// <summary>Those that lead further down.</summary>
    internal uint GoingOn(uint matched, int level) => Select(matched, level, isLast: false);

    private uint Select(uint matched, int level, bool isLast)
    {
        if (matched == 0) return 0;
        uint found = 0;
        for (int i = 0; i < _paths.Length; i++)
            if ((matched & (1u << i)) != 0 && (_paths[i].Length == level + 1) == isLast) found |= 1u << i;
        return found;
    }

    private static byte[][] ParsePath(string path)
    {
        List<byte[]> segments = [];
        int at = 0;
        while (at < path.Length)
        {
            if (path[at++] != '/' || at == path.Length) throw Invalid(path);
            int end;
            if (path[at] == '"')
            {
                end = path.IndexOf('"', at + 1);
                if (end < 0) throw Invalid(path);
                segments.Add(Encoding.UTF8.GetBytes(path[(at + 1)..end]));
                end++;
            }
            else
            {
                end = path.IndexOf('/', at);
                if (end < 0) end = path.Length;
                string name = path[at..end];
                if (name.Length == 0 || char.IsAsciiDigit(name[0])
                    || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')) throw Invalid(path);
                segments.Add(Encoding.UTF8.GetBytes(name));
            }
            at = end;
        }
        return segments.Count > 0 ? [.. segments] : throw Invalid(path);
    }

    private static RefusedException Invalid(string path) =>
        new(StandInRefusal.BadRequest($"The partition key component definition path '{path}' could not be accepted. Quote what is not a " +
            "plain name, as in /\"order id\"."));
}
