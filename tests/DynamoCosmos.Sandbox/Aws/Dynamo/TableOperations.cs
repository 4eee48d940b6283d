using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>Tables, their TTL and their continuous backups.</summary>
internal sealed class TableOperations(DynamoStandIn dynamo)
{
    internal Task CreateAsync(AwsCall call)
    {
        DynamoInput input = DynamoInput.Parse(
            call.Body, "TableName", "AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexes",
                "LocalSecondaryIndexes", "StreamSpecification");
        string name = input.Text("TableName");
        StandInTable table = dynamo.CreateTable(name, TableDescription.Keys(input),
            TableDescription.Settings(input, dynamo.ArnOf(name), dynamo.Options.Time.GetUtcNow()));
        JsonObject description = TableDescription.Of(table);
        description["TableStatus"] = "CREATING";
        return DynamoAnswer.WriteAsync(call, new JsonObject { ["TableDescription"] = description });
    }

    internal Task DescribeAsync(AwsCall call) =>
        DynamoAnswer.WriteAsync(call, new JsonObject { ["Table"] = TableDescription.Of(Named(DynamoInput.Parse(call.Body, "TableName"))) });

    internal Task ListAsync(AwsCall call)
    {
        DynamoInput input = DynamoInput.Parse(call.Body, "ExclusiveStartTableName", "Limit");
        int limit = input.Number("Limit") ?? 100;
        if (limit is < 1 or > 100) throw AwsException.Validation($"1 validation error detected: Value '{limit}' at 'limit' failed to " +
            "satisfy constraint: Member must have value less than or equal to 100");
        string after = input.OptionalText("ExclusiveStartTableName") ?? "";
        List<string> names = [.. dynamo.Tables.Select(static table => table.Name).Where(name => string.CompareOrdinal(name, after) > 0)
            .Take(limit + 1)];
        JsonObject answer = new() { ["TableNames"] = new JsonArray([.. names.Take(limit).Select(static name => (JsonNode)name)]) };
        if (names.Count > limit) answer["LastEvaluatedTableName"] = names[limit - 1];
        return DynamoAnswer.WriteAsync(call, answer);
    }

    internal Task DeleteAsync(AwsCall call)
    {
        StandInTable table = Named(DynamoInput.Parse(call.Body, "TableName"));
        dynamo.DeleteTable(table.Name);
        JsonObject description = TableDescription.Of(table);
        description["TableStatus"] = "DELETING";
        return DynamoAnswer.WriteAsync(call, new JsonObject { ["TableDescription"] = description });
    }

    internal Task DescribeTimeToLiveAsync(AwsCall call)
    {
        StandInTable table = Named(DynamoInput.Parse(call.Body, "TableName"));
        JsonObject description = new() { ["TimeToLiveStatus"] = table.TimeToLiveAttribute is null ? "DISABLED" : "ENABLED" };
        if (table.TimeToLiveAttribute is string attribute) description["AttributeName"] = attribute;
        return DynamoAnswer.WriteAsync(call, new JsonObject { ["TimeToLiveDescription"] = description });
    }

    internal Task UpdateTimeToLiveAsync(AwsCall call)
    {
        DynamoInput input = DynamoInput.Parse(call.Body, "TableName", "TimeToLiveSpecification");
        StandInTable table = Named(input);
        DynamoInput wanted =
            input.Inner("TimeToLiveSpecification") ?? throw AwsException.Validation("TimeToLiveSpecification must not be null");
        bool isOn = wanted.Flag("Enabled");
        if (isOn == table.TimeToLiveAttribute is not null) throw AwsException.Validation("TimeToLive is already " +
            $"{(isOn ? "enabled" : "disabled")}");
        table.TimeToLiveAttribute = isOn ? wanted.Text("AttributeName") : null;
        return DynamoAnswer.WriteAsync(call,
            new JsonObject { ["TimeToLiveSpecification"] = JsonNode.Parse(input.Raw("TimeToLiveSpecification")) });
    }

    internal Task DescribeBackupsAsync(AwsCall call) =>
        DynamoAnswer.WriteAsync(call, Backups(Named(DynamoInput.Parse(call.Body, "TableName"), "TableNotFoundException")));

    internal Task UpdateBackupsAsync(AwsCall call)
    {
        DynamoInput input = DynamoInput.Parse(call.Body, "TableName", "PointInTimeRecoverySpecification");
        StandInTable table = Named(input, "TableNotFoundException");
        DynamoInput wanted = input.Inner("PointInTimeRecoverySpecification")
            ?? throw AwsException.Validation("PointInTimeRecoverySpecification must not be null");
        table.SetRecovery(wanted.Flag("PointInTimeRecoveryEnabled"));
        return DynamoAnswer.WriteAsync(call, Backups(table));
    }

    private JsonObject Backups(StandInTable table)
    {
        DateTimeOffset now = dynamo.Options.Time.GetUtcNow();
        bool isOn = table.RecoverySince is DateTimeOffset since && since + dynamo.Options.RecoveryDelay <= now;
        JsonObject recovery = new() { ["PointInTimeRecoveryStatus"] = isOn ? "ENABLED" : "DISABLED" };
        if (isOn)
        {
            recovery["RecoveryPeriodInDays"] = 35;
            recovery["EarliestRestorableDateTime"] = DynamoAnswer.Time(dynamo.Exports.EarliestTime(table));
            recovery["LatestRestorableDateTime"] = DynamoAnswer.Time(now);
        }
        return new()
        {
            ["ContinuousBackupsDescription"] = new JsonObject
            {
                ["ContinuousBackupsStatus"] = "ENABLED",
                ["PointInTimeRecoveryDescription"] = recovery
            }
        };
    }

    private StandInTable Named(DynamoInput input, string missing = "ResourceNotFoundException")
    {
        string name = input.Text("TableName");
        try
        {
            return dynamo.Find(name);
        }
        catch (AwsException)
        {
            throw new AwsException(400, missing, missing == "TableNotFoundException"
                ? $"Table not found: {name}" : $"Requested resource not found: Table: {name} not found");
        }
    }
}
