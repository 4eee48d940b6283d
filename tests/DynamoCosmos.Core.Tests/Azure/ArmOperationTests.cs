using System.Text.Json.Nodes;
using Azure;
using DynamoCosmos.Access;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Cosmos.Containers;
using DynamoCosmos.Model;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>The resource manager takes a change, answers 202, and may refuse it when the operation runs.</summary>
[Trait("Category", "Slow")]
public sealed class ArmOperationTests
{
    private const string Locked =
        "There is another user operation in progress which requires an exclusive lock on account mycosmos. Please retry after sometime.";

    [Theory]
    [InlineData("BadRequest", 400)]
    [InlineData("Forbidden", 403)]
    [InlineData("NotFound", 404)]
    [InlineData("Conflict", 409)]
    [InlineData("PreconditionFailed", 412)]
    [InlineData("TooManyRequests", 429)]
    [InlineData("ServiceUnavailable", 503)]
    [InlineData("SomethingElse", 500)]
    [InlineData("OK", 500)]
    [InlineData(null, 500)]
    public void The_code_of_a_failed_operation_says_which_status_it_would_have_had(string? code, int status)
    {
        RequestFailedException failed = AccessErrors.OperationFailed(new("Failed", code is null ? null : new(code, "It did not work.")));

        Assert.Equal((status, code ?? "Failed"), (failed.Status, failed.ErrorCode));
    }

    [Fact]
    public async Task What_an_operation_is_refused_for_is_told_as_if_the_request_had_been()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        scene.Cosmos.CreateContainer("shop", "orders", ["/pk"], 100_000);
        AccessSession session = scene.Open();
        ThroughputSettings belowMinimum = new(new(new(Throughput: 500)));

        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() => session.RunAsync(async () =>
        {
            string id = scene.AccountId + "/sqlDatabases/shop/containers/orders/throughputSettings/default";
            await session.Manager.PutAsync(id, ApiVersions.Cosmos, belowMinimum, ResourceManagerJson.Default.ThroughputSettings, default);
            return true;
        }));

        Assert.Equal("AzureRequestRefused", failure.ErrorId);
        Assert.Equal("Azure refused the request (BadRequest): " +
            "The offer should have valid throughput values between 1000 and 1000000 inclusive in increments of 100.", failure.Message);
        Assert.All(scene.Writes, write => Assert.Equal(202, write.Status));
    }

    [Fact]
    public async Task A_container_that_the_service_does_not_take_is_refused_with_its_reason()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        scene.Cosmos.CreateContainer("shop", "orders", "/pk");
        ResourceManagerContainerAdmin admin = new(scene.Open(), scene.Account);

        JsonObject twice = new() { ["id"] = "other", ["partitionKey"] = new JsonObject { ["paths"] = new JsonArray("/a", "/a") } };

        MigrationException failure =
            await Assert.ThrowsAsync<MigrationException>(() => admin.CreateContainerAsync("shop", twice, null, default));

        Assert.Equal("AzureRequestRefused", failure.ErrorId);
        Assert.EndsWith("A partition key path is there twice.", failure.Message);
        Assert.False(scene.Cosmos.HasContainer("shop", "other"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_container_with_a_throughput_in_a_serverless_account_is_refused_as_such(bool byKey)
    {
        using CloudConnections clouds = new();
        await using AccessScene scene = await AccessScene.StartAsync(cosmosOptions: new() { Serverless = true });
        AzureSettings settings = byKey ? new() { AccountKey = Secret.From(AccessScene.Secure(scene.Cosmos.AccountKey)) } : scene.Settings;
        CosmosContainers containers = new(CosmosSettings.Create("mycosmos", scene.Cosmos.Endpoint, settings), scene.Account, clouds);
        ContainerRequest request = new() { DatabaseName = "shop", ContainerName = "orders", PartitionKeyPath = ["/pk"], Throughput = 400 };
        AccessPlan<CosmosTarget> plan = await containers.PlanAsync(request, NoMessages.Instance, default);

        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() => plan.Apply(default));

        Assert.Equal("ThroughputServerless", failure.ErrorId);
    }

    [Fact]
    public async Task An_account_that_another_change_has_locked_is_waited_for()
    {
        await using AccessScene scene = await AccessScene.StartAsync(managerOptions: new() { OperationTime = TimeSpan.FromSeconds(0.5) });
        CosmosRoleDefinitions first = new(scene.Open()), second = new(scene.Open());
        AccessPlan<CosmosRoleDefinition>[] plans = [await PlanAsync(first, scene, "One"), await PlanAsync(second, scene, "Two")];

        await Task.WhenAll(plans.Select(plan => plan.Apply(default)));

        Assert.Contains(scene.Writes, write => write.Status == 412);
        Assert.Equal(2, scene.Manager.Access.DataRoles.Count(role => role.Name is "One" or "Two"));
    }

    [Theory]
    [InlineData(412, "PreconditionFailed")]
    [InlineData(409, "Conflict")]
    public async Task An_account_that_stays_locked_is_told_as_busy(int status, string code)
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        Replication impatient =
            new(TimeProvider.System) { FirstPause = TimeSpan.FromMilliseconds(20), SettleTime = TimeSpan.FromMilliseconds(300) };
        using CloudConnections clouds = new();
        AccessSession session = new(scene.Settings, clouds.Azure, null, impatient);
        AccessPlan<CosmosRoleDefinition> plan = await PlanAsync(new(session), scene, "One");
        scene.Manager.Fault = (method, _) => method == "PUT" ? (status, code, Locked) : null;

        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() => plan.Apply(default));

        Assert.Equal(("AzureConflict", FailureKind.Busy), (failure.ErrorId, failure.Kind));
        Assert.Contains("exclusive lock", failure.Message);
        Assert.InRange(scene.Writes.Count, 3, 30);
    }

    [Theory]
    [InlineData("Plain words.", "Plain words.")]
    [InlineData("""{"code":"NotFound","message":"Gone."}""", "Gone.")]
    [InlineData("""Message: {"code":"NotFound","message":"Message: {\"Errors\":[\"Not Found.\"]}\r\nActivityId: 1"}, Request URI: /dbs""",
        "Not Found.")]
    [InlineData("""Message: {"Errors":["One.","Two."]}""" + "\r\nActivityId: 1", "One. Two.")]
    [InlineData("""Message: {"other":1}""", """Message: {"other":1}""")]
    [InlineData("Message: {broken", "Message: {broken")]
    public void A_message_is_taken_out_of_what_others_wrapped_it_in(string message, string own) =>
        Assert.Equal(own, ServiceText.Unwrap(message));

    private static Task<AccessPlan<CosmosRoleDefinition>> PlanAsync(CosmosRoleDefinitions definitions, AccessScene scene, string name) =>
        definitions.PlanPutAsync(scene.Account, name, null, CosmosDataActions.Of(CosmosRolePreset.ReadOnly), null, false, null, default);
}
