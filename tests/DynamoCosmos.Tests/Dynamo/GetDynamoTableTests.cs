using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Tests.Dynamo;

[Trait("Category", "Slow")]
public sealed class GetDynamoTableTests : IAsyncLifetime
{
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync();
        new SampleOrders().CreateTable(_session.Aws.Dynamo, 100).SetRecovery(true);
        _session.Aws.Dynamo.CreateTable("Customers", "id:N");
        _session.Aws.Dynamo.CreateTable("OrdersArchive", "pk:B", "sk:N");
    }

    public async Task DisposeAsync() => await _session.DisposeAsync();

    [Theory]
    [InlineData("Get-DynamoTable", "Customers,Orders,OrdersArchive")]
    [InlineData("Get-DynamoTable orders*", "Orders,OrdersArchive")]
    [InlineData("Get-DynamoTable -Name Orders, C*", "Orders,Customers")]
    [InlineData("'Orders', 'Customers' | Get-DynamoTable", "Orders,Customers")]
    [InlineData("Get-DynamoTable Nothing*", "")]
    public void Tables_are_found_by_name_and_by_pattern(string script, string names)
    {
        ScriptRun run = _session.Invoke($"{script} | ForEach-Object TableName").ThrowIfFailed();
        Assert.Equal(names, string.Join(',', run.Output));
    }

    [Fact]
    public void A_table_shows_what_its_migration_needs()
    {
        ScriptRun run = _session.Invoke("$t = Get-DynamoTable Orders; \"$($t.PartitionKey), $($t.SortKey), $($t.TtlAttribute), " +
            "$($t.ItemCount), $($t.PointInTimeRecovery), $($t.BillingMode)\"").ThrowIfFailed();
        Assert.Equal("customerId (S), orderId (S), expiresAt, 100, True, PAY_PER_REQUEST", run.Output.Single().ToString());
        Assert.Contains("customerId (S), orderId (S)", _session.Host.Render("Get-DynamoTable Orders"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_that_is_not_there_is_an_error_and_the_others_come()
    {
        ScriptRun run = _session.Invoke("Get-DynamoTable -Name Nowhere, Orders");
        Assert.Equal("DynamoTableNotFound,DynamoCosmos.Commands.GetDynamoTableCommand", Assert.Single(run.Errors).FullyQualifiedErrorId);
        Assert.Single(run.Output);
        Assert.NotNull(_session.Invoke("Get-DynamoTable Nowhere -ErrorAction Stop").Terminated);
    }

    [Theory]
    [InlineData("-SecretKey wrong", "AwsCredentialsRejected")]
    [InlineData("-Region us-west-2", "AwsRegionWrong")]
    [InlineData("-EndpointUrl http://127.0.0.1:9", "AwsNotReachable")]
    public void Who_cannot_get_in_is_told_why(string parameters, string errorId)
    {
        ScriptRun run = _session.Invoke($"Get-DynamoTable {parameters}");
        Assert.Equal($"{errorId},DynamoCosmos.Commands.GetDynamoTableCommand", run.ErrorId);
    }

    [Fact]
    public void The_names_of_denied_actions_stand_in_the_error()
    {
        _session.Aws.Options.Credentials[0].Deny("dynamodb:ListTables");
        ScriptRun run = _session.Invoke("Get-DynamoTable");
        Assert.Equal("AwsAccessDenied,DynamoCosmos.Commands.GetDynamoTableCommand", run.ErrorId);
        Assert.Contains("dynamodb:ListTables", run.Errors[0].ToString(), StringComparison.Ordinal);
    }
}
