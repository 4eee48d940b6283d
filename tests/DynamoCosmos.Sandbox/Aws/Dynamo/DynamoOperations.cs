namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>Answers DynamoDB's operations.</summary>
internal sealed class DynamoOperations(DynamoStandIn dynamo)
{
    private readonly TableOperations _tables = new(dynamo);
    private readonly ItemOperations _items = new(dynamo);
    private readonly ScanOperation _scans = new(dynamo);
    private readonly ExportOperations _exports = new(dynamo);

    internal Task AnswerAsync(AwsCall call) => call.Operation switch
    {
        "CreateTable" => _tables.CreateAsync(call),
        "DescribeTable" => _tables.DescribeAsync(call),
        "ListTables" => _tables.ListAsync(call),
        "DeleteTable" => _tables.DeleteAsync(call),
        "DescribeTimeToLive" => _tables.DescribeTimeToLiveAsync(call),
        "UpdateTimeToLive" => _tables.UpdateTimeToLiveAsync(call),
        "DescribeContinuousBackups" => _tables.DescribeBackupsAsync(call),
        "UpdateContinuousBackups" => _tables.UpdateBackupsAsync(call),
        "PutItem" => _items.PutAsync(call),
        "GetItem" => _items.GetAsync(call),
        "DeleteItem" => _items.DeleteAsync(call),
        "BatchWriteItem" => _items.BatchWriteAsync(call),
        "Scan" => _scans.AnswerAsync(call),
        "ExportTableToPointInTime" => _exports.StartAsync(call),
        "DescribeExport" => _exports.DescribeAsync(call),
        "ListExports" => _exports.ListAsync(call),
        _ => throw new AwsException(400, "com.amazon.coral.service#UnknownOperationException",
            $"The stand-in does not know the operation {call.Operation}."),
    };
}
