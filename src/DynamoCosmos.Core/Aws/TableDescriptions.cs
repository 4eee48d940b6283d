using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;
using KeyType = DynamoCosmos.Items.Rules.KeyType;

namespace DynamoCosmos.Aws;

/// <summary>The SDK's descriptions as ours.</summary>
internal static class TableDescriptions
{
    internal static DynamoTable Read(TableDescription table, TimeToLiveDescription? timeToLive, PointInTimeRecoveryDescription? recovery,
        AwsClients clients)
    {
        Dictionary<string, KeyType> types = (table.AttributeDefinitions ?? [])
            .ToDictionary(static item => item.AttributeName, static item => Enum.Parse<KeyType>(item.AttributeType.Value));
        bool isOnDemand = table.BillingModeSummary?.BillingMode == BillingMode.PAY_PER_REQUEST;
        return new()
        {
            TableName = table.TableName,
            TableArn = table.TableArn,
            TableStatus = table.TableStatus,
            PartitionKey = Key(table.KeySchema, Amazon.DynamoDBv2.KeyType.HASH, types)!,
            SortKey = Key(table.KeySchema, Amazon.DynamoDBv2.KeyType.RANGE, types),
            ItemCount = table.ItemCount ?? 0,
            TableSizeBytes = table.TableSizeBytes ?? 0,
            // While TTL is being switched off the attribute no longer counts; while it is being switched on, it soon does.
            TtlAttribute = timeToLive?.TimeToLiveStatus == TimeToLiveStatus.ENABLED
                || timeToLive?.TimeToLiveStatus == TimeToLiveStatus.ENABLING ? timeToLive.AttributeName : null,
            PointInTimeRecovery = recovery?.PointInTimeRecoveryStatus == PointInTimeRecoveryStatus.ENABLED,
            EarliestRestorableTime = Time(recovery?.EarliestRestorableDateTime),
            LatestRestorableTime = Time(recovery?.LatestRestorableDateTime),
            BillingMode = isOnDemand ? "PAY_PER_REQUEST" : "PROVISIONED",
            ReadCapacityUnits = isOnDemand ? null : table.ProvisionedThroughput?.ReadCapacityUnits,
            WriteCapacityUnits = isOnDemand ? null : table.ProvisionedThroughput?.WriteCapacityUnits,
            StreamArn = table.LatestStreamArn,
            StreamViewType = table.StreamSpecification?.StreamEnabled == true ? table.StreamSpecification.StreamViewType : null,
            Indexes =
            [
                .. (table.GlobalSecondaryIndexes ?? [])
                    .Select(index => Index(index.IndexName, "Global", index.KeySchema, index.Projection, types)),
                .. (table.LocalSecondaryIndexes ?? [])
                    .Select(index => Index(index.IndexName, "Local", index.KeySchema, index.Projection, types)),
            ],
            CreationDateTime = Time(table.CreationDateTime),
            Region = clients.Region ?? TableName.RegionOf(table.TableArn),
            EndpointUrl = clients.Settings.EndpointUrl,
        };
    }

    internal static DateTimeOffset? Time(DateTime? time) => time is DateTime value ? new DateTimeOffset(value.ToUniversalTime()) : null;

    private static DynamoIndex Index(string name, string kind,
        List<KeySchemaElement> schema, Projection? projection, Dictionary<string, KeyType> types) => new(
        name, kind, Key(schema, Amazon.DynamoDBv2.KeyType.HASH, types)!, Key(schema, Amazon.DynamoDBv2.KeyType.RANGE, types),
        projection?.ProjectionType?.Value ?? "ALL", projection?.NonKeyAttributes ?? []);

    private static KeyAttribute? Key(List<KeySchemaElement> schema, Amazon.DynamoDBv2.KeyType kind, Dictionary<string, KeyType> types) =>
        schema.FirstOrDefault(element => element.KeyType == kind) is KeySchemaElement key
            ? new(key.AttributeName, types[key.AttributeName]) : null;
}
