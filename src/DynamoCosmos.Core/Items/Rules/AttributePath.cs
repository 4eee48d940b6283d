using System.Text;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Items.Rules;

/// <summary>One name of a path.</summary>
/// <param name="IsPattern">It holds wildcards outside of quotes.</param>
internal readonly record struct PathSegment(string Name, bool IsPattern);

/// <summary>Reads <c>address.city</c>, <c>"a.b".c</c>, <c>tmp*</c>.</summary>
internal static class AttributePath
{
    /// <exception cref="MigrationException">It is not a path.</exception>
    internal static PathSegment[] Parse(string path)
    {
        List<PathSegment> segments = [];
        int at = 0;
        while (true)
        {
            segments.Add(at < path.Length && path[at] == '"' ? Quoted(path, ref at) : Plain(path, ref at));
            if (at == path.Length) return [.. segments];
            if (path[at] != '.') throw ItemErrors.InvalidAttributePath(path, $"a dot is expected at character {at + 1}.");
            at++;
        }
    }

    /// <summary>A path without wildcards.</summary>
    internal static string[] ParseExact(string path)
    {
        PathSegment[] segments = Parse(path);
        if (segments.Any(segment => segment.IsPattern)) throw ItemErrors.InvalidAttributePath(path,
            "wildcards have no meaning here; put a name that holds * or ? into quotes.");
        return [.. segments.Select(segment => segment.Name)];
    }

    private static PathSegment Plain(string path, ref int at)
    {
        int end = path.IndexOf('.', at);
        if (end < 0) end = path.Length;
        string name = path[at..end];
        if (name.Length == 0) throw ItemErrors.InvalidAttributePath(path, "a name is empty.");
        if (name.AsSpan().ContainsAny('[', ']')) throw ItemErrors.InvalidAttributePath(path,
            "elements of lists cannot be named, a path goes through lists by itself (lines.price); put a name that holds brackets into " +
            "quotes.");
        at = end;
        return new(name, name.Contains('*', StringComparison.Ordinal) || name.Contains('?', StringComparison.Ordinal));
    }

    private static PathSegment Quoted(string path, ref int at)
    {
        StringBuilder name = new();
        for (at++; at < path.Length && path[at] != '"'; at++) name.Append(path[at] == '\\' && at + 1 < path.Length ? path[++at] : path[at]);
        if (at++ >= path.Length) throw ItemErrors.InvalidAttributePath(path, "a quote is not closed.");
        return new(name.ToString(), false);
    }
}
