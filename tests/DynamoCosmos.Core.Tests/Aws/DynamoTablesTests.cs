using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoCosmos.Aws;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Dynamo;
using KeyType = DynamoCosmos.Items.Rules.KeyType;

namespace DynamoCosmos.Core.Tests.Aws;

[Trait("Category", "Slow")]
public sealed class DynamoTablesTests : IAsyncLifetime
{
    private AwsStandIn _aws = null!;

    public async Task InitializeAsync() => _aws = await AwsStandIn.StartAsync();

    public async Task DisposeAsync() => await _aws.DisposeAsync();

    [Fact]
    public async Task A_table_is_described_with_all_that_its_migration_needs()
    {
        using CloudConnections clouds = new();
        using (AmazonDynamoDBClient client = _aws.DynamoDB())
        {
            await client.CreateTableAsync(new CreateTableRequest
            {
                TableName = "Orders",
                AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", ScalarAttributeType.N),
                    new("city", ScalarAttributeType.B)],
                KeySchema = [new("pk", Amazon.DynamoDBv2.KeyType.HASH), new("sk", Amazon.DynamoDBv2.KeyType.RANGE)],
                ProvisionedThroughput = new(7, 8),
                GlobalSecondaryIndexes =
                [
                    new()
                    {
                        IndexName = "by-city",
                        KeySchema = [new("city", Amazon.DynamoDBv2.KeyType.HASH), new("sk", Amazon.DynamoDBv2.KeyType.RANGE)],
                        Projection = new() { ProjectionType = ProjectionType.INCLUDE, NonKeyAttributes = ["total"] },
                        ProvisionedThroughput = new(1, 1),
                    },
                ],
                StreamSpecification = new() { StreamEnabled = true, StreamViewType = StreamViewType.NEW_IMAGE },
            });
        }
        StandInTable made = _aws.Dynamo["Orders"];
        made.TimeToLiveAttribute = "expiresAt";
        made.SetRecovery(true);
        made.Put("""{"pk":{"S":"a"},"sk":{"N":"1"}}""");

