using DynamoCosmos.RealServers;

namespace DynamoCosmos.Core.Tests.Aws;

/// <summary>The tests that share one DynamoDB Local.</summary>
[CollectionDefinition(Name)]
public sealed class DynamoDBLocalTests : ICollectionFixture<DynamoDBLocal>
{
    public const string Name = "DynamoDB Local";
}

/// <summary>The tests that share one radosgw.</summary>
[CollectionDefinition(Name)]
public sealed class RadosGatewayTests : ICollectionFixture<RadosGateway>
{
    public const string Name = "radosgw";
}
