using System.Runtime.InteropServices;
using System.Text.Json;

namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>Single items and batches of writes.</summary>
internal sealed class ItemOperations(DynamoStandIn dynamo)
{
    // The service's documented limit.
    private const int MaxBatch = 25;

    internal Task PutAsync(AwsCall call)
    {
        DynamoInput input =
            DynamoInput.Parse(call.Body, "TableName", "Item", "ReturnValues", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics");
        StandInTable table = dynamo.Find(input.Text("TableName"));
        StoredItem item = ItemParser.Parse(input.Raw("Item"), table.Keys);
        return AnswerOldAsync(call, input, table, table.Write(item), Math.Ceiling(item.Size / 1024.0));
    }

    internal Task DeleteAsync(AwsCall call)
    {
        DynamoInput input =
            DynamoInput.Parse(call.Body, "TableName", "Key", "ReturnValues", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics");
        StandInTable table = dynamo.Find(input.Text("TableName"));
        return AnswerOldAsync(call, input, table, table.Remove(ItemParser.Parse(input.Raw("Key"), table.Keys, isKeyOnly: true)), 1);
    }

    internal Task GetAsync(AwsCall call)
    {
        DynamoInput input = DynamoInput.Parse(call.Body, "TableName", "Key", "ConsistentRead", "ReturnConsumedCapacity");
        StandInTable table = dynamo.Find(input.Text("TableName"));
        StoredItem? item = table.Find(ItemParser.Parse(input.Raw("Key"), table.Keys, isKeyOnly: true));
        double units = Math.Max(1, Math.Ceiling((item?.Size ?? 0) / 4096.0)) * (input.Flag("ConsistentRead") ? 1 : 0.5);
        return DynamoAnswer.WriteAsync(call, writer =>
        {
            if (item is not null)
            {
                writer.WritePropertyName("Item");
                writer.WriteRawValue(item.Json, skipInputValidation: true);
            }
            WriteCapacity(writer, input, table.Name, units);
        });
    }

    internal Task BatchWriteAsync(AwsCall call)
    {
        DynamoInput input = DynamoInput.Parse(call.Body, "RequestItems", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics");
        List<(StandInTable Table, StoredItem Item, bool IsPut)> writes = [];
        JsonElement requests = input.Member("RequestItems")
            ?? throw AwsException.Validation("1 validation error detected: Value null at 'requestItems' failed to satisfy constraint: " +
            "Member must not be null");
        foreach (JsonProperty requestsOfTable in requests.EnumerateObject())
        {
            StandInTable table = dynamo.Find(requestsOfTable.Name);
            foreach (JsonElement request in requestsOfTable.Value.EnumerateArray())
            {
                bool isPut = request.TryGetProperty("PutRequest", out JsonElement put);
                JsonElement body = isPut ? put.GetProperty("Item") : request.GetProperty("DeleteRequest").GetProperty("Key");
                writes.Add((table, ItemParser.Parse(JsonMarshal.GetRawUtf8Value(body), table.Keys, isKeyOnly: !isPut), isPut));
            }
        }
        if (writes.Count is 0 or > MaxBatch) throw AwsException.Validation("Too many items requested for the BatchWriteItem call");
        HashSet<(string, string)> keys = [.. writes.Select(static write =>
            (write.Table.Name, Convert.ToHexString(write.Item.Partition) + "/" + Convert.ToHexString(write.Item.Sort)))];
        if (keys.Count != writes.Count) throw AwsException.Validation("Provided list of item keys contains duplicates");
        foreach ((StandInTable table, StoredItem item, bool isPut) in writes)
        {
            if (isPut) table.Write(item);
            else table.Remove(item);
        }
        return DynamoAnswer.WriteAsync(call, static writer =>
        {
            writer.WriteStartObject("UnprocessedItems");
            writer.WriteEndObject();
        });
    }

    internal static void WriteCapacity(Utf8JsonWriter writer, DynamoInput input, string table, double units)
    {
        if (input.OptionalText("ReturnConsumedCapacity") is null or "NONE") return;
        writer.WriteStartObject("ConsumedCapacity");
        writer.WriteString("TableName", table);
        writer.WriteNumber("CapacityUnits", units);
        writer.WriteEndObject();
    }

    private static Task AnswerOldAsync(AwsCall call, DynamoInput input, StandInTable table, StoredItem? before, double units)
    {
        string wanted = input.OptionalText("ReturnValues") ?? "NONE";
        if (wanted is not ("NONE" or "ALL_OLD")) throw AwsException.Validation("ReturnValues can only be ALL_OLD or NONE");
        return DynamoAnswer.WriteAsync(call, writer =>
        {
            if (wanted == "ALL_OLD" && before is not null)
            {
                writer.WritePropertyName("Attributes");
                writer.WriteRawValue(before.Json, skipInputValidation: true);
            }
            WriteCapacity(writer, input, table.Name, units);
        });
    }
}