        DynamoTables tables = new(_aws.Settings(), clouds.Aws);
        DynamoTable table = await tables.DescribeAsync("Orders", default);
        Assert.Equal(new KeyMap(new("pk", KeyType.S), new("sk", KeyType.N), "expiresAt"), table.Keys);
        Assert.Equal(("ACTIVE", "PROVISIONED", 7L, 8L),
            (table.TableStatus, table.BillingMode, table.ReadCapacityUnits, table.WriteCapacityUnits));
        Assert.Equal((1, made.SizeBytes), (table.ItemCount, table.TableSizeBytes));
        Assert.True(table.PointInTimeRecovery);
        Assert.NotNull(table.EarliestRestorableTime);
        Assert.Equal("NEW_IMAGE", table.StreamViewType);
        DynamoIndex index = Assert.Single(table.Indexes);
        Assert.Equal(("by-city", "Global", new KeyAttribute("city", KeyType.B), new KeyAttribute("sk", KeyType.N), "INCLUDE"),
            (index.Name, index.Kind, index.PartitionKey, index.SortKey, index.Projection));
        Assert.Equal((_aws.Options.Region, _aws.Endpoint), (table.Region, table.EndpointUrl));
        Assert.Equal(table with { Indexes = [] },
            await tables.DescribeAsync(table.TableArn, default) with { Indexes = [], LatestRestorableTime = table.LatestRestorableTime });
    }

    [Fact]
    public async Task Many_tables_are_described_side_by_side_and_come_in_order_with_failures_among_them()
    {
        using CloudConnections clouds = new();
        for (int number = 0; number < 120; number++) _aws.Dynamo.CreateTable($"Table{number:D3}", "pk:S");
        DynamoTables tables = new(_aws.Settings(), clouds.Aws);
        List<string> names = [];
        await foreach (string name in tables.ListNamesAsync(default)) names.Add(name);
        Assert.Equal(120, names.Count);
        names.Insert(5, "Nowhere");
        List<TableAnswer> answers = [];
        await foreach (TableAnswer answer in tables.DescribeAsync(Sequence(names), default)) answers.Add(answer);
        Assert.Equal(names, answers.Select(static answer => answer.Name));
        Assert.Equal("DynamoTableNotFound", Assert.Single(answers, static answer => answer.Table is null).Failure!.ErrorId);
    }

    [Fact]
    public async Task Whoever_stops_listening_leaves_no_call_behind()
    {
        using CloudConnections clouds = new();
        for (int number = 0; number < 20; number++) _aws.Dynamo.CreateTable($"Table{number:D3}", "pk:S");
        _aws.Add(AwsFault.Slow("*", TimeSpan.FromMilliseconds(20)));
        DynamoTables tables = new(_aws.Settings(), clouds.Aws);
        await foreach (TableAnswer _ in tables.DescribeAsync(tables.ListNamesAsync(default), default)) break;
        await Eventually.StandsStillAsync(() => _aws.Requests.Count);
    }

    [Theory]
    [InlineData("AKIAUNKNOWN", null, null, null, "AwsCredentialsRejected")]
    [InlineData(null, "wrong", null, null, "AwsCredentialsRejected")]
    [InlineData(null, null, null, "us-west-2", "AwsRegionWrong")]
    public async Task Who_may_not_in_is_told_why(string? key, string? secret, string? token, string? region, string errorId)
    {
        using CloudConnections clouds = new();
        DynamoTables tables = new(_aws.Settings(key, secret, token, region), clouds.Aws);
        Assert.Equal(errorId, (await Assert.ThrowsAsync<MigrationException>(() => tables.DescribeAsync("Table", default))).ErrorId);
    }

    [Theory]
    [InlineData("dynamodb:DescribeTable")]
    [InlineData("dynamodb:DescribeTimeToLive")]
    [InlineData("dynamodb:DescribeContinuousBackups")]
    public async Task A_missing_permission_is_named(string action)
    {
        using CloudConnections clouds = new();
        _aws.Dynamo.CreateTable("Table", "pk:S");
        _aws.Options.Credentials[0].Deny(action);
        DynamoTables tables = new(_aws.Settings(), clouds.Aws);
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => tables.DescribeAsync("Table", default));
        Assert.Equal(("AwsAccessDenied", FailureKind.PermissionDenied), (error.ErrorId, error.Kind));
        Assert.Contains(action, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_session_says_that_it_is_to_be_renewed()
    {
        using CloudConnections clouds = new();
        AwsCredential session = new("ASIA1", "secret", "token") { ExpiresAt = DateTimeOffset.UtcNow.AddMinutes(-1) };
        await using AwsStandIn aws = await AwsStandIn.StartAsync(new() { Credentials = [session] });
        DynamoTables tables = new(aws.Settings("ASIA1", "secret", "token"), clouds.Aws);
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => tables.DescribeAsync("Table", default));
        Assert.Equal("AwsTokenExpired", error.ErrorId);
    }

    [Fact]
    public void Half_a_key_and_an_unknown_profile_are_errors_before_any_call()
    {
        using CloudConnections clouds = new();
        Assert.Equal("AwsKeyIncomplete", Assert.Throws<MigrationException>(() =>
            new DynamoTables(new() { AccessKey = "AKIA" }, clouds.Aws)).ErrorId);
        Assert.Equal("AwsProfileNotFound", Assert.Throws<MigrationException>(() =>
            new DynamoTables(new() { ProfileName = "there-is-no-such-profile" }, clouds.Aws)).ErrorId);
    }

    [Fact]
    public async Task A_short_throttling_is_waited_for_and_a_long_one_told()
    {
        using CloudConnections clouds = new();
        _aws.Dynamo.CreateTable("Table", "pk:S");
        DynamoTables tables = new(_aws.Settings(), clouds.Aws);
        _aws.Add(AwsFault.Error("DescribeTable", 400, "ThrottlingException", times: 2));
        Assert.Equal("Table", (await tables.DescribeAsync("Table", default)).TableName);
        _aws.Add(AwsFault.Error("DescribeTable", 400, "ThrottlingException", times: 100));
        Assert.Equal("AwsThrottled", (await Assert.ThrowsAsync<MigrationException>(() => tables.DescribeAsync("Table", default))).ErrorId);
    }

    private static async IAsyncEnumerable<string> Sequence(IEnumerable<string> names)
    {
        await Task.Yield();
        foreach (string name in names) yield return name;
    }
}
