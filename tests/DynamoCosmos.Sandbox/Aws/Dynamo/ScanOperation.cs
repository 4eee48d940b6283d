using System.Text.Json;

namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>Scan: segments, pages of 1 MB, counts, capacity.</summary>
internal sealed class ScanOperation(DynamoStandIn dynamo)
{
    private const int PageBytes = 1024 * 1024, MaxSegments = 1_000_000;

    internal Task AnswerAsync(AwsCall call)
    {
        DynamoInput input = DynamoInput.Parse(
            call.Body, "TableName", "Limit", "ExclusiveStartKey", "Segment", "TotalSegments", "Select", "ReturnConsumedCapacity",
                "ConsistentRead");
        StandInTable table = dynamo.Find(input.Text("TableName"));
        (ulong first, ulong last) = Range(input);
        int limit = input.Number("Limit") ?? int.MaxValue;
        if (limit < 1) throw AwsException.Validation($"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy " +
            "constraint: Member must have value greater than or equal to 1");
        string select = input.OptionalText("Select") ?? "ALL_ATTRIBUTES";
        if (select is not ("ALL_ATTRIBUTES" or "COUNT")) throw AwsException.Validation($"The stand-in does not know Select {select}.");
        StoredItem? after = null;
        if (input.Member("ExclusiveStartKey") is not null)
        {
            after = ItemParser.Parse(input.Raw("ExclusiveStartKey"), table.Keys, isKeyOnly: true);
            if (after.Hash < first || after.Hash > last) throw AwsException.Validation("The provided starting key is invalid: Invalid " +
                "ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment.");
        }

        table.Capacity.Check(table.ReadCapacityLimit);
        List<StoredItem> page = table.Page(first, last, after, limit, PageBytes, out bool isMore);
        // Half a unit for each 4 KB begun, of the page as a whole; a consistent read takes twice that.
        double units =
            Math.Max(1, Math.Ceiling(page.Sum(static item => (long)item.Size) / 4096.0)) * (input.Flag("ConsistentRead") ? 1 : 0.5);
        table.Capacity.Use(units);
        return DynamoAnswer.WriteAsync(call, writer =>
        {
            if (select != "COUNT")
            {
                writer.WriteStartArray("Items");
                foreach (StoredItem item in page) writer.WriteRawValue(item.Json, skipInputValidation: true);
                writer.WriteEndArray();
            }
            writer.WriteNumber("Count", page.Count);
            writer.WriteNumber("ScannedCount", page.Count);
            if (isMore)
            {
                writer.WritePropertyName("LastEvaluatedKey");
                writer.WriteRawValue(KeyJson.Of(page[^1], table.Keys), skipInputValidation: true);
            }
            ItemOperations.WriteCapacity(writer, input, table.Name, units);
        });
    }

    private static (ulong First, ulong Last) Range(DynamoInput input)
    {
        int? segment = input.Number("Segment"), total = input.Number("TotalSegments");
        if (segment is null != total is null)
            throw AwsException.Validation(segment is null
                ? "The Segment parameter is required but was not present in the request when parameter TotalSegments is present"
                : "The TotalSegments parameter is required but was not present in the request when Segment parameter is present");
        if (total is null) return (0, ulong.MaxValue);
        if (total is < 1 or > MaxSegments) throw AwsException.Validation($"1 validation error detected: Value '{total}' at " +
            "'totalSegments' failed to satisfy constraint: Member must have value less than or equal to 1000000");
        if (segment < 0 || segment >= total)
            throw AwsException.Validation("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: " +
                $"{segment} is not less than TotalSegments: {total}");
        UInt128 whole = (UInt128)ulong.MaxValue + 1;
        return ((ulong)(whole * (uint)segment!.Value / (uint)total.Value),
            (ulong)((whole * (uint)(segment.Value + 1) / (uint)total.Value) - 1));
    }
}
