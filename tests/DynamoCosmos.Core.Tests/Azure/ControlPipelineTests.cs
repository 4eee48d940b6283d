using System.Net;
using System.Net.Sockets;
using DynamoCosmos.Access;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Cosmos.Throughput;
using DynamoCosmos.Model;
using DynamoCosmos.Sandbox;
using Microsoft.AspNetCore.Http;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>What stands between us and the control planes, and what they answer when they are not well.</summary>
[Trait("Category", "Slow")]
public sealed class ControlPipelineTests
{
    [Fact]
    public async Task An_endpoint_that_nobody_serves_is_told_as_such()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        Uri nobody = new($"https://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        free.Stop();

        Assert.Equal("AzureUnreachable", await ReadAsync(scene, scene.Settings with { ResourceManagerEndpoint = nobody }));
    }

    [Fact]
    public async Task An_answer_that_is_not_the_services_own_is_told_as_such()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        await using LoopbackServer portal = await LoopbackServer.StartAsync(context =>
            context.Response.WriteAsync("<html>Please sign in to this network</html>"), certificate: AccessScene.Certificate);

        Assert.Equal("AzureAnswerUnreadable", await ReadAsync(scene, scene.Settings with { ResourceManagerEndpoint = portal.Endpoint }));
    }

    [Fact]
    public async Task A_next_page_on_another_host_is_not_followed_and_sees_no_token()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        bool wasAsked = false;
        await using LoopbackServer thief = await LoopbackServer.StartAsync(context =>
        {
            wasAsked = true;
            return context.Response.WriteAsync("{\"value\":[]}");
        }, certificate: AccessScene.Certificate);
        await using LoopbackServer proxy = await LoopbackServer.StartAsync(
            context => context.Response.WriteAsync($$"""{"value":[],"nextLink":"{{thief.Endpoint}}subscriptions?page=2","data":[]}"""),
                certificate: AccessScene.Certificate);

        string? errorId = await ReadAsync(scene, scene.Settings with { ResourceManagerEndpoint = proxy.Endpoint });

        Assert.Equal(("AzureForeignAddress", false), (errorId, wasAsked));
    }

    [Theory]
    [InlineData("https://management.azure.com/", "https://centraluseuap.management.azure.com/subscriptions/x", true)]
    [InlineData("https://management.azure.com/", "https://MANAGEMENT.azure.com:443/subscriptions/x", true)]
    [InlineData("https://private.link.example/", "https://westeurope.management.azure.com/subscriptions/x", true)]
    [InlineData("https://private.link.example/", "https://private.link.example/subscriptions/x", true)]
    [InlineData("https://management.azure.com/", "http://westeurope.management.azure.com/subscriptions/x", false)]
    [InlineData("https://management.azure.com/", "https://westeurope.management.azure.com:8443/subscriptions/x", false)]
    [InlineData("https://management.azure.com/", "https://evilmanagement.azure.com/subscriptions/x", false)]
    [InlineData("https://management.azure.com/", "https://management.azure.com.evil.example/subscriptions/x", false)]
    [InlineData("https://management.azure.com/", "https://management.usgovcloudapi.net/subscriptions/x", false)]
    public void The_token_goes_to_the_service_it_is_for_and_its_regions(string endpoint, string address, bool isOwn) =>
        Assert.Equal(isOwn, ControlPipeline.IsOwn(new(endpoint), new("https://management.azure.com/.default"), new(address)));

    [Theory]
    [InlineData(503, 3)]
    [InlineData(429, 3)]
    public async Task A_service_that_is_busy_is_asked_again(int status, int times)
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        int left = times;
        scene.Manager.Fault = (method, _) =>
            method == "GET" && Interlocked.Decrement(ref left) >= 0 ? (status, "Busy", "The service is busy.") : null;

        Assert.Null(await ReadAsync(scene, scene.Settings));
        Assert.True(scene.Manager.Requests.Count(request => request.Status == status) == times);
    }

    [Fact]
    public async Task A_post_that_failed_halfway_is_not_sent_twice()
    {
        using CloudConnections clouds = new();
        await using AccessScene scene = await AccessScene.StartAsync();
        scene.Cosmos.CreateContainer("shop", "orders", ["/pk"], 400);
        ThroughputControl control = new(scene.Settings, clouds);
        AccessPlan<CosmosThroughput> plan =
            await control.PlanAsync(new(scene.Account, "shop", "orders"), new(ThroughputMode.Autoscale, null), default);
        scene.ClearRequests();
        scene.Manager.Fault = (method, _) => method == "POST" ? (500, "InternalServerError", "It broke.") : null;

        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() => plan.Apply(default));

        Assert.Equal("AzureRequestFailed", failure.ErrorId);
        Assert.Single(scene.Manager.Requests, request => request.Method == "POST");
    }

    // The error's id; null where all went well.
    private static async Task<string?> ReadAsync(AccessScene scene, AzureSettings settings)
    {
        CosmosRoleDefinitions definitions = new(scene.Open(settings));
        try
        {
            await definitions.ReadAsync(scene.Account, null, default);
            return null;
        }
        catch (MigrationException failure)
        {
            return failure.ErrorId;
        }
    }
}
