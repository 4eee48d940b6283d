using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>What CreateTable says of a table, and how DescribeTable shows it.</summary>
internal static class TableDescription
{
    internal static TableKeys Keys(DynamoInput input)
    {
        Dictionary<string, string> types = Types(input);
        List<(string Name, string Kind)> schema = Schema(input.Root);
        if (schema.Count is < 1 or > 2 || schema[0].Kind != "HASH" || (schema.Count == 2 && schema[1].Kind != "RANGE"))
            throw AwsException.Validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
        HashSet<string> used = [.. schema.Select(static key => key.Name), .. Indexes(input)
            .SelectMany(static index => Schema(index).Select(static key => key.Name))];
        if (used.FirstOrDefault(name => !types.ContainsKey(name)) is string undefined)
            throw AwsException.Validation("One or more parameter values were invalid: Some index key attributes are not defined in " +
                $"AttributeDefinitions. Keys: [{undefined}]");
        if (types.Count != used.Count)
            throw AwsException.Validation("One or more parameter values were invalid: Number of attributes in KeySchema does not " +
                "exactly match number of attributes defined in AttributeDefinitions");
        string? sortKey = schema.Count == 2 ? schema[1].Name : null;
        return new(schema[0].Name, types[schema[0].Name], sortKey, sortKey is null ? "S" : types[sortKey]);
    }

    internal static JsonObject Settings(DynamoInput input, string arn, DateTimeOffset now)
    {
        JsonObject settings = [];
        bool isOnDemand = input.OptionalText("BillingMode") == "PAY_PER_REQUEST";
        if (!isOnDemand && input.Inner("ProvisionedThroughput") is null)
            throw AwsException.Validation("One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must " +
                "both be specified when BillingMode is PROVISIONED");
        if (isOnDemand && input.Inner("ProvisionedThroughput") is not null)
            throw AwsException.Validation("One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits " +
                "can be specified when BillingMode is PAY_PER_REQUEST");
        if (isOnDemand) settings["BillingModeSummary"] = new JsonObject { ["BillingMode"] = "PAY_PER_REQUEST" };
        settings["AttributeDefinitions"] = JsonNode.Parse(input.Raw("AttributeDefinitions"));
        JsonObject throughput = isOnDemand
            ? new JsonObject { ["ReadCapacityUnits"] = 0, ["WriteCapacityUnits"] = 0 }
            : JsonNode.Parse(input.Raw("ProvisionedThroughput"))!.AsObject();
        throughput["NumberOfDecreasesToday"] = 0;
        settings["ProvisionedThroughput"] = throughput;
        foreach (string kind in (string[])["GlobalSecondaryIndexes", "LocalSecondaryIndexes"])
        {
            if (input.Member(kind) is not JsonElement list) continue;
            JsonArray indexes = JsonNode.Parse(input.Raw(kind))!.AsArray();
            foreach (JsonNode? index in indexes)
            {
                index!["IndexStatus"] = kind[0] == 'G' ? "ACTIVE" : null;
                index["IndexArn"] = $"{arn}/index/{index["IndexName"]}";
            }
            settings[kind] = indexes;
        }
        if (input.Inner("StreamSpecification") is DynamoInput stream && stream.Flag("StreamEnabled"))
        {
            string label = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture);
            settings["StreamSpecification"] = JsonNode.Parse(input.Raw("StreamSpecification"));
            settings["LatestStreamLabel"] = label;
            settings["LatestStreamArn"] = $"{arn}/stream/{label}";
        }
        return settings;
    }

    internal static JsonObject Of(StandInTable table)
    {
        JsonObject description = table.Settings.DeepClone().AsObject();
        description["TableName"] = table.Name;
        description["TableArn"] = table.Arn;
        description["TableId"] = table.Id;
        description["TableStatus"] = "ACTIVE";
        description["CreationDateTime"] = DynamoAnswer.Time(table.CreatedAt);
        description["ItemCount"] = table.ItemCount;
        description["TableSizeBytes"] = table.SizeBytes;
        description["DeletionProtectionEnabled"] = false;
        JsonArray schema = [Element("AttributeName", table.Keys.PartitionKey, "KeyType", "HASH")];
        if (table.Keys.SortKey is string sortKey) schema.Add((JsonNode)Element("AttributeName", sortKey, "KeyType", "RANGE"));
        description["KeySchema"] = schema;
        if (!description.ContainsKey("AttributeDefinitions"))
        {
            JsonArray definitions = [Element("AttributeName", table.Keys.PartitionKey, "AttributeType", table.Keys.PartitionType)];
            if (table.Keys.SortKey is not null) definitions.Add(
                (JsonNode)Element("AttributeName", table.Keys.SortKey, "AttributeType", table.Keys.SortType));
            description["AttributeDefinitions"] = definitions;
        }
        return description;
    }

    private static JsonObject Element(string name, string value, string otherName, string otherValue) =>
        new() { [name] = value, [otherName] = otherValue };

    private static Dictionary<string, string> Types(DynamoInput input) =>
        (input.Member("AttributeDefinitions")
            ?? throw AwsException.Validation("One or more parameter values were invalid: AttributeDefinitions must not be empty"))
        .EnumerateArray()
            .ToDictionary(static item => item.GetProperty("AttributeName").GetString()!, static item => item.GetProperty("AttributeType")
            .GetString()!);

    private static List<(string Name, string Kind)> Schema(JsonElement owner) => owner.TryGetProperty("KeySchema", out JsonElement schema)
        ? [.. schema.EnumerateArray()
            .Select(static item => (item.GetProperty("AttributeName").GetString()!, item.GetProperty("KeyType").GetString()!))]
        : [];

    private static IEnumerable<JsonElement> Indexes(DynamoInput input) => new[] { "GlobalSecondaryIndexes", "LocalSecondaryIndexes" }
        .SelectMany(kind => input.Member(kind) is JsonElement list ? list.EnumerateArray() : default(JsonElement.ArrayEnumerator));
}
