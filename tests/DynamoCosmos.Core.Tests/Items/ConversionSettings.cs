using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>Tables and settings that between them meet every rule of conversion.</summary>
internal static class ConversionSettings
{
    internal static IReadOnlyList<(KeyMap Keys, ConversionOptions Options)> All { get; } =
    [
        (new(new("pk", KeyType.S)), new()),
        (new(new("pk", KeyType.S), new("sk", KeyType.N), "exp"), new()),
        (new(new("pk", KeyType.B), new("sk", KeyType.S), "ttl"), new() { Hierarchical = true, NumberMode = NumberMode.String }),
        (new(new("id", KeyType.S)), new()),
        (new(new("id", KeyType.N)), new() { NumberMode = NumberMode.Double }),
        (new(new("id", KeyType.S), new("dynamo_id", KeyType.S)), new() { Hierarchical = true }),
        (new(new("ttl", KeyType.N), new("id", KeyType.S), "exp"),
            new() { IdFrom = IdSource.SortKey, ExpiredItem = ExpiredItemAction.Keep }),
        (new(new("pk", KeyType.S), null, "exp"), new() { IdFrom = IdSource.Attribute, IdAttribute = "name" }),
        (new(new("pk", KeyType.S), new("_ts", KeyType.B)), new() { PartitionKeyPaths = ["/customerId", "/dynamo__ts", "/id"] }),
        (new(new("pk", KeyType.N)), new() { PartitionKeyPaths = ["/x/y", "/dynamo_id"], NumberMode = NumberMode.Reject }),
    ];
}
