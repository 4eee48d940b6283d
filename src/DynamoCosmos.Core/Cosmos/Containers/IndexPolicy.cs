using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Cosmos.Containers;

/// <summary>Indexing policies as JSON: the two that this module makes itself, and whether two say the same.</summary>
public static class IndexPolicy
{
    private static readonly string[] s_further = ["compositeIndexes", "spatialIndexes", "vectorIndexes", "fullTextIndexes"];

    /// <summary>What the service gives a container that is made without one: everything.</summary>
    internal const string ServiceDefault =
        """{"indexingMode":"consistent","automatic":true,"includedPaths":[{"path":"/*"}],"excludedPaths":[{"path":"/\"_etag\"/?"}]}""";

    /// <summary>
    /// Nothing but what the service indexes by itself (id and _ts). The mode stays consistent, because a container in mode none has no time
    /// to live ("Indexing policies in Azure Cosmos DB").
    /// </summary>
    internal const string Deferred =
        """{"indexingMode":"consistent","automatic":true,"includedPaths":[],"excludedPaths":[{"path":"/*"},{"path":"/\"_etag\"/?"}]}""";

    /// <summary>Takes JSON, or the path of a file that holds it.</summary>
    /// <param name="resolvePath">Turns a path as the user wrote it into one of the file system.</param>
    /// <returns>Compact JSON.</returns>
    /// <exception cref="MigrationException">It is neither.</exception>
    public static string Load(string textOrPath, Func<string, string> resolvePath)
    {
        if (textOrPath.AsSpan().TrimStart().StartsWith("{")) return Parse(textOrPath, null).ToJsonString();
        string path = resolvePath(textOrPath);
        try
        {
            return Parse(File.ReadAllText(path), path).ToJsonString();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw CosmosErrors.IndexingPolicyInvalid($"the file cannot be read: {unreadable.Message}", path, unreadable);
        }
    }

    internal static JsonObject Parse(string json, string? place)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw CosmosErrors.IndexingPolicyInvalid("it is not a JSON object.", place);
        }
        catch (JsonException broken)
        {
            throw CosmosErrors.IndexingPolicyInvalid("it is not JSON: " + broken.Message, place, broken);
        }
    }

    /// <summary>Whether they index the same: order, defaults and the _etag path, which the service adds, do not count.</summary>
    internal static bool IsSame(JsonObject? one, JsonObject? other)
    {
        if (one is null || other is null) return one == other;
        return Text(one, "indexingMode", "consistent").Equals(Text(other, "indexingMode", "consistent"), StringComparison.OrdinalIgnoreCase)
            && (bool?)one["automatic"] != false == ((bool?)other["automatic"] != false)
            && Paths(one, "includedPaths").SetEquals(Paths(other, "includedPaths"))
            && Paths(one, "excludedPaths").SetEquals(Paths(other, "excludedPaths"))
            && s_further.All(name => JsonNode.DeepEquals(NotEmpty(one[name]), NotEmpty(other[name])));
    }

    private static string Text(JsonObject policy, string name, string otherwise) => (string?)policy[name] ?? otherwise;

    private static HashSet<string> Paths(JsonObject policy, string name)
    {
        IEnumerable<string?> paths = policy[name] is JsonArray list ? list.Select(path => (string?)path?["path"]) : [];
        HashSet<string> set = [.. paths.OfType<string>().Where(path => path != "/\"_etag\"/?")];
        // A policy that names no path at all means everything.
        if (name == "includedPaths" && set.Count == 0 && policy["excludedPaths"] is not JsonArray { Count: > 0 }) set.Add("/*");
        return set;
    }

    private static JsonNode? NotEmpty(JsonNode? node) => node is JsonArray { Count: 0 } ? null : node;
}
