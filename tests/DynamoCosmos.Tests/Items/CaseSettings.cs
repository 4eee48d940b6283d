using System.Collections;
using System.Text.Json;

namespace DynamoCosmos.Tests.Items;

/// <summary>A row's table and options as the parameters of the cmdlets.</summary>
internal static class CaseSettings
{
    /// <summary>For splatting.</summary>
    internal static Hashtable Of(JsonElement row)
    {
        Hashtable settings = [];
        foreach (JsonProperty property in row.GetProperty("table").EnumerateObject())
        {
            (string parameter, object value) = property.Name switch
            {
                "pk" => ("PartitionKeyAttribute", (object)Key(property.Value)),
                "sk" => ("SortKeyAttribute", Key(property.Value)),
                _ => ("TtlAttribute", property.Value.GetString()!),
            };
            settings[parameter] = value;
        }
        if (!row.TryGetProperty("options", out JsonElement options)) return settings;
        foreach (JsonProperty property in options.EnumerateObject())
        {
            settings[property.Name == "partitionKeyPaths" ? "PartitionKeyPath" : property.Name] = property.Value.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.Array => property.Value.EnumerateArray().Select(e => e.GetString()).ToArray(),
                _ => property.Value.GetString(),
            };
        }
        return settings;
    }

    private static string Key(JsonElement key) => $"{key[0].GetString()}:{key[1].GetString()}";
}
