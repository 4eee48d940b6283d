using System.Text.Json;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Tests.Samples;

/// <summary>samples/runbooks, as they are, in a process like a job's.</summary>
public sealed class RunbookTests
{
    private const int Items = 1_500;

    private const string Migrate = "-TableName Orders -Region eu-central-1 -S3Bucket my-exports -StorageAccountName mylake -AccountName mycosmos -DatabaseName shop -AwsCredentialName aws";

    [Fact]
    public async Task A_migration_on_a_schedule_gets_to_its_end_and_then_does_nothing_and_the_gate_lets_it_through()
    {
        await using RunbookHost host = await RunbookHost.StartAsync("Orders");
        new SampleOrders().CreateTable(host.Session.Aws.Dynamo, Items);

        // 1,000 RU/s take about 200 items a second: no run has time for all.
        List<RunbookEnd> runs = [];
        while (runs.Count < 20 && runs.LastOrDefault()?.Text("completed") != "True")
            runs.Add((await host.RunAsync("migrate.ps1", $"{Migrate} -AutoscaleMaxThroughput 1000 -StopAfter 0:0:8")).ThrowIfFailed());
        Assert.Equal("True", runs[^1].Text("completed"));
        Assert.Equal("Export", runs[0].Text("stage"));
        Assert.InRange(runs.Count(run => run.Text("stage") == "Import"), 2, 19);
        Assert.Single(runs.Select(run => run.Text("export")).Distinct());
        Assert.Equal(Items.ToString(), runs[^1].Text("written"));
        Assert.Equal(Items, host.Session.Tenant.Cosmos.Count("shop", "Orders"));

        long tries = host.Session.Tenant.Cosmos.BatchOperations.Tries;
        Assert.Equal("True", (await host.RunAsync("migrate.ps1", Migrate)).ThrowIfFailed().Text("completed"));
        Assert.Equal(tries, host.Session.Tenant.Cosmos.BatchOperations.Tries);

        string[] told = ["location", "partitionKeyAttribute", "sortKeyAttribute", "ttlAttribute"];
        string verify = $"{string.Join(' ', told.Select(name => $"-{name} {runs[^1].Text(name)}"))} -AccountName mycosmos -DatabaseName shop -ContainerName Orders";
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
