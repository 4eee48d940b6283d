using System.Text.Json.Nodes;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Assessment;

/// <summary>
/// Maps a table's indexes to what Cosmos DB has: the indexing policy, a hierarchical partition key, or a second container.
/// </summary>
internal sealed class IndexAdvising(KeyMap keys, IReadOnlyList<SecondaryIndex> indexes, IReadOnlyList<AttributeUsage> attributes,
    int physicalPartitions)
{
    /// <summary>A text of more than this is not what anybody filters by.</summary>
    private const int LongTextBytes = 1_024;

    internal IReadOnlyList<IndexAdvice> Advise(long items) => [.. indexes.Select(index => Advise(index, items))];

    private IndexAdvice Advise(SecondaryIndex index, long items)
    {
        long having = attributes.FirstOrDefault(attribute => attribute.Path == index.PartitionKey.Name)?.Count ?? 0;
        double coverage = items == 0 ? 0 : Math.Min(1, (double)having / items);
        string named = index.SortKey is null ? index.PartitionKey.ToString() : $"{index.PartitionKey}, {index.SortKey}";
        (IndexAdviceKind advice, string reason) = index.PartitionKey.Name == keys.PartitionKey.Name
            ? (IndexAdviceKind.IndexingPolicy, "It has the table's partition key, so its queries stay within one logical partition; an " +
                "index on its sort key answers them.")
            : index.PartitionKey.Name == keys.SortKey?.Name && index.SortKey?.Name == keys.PartitionKey.Name
                ? (IndexAdviceKind.SecondContainer, "It turns the table's keys round, and a query by the sort key alone asks every " +
                    "partition. Keep a second container, partitioned the other way, by the change feed.")
                : index.SortKey?.Name == keys.PartitionKey.Name && coverage >= 1
                    ? (IndexAdviceKind.HierarchicalKey, $"Every item has {index.PartitionKey.Name}. A container partitioned by both, " +
                        $"{index.PartitionKey.Name} first, answers its queries within a few partitions, if the application knows " +
                        $"{index.PartitionKey.Name} wherever it reads by key.")
                : physicalPartitions <= 1
                    ? (IndexAdviceKind.IndexingPolicy, "All documents fit in one physical partition, so a query across logical " +
                        "partitions costs little more than one within.")
                    : (IndexAdviceKind.SecondContainer, $"Its queries would ask all {physicalPartitions} physical partitions. If they " +
                        $"are frequent, keep a second container partitioned by {index.PartitionKey.Name}, by the change feed; if rare, " +
                        "the indexing policy will do.");
        return new(index.Name, index.Kind, named, advice, coverage, reason);
    }

    /// <summary>
    /// With the table's indexes known: their keys and the table's own, and nothing else. Otherwise everything but what nobody filters by:
    /// binary values and long texts.
    /// </summary>
    internal string Policy()
    {
        JsonObject policy = new() { ["indexingMode"] = "consistent", ["automatic"] = true };
        if (indexes.Count > 0)
        {
            policy["includedPaths"] = Paths([.. KeyNames().Select(static name => Document(name) + "/?")]);
            policy["excludedPaths"] = Paths(["/*", "/\"_etag\"/?"]);
            if (Composites() is JsonArray { Count: > 0 } composites) policy["compositeIndexes"] = composites;
        }
        else
        {
            policy["includedPaths"] = Paths(["/*"]);
            policy["excludedPaths"] =
                Paths([.. attributes.Where(IsNeverFiltered).Select(static attribute => Document(attribute.Path) + "/?"), "/\"_etag\"/?"]);
        }
        return policy.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    private IEnumerable<string> KeyNames() => indexes
        .SelectMany(static index => new[] { index.PartitionKey, index.SortKey })
        .Append(keys.PartitionKey).Append(keys.SortKey)
        .OfType<KeyAttribute>().Select(static key => key.Name).Distinct().Order(StringComparer.Ordinal);

    /// <summary>An index with a sort key gives its items in that order: for each, partition key and sort key together.</summary>
    private JsonArray Composites() =>
    [
        .. indexes.Where(static index => index.SortKey is not null)
            .Select(static index => (index.PartitionKey.Name, Sort: index.SortKey!.Name)).Distinct()
            .Select(static pair => (JsonNode)new JsonArray(Ordered(pair.Name), Ordered(pair.Sort))),
    ];

    private static JsonNode Ordered(string name) => new JsonObject { ["path"] = Document(name), ["order"] = "ascending" };

    private static JsonArray Paths(IReadOnlyList<string> paths) =>
        [.. paths.Select(static path => (JsonNode)new JsonObject { ["path"] = path })];

    private bool IsNeverFiltered(AttributeUsage attribute) =>
        !attribute.Path.AsSpan().ContainsAny(".[\"") && attribute.Path != keys.PartitionKey.Name && attribute.Path != keys.SortKey?.Name
            && attribute.Count > 0
        && (attribute.Types.Keys.All(static type => type is "B" or "NULL")
            || (attribute.Types.Keys.All(static type => type is "S" or "NULL") && attribute.Bytes / attribute.Count > LongTextBytes));

    /// <summary>Where an attribute is in the document: those that Cosmos DB owns have moved.</summary>
    private static string Document(string name) =>
        PartitionKeyPath.Of(ConversionPlan.ReservedNames.Contains(name) ? "dynamo_" + name : name);
}
