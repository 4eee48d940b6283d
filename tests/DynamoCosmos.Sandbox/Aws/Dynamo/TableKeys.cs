namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>A table's key schema.</summary>
/// <param name="PartitionType">S, N or B.</param>
public sealed record TableKeys(string PartitionKey, string PartitionType, string? SortKey = null, string SortType = "S")
{
    /// <summary>From <c>name:type</c>, such as <c>pk:S</c>.</summary>
    public static TableKeys Parse(string partitionKey, string? sortKey)
    {
        (string name, string type) = Split(partitionKey);
        if (sortKey is null) return new(name, type);
        (string sortName, string sortType) = Split(sortKey);
        return new(name, type, sortName, sortType);
    }

    private static (string Name, string Type) Split(string text) =>
        text.LastIndexOf(':') is int colon and > 0 ? (text[..colon], text[(colon + 1)..]) : (text, "S");
}
