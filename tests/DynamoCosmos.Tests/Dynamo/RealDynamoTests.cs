using DynamoCosmos.RealServers;

namespace DynamoCosmos.Tests.Dynamo;

/// <summary>The tests that share one DynamoDB Local.</summary>
[CollectionDefinition(Name)]
public sealed class DynamoDBLocalTests : ICollectionFixture<DynamoDBLocal>
{
    public const string Name = "DynamoDB Local";
}

/// <summary>The module against Amazon's own DynamoDB Local.</summary>
[Collection(DynamoDBLocalTests.Name)]
[Trait("Category", "Slow")]
public sealed class RealDynamoTests(DynamoDBLocal server) : IDisposable
{
    private const string AccessKey = "MODULETESTS";

    private readonly ModuleHost _host = new();

    [RealServerFact(RealServer.DynamoDBLocal)]
    public async Task Tables_of_DynamoDB_Local_are_shown_and_an_export_says_that_it_has_no_recovery()
    {
        await server.CallAsync("CreateTable", """
            {"TableName":"Orders","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}],
             "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}}
            """, AccessKey);
        await server.CallAsync("PutItem", """{"TableName":"Orders","Item":{"pk":{"S":"a"},"sk":{"N":"1"}}}""", AccessKey);
        _host.Set("aws",
            new System.Collections.Hashtable
            {
                ["AccessKey"] = AccessKey,
                ["SecretKey"] = "any",
                ["Region"] = "eu-central-1",
                ["EndpointUrl"] = server.Endpoint
            });
        ScriptRun run = _host.Invoke("Get-DynamoTable ord* @aws | ForEach-Object { \"$($_.TableName) $($_.PartitionKey) $($_.SortKey) " +
            "$($_.ItemCount) $($_.PointInTimeRecovery)\" }").ThrowIfFailed();
        Assert.Equal("Orders pk (S) sk (N) 1 False", Assert.Single(run.Output).ToString());
        ScriptRun export = _host.Invoke("Get-DynamoTable Orders @aws | Export-DynamoTable -S3Bucket bucket @aws");
        Assert.Equal("PointInTimeRecoveryOff,DynamoCosmos.Commands.ExportDynamoTableCommand", export.ErrorId);
    }

    public void Dispose() => _host.Dispose();
}
