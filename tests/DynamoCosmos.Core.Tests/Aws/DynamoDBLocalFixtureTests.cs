using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoCosmos.RealServers;

namespace DynamoCosmos.Core.Tests.Aws;

[Collection(DynamoDBLocalTests.Name)]
public sealed class DynamoDBLocalFixtureTests(DynamoDBLocal server)
{
    [Fact]
    public async Task Amazons_DynamoDB_Local_answers_on_its_port()
    {
        using AmazonDynamoDBClient client = new("key", "secret", new AmazonDynamoDBConfig { ServiceURL = server.Endpoint.AbsoluteUri });
        ListTablesResponse answer = await client.ListTablesAsync(new ListTablesRequest());
        Assert.NotNull(answer);
    }
}
