using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>What the service accepts as a container's properties, and what it makes of them.</summary>
internal static class ContainerRules
{
    /// <param name="current">The properties in force when they are replaced; null when the container is new.</param>
    internal static (JsonObject Properties, PartitionKeyPaths Paths, int? DefaultTtl, bool IsIndexed) Read(JsonObject given,
        JsonObject? current)
    {
        string id = given["id"] is JsonValue value && value.TryGetValue(out string? text) ? text : "";
        CheckName(id);
        if (given["partitionKey"] is not JsonObject partitionKey || partitionKey["paths"] is not JsonArray { Count: > 0 } list)
            throw Refuse("Partition key definition is missing: set partitionKey.paths.");
        string[] paths = [.. list.Select(path => (string)path!)];
        PartitionKeyPaths parsed = CheckPartitionKey(partitionKey, paths);
        if (current?["partitionKey"] is JsonObject before && (id != (string)current["id"]! || VersionOf(partitionKey) != VersionOf(before)
            || !paths.SequenceEqual(before["paths"]!.AsArray().Select(path => (string)path!))))
            throw Refuse("Document collection partition key cannot be changed.");
        int? ttl = given["defaultTtl"] is JsonNode node ? ReadTtl(node) : null;
        JsonObject policy = given["indexingPolicy"] is JsonObject own ? (JsonObject)own.DeepClone() : new();
        bool isIndexed = CompletePolicy(policy);
        JsonObject keptKey = new() { ["paths"] = list.DeepClone(), ["kind"] = paths.Length > 1 ? "MultiHash" : "Hash" };
        // One that was made without a version is shown without one, and is of the first.
        if (partitionKey["version"] is { } version) keptKey["version"] = version.DeepClone();
        JsonObject properties = new()
        {
            ["id"] = id,
            ["indexingPolicy"] = policy,
            ["partitionKey"] = keptKey,
            ["conflictResolutionPolicy"] =
                new JsonObject { ["mode"] = "LastWriterWins", ["conflictResolutionPath"] = "/_ts", ["conflictResolutionProcedure"] = "" },
        };
        if (ttl is not null) properties["defaultTtl"] = ttl;
        return (properties, parsed, ttl, isIndexed);
    }

    internal static void CheckName(string name)
    {
        // 255 characters, and what a path cannot hold.
        if (name.Length is 0 or > 255 || name.AsSpan().IndexOfAny("/\\?#") >= 0 || name.EndsWith(' '))
            throw Refuse($"The input name '{name}' is invalid. Ensure to provide a unique non-empty string less than '255' characters " +
                "without '/', '\\', '?' and '#'.");
    }

    /// <summary>The version of a partition key definition: one that names none is of the first.</summary>
    internal static int VersionOf(JsonNode partitionKey) => (int?)partitionKey["version"] ?? 1;

    private static PartitionKeyPaths CheckPartitionKey(JsonObject partitionKey, string[] paths)
    {
        string kind = (string?)partitionKey["kind"] ?? "Hash";
        int version = VersionOf(partitionKey);
        if (paths.Length > EffectivePartitionKey.MostComponents) throw Refuse("Too many partition key paths: at most 3.");
        if (version is not (1 or 2)) throw Refuse($"The partition key version '{version}' is unknown.");
        if (paths.Distinct().Count() != paths.Length) throw Refuse("A partition key path is there twice.");
        if (paths.Length > 1
            && (kind != "MultiHash" || version != 2)) throw Refuse("Several partition key paths need kind MultiHash and version 2.");
        if (kind is not ("Hash" or "MultiHash")) throw Refuse($"The partition key kind '{kind}' is unknown.");
        return PartitionKeyPaths.Parse(paths);
    }

    private static int ReadTtl(JsonNode node)
    {
        if (node is JsonValue value && value.TryGetValue(out int ttl) && ttl is -1 or > 0) return (int)node;
        throw Refuse("The value of defaultTtl is invalid: -1 or a positive number of seconds.");
    }

    private static bool CompletePolicy(JsonObject policy)
    {
        string mode = ((string?)policy["indexingMode"] ?? "consistent").ToLowerInvariant();
        policy["indexingMode"] = mode;
        bool isAutomatic = (bool?)policy["automatic"] ?? true;
        policy["automatic"] = isAutomatic;
        if (mode == "none")
        {
            if (isAutomatic) throw Refuse("Indexing mode None cannot be combined with automatic true.");
            return false;
        }
        if (mode != "consistent") throw Refuse($"The indexing mode '{mode}' is not supported.");
        if (policy["includedPaths"] is not JsonArray { Count: > 0 } && policy["excludedPaths"] is not JsonArray { Count: > 0 })
            policy["includedPaths"] = new JsonArray(new JsonObject { ["path"] = "/*" });
        policy["includedPaths"] ??= new JsonArray();
        JsonArray excluded = policy["excludedPaths"] as JsonArray ?? [];
        policy["excludedPaths"] = excluded.DeepClone();
        bool includesAll = HasRoot(policy["includedPaths"]), excludesAll = HasRoot(policy["excludedPaths"]);
        if (includesAll == excludesAll) throw Refuse("The special mandatory indexing path \"/*\" has to be in either the included or " +
            "the excluded paths.");
        if (!Names(policy["excludedPaths"]).Contains("/\"_etag\"/?")) policy["excludedPaths"]!.AsArray()
            .Add(new JsonObject { ["path"] = "/\"_etag\"/?" });
        return includesAll;
    }

    private static bool HasRoot(JsonNode? paths) => Names(paths).Contains("/*");

    private static IEnumerable<string?> Names(JsonNode? paths) =>
        paths is JsonArray list ? list.Select(path => (string?)path?["path"]) : [];

    private static RefusedException Refuse(string message) => new(StandInRefusal.BadRequest(message));
}
