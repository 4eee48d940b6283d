using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Dynamo;

namespace DynamoCosmos.Tests.Samples;

/// <summary>samples/runbooks, as they are, in a process like a job's.</summary>
[Trait("Category", "Slow")]
public sealed class RunbookTests
{
    private const int Items = 700;

    private const string Migrate = "-TableName Orders -Region eu-central-1 -S3Bucket my-exports -StorageAccountName mylake -AccountName " +
        "mycosmos -DatabaseName shop -AwsCredentialName aws";

    [Fact]
    public async Task A_migration_on_a_schedule_gets_to_its_end_and_then_does_nothing_and_the_gate_lets_it_through()
    {
        await using RunbookHost host = await RunbookHost.StartAsync("Orders");
        new SampleOrders().CreateTable(host.Session.Aws.Dynamo, Items);

        // 1,000 RU/s take about 100 items a second, so that the first runs have no time for all; how much they have depends on the
        // machine's other work.
        List<RunbookEnd> runs = [];
        for (int seconds = 6; runs.Count < 8 && runs.LastOrDefault()?.Text("completed") != "True"; seconds *= runs.Count > 1 ? 2 : 1)
            runs.Add((await host.RunAsync("migrate.ps1",
                $"{Migrate} -AutoscaleMaxThroughput 1000 -StopAfter 0:0:{seconds / 60}:{seconds % 60}")).ThrowIfFailed());
        Assert.Equal("True", runs[^1].Text("completed"));
        Assert.Equal("Export", runs[0].Text("stage"));
        Assert.InRange(runs.Count(run => run.Text("stage") == "Import"), 2, 7);
        Assert.Single(runs.Select(run => run.Text("export")).Distinct());
        Assert.Equal(Items.ToString(), runs[^1].Text("written"));
        Assert.Equal(Items, host.Session.Tenant.Cosmos.Count("shop", "Orders"));

        long tries = host.Session.Tenant.Cosmos.BatchOperations.Tries;
        Assert.Equal("True", (await host.RunAsync("migrate.ps1", Migrate)).ThrowIfFailed().Text("completed"));
        Assert.Equal(tries, host.Session.Tenant.Cosmos.BatchOperations.Tries);

        string[] told = ["location", "partitionKeyAttribute", "sortKeyAttribute", "ttlAttribute"];
        string verify = $"{string.Join(' ', told.Select(name => $"-{name} {runs[^1].Text(name)}"))} -AccountName mycosmos -DatabaseName " +
            "shop -ContainerName Orders";
        RunbookEnd passed = (await host.RunAsync("verify.ps1", verify)).ThrowIfFailed();
        Assert.Equal("True", passed.Text("passed"));
        Assert.Equal(Items.ToString(), passed.Text("matched"));

        using JsonDocument lost = JsonDocument.Parse(host.Session.Tenant.Cosmos.Documents("shop", "Orders")[0]);
        string id = lost.RootElement.GetProperty("id").GetString()!;
        host.Session.Tenant.Cosmos.Remove("shop", "Orders", $"[\"{lost.RootElement.GetProperty("customerId").GetString()}\"]", id);
        RunbookEnd refused = await host.RunAsync("verify.ps1", verify);
        Assert.Equal(1, refused.End.ExitCode);
        Assert.Equal("False", refused.Text("passed"));
        Assert.Equal("1", refused.Text("missing"));
        Assert.StartsWith("DifferencesFound", refused.Text("errorId"), StringComparison.Ordinal);
        Assert.Contains(id, Assert.Single(refused.Before, line => line.StartsWith('{')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_of_the_catch_up_bring_the_container_up_to_a_table_that_is_written_to()
    {
        SteppedTime time = new();
        time.Advance(TimeSpan.FromDays(-3));
        await using RunbookHost host = await RunbookHost.StartAsync("Orders", time);
        SampleOrders orders = new();
        StandInTable table = orders.CreateTable(host.Session.Aws.Dynamo, 200);

        RunbookEnd nothing = await host.RunAsync("catch-up.ps1", Migrate);
        Assert.Equal((1, "Find"), (nothing.End.ExitCode, nothing.Text("stage")));

        await host.RunAsync("migrate.ps1", Migrate);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("True", (await host.RunAsync("migrate.ps1", $"{Migrate} -AutoscaleMaxThroughput 40000")).ThrowIfFailed()
            .Text("completed"));

        // Two new, one deleted; and a day and a half, which takes two windows.
        table.Put(orders.Item(200));
        table.Put(orders.Item(201));
        JsonNode gone = JsonNode.Parse(orders.Item(7))!;
        Assert.True(table.Delete(
            new JsonObject
            {
                ["customerId"] = gone["customerId"]!.DeepClone(),
                ["orderId"] = gone["orderId"]!.DeepClone()
            }.ToJsonString()));
        time.Advance(TimeSpan.FromHours(36));
        RunbookEnd asking = (await host.RunAsync("catch-up.ps1", Migrate)).ThrowIfFailed();
        Assert.Equal(("True", "0", "2"), (asking.Text("completed"), asking.Text("windows"), asking.Text("asked")));

        time.Advance(TimeSpan.FromMinutes(1));
        RunbookEnd applying = (await host.RunAsync("catch-up.ps1", Migrate)).ThrowIfFailed();
        Assert.Equal(("True", "2", "2", "1", null),
            (applying.Text("completed"), applying.Text("windows"), applying.Text("written"), applying.Text("deleted"),
            applying.Text("asked")));
        Assert.Equal(201, host.Session.Tenant.Cosmos.Count("shop", "Orders"));

        // Nothing to do is no failure.
        Assert.Equal("True", (await host.RunAsync("catch-up.ps1", Migrate)).ThrowIfFailed().Text("completed"));
    }

    [Fact]
    public async Task A_migration_that_cannot_go_on_fails_its_job_and_says_where_and_why()
    {
        await using RunbookHost host = await RunbookHost.StartAsync("Orders");
        RunbookEnd end = await host.RunAsync("migrate.ps1", Migrate);
        Assert.Equal(1, end.End.ExitCode);
        Assert.Equal("Export", end.Text("stage"));
        Assert.Equal("False", end.Text("completed"));
        Assert.StartsWith("DynamoTableNotFound", end.Text("errorId"), StringComparison.Ordinal);
    }
}
