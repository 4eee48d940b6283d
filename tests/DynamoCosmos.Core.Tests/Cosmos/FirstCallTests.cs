using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Cosmos.Containers;
using DynamoCosmos.Cosmos.Throughput;
using DynamoCosmos.Model;
using DynamoCosmos.Ports;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Core.Tests.Cosmos;

/// <summary>What passes by itself is tried again from the first call on, whatever call meets it.</summary>
[Trait("Category", "Slow")]
public sealed class FirstCallTests
{

    private static readonly (int Status, int SubStatus)[] s_passing = [(408, 0), (410, 0), (410, 1002), (429, 3200), (449, 0), (500, 0),
        (503, 0)];

    public static TheoryData<CosmosRequestKind, int, int> Calls()
    {
        TheoryData<CosmosRequestKind, int, int> calls = [];
        foreach (CosmosRequestKind kind in new[] { CosmosRequestKind.Account, CosmosRequestKind.Container, CosmosRequestKind.Ranges })
            foreach ((int status, int subStatus) in s_passing) calls.Add(kind, status, subStatus);
        return calls;
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task An_import_opens_its_container_when_the_first_calls_fail(CosmosRequestKind kind, int status, int subStatus)
    {
        await using CosmosStandIn standIn = await StartAsync();
        standIn.RequestFault = Fail(kind, status, subStatus);
        await using CosmosSink sink = await standIn.OpenSinkAsync();
        Assert.Equal(201,
            (await sink.WriteAsync(new(WriteKind.Upsert, "a", ["p"], """{"id":"a","pk":"p"}"""u8.ToArray()), default)).Status);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_comparison_opens_its_container_when_the_first_calls_fail(CosmosRequestKind kind, int status, int subStatus)
    {
        using CloudConnections clouds = new();
        await using CosmosStandIn standIn = await StartAsync();
        standIn.RequestFault = Fail(kind, status, subStatus);
        await using CosmosDocumentReader reader = await CosmosDocumentReader.OpenAsync(standIn.Settings(), "shop", "orders",
            TimeSpan.FromMinutes(10), clouds.Cosmos, default);
        Assert.Single(await reader.ReadRangesAsync(default));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Containers_and_throughput_are_read_and_changed_when_the_first_calls_fail(int status)
    {
        using CloudConnections clouds = new();
        await using CosmosStandIn standIn = await StartAsync();
        foreach (CosmosRequestKind kind in new[] { CosmosRequestKind.Account, CosmosRequestKind.Database, CosmosRequestKind.Container,
            CosmosRequestKind.Offer })
        {
            standIn.RequestFault = Fail(kind, status, 0);
            CosmosSettings settings = standIn.Settings();
            CosmosContainers containers = new(settings, new(settings.AccountName), clouds);
            string name = $"made-{kind}";
            ContainerRequest request =
                new() { DatabaseName = $"db-{kind}", ContainerName = name, PartitionKeyPath = ["/pk"], Throughput = 1_000 };
            CosmosTarget target = await (await containers.PlanAsync(request, NoMessages.Instance, default)).Apply(default);
            Assert.True(standIn.HasContainer($"db-{kind}", name));

            standIn.RequestFault = Fail(kind, status, 0);
            ThroughputControl control = new(settings.Azure, clouds);
            ThroughputTarget place = new(new(settings.AccountName), target.DatabaseName, name, settings.Endpoint);
            Assert.Equal(1_000, (await control.ReadAsync(place, default)).Throughput);
            standIn.RequestFault = Fail(kind, status, 0);
            Assert.Equal(2_000, (await (await control.PlanAsync(place, new(null, 2_000), default)).Apply(default)).Throughput);
        }
    }

    [Fact]
    public async Task A_container_that_was_made_although_the_answer_was_a_failure_is_there()
    {
        using CloudConnections clouds = new();
        await using CosmosStandIn standIn = await StartAsync();
        int posts = 0;
        standIn.RequestFault = call => call is { Kind: CosmosRequestKind.Container, Method: "POST" }
            && Interlocked.Increment(ref posts) == 1 ? new() { Status = 500, AfterApplying = true } : null;
        CosmosSettings settings = standIn.Settings();
        CosmosContainers containers = new(settings, new(settings.AccountName), clouds);
        ContainerRequest request = new() { DatabaseName = "shop", ContainerName = "made", PartitionKeyPath = ["/pk"] };
        CosmosTarget target = await (await containers.PlanAsync(request, NoMessages.Instance, default)).Apply(default);
        Assert.Equal("made", target.ContainerName);
        Assert.Equal(2, posts);
    }

    [Theory]
    [InlineData(429, 3200, "CosmosThrottled")]
    [InlineData(500, 0, "CosmosCallFailed")]
    [InlineData(503, 0, "CosmosCallFailed")]
    public async Task What_does_not_pass_in_time_ends_with_its_error(int status, int subStatus, string errorId)
    {
        using CloudConnections clouds = new();
        await using CosmosStandIn standIn = await StartAsync();
        standIn.RequestFault = call => call.Kind == CosmosRequestKind.Container ? new() { Status = status, SubStatus = subStatus } : null;
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() =>
            CosmosSink.OpenAsync(standIn.Settings() with { RetryTimeout = TimeSpan.FromSeconds(1) }, "shop", ["orders"], clouds.Cosmos,
                default));
        Assert.Equal(errorId, error.ErrorId);
    }

    [Theory]
    [InlineData(400, 0)]
    [InlineData(401, 0)]
    [InlineData(403, 0)]
    [InlineData(404, 0)]
    public async Task What_does_not_pass_by_itself_is_asked_for_once(int status, int subStatus)
    {
        await using CosmosStandIn standIn = await StartAsync();
        int reads = 0;
        standIn.RequestFault = call => call.Kind == CosmosRequestKind.Container && Interlocked.Increment(ref reads) > 0
            ? new() { Status = status, SubStatus = subStatus } : null;
        await Assert.ThrowsAsync<MigrationException>(() => standIn.OpenSinkAsync());
        // The SDK may look twice by itself; pauses of our own there are none.
        Assert.InRange(reads, 1, 2);
    }

    private static Func<CosmosCall, CosmosFault?> Fail(CosmosRequestKind kind, int status, int subStatus)
    {
        int left = 1;
        return call => call.Kind == kind && Interlocked.Decrement(ref left) >= 0
            ? new() { Status = status, SubStatus = subStatus, RetryAfter = TimeSpan.FromMilliseconds(5) } : null;
    }

    private static async Task<CosmosStandIn> StartAsync()
    {
        CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        standIn.CreateContainer("shop", "orders", ["/pk"], 1_000);
        return standIn;
    }
}
