using System.Globalization;
using System.Text.Json.Nodes;
using DynamoCosmos.Cosmos.Throughput;
using DynamoCosmos.Model;

namespace DynamoCosmos.Cosmos.Containers;

/// <summary>A container's description as the service has it, made and read.</summary>
internal static class ContainerShape
{
    internal static JsonObject Make(string name, IReadOnlyList<string> paths, bool timeToLive, JsonObject? policy)
    {
        JsonObject container = new()
        {
            ["id"] = name,
            ["partitionKey"] = new JsonObject
            {
                ["paths"] = new JsonArray([.. paths.Select(path => (JsonNode)path)]),
                ["kind"] = paths.Count > 1 ? "MultiHash" : "Hash",
                ["version"] = 2,
            },
        };
        if (timeToLive) container["defaultTtl"] = -1;
        if (policy is not null) container["indexingPolicy"] = policy.DeepClone();
        return container;
    }

    internal static IReadOnlyList<string> Paths(JsonObject container) =>
        container["partitionKey"]?["paths"] is JsonArray paths ? [.. paths.Select(path => (string)path!)] : [];

    /// <summary>Checked as far as that can be done without asking the service; null where neither is given.</summary>
    internal static ThroughputRequest? Request(int? manual, int? autoscaleMaximum)
    {
        if (manual is not null && autoscaleMaximum is not null) throw CosmosErrors.ThroughputTwice();
        if ((manual ?? autoscaleMaximum) is not int value) return null;
        ThroughputMode mode = manual is null ? ThroughputMode.Autoscale : ThroughputMode.Manual;
        ThroughputControl.CheckSteps(mode, value);
        return new(mode, value);
    }

    internal static string Describe(ThroughputRequest? throughput) => throughput switch
    {
        null => "the service's own throughput (serverless, shared with its database, or the least)",
        { Mode: ThroughputMode.Autoscale } => $"autoscale up to {Number(throughput.Value!.Value)} RU/s",
        _ => $"{Number(throughput.Value!.Value)} RU/s",
    };

    internal static string Describe(CosmosThroughput throughput) =>
        throughput.AutoscaleMaxThroughput is int maximum
            ? $"autoscale up to {Number(maximum)} RU/s" : $"{Number(throughput.Throughput)} RU/s";

    internal static string Number(long number) => number.ToString("#,0", CultureInfo.CurrentCulture);
}
